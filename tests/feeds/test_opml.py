"""Subscription lists as others write them, broken and hostile ones included."""

from __future__ import annotations

import gzip
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import FeedError
from aggregator.feeds import OpmlImport, read_opml
from aggregator.model import FeedSpec


def _read(outlines: str) -> OpmlImport:
    return read_opml(f'<opml version="2.0"><body>{outlines}</body></opml>'.encode())


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
        "<outline text='Empty' xmlUrl=''/><outline xmlUrl='nonsense'/>"
    )

    assert read.feeds == ()
    assert dict(read.rejected) == {
        "file:///etc/passwd": "no http or https address",
        "javascript:x": "no http or https address",
        "Empty": "its address is empty",
        "nonsense": "no http or https address",
    }


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


@pytest.mark.parametrize(
    "written",
    [
        "\ufeffhttps://e.org/f\u200b",
        " \u2060 https://e.org/f ",
        "&lt;https://e.org/f&gt;",
        "https://e.org/f&quot; title=&quot;x",
        "https://e.org/f&lt;/outline&gt;",
        "&quot;https://e.org/f\u200b&quot;",
    ],
)
def test_what_is_no_part_of_an_address_is_left_out(written: str) -> None:
    """Marks that nobody sees, brackets, what follows because a quote is missing."""
    assert _read(f"<outline xmlUrl='{written}'/>").feeds == (FeedSpec("https://e.org/f"),)


def test_what_is_no_part_of_a_line_is_left_out() -> None:
    """As in attributes; a mark in front makes no other word of an address."""
    read = read_opml("\u2060https://e.org/a\u200b\n \ufeff https://e.org/b \u200b \n".encode())

    assert [spec.url for spec in read.feeds] == ["https://e.org/a", "https://e.org/b"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("https://me:secret@e.org/f", None),
        ("My feed: https://me:secret@e.org/f", None),
        ("feed://me@e.org/", None),
        ("News @ nine", "News @ nine"),
        ("https://e.org/ by @ann", "https://e.org/ by @ann"),
    ],
)
def test_a_name_in_which_a_password_may_stand_is_none(title: str, name: str | None) -> None:
    """Names are shown and exported as they are."""
    read = _read(f"<outline text='{title}' xmlUrl='https://e.org/f'/>")

    assert read.feeds == (FeedSpec("https://e.org/f", name=name),)


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
    deeper = read_opml(f"<opml>{'<outline>' * 100_000}{feed}".encode())
    read_opml(f"<opml>{feed}{'<outline>' * 200_000}".encode())
    exploding = read_opml(f"{bomb}<opml><outline text='&b;' xmlUrl='https://e.org/'/>".encode())
    wide = " ".join(f"a{number}='x'" for number in range(100_000))
    read_opml(f"<opml><outline {wide} xmlUrl='https://e.org/'/></opml>".encode())

    assert deep.feeds[0].tags == tuple(f"f{number}" for number in range(32))
    assert deeper.feeds == (FeedSpec("https://e.org/"),)
    assert exploding.feeds[0].name == "&b;"
    assert time.process_time() - started < 10


def test_entities_are_never_expanded() -> None:
    """Neither those of other files nor those that hide a feed."""
    read = read_opml(
        b"<!DOCTYPE o [<!ENTITY f SYSTEM 'file:///etc/passwd'>"
        b"<!ENTITY x '<outline xmlUrl=\"https://e.org/x\"/>'>]>"
        b"<opml><outline text='&f;' xmlUrl='https://e.org/f'/>&x;</opml>"
    )

    assert read.feeds == (FeedSpec("https://e.org/f", name="&f;"),)


def test_more_tags_than_a_list_has_are_refused() -> None:
    """With the reason, before memory runs out."""
    with pytest.raises(FeedError, match="tags"):
        read_opml(b"<opml>" + b"<a>" * 2_000_001)


def test_more_feeds_than_anyone_has_are_cut_and_told() -> None:
    """After a hundred thousand the reading stops, and the list says where."""
    outlines = "".join(f"<o xmlUrl='https://e.org/{number}'/>" for number in range(100_002))

    read = _read(outlines)

    assert len(read.feeds) == 100_000
    assert read.rejected[0][0] == "https://e.org/100000"


def test_lists_come_packed_and_in_any_encoding() -> None:
    """gzip, UTF-16 with and without a mark, latin-1 under its name; two roots, none at all."""
    text = "<opml><outline text='é' xmlUrl='https://e.org/f'/></opml>"
    latin = f"<?xml version='1.0' encoding='iso-8859-1'?>{text}".encode("latin-1")
    documents = [gzip.compress(text.encode()), text.encode("utf-16"), text.encode("utf-16-be")]
    documents += [latin, f"{text}{text}".encode(), text[6:-7].encode()]

    for document in documents:
        assert read_opml(document).feeds == (FeedSpec("https://e.org/f", name="é"),)


def test_lines_of_addresses_are_a_list() -> None:
    """One in a line, as in newsboat's file with tags and a name, comments aside."""
    read = read_opml(
        b"# mine\r\nhttps://e.org/a\r\n\r\n"
        b'https://e.org/b tech "two words" "~The name"\nfeed://e.org/c\nexec:/bin/x\n'
    )

    assert read.feeds == (
        FeedSpec("https://e.org/a"),
        FeedSpec("https://e.org/b", name="The name", tags=("tech", "two words")),
        FeedSpec("http://e.org/c"),
    )
    assert read.rejected == (("exec:/bin/x", "no http or https address"),)


def test_archives_and_pages_are_refused_with_what_to_do() -> None:
    """A ZIP archive has to be unpacked, and an HTML page is named as one."""
    for document, words in (
        (b"PK\x03\x04...", "unpack"),
        (b"<!DOCTYPE html><p title='x'>Sign in", "HTML page"),
    ):
        with pytest.raises(FeedError, match=words):
            read_opml(document)


@given(st.text("<>/='\"& outlinexmlUrlhttps:e.#;", max_size=120) | st.binary(max_size=120))
def test_any_list_is_read_or_refused(junk: str | bytes) -> None:
    """No bytes raise anything but FeedError."""
    body = junk.encode() if isinstance(junk, str) else junk

    try:
        read = read_opml(b"<opml><outline " + body)
    except FeedError:
        return

    assert isinstance(read, OpmlImport)
