"""Hits for programs: tsv, csv, jsonl and ids that other programs read without a mistake."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.cli._fields import (
    FIELDS,
    FieldNames,
    csv_lines,
    hit_json,
    id_lines,
    jsonl_lines,
    tsv_lines,
)
from aggregator.model import Hit
from aggregator.text import replace_unstorable, strip_unsafe
from tests.cli.hits import HIT, hit, hits

_names = st.lists(st.sampled_from(sorted(FIELDS)), unique=True, min_size=1)
_PAGE = Path(__file__).parents[2] / "docs" / "json.md"


@pytest.fixture(autouse=True)
def unicode_output(monkeypatch: pytest.MonkeyPatch) -> None:
    """A standard output in UTF-8, as everywhere by now."""
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), encoding="utf-8"))


def _document(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


@given(found=st.lists(hits, max_size=4), names=_names)
def test_tsv_has_a_cell_for_each_field_of_each_hit(found: list[Hit], names: list[str]) -> None:
    """However many tabs and newlines stand in what a feed sent."""
    written = _document(tsv_lines(found, names))

    rows = [line.split("\t") for line in written.removesuffix("\n").split("\n")]
    assert rows[0] == names
    assert [len(row) for row in rows] == [len(names)] * (len(found) + 1)
    assert written == strip_unsafe(written)


@given(found=st.lists(hits, max_size=4), names=_names)
def test_csv_is_read_back_by_a_reader_of_csv(found: list[Hit], names: list[str]) -> None:
    """With CRLF as RFC 4180 wants it; nothing else in it is a control character."""
    written = _document(csv_lines(found, names))

    rows = list(csv.reader(io.StringIO(written, newline=""), strict=True))
    cells = [line.split("\t") for line in tsv_lines(found, names)]
    assert [row or [""] for row in rows] == cells
    assert written.count("\r\n") == len(rows)
    assert written.replace("\r\n", "\n") == strip_unsafe(written)


@given(found=st.lists(hits, max_size=4), names=st.just([]) | _names)
def test_jsonl_has_an_equal_and_harmless_object_a_line(found: list[Hit], names: list[str]) -> None:
    """What could do harm stands escaped, so nothing is lost."""
    written = _document(jsonl_lines(found, names))

    objects = [json.loads(line) for line in written.splitlines()]
    wanted = json.loads(replace_unstorable(json.dumps([hit_json(one, names) for one in found],
                                                      ensure_ascii=False)))  # fmt: skip
    assert objects == wanted
    assert written == strip_unsafe(written)


def test_jsonl_is_readable_in_utf_8_and_ascii_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same objects, either way."""
    [readable] = jsonl_lines([hit(title="小米")])
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), encoding="latin-1"))
    [escaped] = jsonl_lines([hit(title="小米")])

    assert "小米" in readable
    assert escaped.isascii()
    assert json.loads(escaped) == json.loads(readable)


def test_ids_are_numbers_alone() -> None:
    """As other commands take them."""
    assert list(id_lines([HIT, hit(id=17)])) == ["3", "17"]


def test_cells_are_plain_text_and_json_is_html_with_marks() -> None:
    """Marks and passwords never get into a cell; lists have semicolons."""
    one = hit(url="https://me:secret@one.example/", snippet="a < \x02b\x03", language=None)

    names = ["url", "snippet", "tags", "section", "heading", "language"]
    [_, row] = tsv_lines([one], names)
    told = hit_json(one)

    assert row.split("\t") == [
        "https://one.example/",
        "a < b",
        "cars; watches",
        "2",
        "What the update changes",
        "",
    ]
    assert told["url"] == "https://one.example/"
    assert told["snippet"] == "a &lt; <mark>b</mark>"
    assert told["section"] == {"position": 2, "heading": "What the update changes"}
    assert str(told["marked_title"]).endswith("on one <mark>dashboard</mark>")


def test_a_formula_in_a_cell_stays_what_it_is() -> None:
    """Data is not changed for the sake of spreadsheets; the documentation says so."""
    [_, row] = csv_lines([hit(title='=HYPERLINK("http://x","y")')], ["title"])

    assert next(csv.reader([row])) == ['=HYPERLINK("http://x","y")']


def test_field_names_are_taken_in_their_order_and_unknown_ones_refused() -> None:
    """With a message that lists all there are."""
    kind = FieldNames()

    assert kind.convert("url, id,url", None, None) == ("url", "id")
    assert kind.convert("", None, None) == kind.convert(",", None, None) == ()
    with pytest.raises(click.BadParameter) as refused:
        kind.convert("id,nosuch", None, None)
    assert "'nosuch'" in refused.value.message
    assert all(name in refused.value.message for name in FIELDS)


def test_each_field_is_documented() -> None:
    """Under the heading of `search` and `list`."""
    part = _PAGE.read_text(encoding="utf-8").split("## `search` and `list`\n", 1)[1]

    for name in FIELDS:
        assert f"`{name}`" in part.split("\n## ", 1)[0], name
