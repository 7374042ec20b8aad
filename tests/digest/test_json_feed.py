"""Digests as JSON Feed: valid in the words of the specification, and complete."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.digest import build_digest, to_json_feed
from aggregator.model import ArchivedEntry, Enclosure, Extras, Feed, Section

_SINCE = datetime(2026, 11, 1, tzinfo=UTC)
_UNTIL = datetime(2026, 12, 1, tzinfo=UTC)
_HOSTILE = st.one_of(
    st.text(st.characters(exclude_categories=[]), max_size=30),
    st.sampled_from(
        [
            "\x00",
            "\ud800",
            "\udc80a",
            "]]>",
            "\u202e\u202dabc",
            '"\\',
            "</script>",
            "\ufeff",
            "\r\n",
        ]
    ),
)

_DOCUMENTATION = Path(__file__).parents[2] / "docs" / "digest.md"

_Validate = Callable[[bytes], dict[str, Any]]
_Written = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def written(validate_json_feed: _Validate) -> _Written:
    """The valid document that the given entries become."""

    def write(*entries: ArchivedEntry, query: str | None = None) -> dict[str, Any]:
        digest = build_digest(entries, since=_SINCE, until=_UNTIL, query=query)
        return validate_json_feed(to_json_feed(digest))

    return write


@pytest.mark.parametrize(
    "spoilt",
    [
        {"version": "https://jsonfeed.org/version/1"},
        {"title": None},
        {"link": "https://example.org/"},
        {"items": [{"id": "1"}]},
        {"items": [{"id": 1, "content_text": ""}]},
        {"items": [{"id": "1", "content_text": ""}, {"id": "1", "content_text": ""}]},
        {"items": [{"id": "1", "content_text": "", "url": None}]},
        {"items": [{"id": "1", "content_text": "", "date_published": "Sun, 22 Nov 2026"}]},
        {"items": [{"id": "1", "content_text": "", "authors": [{}]}]},
        {"items": [{"id": "1", "content_text": "", "attachments": [{"url": "https://a.b/"}]}]},
        {"items": [{"id": "1", "content_text": "", "_own": {"a.b": 1}}]},
        {"_1": {}},
    ],
)
def test_the_validator_refuses_what_the_specification_forbids(
    validate_json_feed: _Validate, spoilt: dict[str, object]
) -> None:
    """A check that passes everything would prove nothing below."""
    sound = {"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": []}

    validate_json_feed(json.dumps(sound).encode() + b"\n")
    with pytest.raises(AssertionError):
        validate_json_feed(json.dumps({**sound, **spoilt}).encode() + b"\n")


def test_an_item_says_all_that_the_format_has_a_word_for(
    written: _Written, make_archived: Callable[..., ArchivedEntry]
) -> None:
    """Titles are plain text, dates RFC 3339, and the content is the article's, not the feed's."""
    item = written(make_archived())["items"][0]

    own = item.pop("_aggregator")
    assert item.pop("id").startswith("urn:uuid:")
    assert item == {
        "url": "https://example.org/1",
        "title": "A wearable <wins> & more",
        "summary": "It wins. By far.",
        "content_html": (
            "<p>It wins.</p><p>By far.</p>\n<h2>Market &amp; share</h2>\n<p>A third.</p>\n"
            "<h3>Why</h3>\n<p>Price.</p>"
        ),
        "image": "https://example.org/1.png",
        "date_published": "2026-11-20T07:00:00Z",
        "date_modified": "2026-11-20T09:30:00Z",
        "authors": [{"name": "Ann"}, {"name": "Bob"}],
        "tags": ["wearables", "AC/DC, live"],
        "language": "en-GB",
        "attachments": [
            {
                "url": "https://example.org/1.mp3",
                "mime_type": "audio/mpeg",
                "title": "The talk",
                "size_in_bytes": 1234,
                "duration_in_seconds": 62,
            },
            {"url": "https://example.org/1.bin", "mime_type": "application/octet-stream"},
        ],
    }
    assert own == {
        "id": 1,
        "feed": "Example Tech",
        "headline": "The wearable that wins",
        "direction": "ltr",
        "read_minutes": 2,
        "words": 412,
        "lead": "It wins.\n\nBy far.",
        "sections": [
            {
                "n": 1,
                "level": 2,
                "heading": "Market & share",
                "anchor": "market-share",
                "is_pseudo": False,
                "text": "A third.",
            },
            {
                "n": 2,
                "level": 3,
                "heading": "Why",
                "anchor": None,
                "is_pseudo": True,
                "text": "Price.",
            },
        ],
        "provenance": {
            "feed_url": "https://example.org/feed.xml",
            "entry_key": "0" * 31 + "1",
            "first_seen_at": "2026-11-21T00:00:00Z",
            "content_hash": "fedcba9876543210fedcba9876543210",
            "method": "page",
            "page_kind": "article",
            "confidence": 0.875,
            "revisions": 3,
        },
    }


def test_a_digest_is_written_as_the_documentation_shows_it(
    validate_json_feed: _Validate, make_archived: Callable[..., ArchivedEntry]
) -> None:
    """The example that consumers read is what they get."""
    section = Section(1, 2, "Market share", "A third.", "<p>A third.</p>", "market-share")
    digest = build_digest(
        [make_archived(article={"sections": (section,)})],
        since=datetime(2026, 11, 19, 8, tzinfo=UTC),
        until=datetime(2026, 11, 20, 8, tzinfo=UTC),
    )

    feed = validate_json_feed(to_json_feed(digest))

    shown = _DOCUMENTATION.read_text(encoding="utf-8").partition("```json\n")[2]
    assert feed == json.loads(shown.partition("```")[0])


def test_the_top_says_what_was_chosen_and_from_where(
    written: _Written, make_archived: Callable[..., ArchivedEntry], make_feed: Callable[..., Feed]
) -> None:
    """Counts and minutes are sums over the items; no password leaves the archive."""
    other = make_feed(id=2, url="https://b.example/f", name="Another", site_url="javascript:x")
    entries = [make_archived(1), make_archived(2), make_archived(3, feed=other)]

    feed = written(*entries, query='"wearable" site:example.org')

    assert list(feed)[:2] == ["version", "title"]
    assert feed["title"] == "Digest 2026-11-01 to 2026-11-30"
    assert feed["_aggregator"] == {
        "about": "https://aggregator.example/ns/digest/1",
        "schema": 1,
        "since": "2026-11-01T00:00:00Z",
        "until": "2026-12-01T00:00:00Z",
        "query": '"wearable" site:example.org',
        "articles": 3,
        "read_minutes": 6,
        "feeds": [
            {
                "title": "Another",
                "xml_url": "https://b.example/f",
                "html_url": None,
                "articles": 1,
            },
            {
                "title": "Example Tech",
                "xml_url": "https://example.org/feed.xml",
                "html_url": "https://example.org/",
                "articles": 2,
            },
        ],
    }


def test_an_empty_digest_is_a_feed_without_items(written: _Written) -> None:
    """A day without news is no error."""
    feed = written()

    assert feed["items"] == []
    assert feed["_aggregator"]["articles"] == feed["_aggregator"]["read_minutes"] == 0


def test_what_is_not_known_is_left_out(
    written: _Written, make_bare: Callable[..., ArchivedEntry]
) -> None:
    """An entry without anything is still a valid item, dated by when it was first seen."""
    item = written(make_bare())["items"][0]

    assert set(item) == {"id", "content_text", "date_published", "_aggregator"}
    assert item["content_text"] == "Untitled"
    assert item["date_published"] == "2026-11-21T00:00:00Z"
    assert item["_aggregator"]["headline"] is None


def test_an_entry_that_is_only_a_title_has_it_as_content(
    written: _Written, make_archived: Callable[..., ArchivedEntry]
) -> None:
    """Plain text stays plain: it is not passed off as HTML."""
    bare = make_archived(entry={"title": "a < b"}, article={"lead_html": "\n", "sections": ()})

    item = written(bare)["items"][0]

    assert item["content_text"] == "a < b"
    assert "content_html" not in item


def test_a_post_without_a_title_takes_the_headline_and_byline_of_its_page(
    written: _Written, make_archived: Callable[..., ArchivedEntry]
) -> None:
    """What the feed does not say, the page may."""
    item = written(make_archived(entry={"title": None, "authors": (), "url": None}))["items"][0]

    assert item["title"] == "The wearable that wins"
    assert item["authors"] == [{"name": "Ann of the page"}]
    assert item["url"] == "https://example.org/1?full"


def test_a_page_may_say_when_it_was_changed_if_the_feed_does_not(
    written: _Written, make_archived: Callable[..., ArchivedEntry]
) -> None:
    """The feed's own word comes first."""
    modified = {"modified_at": _SINCE}
    silent = make_archived(1, entry={"updated_at": None}, article=modified)
    stated = make_archived(2, entry={"updated_at": _UNTIL}, article=modified)

    items = written(silent, stated)["items"]

    assert {item["_aggregator"]["id"]: item["date_modified"] for item in items} == {
        1: "2026-11-01T00:00:00Z",
        2: "2026-12-01T00:00:00Z",
    }


