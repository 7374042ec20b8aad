"""What the benchmark of search reads, counts, asks and draws, on collections written here."""

from __future__ import annotations

import json
import math
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench._search_collections import read_collection
from bench._search_metrics import means_of, ndcg, recall, reciprocal_rank, spread_of
from bench._search_plot import plot
from bench._search_systems import OURS, READER
from bench._search_table import markdown, merged, write_figures
from bench._search_values import Text, read_texts, write_texts
from bench._search_worker import Worker

_KEYS = st.lists(st.sampled_from("abcdefgh"), unique=True)


def test_cranfield_numbers_its_questions_in_order(tmp_path: Path) -> None:
    """Its judgements do not know the numbers in the file; the grades 1 to 4 are answers."""
    documents = ".I 1\n.T\nA\nwing\n.A\nsomebody\n.W\nlift of\na wing\n.I 2\n.T\n.W\ndrag\n"
    queries = ".I 001\n.W\nwhat lifts ?\n.I 004\n.W\nwhat drags ?\n"
    relations = "1 1 2 \n1 2 -1\n2 2 4\n2 1 5\n"
    (tmp_path / "cran.all.1400").write_text(documents)
    (tmp_path / "cran.qry").write_text(queries)
    (tmp_path / "cranqrel").write_text(relations)

    read = read_collection(tmp_path)

    assert read.documents == {"1": ("A\nwing", "lift of\na wing"), "2": ("", "drag")}
    assert read.queries == {"1": "what lifts ?", "2": "what drags ?"}
    assert read.answers == {"1": {"1"}, "2": {"2"}}


def test_cisi_numbers_its_questions_as_its_judgements_do(tmp_path: Path) -> None:
    """Lines of four columns are answers all; a question without one is not asked."""
    (tmp_path / "CISI.ALL").write_text(".I 7\n.T\nBooks\n.A\nX\n.W\nof lists\n.X\n1 2 3\n")
    (tmp_path / "CISI.QRY").write_text(".I 1\n.W\nnothing\n.I 3\n.T\nt\n.W\nlists\n")
    (tmp_path / "CISI.REL").write_text("     3      7\t0\t0.000000\n")

    read = read_collection(tmp_path)

    assert read.documents == {"7": ("Books", "of lists")}
    assert read.queries == {"3": "lists"}
    assert read.answers == {"3": {"7"}}


def test_npls_records_end_with_a_slash(tmp_path: Path) -> None:
    """Documents have no titles, and questions are shouted."""
    folder = tmp_path / "npl"
    folder.mkdir()
    (folder / "doc-text").write_text("1\na b\nc\n   /\n2\nd\n   /\n")
    (folder / "query-text").write_text("1\nWHICH C\n/\n")
    (folder / "rlv-ass").write_text("1\n 1   2\n 9\n   /\n")

    read = read_collection(folder)

    assert read.name == "npl"
    assert read.documents == {"1": ("", "a b c"), "2": ("", "d")}
    assert read.queries == {"1": "which c"}
    assert read.answers == {"1": {"1", "2", "9"}}


def test_beir_is_lines_of_json_and_a_table(tmp_path: Path) -> None:
    """Its head line, and what is judged 0, are no answers."""
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\td\t1\nq\te\t0\n")
    documents = (
        '{"_id": "d", "title": "T", "text": "x", "metadata": {}}\n{"_id": "e", "text": "y"}\n'
    )
    (tmp_path / "corpus.jsonl").write_text(documents)
    (tmp_path / "queries.jsonl").write_text('{"_id": "q", "text": "x?"}\n')

    read = read_collection(tmp_path)

    assert read.documents == {"d": ("T", "x"), "e": ("", "y")}
    assert read.queries == {"q": "x?"}
    assert read.answers == {"q": {"d"}}


def test_a_folder_of_something_else_is_no_collection(tmp_path: Path) -> None:
    """What is missing is said."""
    with pytest.raises(SystemExit, match="documents, judgements, queries"):
        read_collection(tmp_path)


@given(_KEYS, _KEYS.filter(bool))
def test_every_figure_is_a_share(found: list[str], answers: list[str]) -> None:
    """It lies between 0 and 1, and is 0 exactly where nothing is found."""
    for figure in (ndcg, recall, reciprocal_rank):
        assert 0 <= figure(found, answers) <= 1 + 1e-9
        assert (figure(found, answers) == 0) == (not set(found) & set(answers))


