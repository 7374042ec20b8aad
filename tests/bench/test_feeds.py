"""The items that the benchmark of feeds counts and cuts, its table, and what it calls the same."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from bench._feed_check import compare
from bench._feed_items import count_items, find_items, with_other_title, without_first_item
from bench._feed_parsers import OURS_COLD, REFERENCE, RIVAL
from bench._feed_table import better, figures_of, lost_items, markdown
from bench._feed_worker import HANG, Worker

_ITEM_SHAPES = st.sampled_from(
    [
        "<item/>",
        "<item a='>' />",
        "<item></item >",
        "<item><title>One &gt; two</title ><b/></item>",
        "<item><title/><c><title>inner</title></c></item>",
        "<item><x:item xmlns:x='y'><title>inner</title></x:item></item>",
        "<item><title><![CDATA[</item><item>]]></title></item>",
        "<item>é😀<!-- </item> --><title>Ünï</title></item>",
    ]
)
_BETWEEN = st.sampled_from(["", "\n", "<!-- <item> -->", "<link/>", "ß", "<title>feed</title>"])


@given(st.lists(st.tuples(_BETWEEN, _ITEM_SHAPES)), _BETWEEN)
def test_items_are_found_to_the_byte(parts: list[tuple[str, str]], end: str) -> None:
    """Whatever stands in and between them, what is cut out is exactly what was put in."""
    body = f"<rss>{''.join(map(''.join, parts))}{end}</rss>".encode()

    found = find_items(body)

    assert found is not None
    assert [body[item.start : item.end].decode() for item in found] == [item for _, item in parts]
    assert count_items(body) == len(parts)


@given(st.lists(st.tuples(_BETWEEN, _ITEM_SHAPES), min_size=1), _BETWEEN)
def test_without_its_first_item_a_document_has_all_others(
    parts: list[tuple[str, str]], end: str
) -> None:
    """The document of the last visit is the same one, less one item."""
    body, earlier = (
        f"<rss>{''.join(map(''.join, some))}{end}</rss>".encode()
        for some in (parts, [(parts[0][0], ""), *parts[1:]])
    )

    assert without_first_item(body) == earlier


@given(st.lists(_ITEM_SHAPES))
def test_an_edited_title_is_one_title_of_an_item(items: list[str]) -> None:
    """Of all elements one direct title differs; without any there is nothing to edit."""
    body = f"<rss><title>feed</title>{''.join(items)}</rss>".encode()
    has_title = any("<title><![" in item or "</title >" in item or "Ünï" in item for item in items)

    earlier = with_other_title(body)

    assert (earlier is not None) == has_title
    if earlier is not None:
        before, now = (_texts(etree.fromstring(one)) for one in (earlier, body))
        assert sum(one != other for one, other in zip(before, now, strict=True)) == 1


def _texts(root: etree._Element) -> list[str | None]:
    return [element.text for element in root.iter()]


@pytest.mark.parametrize(
    "body",
    [
        b"<rss><item></rss>",
        b"",
        b"\x00\xff",
        "<rss><item/></rss>".encode("utf-16"),
        b"<?xml version='1.0' encoding='latin-1'?><rss><item>\xe9</item></rss>",
        b"<?xml version='1.0' encoding='no-such'?><rss><item/></rss>",
        b"<!DOCTYPE rss [<!ENTITY i '<item/>'>]><rss>&i;</rss>",
    ],
)
def test_what_cannot_be_cut_exactly_is_not_cut(body: bytes) -> None:
    """Not well-formed, not UTF-8, or with items that stand elsewhere."""
    assert find_items(body) is None
    assert without_first_item(body) is None
    assert with_other_title(body) is None


@pytest.mark.parametrize(
    ("body", "items"),
    [
        (b"<rss><item>&nbsp;<item a='1'/><rss:item\n><items><media:item>", 3),
        (b"<!-- <item> --> <item>& <![CDATA[ <item> ]]>", 1),
        (
            "<?xml version='1.0' encoding='utf-16'?><feed><entry/><entry/></feed>".encode("utf-16"),
            2,
        ),
        (gzip.compress(b"<feed><entry/></feed>", mtime=0), 1),
        (gzip.compress(b"<feed><entry/></feed>", mtime=0)[:12], 0),
        (b"\xef\xbb\xbf" + json.dumps({"items": [{}, {}, 3]}).encode(), 3),
        (b'{"items": null}', 0),
        (b'{"items": [', 0),
        (b'{"items":' + b"[" * 200_000, 0),
        (b"\x1f\x8b", 0),
    ],
)
def test_items_are_counted_in_whatever_is_there(body: bytes, items: int) -> None:
    """Broken, packed, of another encoding, or none at all."""
    assert count_items(body) == items


_TABLE: dict[str, dict[str, dict[str, Any]]] = {
    OURS_COLD: {
        "a": {"cpu_s": 0.01, "read": 3, "kept": 0, "repeats": 1, "peak_mb": 30.0},
        "b": {"cpu_s": 0.03, "error": "FeedError", "message": "no feed", "peak_mb": 20.0},
    },
    "ours, one new": {
        "a": {"cpu_s": 0.002, "read": 1, "kept": 3, "repeats": 0, "peak_mb": 30.0},
        "b": {"skipped": True, "peak_mb": 30.0},
    },
    REFERENCE: {
        "a": {"cpu_s": 0.1, "read": 4, "kept": 0, "repeats": 0, "peak_mb": 40.0},
        "b": {"cpu_s": 0.1, "read": 0, "kept": 0, "repeats": 0, "peak_mb": 50.0},
    },
    RIVAL: {
        "a": {"cpu_s": 10.0, "error": HANG, "message": "killed", "peak_mb": 0},
        "b": {"cpu_s": 0.01, "read": 1, "kept": 0, "repeats": 0, "peak_mb": 9.0},
    },
}


def test_a_row_counts_repeats_as_entries_and_refusals_as_no_exceptions() -> None:
    """Fewer entries than a peer are those that are neither read, nor kept, nor repeats."""
    figures = figures_of(OURS_COLD, _TABLE)

    assert figures["fewer_reference"] == 0
    assert figures["fewer_rival"] == 1
    assert (figures["refused"], figures["failed"], figures["hung"]) == (1, 0, 0)
    assert (figures["entries"], figures["read"], figures["peak_mb"]) == (4, 3, 30.0)
    assert figures["ratio"] == pytest.approx(0.04 / 0.2)


def test_a_question_is_compared_on_the_documents_of_which_it_was_asked() -> None:
    """What is left out of a row is left out of its ratios, too."""
    figures = figures_of("ours, one new", _TABLE)

    assert figures["documents"] == 1
    assert figures["ratio"] == pytest.approx(0.02)
    assert figures["ratio_cold"] == pytest.approx(0.2)
    assert (figures["entries"], figures["read"]) == (4, 1)


def test_a_hang_is_no_exception_and_a_peer_has_no_ratio_to_us() -> None:
    """The rival hangs on one of its two documents."""
    figures = figures_of(RIVAL, _TABLE)

    assert (figures["refused"], figures["failed"], figures["hung"]) == (0, 0, 1)
    assert "ratio_cold" not in figures
    assert len(markdown({RIVAL: figures}).splitlines()) == 3


def test_items_are_lost_where_there_are_fewer_entries_with_repeats() -> None:
    """A repeat that differs in nothing is not lost; a document that was refused is."""
    assert list(lost_items({"a": 4, "b": 2}, _TABLE[OURS_COLD])) == [
        ("b", 2, 0, "FeedError: no feed")
    ]


def test_of_two_rounds_the_cheaper_counts_and_the_larger_memory() -> None:
    """Memory is a peak of the process, whichever round was faster."""
    first, second = {"cpu_s": 1.0, "peak_mb": 9.0}, {"cpu_s": 2.0, "peak_mb": 11.0}

    assert better(None, first) == first
    assert better(first, second) == better(second, first) == {"cpu_s": 1.0, "peak_mb": 11.0}


def _entry(**fields: Any) -> dict[str, Any]:
    plain = {"id": "1", "links": ["https://a.example/1"], "title": "T", "base": ""}
    return {**plain, "bodies": [("<p>text</p>", True)], **fields}


def _differences(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> set[tuple[str, bool]]:
    """The fields that differ, each with whether that has a reason."""
    found = compare(
        {"entries": ours, "well_formed": True, "repeats": 0},
        {"entries": theirs, "well_formed": True},
    )
    return {(difference.field, bool(difference.reason)) for difference in found}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, set()),
        ({"id": "2"}, {("id", False)}),
        ({"title": " T\n"}, set()),
        ({"title": "t"}, {("title", False)}),
        ({"links": ["https://a.example/2"]}, {("link", False)}),
        ({"links": [""]}, {("link", False)}),
        ({"bodies": [("<p> text</p>", True)]}, set()),
        ({"bodies": [("<p>tex</p>", True)]}, {("body", False), ("added body", False)}),
        ({"bodies": []}, {("body", False)}),
        ({"bodies": [("<p>text</p>", True), ("more", True)]}, {("added body", False)}),
    ],
)
def test_a_field_that_differs_is_named(
    change: dict[str, Any], found: set[tuple[str, bool]]
) -> None:
    """Space is no difference; a letter is one, and has no reason."""
    assert _differences([_entry(**change)], [_entry()]) == found


def test_differences_that_are_meant_have_a_reason() -> None:
    """Escapes, relative ids, other addresses of the entry, guids as links, plain text as HTML."""
    theirs = _entry(
        id="https://a.example/x",
        links=["https://a.example/a b", "https://a.example/b"],
        bodies=[("1 < 2", False)],
        base="https://a.example/",
    )
    ours = _entry(id="x", links=["https://a.example/a%20b"], bodies=[("<p>1 &lt; 2</p>", True)])

    assert _differences([ours], [theirs]) == {("link", True)}
    for link in ("https://a.example/b", ""):
        guid = {**theirs, "id": "https://a.example/a b"}
        assert ("link", True) in _differences([{**ours, "links": [link]}], [guid])
    assert ("link", False) in _differences([{**ours, "links": [""]}], [theirs])


def test_plain_text_that_is_called_markup_may_become_markup() -> None:
    """Paragraphs are made of lines; a letter that is lost on the way has no reason."""
    theirs = _entry(bodies=[("one\n\ntwo & three", True)])

    for text, is_explained in (("<p>one</p><p>two &amp; three</p>", True), ("<p>one</p>", False)):
        assert _differences([_entry(bodies=[(text, True)])], [theirs]) == {
            ("body", is_explained),
            ("added body", is_explained),
        }


def test_an_entry_that_we_lack_is_unexplained_and_one_more_is_not() -> None:
    """The entries around it are still compared with their own."""
    entries = [_entry(id=str(number), title=f"T{number}") for number in range(5)]

    assert _differences(entries[:2] + entries[3:], entries) == {("entry", False)}
    assert _differences(entries, entries[1:]) == {("entry", True)}


def test_a_parser_answers_from_a_process_of_its_own(tmp_path: Path) -> None:
    """One document is read, one is refused, and both sides describe the same entry."""
    feed, page = tmp_path / "feed.xml", tmp_path / "page.html"
    feed.write_bytes(
        b"<rss version='2.0'><channel><item><guid isPermaLink='false'>7</guid><title>A</title>"
        b"<description>&lt;b&gt;text&lt;/b&gt;</description></item></channel></rss>"
    )
    page.write_bytes(b"<!doctype html><html><body>none</body></html>")
    ours, theirs = (Worker(name, sys.executable, 10.0) for name in (OURS_COLD, REFERENCE))

    try:
        answers = [worker.ask(feed, with_entries=True) for worker in (ours, theirs)]
        refused = ours.ask(page)
    finally:
        ours.close()
        theirs.close()

    assert [answer["read"] for answer in answers] == [1, 1]
    assert list(compare(*answers)) == []
    assert refused["error"] == "FeedError"
    assert refused["cpu_s"] < 10.0


def test_a_parser_that_died_is_named_and_starts_anew(tmp_path: Path) -> None:
    """The document gets the blame, and the next one an answer."""
    feed = tmp_path / "feed.xml"
    feed.write_bytes(b"<rss version='2.0'><channel><item><title>A</title></item></channel></rss>")
    worker = Worker(REFERENCE, sys.executable, 10.0)

    try:
        worker._process.kill()
        worker._process.wait()
        died = worker.ask(feed)
        answer = worker.ask(feed)
    finally:
        worker.close()

    assert died["error"] == "died"
    assert answer["read"] == 1


def test_a_parser_that_is_not_there_says_so() -> None:
    """What answers nothing has no row; the caller tells why."""
    worker = Worker("atoma", "false", 10.0)
    worker.close()

    assert worker.missing
