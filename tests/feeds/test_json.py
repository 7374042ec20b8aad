"""JSON Feed: complete, sparse and broken."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import FeedError
from aggregator.feeds import parse_feed
from aggregator.feeds.content._entry import MAX_ENTRIES, MAX_INHERITED_AUTHORS
from aggregator.model import Enclosure, Extras, FeedLinks, Person, RelatedLink

_VERSION = "https://jsonfeed.org/version/1.1"


def _feed(*items: object, **fields: object) -> bytes:
    return json.dumps({"version": _VERSION, "title": "F", "items": items} | fields).encode()


def test_a_complete_item_is_read() -> None:
    """Every field of the format has its place."""
    item = {
        "id": "tag:1",
        "url": "/one",
        "title": " One\n& two ",
        "content_html": "<p>Body</p>",
        "content_text": "Body",
        "summary": "a < b",
        "date_published": "2020-01-01T10:00:00+02:00",
        "date_modified": "2020-01-02",
        "authors": [{"name": "Ann"}, {"name": "Ann"}, {"url": "x"}],
        "tags": ["a", "b", "a", 3],
        "language": "en",
        "attachments": [
            {
                "url": "a.mp3",
                "mime_type": "audio/mpeg",
                "size_in_bytes": 12,
                "title": "Spoken",
                "duration_in_seconds": 61.5,
            }
        ],
        "external_url": "https://o.org/1",
        "image": "i.png",
        "banner_image": "/b.png",
        "_own": {"title": "Other"},
    }

    feed = parse_feed(
        _feed(item, home_page_url="/", language="en", description="D"), url="https://e.org/f.json"
    )

    entry = feed.entries[0]
    assert (feed.format, feed.path, feed.title, feed.url) == (
        "json11",
        "json",
        "F",
        "https://e.org/",
    )
    assert (feed.description, feed.language) == ("D", "en")
    assert (entry.guid, entry.url, entry.title) == ("tag:1", "https://e.org/one", "One & two")
    assert (entry.content, entry.summary) == ("<p>Body</p>", "<p>a &lt; b</p>")
    assert entry.published_at == datetime(2020, 1, 1, 8, tzinfo=UTC)
    assert entry.updated_at == datetime(2020, 1, 2, tzinfo=UTC)
    assert entry.published_raw == "2020-01-01T10:00:00+02:00"
    assert (entry.authors, entry.tags) == (("Ann",), ("a", "b", "3"))
    assert entry.enclosures == (
        Enclosure("https://e.org/a.mp3", "audio/mpeg", 12, "Spoken", duration_s=61.5),
    )
    assert entry.extras == Extras(
        images=("https://e.org/i.png", "https://e.org/b.png"),
        related=(RelatedLink("https://o.org/1", "related"),),
    )
    assert entry.base_url == "https://e.org/f.json"


@pytest.mark.parametrize(
    ("written", "guid"),
    [
        ("1", "1"),
        ("1.10", "1.10"),
        ("-7", "-7"),
        ("1e3", "1e3"),
        ("9" * 5000, "9" * 5000),
        ('" x "', "x"),
        ("null", None),
        ("true", None),
        ("NaN", None),
        ("[1]", None),
    ],
)
def test_a_number_is_an_id_as_it_was_written(written: str, guid: str | None) -> None:
    """1.1 and 1.10 are two ids, and no number is too long."""
    body = f'{{"version": "{_VERSION}", "items": [{{"id": {written}}}]}}'

    assert parse_feed(body.encode()).entries[0].guid == guid


@pytest.mark.parametrize(
    "version", ["http://jsonfeed.org/version/1", "https://jsonfeed.org/version/1/"]
)
def test_version_one_is_read(version: str) -> None:
    """With http as well, and with its single author, who is every item's if that has none."""
    body = _feed(
        {"id": 1}, {"id": 2, "author": {"name": "Bob"}}, version=version, author={"name": "Ann"}
    )

    feed = parse_feed(b"\xef\xbb\xbf" + body)

    assert feed.format == "json10"
    assert [entry.authors for entry in feed.entries] == [("Ann",), ("Bob",)]