@given(_KEYS.filter(bool))
def test_the_best_order_has_all(answers: list[str]) -> None:
    """Answers first, whatever follows."""
    found = [*answers, "x", "y"]

    assert ndcg(found, answers) == pytest.approx(1)
    assert recall(found, answers) == reciprocal_rank(found, answers) == 1


def test_a_later_place_counts_less() -> None:
    """The third place has half the gain, and what is beyond the tenth none."""
    assert ndcg(["x", "y", "a"], {"a"}) == pytest.approx(1 / math.log2(4))
    assert reciprocal_rank(["x", "y", "a"], {"a"}) == pytest.approx(1 / 3)
    assert ndcg([*"0123456789", "a"], {"a"}) == 0


def test_a_question_without_hits_counts() -> None:
    """The mean is over all questions."""
    means = means_of({"1": ["a"]}, {"1": {"a"}, "2": {"b"}})

    assert means == {"nDCG@10": 0.5, "Recall@100": 0.5, "MRR@10": 0.5}


def test_a_percentile_is_one_of_the_times() -> None:
    """Of a hundred times it is the ninety-fifth; of none there is nothing."""
    assert spread_of([float(time) for time in range(100, 0, -1)]) == {
        "p50": 50,
        "p95": 95,
        "max": 100,
    }
    assert spread_of([3.0]) == {"p50": 3, "p95": 3, "max": 3}
    assert spread_of([]) == {}


def test_texts_survive_the_way_to_a_worker(tmp_path: Path) -> None:
    """Also half characters and ends of lines."""
    texts = [Text("1", "a\u2028b", "\ud800\n", (("h", "t"),), "en", 5, 2, ("x",), ("y", "z"))]

    write_texts(tmp_path / "texts", texts)

    assert list(read_texts(tmp_path / "texts")) == texts


def test_figures_of_runs_are_put_together(tmp_path: Path) -> None:
    """A later run adds to what an earlier one said."""
    file = tmp_path / "figures.json"

    write_figures(file, {"latency": {"ours": {"3000": 1}}})
    write_figures(file, {"latency": {"ours": {"9000": 2}}, "fuzz": 3})
    write_figures(None, {"nothing": 0})

    expected = {"latency": {"ours": {"3000": 1, "9000": 2}}, "fuzz": 3}
    assert json.loads(file.read_text()) == expected
    assert merged(expected, {"fuzz": 4})["fuzz"] == 4


def test_a_missing_figure_is_a_dash() -> None:
    """Columns are those that any row has."""
    rows: dict[str, dict[str, float | None]] = {"a": {"x": 0.25}, "b": {"x": None, "y": 1234.5}}

    assert markdown("who", rows).splitlines() == [
        "| who | x | y |",
        "|---|--:|--:|",
        "| a | 0.250 | – |",
        "| b | – | 1,234 |",
    ]


def test_pictures_are_drawn_of_what_there_is(tmp_path: Path) -> None:
    """A bar for each system and collection, a line for each spread; names are escaped."""
    spread = {"p50": 3.0, "p95": 9.0}
    figures = {
        "latency": {"a<b": {"3000": {"all": spread}, "100000": {"all": spread}}},
        "relevance": {"c": {"a<b": {"nDCG@10": 0.4}, "d": {"nDCG@10": 0.0}}},
    }

    paths = plot(figures, tmp_path / "img")

    latency, gains = (ET.parse(path).getroot() for path in paths)  # noqa: S314 - our own
    names = {text.text for text in latency.findall(".//{*}text")}
    assert {"a<b, p50", "a<b, p95", "3,000", "100,000"} <= names
    assert len(list(latency.findall(".//{*}polyline"))) == 2
    assert len(list(gains.findall(".//{*}rect"))) == 2
    assert plot({}, tmp_path) == []


def test_a_worker_answers_and_survives_errors(tmp_path: Path) -> None:
    """Ours finds what it was given; a library that is not there is said to be missing."""
    with Worker(OURS, str(tmp_path)) as worker:
        assert worker.missing is None
        assert "error" in worker.search("before there is an archive", 5)
        worker.build([Text("one", "Ein Titel", "some words"), Text("two", "", "other words")])
        assert worker.search("words some", 5)["keys"][0] == "one"
        assert "error" not in worker.search("\ud800", 5)


def test_a_system_that_is_not_installed_is_missing(tmp_path: Path) -> None:
    """It is left out, and the reason is the import's."""
    (tmp_path / "python").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "python").chmod(0o755)

    with Worker(READER, str(tmp_path), str(tmp_path / "python")) as worker:
        assert worker.missing == "it does not start"
