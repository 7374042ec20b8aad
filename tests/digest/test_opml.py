"""Digests as OPML: what the specification asks for, and what importers can be trusted with."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.digest import build_digest, to_opml
from aggregator.model import ArchivedEntry, Feed, Section

_SINCE = datetime(2026, 11, 1, tzinfo=UTC)
_UNTIL = datetime(2026, 12, 1, tzinfo=UTC)
_OWN = "{https://aggregator.example/ns/digest/1}"
_KNOWN = {"text", "title", "type", "xmlUrl", "htmlUrl", "created", "category"}
_HOSTILE = st.one_of(
    st.text(st.characters(exclude_categories=[]), max_size=30),
    st.sampled_from(
        [
            "\x00",
            "\ud800",
            "\udc80a",
            "]]>",
            "\u202e\u202dabc",
            "\"'<&>",
            "<!--",
            "\ufffe",
            "\r\n\t",
        ]
    ),
)
_DOCUMENTATION = Path(__file__).parents[2] / "docs" / "digest.md"


def _check(document: bytes) -> ET.Element:
    """The body of `document`, held to OPML 2.0 and to what is known of importers."""
    root = ET.fromstring(document)  # noqa: S314 - our own output
    assert (root.tag, root.attrib) == ("opml", {"version": "2.0"})
    head, body = root
    assert (head.tag, body.tag) == ("head", "body")
    assert [element.tag for element in head] == ["title", "dateCreated", "docs"]
    assert parsedate_to_datetime(head.findtext("dateCreated") or "").tzinfo is UTC
    assert len(body), "a body has at least one outline"
    for outline in body.iter("outline"):
        _check_outline(outline)
    for folder in body:
        assert "type" not in folder.attrib, "only folders and messages stand at the top"
        kinds = [outline.get("type") for outline in folder]
        assert not kinds or kinds == ["rss"] + ["article"] * (len(kinds) - 1)
    assert {element.tag for element in body.iter()} <= {"body", "outline"}
    return body


def _check_outline(outline: ET.Element) -> None:
    assert outline.get("text", "").strip(), "every outline has a text"
    foreign = outline.attrib.keys() - _KNOWN
    assert all(name.startswith(_OWN) for name in foreign), "foreign names have a namespace"
    kind = outline.get("type")
    assert kind in {None, "rss", "article", "section"}
    assert ("xmlUrl" in outline.attrib) == (kind == "rss"), (
        "only subscriptions can be subscribed to"
    )
    assert "url" not in outline.attrib
    if kind == "rss":
        assert not len(outline), "importers lose a feed that has children"
    if kind == "article":
        created = outline.attrib["created"]
        assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", created)
    if kind == "section":
        assert outline.attrib.keys() == {"text", "type", f"{_OWN}n"}


def _written(*entries: ArchivedEntry) -> ET.Element:
    return _check(to_opml(build_digest(entries, since=_SINCE, until=_UNTIL)))


def test_a_digest_is_written_as_the_documentation_shows_it(
    make_archived: Callable[..., ArchivedEntry],
) -> None:
    """A folder, its subscription, its article and the sections, one line each."""
    digest = build_digest(
        [make_archived(article={"sections": (Section(1, 2, "Market share", "", ""),)})],
        since=datetime(2026, 11, 19, 8, tzinfo=UTC),
        until=datetime(2026, 11, 20, 8, tzinfo=UTC),
    )

    document = to_opml(digest).decode()

    shown = _DOCUMENTATION.read_text(encoding="utf-8").partition("```xml\n")[2]
    assert document == shown.partition("```")[0]


def test_an_empty_digest_says_so() -> None:
    """A body must not be empty, and an importer must find nothing to subscribe to."""
    body = _written()

    assert [outline.attrib for outline in body] == [{"text": "No new articles"}]


def test_each_feed_is_subscribed_to_once(
    make_archived: Callable[..., ArchivedEntry], make_feed: Callable[..., Feed]
) -> None:
    """Two feeds of one name stay two, and every article stands with its own."""
    feeds = [make_feed(id=number, url=f"https://{number}.example/f") for number in (1, 2)]
    entries = [make_archived(number, feed=feeds[number % 2]) for number in range(6)]

    body = _written(*entries)

    assert [len(folder) for folder in body] == [4, 4]
    assert [folder[0].get("xmlUrl") for folder in body] == [
        "https://1.example/f",
        "https://2.example/f",
    ]


def test_articles_stand_newest_first_in_their_folder(
    make_archived: Callable[..., ArchivedEntry],
) -> None:
    """The order of the digest is kept inside every folder."""
    entries = [
        make_archived(day, entry={"title": str(day), "published_at": _SINCE.replace(day=day)})
        for day in (3, 9, 5)
    ]

    (folder,) = _written(*entries)

    assert [outline.get("text") for outline in folder][1:] == ["9", "5", "3"]


def test_an_article_without_a_title_is_called_by_what_there_is(
    make_archived: Callable[..., ArchivedEntry], make_bare: Callable[..., ArchivedEntry]
) -> None:
    """Headline, lead and address stand in for a title, in that order."""
    untitled = {"entry": {"title": "\x00"}}
    entries = [
        make_archived(5, **untitled),
        make_archived(4, **untitled, article={"headline": None}),
        make_archived(3, **untitled, article={"headline": None, "lead": " "}),
        make_bare(2),
    ]

    (folder,) = _written(*entries)

    assert sorted(outline.attrib["text"] for outline in folder[1:]) == [
        "It wins. By far.",
        "The wearable that wins",
        "Untitled",
        "https://example.org/1",
    ]


def test_a_section_without_a_heading_is_called_by_its_number(
    make_archived: Callable[..., ArchivedEntry],
) -> None:
    """Every outline has a text that can be seen."""
    (folder,) = _written(make_archived(article={"sections": (Section(7, 2, "\x07", "", ""),)}))

    assert folder[1][0].get("text") == "Section 7"


@pytest.mark.parametrize(
    ("tags", "category"),
    [
        (("a,b", "/a/b/", "a  b"), "a b"),
        (("one", "two words"), "one,two words"),
        ((",", "/"), None),
        ((), None),
    ],
)
def test_a_tag_is_one_category_and_no_path(
    make_archived: Callable[..., ArchivedEntry], tags: tuple[str, ...], category: str | None
) -> None:
    """Commas and slashes have a meaning there that they do not have in a tag."""
    (folder,) = _written(make_archived(entry={"tags": tags}))

    assert folder[1].get("category") == category


@settings(max_examples=150)
@given(hostile=st.lists(_HOSTILE, min_size=9, max_size=9), number=st.integers(-(10**9), 10**9))
def test_no_text_of_a_feed_or_page_breaks_the_document(
    make_archived: Callable[..., ArchivedEntry],
    make_feed: Callable[..., Feed],
    hostile: list[str],
    number: int,
) -> None:
    """Whatever stands in whatever field, the document is well formed, safe and the same twice."""
    a, b, c, d, e, f, g, h, i = hostile
    archived = make_archived(
        1,
        feed=make_feed(name=a, title=b, site_url=c, tags=(d, e)),
        entry={"title": f, "url": g, "tags": (h, i)},
        article={"headline": a, "lead": b, "sections": (Section(number, number, c, "", ""),)},
    )
    digest = build_digest([archived], since=_SINCE, until=_UNTIL, title=d)

    document = to_opml(digest)

    (folder,) = _check(document)
    assert len(folder) == 2
    assert document == to_opml(digest)


def test_a_digest_of_thousands_of_articles_is_written(
    make_archived: Callable[..., ArchivedEntry], make_feed: Callable[..., Feed]
) -> None:
    """Enormous titles and leads are kept out of attributes' way, and nothing is lost."""
    feeds = [make_feed(id=number, title="x" * 10_000) for number in range(50)]
    entries = [
        make_archived(number, feed=feeds[number % 50], article={"lead": "word " * 2000})
        for number in range(2000)
    ]

    body = _written(*entries)

    assert [len(folder) for folder in body] == [41] * 50
    assert all(len(outline.get(f"{_OWN}lead", "")) <= 300 for outline in body.iter("outline"))