def test_the_feed_itself_says_where_it_is_and_whose() -> None:
    """Its own address, its hubs, the next page, pictures, and that it has come to an end."""
    feed = parse_feed(
        _feed(
            feed_url="/f.json",
            next_url="?page=2",
            hubs=[{"type": "WebSub", "url": "https://h.org/"}, {"url": None}, "x"],
            icon="icon.png",
            favicon="/favicon.ico",
            expired=True,
            authors=[
                {"name": "Ann", "url": "https://ann.org/", "avatar": "a.png"},
                {"name": "Bob"},
            ],
        ),
        url="https://e.org/f.json",
    )

    assert feed.links == FeedLinks(
        "https://e.org/f.json", ("https://h.org/",), "https://e.org/f.json?page=2"
    )
    assert feed.extras == Extras(
        images=("https://e.org/icon.png", "https://e.org/favicon.ico"),
        people=(Person("Ann", "author", "https://ann.org/", "https://e.org/a.png"),),
        is_finished=True,
    )


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"authors": [{"name": "Ann"}, {"name": "Bob"}]}, ("Ann", "Bob")),
        ({"author": {"name": "Ann"}}, ("Ann",)),
        ({"author": "Ann"}, ("Ann",)),
        ({"authors": ["Ann", {"name": "Bob <bob@e.org>"}]}, ("Ann", "Bob")),
        ({"authors": {"name": "Ann"}}, ("Ann",)),
        ({"authors": [{"name": "ann@e.org"}, {"url": "https://ann.org/"}]}, ("ann@e.org",)),
        ({"authors": None, "author": [None, True]}, ()),
    ],
)
def test_authors_are_names(fields: dict[str, object], names: tuple[str, ...]) -> None:
    """Of either version, as objects or as texts, and without mail addresses beside them."""
    assert parse_feed(_feed({"id": 1} | fields)).entries[0].authors == names


@pytest.mark.parametrize(
    ("items", "guids"),
    [
        ({"a": {"id": "1"}, "b": {"id": "2"}}, ["1", "2"]),
        ({}, []),
        ("none", []),
        (7, []),
        (True, []),
    ],
)
def test_items_that_are_no_list_are_told_of(items: object, guids: list[str]) -> None:
    """A feed that calls itself one is read as far as it goes, never as if nothing were wrong."""
    feed = parse_feed(json.dumps({"version": _VERSION, "items": items}).encode())

    assert [entry.guid for entry in feed.entries] == guids
    assert any("no list" in warning for warning in feed.warnings)


def test_items_with_bodies_are_a_feed_that_does_not_say_so() -> None:
    """The names of the bodies are those of no other format."""
    feed = parse_feed(b'{"items": [{"id": 1}, {"id": 2, "content_text": "x"}]}')

    assert (feed.format, [entry.guid for entry in feed.entries]) == ("json", ["1", "2"])


def test_many_items_and_many_authors_are_bounded() -> None:
    """Neither their number nor their product can hold up the reader."""
    authors = [{"name": str(n)} for n in range(3000)]
    items = [{"id": n} for n in range(MAX_ENTRIES + 1)]

    feed = parse_feed(_feed(*items, authors=authors))

    assert len(feed.entries) == MAX_ENTRIES
    assert len(feed.entries[0].authors) == MAX_INHERITED_AUTHORS
    assert any("were left out" in warning for warning in feed.warnings)


def test_no_items_are_an_empty_feed() -> None:
    """As null or not at all."""
    for body in (f'{{"version": "{_VERSION}", "items": null}}', f'{{"version": "{_VERSION}"}}'):
        feed = parse_feed(body.encode())
        assert (feed.entries, feed.warnings) == ((), ())


