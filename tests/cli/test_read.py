"""search, list and show on the demo's archive."""

from __future__ import annotations

import csv
import json
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.cli._forms import FORMS
from aggregator.cli._output import fit, safe, wrap

Call = Callable[..., Any]


def test_a_search_shows_title_time_date_section_and_the_match(
    call: Call, demo_database: Path
) -> None:
    """What a person needs to choose, and the number with which to open it."""
    outcome = call("search", "xiaomi", "--db", demo_database)

    assert outcome.code == 0
    assert "[Xiaomi]" in outcome.out
    assert " 2 min  20" in outcome.out
    assert "· id " in outcome.out
    assert "1 of 1 article for xiaomi" in outcome.err
    assert max(map(len, outcome.out.splitlines())) <= 80


def test_a_search_in_json_has_the_promised_shape(call: Call, demo_database: Path) -> None:
    """What was found and what is to be said of it, and each result names its section."""
    answer = call("search", "xiaomi", "--json", "--db", demo_database).json()

    assert set(answer) == {
        "schema",
        "query",
        "total",
        "has_more",
        "notes",
        "suggestions",
        "results",
    }
    assert (answer["query"], answer["total"], answer["has_more"]) == ("xiaomi", 1, False)
    [hit] = answer["results"]
    assert set(hit) == {
        "rank",
        "id",
        "url",
        "title",
        "headline",
        "feed",
        "authors",
        "tags",
        "language",
        "published_at",
        "read_minutes",
        "word_count",
        "section",
        "marked_title",
        "snippet",
    }
    assert hit["read_minutes"] == 2
    assert set(hit["section"]) == {"position", "heading"}
    assert "<mark>Xiaomi</mark>" in hit["snippet"]


def test_the_section_of_a_hit_can_be_opened(call: Call, demo_database: Path) -> None:
    """The word is in the section that the hit names."""
    [hit] = call("search", "小米", "--json", "--db", demo_database).json()["results"]
    number = str(hit["section"]["position"])

    shown = call("show", str(hit["id"]), "--section", number, "--db", demo_database)

    assert hit["section"]["position"] > 0
    assert hit["section"]["heading"] in shown.out
    assert "小米" in shown.out


def test_list_shows_the_newest_first(call: Call, demo_database: Path) -> None:
    """The same shape as a search; a query narrows it."""
    everything = call("list", "--json", "--limit", "100", "--db", demo_database).json()
    found = call("list", "xiaomi", "--json", "--db", demo_database).json()

    dates = [hit["published_at"] for hit in everything["results"]]
    assert dates == sorted(dates, reverse=True)
    assert everything["total"] == len(dates) == 13
    assert [hit["title"] for hit in found["results"]] == [
        hit["title"] for hit in everything["results"] if "Xiaomi" in (hit["title"] or "")
    ]


def test_pages_of_a_list_join_without_gap_or_repeat(call: Call, demo_database: Path) -> None:
    """--limit and --offset walk through all of it."""
    pages = [
        call("list", "--json", "-n", "4", "--offset", str(at), "--db", demo_database).json()
        for at in (0, 4, 8, 12, 16)
    ]

    ids = [hit["id"] for page in pages for hit in page["results"]]
    ranks = [hit["rank"] for page in pages for hit in page["results"]]
    assert len(set(ids)) == 13
    assert ranks == list(range(1, 14))


@pytest.mark.parametrize(
    ("form", "marks"), [("text", ["2 min"]), ("md", ["# ", "\n## "]), ("html", ["<h1", "<h2"])]
)
def test_show_writes_an_article_in_each_form(
    call: Call, demo_database: Path, form: str, marks: list[str]
) -> None:
    """Headline and sections are there in all of them."""
    [hit] = call("search", "xiaomi", "--json", "--db", demo_database).json()["results"]

    outcome = call("show", str(hit["id"]), "--format", form, "--db", demo_database)

    article = call("show", str(hit["id"]), "--json", "--db", demo_database).json()
    assert outcome.code == 0
    assert all(mark in outcome.out for mark in marks)
    assert len(article["sections"]) == 4
    for section in article["sections"]:
        assert section["heading"].split()[0] in outcome.out


def test_what_is_not_there_is_said(call: Call, demo_database: Path) -> None:
    """An unknown entry, an unknown section, nothing found."""
    no_entry = call("show", "4711", "--db", demo_database)
    no_section = call("show", "1", "--section", "99", "--db", demo_database)
    nothing = call("search", "zzzzqqqq", "--db", demo_database)
    asked = call("search", "zzzzqqqq", "-e", "--db", demo_database)

    assert (no_entry.code, no_section.code, nothing.code, asked.code) == (1, 1, 0, 1)
    assert "4711" in no_entry.err
    assert "99" in no_section.err
    assert "no article for zzzzqqqq" in nothing.err


