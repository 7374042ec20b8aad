"""Subscription lists: as others write them, as we do, and there and back."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from aggregator.errors import FeedError
from aggregator.feeds import OpmlImport, read_opml, write_opml
from aggregator.feeds._opml_read import NAMESPACE
from aggregator.model import Feed, FeedSpec, FullText

_NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def _read(outlines: str) -> OpmlImport:
    return read_opml(f'<opml version="2.0"><body>{outlines}</body></opml>'.encode())


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
    )


def test_folders_and_categories_are_tags() -> None:
    """The folders around a feed from the outside in, then the parts of its categories."""
    read = _read(
        "<outline text='News'><outline title='World'><outline text='A' title='B' type='x'"
        " xmlUrl='https://e.org/a' category='/Tech/Web, News'/></outline></outline>"
        "<outline XMLURL='https://e.org/b' text='https://e.org/b'/>"
    )

    assert read.feeds == (
        FeedSpec("https://e.org/a", name="B", tags=("News", "World", "Tech", "Web")),
        FeedSpec("https://e.org/b"),
    )


def test_a_feed_in_two_folders_is_one_feed_with_two_tags() -> None:
    """The repeat is told, and its tags go to the first."""
    read = _read(
        "<outline text='x'><outline xmlUrl='https://e.org/a'/></outline>"
        "<outline text='y'><outline xmlUrl='https://e.org/a'/></outline>"
    )

    assert read.feeds == (FeedSpec("https://e.org/a", tags=("x", "y")),)
    assert read.duplicates == ("https://e.org/a",)


def test_addresses_that_cannot_be_polled_are_told() -> None:
    """With the reason; what is no address of the web is never a feed."""
    read = _read(
        "<outline xmlUrl='file:///etc/passwd'/><outline xmlUrl='javascript:x'/>"
        "<outline xmlUrl=''/><outline xmlUrl='nonsense'/>"
    )

    assert read.feeds == ()
    assert [url for url, _ in read.rejected] == ["file:///etc/passwd", "javascript:x", "nonsense"]
    assert all("http" in reason for _, reason in read.rejected)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("feed://e.org/f", "http://e.org/f"),
        ("feed:https://e.org/f", "https://e.org/f"),
        ("feed://https://e.org/f", "https://e.org/f"),
        ("feed://https.org/f", "http://https.org/f"),
        (" https://e.org/f\n", "https://e.org/f"),
    ],
)
def test_the_feed_scheme_is_understood(written: str, meant: str) -> None:
    """Readers on the Mac export it in three spellings."""
    assert _read(f"<outline xmlUrl='{written}'/>").feeds[0].url == meant


_OUTLINE = "<outline text='R&D' xmlUrl='https://e.org/?a=1&b=2&copy=3'"


@pytest.mark.parametrize(
    "document",
    [
        f"<opml>{_OUTLINE}/></opml>".encode(),
        f"<?xml version='1.0' encoding='utf8'?><opml>{_OUTLINE}/></opml>".encode(),
        f"\n\n<?xml version='1.0' encoding='none'?><opml>{_OUTLINE}>".encode(),
        f"<opml>{_OUTLINE.replace('&', '&amp;')}/></opml>".encode(),
        f"<opml>{_OUTLINE.replace('&', '&#38;')}/></opml>".encode(),
        b"\xff\xfe" + f"<opml>{_OUTLINE}/>".encode("utf-16-le"),
    ],
    ids=["ampersand", "utf8", "cut", "named", "numeric", "wide"],
)
def test_broken_lists_are_read(document: bytes) -> None:
    """Unescaped ampersands, encodings that do not exist, junk in front, no end."""
    assert read_opml(document).feeds == (FeedSpec("https://e.org/?a=1&b=2&copy=3", name="R&D"),)


def test_html_entities_and_prefixes_are_understood() -> None:
    """A named character that XML does not know, and elements in a namespace."""
    read = read_opml(
        b"<o:opml xmlns:o='u'><o:outline o:text='Caf&eacute;&nbsp;x' o:xmlUrl='https://e.org/'/>"
    )

    assert read.feeds == (FeedSpec("https://e.org/", name="Café x"),)


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (b"<rss><channel/></rss>", "unknown"),
        (b"<html><a href='x'>", "html"),
        (b"", "unknown"),
        (b"text", "unknown"),
    ],
)
def test_other_documents_are_no_lists(document: bytes, kind: str) -> None:
    """Unless an address stands in them, only OPML is OPML."""
    with pytest.raises(FeedError) as caught:
        read_opml(document)

    assert caught.value.looks_like == kind
    assert read_opml(b"<opml/>") == OpmlImport(feeds=())


def test_hostile_lists_are_bounded() -> None:
    """A tower of folders, an entity bomb and a million attributes end in time."""
    tower = "".join(f"<outline text='f{number}'>" for number in range(200))
    feed = "<outline xmlUrl='https://e.org/'/>"
    bomb = "<!DOCTYPE o [<!ENTITY a 'x'><!ENTITY b '&a;&a;'>]>"
    started = time.process_time()

    deep = read_opml(f"<opml>{tower}{feed}".encode())
    read_opml(f"<opml>{feed}{'<outline>' * 200_000}".encode())
    exploding = read_opml(f"{bomb}<opml><outline text='&b;' xmlUrl='https://e.org/'/>".encode())
    wide = " ".join(f"a{number}='x'" for number in range(100_000))
    read_opml(f"<opml><outline {wide} xmlUrl='https://e.org/'/></opml>".encode())

    assert deep.feeds[0].tags == tuple(f"f{number}" for number in range(32))
    assert exploding.feeds[0].name == "&b;"
    assert time.process_time() - started < 10


def test_more_feeds_than_anyone_has_are_cut_and_told() -> None:
    """After a hundred thousand the reading stops, and the list says where."""
    outlines = "".join(f"<o xmlUrl='https://e.org/{number}'/>" for number in range(100_002))

    read = _read(outlines)

    assert len(read.feeds) == 100_000
    assert read.rejected[0][0] == "https://e.org/100000"


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
        f"{own}interval": "3600",
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


def test_what_xml_cannot_hold_is_left_out() -> None:
    """Control characters in a name do not stop an export."""
    document = write_opml(
        [_feed(FeedSpec("https://e.org/", name="a\x00\x1b\ufffeb", tags=("t\x07",)))],
        title="\x00",
        created_at=_NOW,
    )

    assert read_opml(document).feeds == (FeedSpec("https://e.org/", name="ab", tags=("t\x07",)),)


_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\t\n\r,/&<>\"'"),
    max_size=12,
)
_SPECS = st.builds(
    FeedSpec,
    url=st.from_regex(r"https?://e\.org/[a-z0-9?&=%./,'-]{0,20}", fullmatch=True),
    name=st.none() | _TEXT,
    tags=st.lists(_TEXT, max_size=4).map(tuple),
    is_enabled=st.booleans(),
    interval_s=st.integers(1, 10**8),
    full_text=st.sampled_from(FullText),
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


@given(st.text("<>/='\"& outlinexmlUrlhttps:e.#;", max_size=120) | st.binary(max_size=120))
def test_any_list_is_read_or_refused(junk: str | bytes) -> None:
    """No bytes raise anything but FeedError."""
    body = junk.encode() if isinstance(junk, str) else junk

    try:
        read = read_opml(b"<opml><outline " + body)
    except FeedError:
        return

    assert isinstance(read, OpmlImport)