def test_a_feed_that_was_cut_off_keeps_its_whole_items() -> None:
    """And its head; the path stays, a warning says what happened."""
    whole = _feed(*({"id": number, "title": "x" * 50} for number in range(10)), home_page_url="/h")

    for length in range(whole.index(b"}") + 1, len(whole) - 1, 7):
        feed = parse_feed(whole[:length], url="https://e.org/")
        assert len(feed.entries) == whole[:length].count(b"}")
        assert (feed.title, feed.path) == ("F", "json")
        assert any("broken JSON" in warning for warning in feed.warnings)


def test_one_bad_item_loses_nothing_else() -> None:
    """What is no object is left out and told; an object is kept whatever is wrong inside."""
    names = ("url", "title", "tags", "authors", "attachments", "date_published", "summary")
    wrong = {name: [{"x": 1}] for name in names}

    feed = parse_feed(_feed("text", None, {"id": 1, **wrong}, [1], {"id": 2}, {}))

    assert [entry.guid for entry in feed.entries] == ["1", "2", None]
    assert any("3 of 6 items" in warning for warning in feed.warnings)


def test_text_becomes_html() -> None:
    """Plain content is escaped, with its paragraphs."""
    feed = parse_feed(_feed({"content_text": "a < b\nc\n\nd", "external_url": "https://x.org/"}))

    assert feed.entries[0].content == "<p>a &lt; b<br>c</p><p>d</p>"
    assert feed.entries[0].url == "https://x.org/"


def test_what_cannot_be_stored_is_replaced() -> None:
    """Lone surrogates and NUL are legal in JSON and nowhere else."""
    feed = parse_feed(_feed({"title": "a\ud800b", "id": "x\0y"}))

    assert (feed.entries[0].title, feed.entries[0].guid) == ("a\ufffdb", "x\ufffdy")


def test_a_file_without_its_list_is_kept() -> None:
    """One object where a list belongs, as with authors."""
    entry = parse_feed(_feed({"id": 1, "attachments": {"url": "https://e.org/a.mp3"}})).entries[0]

    assert entry.enclosures == (Enclosure("https://e.org/a.mp3"),)


def test_links_that_are_no_pages_are_dropped() -> None:
    """A script is no link, neither of an item nor of a file."""
    item = {"url": "javascript:alert(1)", "attachments": [{"url": "data:x"}]}

    entry = parse_feed(_feed(item), url="https://e.org/").entries[0]

    assert (entry.url, entry.enclosures) == (None, ())


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"[]",
        b'{"items": []}',
        b'{"home_page_url": "https://e.org/", "items": "none"}',
        b'{"items": [{"id": 1, "title": "x"}]}',
        b'{"version": "https://jso',
        b"{" * 100_000,
        b"[" * 1_000_000,
    ],
    ids=lambda body: body[:20].decode(),
)
def test_other_json_is_no_feed(body: bytes) -> None:
    """Other objects, cut ones and towers of brackets are refused as JSON."""
    with pytest.raises(FeedError) as caught:
        parse_feed(body)

    assert caught.value.looks_like == "json"


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
_NAMES = st.sampled_from(
    ["id", "url", "title", "content_html", "tags", "authors", "attachments", "date_published"]
)


@given(st.lists(st.dictionaries(_NAMES, _VALUES), max_size=5))
def test_items_of_any_shape_are_read(items: list[dict[str, object]]) -> None:
    """No value in any field raises, and every different item is an entry."""
    feed = parse_feed(_feed(*items), url="https://e.org/")

    assert len(feed.entries) <= len(items)
    assert bool(feed.entries) == bool(items)


def test_of_too_many_items_the_newest_are_read() -> None:
    """Wherever they stand; those that state no date count as oldest."""
    items = [{"id": str(n), "date_published": f"{2000 + n % 20}-01-01"} for n in range(MAX_ENTRIES)]

    feed = parse_feed(_feed({"id": "undated"}, *items))

    assert {entry.guid for entry in feed.entries} == {str(n) for n in range(MAX_ENTRIES)}
