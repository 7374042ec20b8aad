"""Our feeds as OPML: what others read of it, and there and back without loss."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from aggregator.feeds import OpmlImport, read_opml, write_opml
from aggregator.feeds.opml._own import NAMESPACE
from aggregator.model import Feed, FeedSpec, FullText, Identity, SiteRules

_NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def _feed(spec: FeedSpec, number: int = 1) -> Feed:
    return Feed(
        id=number,
        url=spec.url,
        name=spec.name,
        title="Its own title",
        site_url="https://e.org/",
        tags=spec.tags,
        is_enabled=spec.is_enabled,
        interval_s=spec.interval_s,
        full_text=spec.full_text,
        rules=spec.rules,
        identity=spec.identity,
    )


def test_other_readers_understand_what_we_write() -> None:
    """OPML 2.0 with text, title, type, both addresses, folders and categories."""
    spec = FeedSpec("https://e.org/f?a=1&b=2", name="R & D", tags=("Tech", "Web"), is_enabled=False)

    document = write_opml(
        [_feed(spec), _feed(FeedSpec("https://e.org/2"), 2)], title="Mine <3", created_at=_NOW
    )

    root = etree.fromstring(document)
    folder, plain = root.findall("body/outline")
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    assert root.findtext("head/title") == "Mine <3"
    assert root.findtext("head/dateCreated") == "Fri, 02 Jan 2026 03:04:05 GMT"
    assert (folder.get("text"), plain.get("text")) == ("Tech", "Its own title")
    outline = {str(name): str(value) for name, value in folder[0].attrib.items()}
    own = f"{{{NAMESPACE}}}"
    assert outline == {
        "text": "R & D",
        "title": "R & D",
        "type": "rss",
        "xmlUrl": "https://e.org/f?a=1&b=2",
        "htmlUrl": "https://e.org/",
        "category": "Tech,Web",
        f"{own}interval": "0",
        f"{own}fullText": "auto",
        f"{own}enabled": "false",
        f"{own}name": "R & D",
    }


def test_no_feeds_give_a_valid_list() -> None:
    """The format asks for one outline at least, and reading it gives no feeds."""
    document = write_opml([], title="", created_at=_NOW)

    assert len(etree.fromstring(document).findall("body/outline")) == 1
    assert read_opml(document) == OpmlImport(feeds=())


def test_passwords_are_not_exported() -> None:
    """A list is made to be given away."""
    document = write_opml(
        [_feed(FeedSpec("https://me:secret@e.org/f"))], title="x", created_at=_NOW
    )

    assert b"secret" not in document
    assert read_opml(document).feeds[0].url == "https://e.org/f"


def test_what_xml_cannot_hold_survives() -> None:
    """Control characters in a name stop no export, and come back."""
    document = write_opml(
        [_feed(FeedSpec("https://e.org/", name="a\x00\x1b\ufffeb", tags=("t\x07",)))],
        title="\x00",
        created_at=_NOW,
    )

    spec = FeedSpec("https://e.org/", name="a\x00\x1b\ufffeb", tags=("t\x07",))
    assert read_opml(document).feeds == (spec,)
    assert [one.get("text") for one in etree.fromstring(document).iter("outline")][-1] == "ab"


def test_what_would_reorder_a_line_is_not_shown() -> None:
    """Names and folders are read by people; what was taken away is kept in words of our own."""
    spec = FeedSpec("https://e.org/", name="a\u202eb\x9bc", tags=("t\u2066u/v", "\u200b"))

    document = write_opml([_feed(spec)], title="x\u202e", created_at=_NOW)

    assert not set(document.decode()) & set("\u202e\u2066\u200b\x9b")
    shown = [one.get("text") for one in etree.fromstring(document).iter("outline")]
    assert shown == ["tu", "v", "abc"]
    assert read_opml(document).feeds == (spec,)


def test_a_name_of_which_nothing_can_be_shown_is_the_address() -> None:
    """An outline needs a text."""
    document = write_opml(
        [_feed(FeedSpec("https://e.org/f", name="\u202e\x1b"))], title="x", created_at=_NOW
    )

    assert [one.get("text") for one in etree.fromstring(document).iter("outline")] == [
        "https://e.org/f"
    ]


def test_tags_with_slashes_are_folders_in_folders() -> None:
    """Feeds that share the way share its folders; read again the tag is one."""
    feeds = [
        _feed(FeedSpec("https://e.org/1", tags=("a/b", "c"))),
        _feed(FeedSpec("https://e.org/2", tags=("a/d",)), 2),
        _feed(FeedSpec("https://e.org/3", tags=("/",)), 3),
    ]

    document = write_opml(feeds, title="x", created_at=_NOW)

    root = etree.fromstring(document)
    outer, top = root.findall("body/outline")
    assert (outer.get("text"), [one.get("text") for one in outer]) == ("a", ["b", "d"])
    assert outer[0][0].get("xmlUrl") == "https://e.org/1"
    assert outer[0][0].get("category") == "a/b,c"
    assert top.get("xmlUrl") == "https://e.org/3"
    assert [spec.tags for spec in read_opml(document).feeds] == [("a/b", "c"), ("a/d",), ("/",)]


_CHARACTERS = st.characters() | st.sampled_from("\t\n\r,/&<>\"'[{\x1b\x9b\u202e\u2066\u200b")
_TEXT = st.text(_CHARACTERS, max_size=12)
_SELECTORS = st.lists(_TEXT, max_size=3).map(tuple)
_SPECS = st.builds(
    FeedSpec,
    url=st.from_regex(r"https?://e\.org/[a-z0-9?&=%./,'-]{0,20}", fullmatch=True),
    name=st.none() | _TEXT,
    tags=st.lists(_TEXT, max_size=4).map(tuple),
    is_enabled=st.booleans(),
    interval_s=st.integers(1, 10**8),
    full_text=st.sampled_from(FullText),
    rules=st.none() | st.builds(SiteRules, _SELECTORS, _SELECTORS, _SELECTORS),
    identity=st.none() | st.sampled_from(Identity),
)


@given(st.lists(_SPECS, max_size=8, unique_by=lambda spec: spec.url), _TEXT)
def test_writing_and_reading_loses_nothing(specs: list[FeedSpec], title: str) -> None:
    """Every field of every feed comes back, and the same feeds give the same bytes."""
    feeds = [_feed(spec, number) for number, spec in enumerate(specs)]

    document = write_opml(feeds, title=title, created_at=_NOW)
    read = read_opml(document)

    assert sorted(read.feeds, key=lambda spec: spec.url) == sorted(specs, key=lambda spec: spec.url)
    assert (read.duplicates, read.rejected) == ((), ())
    assert write_opml(feeds, title=title, created_at=_NOW) == document