def test_a_heading_cannot_smuggle_markup_into_the_content(
    written: _Written, make_archived: Callable[..., ArchivedEntry]
) -> None:
    """Headings are plain text until they are escaped; their levels stay below the title's."""
    sections = (
        Section(1, 0, "<script>alert(1)</script>", "", ""),
        Section(2, 99, "\x00", "", "<p>x</p>"),
        Section(3, 99, "deep", "", ""),
    )

    item = written(make_archived(article={"lead_html": "", "sections": sections}))["items"][0]

    assert item["content_html"] == (
        "<h2>&lt;script&gt;alert(1)&lt;/script&gt;</h2>\n<p>x</p>\n<h6>deep</h6>"
    )


@pytest.mark.parametrize("claim", [None, 0, -5])
def test_a_size_that_is_none_is_not_told(
    written: _Written, make_archived: Callable[..., ArchivedEntry], claim: int | None
) -> None:
    """Feeds claim zero where they do not know."""
    enclosure = Enclosure("https://example.org/a", "Audio/MPEG; rate=1", claim)

    item = written(make_archived(entry={"enclosures": (enclosure,)}))["items"][0]

    assert item["attachments"] == [
        {"url": "https://example.org/a", "mime_type": "application/octet-stream"}
    ]


@settings(max_examples=150)
@given(hostile=st.lists(_HOSTILE, min_size=12, max_size=12), number=st.integers(-(10**9), 10**9))
def test_no_text_of_a_feed_or_page_breaks_the_document(
    validate_json_feed: _Validate,
    make_archived: Callable[..., ArchivedEntry],
    make_feed: Callable[..., Feed],
    hostile: list[str],
    number: int,
) -> None:
    """Whatever stands in whatever field, the document is valid, and the same the second time."""
    a, b, c, d, e, f, g, h, i, j, k, m = hostile
    feed = make_feed(name=a, title=b, site_url=c, tags=(d,))
    archived = make_archived(
        1,
        feed=feed,
        entry={
            "title": e,
            "url": f,
            "base_url": g,
            "authors": (h, h),
            "tags": (i, j),
            "language": k,
            "enclosures": (
                Enclosure(m, a, number, b, duration_s=number),
                Enclosure("https://example.org/a", m, title=c),
            ),
            "extras": Extras(images=(d, e)),
        },
        article={
            "headline": m,
            "lead": a,
            "lead_html": b,
            "byline": c,
            "image": d,
            "url": e,
            "language": f,
            "sections": (Section(number, number, g, h, i),),
        },
    )
    digest = build_digest([archived], since=_SINCE, until=_UNTIL, query=j, title=k)

    document = to_json_feed(digest)

    feed_read = validate_json_feed(document)
    assert len(feed_read["items"]) == 1
    assert document == to_json_feed(digest)


def test_thousands_of_articles_of_every_length_are_written(
    written: _Written, make_archived: Callable[..., ArchivedEntry]
) -> None:
    """A month of a large archive and one enormous article are one valid document."""
    enormous = make_archived(0, article={"lead": "x" * 5_000_000, "lead_html": "x" * 5_000_000})
    many = [
        make_archived(number, entry={"published_at": _SINCE + timedelta(seconds=number)})
        for number in range(1, 2000)
    ]

    feed = written(enormous, *many)

    assert len(feed["items"]) == 2000
    assert len(feed["items"][0]["content_html"]) > 5_000_000
    assert len(feed["items"][0]["summary"]) == 300