def test_each_format_shows_the_same_hits(call: Call, demo_database: Path) -> None:
    """In the same order, and with what was asked for."""

    def listed(*arguments: str) -> str:
        outcome = call("list", "-n", "5", *arguments, "--db", demo_database)
        assert outcome.code == 0
        return str(outcome.out)

    wanted = [str(hit["id"]) for hit in json.loads(listed("--json"))["results"]]
    lines = listed("--format", "jsonl", "--fields", "id").splitlines()
    rows = list(csv.reader(listed("--format", "csv", "--fields", "title,id").splitlines()))
    tsv = [line.split("\t") for line in listed("--format", "tsv").splitlines()]
    table = listed("--format", "table", "--fields", "id,headline").splitlines()
    plain = re.findall(r"(?m)· id (\d+)(?: §\d+)?$", listed())

    assert listed("--format", "ids").split() == wanted
    assert [json.loads(line) for line in lines] == [{"id": int(number)} for number in wanted]
    assert [row[1] for row in rows] == ["id", *wanted]
    assert [row[tsv[0].index("id")] for row in tsv] == ["id", *wanted]
    assert [line.split()[0] for line in table] == ["id", *wanted]
    assert plain == wanted


def test_what_begins_with_a_hyphen_is_excluded(call: Call, demo_database: Path) -> None:
    """No quotes and no two hyphens are needed for it."""
    everything = call("list", "-n", "99", "--format", "ids", "--db", demo_database).out.split()
    found = call("list", "xiaomi", "--format", "ids", "--db", demo_database).out.split()

    others = call("list", "-xiaomi", "-n", "99", "--format", "ids", "--db", demo_database)

    assert found
    assert sorted(others.out.split() + found) == sorted(everything)


def test_a_query_is_explained_on_demand(call: Call, demo_database: Path) -> None:
    """On stderr beside the hits, in JSON as a member."""
    told = call("search", "xiaomi", "-is:nosuch", "--explain", "--db", demo_database)
    noted = call("search", "xiaomi", "-is:nosuch", "--db", demo_database)
    answer = call("search", "xiaomi", "--explain", "--json", "--db", demo_database).json()

    assert told.code == 0
    assert "xiaomi" in told.err.partition("1 of 1")[0]
    assert "[Xiaomi]" in told.out
    assert told.err.count("is:nosuch”") == 1 + noted.err.count("is:nosuch”")
    assert "xiaomi" in " ".join(answer["reading"])


def test_where_nothing_is_found_the_command_that_would_find_is_told(
    call: Call, demo_database: Path
) -> None:
    """A word spelt otherwise, and it works when it is typed."""
    nothing = call("search", "xioami", "--db", demo_database)
    suggested = call("search", "xioami", "--json", "--db", demo_database).json()["suggestions"]

    assert "did you mean: " in nothing.err
    commands = re.findall(r"(?m)^  aggregator (.+)$", nothing.err)
    assert len(commands) == len(suggested) > 0
    for command in commands:
        assert call(*shlex.split(command), "-e", "--db", demo_database).code == 0


def test_the_order_can_be_chosen(call: Call, demo_database: Path) -> None:
    """By date, by read time."""

    def column(name: str, sort: str) -> list[Any]:
        query = ("search", "the", "OR", "a", "--sort", sort, "-n", "99", "--db", demo_database)
        return [hit[name] for hit in call(*query, "--json").json()["results"]]

    assert len(column("id", "rank")) > 3
    assert column("published_at", "new") == sorted(column("published_at", "new"), reverse=True)
    assert column("published_at", "old") == sorted(column("published_at", "old"))
    assert column("read_minutes", "readtime") == sorted(column("read_minutes", "readtime"))


@pytest.mark.skipif(sys.platform == "darwin", reason="it always has a browser")
def test_the_page_of_a_hit_is_opened_by_its_rank(
    call: Call, demo_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or its address is printed; one beyond the last is an error."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    hits = call("search", "the", "--json", "--db", demo_database).json()["results"]

    opened = call("search", "the", "--open", "2", "--db", demo_database)
    beyond = call("search", "the", "--open", "999", "--db", demo_database)

    assert (opened.code, opened.out) == (0, f"{hits[1]['url']}\n")
    assert (beyond.code, beyond.out) == (1, "")


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_result_is_whole_in_each_format(
    call: Call, demo_database: Path, form: str
) -> None:
    """Heads where there are some, else nothing; a message for people but in JSON."""
    nothing = call("search", "zzzzqqqq", "--format", form, "-e", "--db", demo_database)

    assert nothing.code == 1
    assert len(nothing.out.splitlines()) <= 1 or json.loads(nothing.out)["results"] == []
    assert ("no article" in nothing.err) == (form != "json")


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(query=st.text(max_size=60))
def test_no_query_is_an_error(call: Call, demo_database: Path, query: str) -> None:
    """Whatever is typed is searched for."""
    outcome = call("search", "--json", "--db", demo_database, "--", query)

    assert outcome.code == 0, outcome.err
    assert json.loads(outcome.out)["schema"] == 1


@given(text=st.text(max_size=200).map(safe), columns=st.integers(10, 60))
def test_a_fitted_text_fills_its_columns_and_wrapped_lines_do_not_exceed_them(
    text: str, columns: int
) -> None:
    """Ideographs take two columns; nothing visible is lost by wrapping."""
    from rich.cells import cell_len  # noqa: PLC0415

    assert cell_len(fit(text, columns)) == columns
    lines = wrap(text, columns)
    assert all(cell_len(line) <= columns for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
