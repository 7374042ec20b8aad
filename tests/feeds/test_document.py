"""What a text is, and what of it feedparser is given."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import FeedError
from aggregator.feeds import parse_feed
from aggregator.feeds._document import open_document


def test_everything_before_the_root_is_left_out() -> None:
    """Blank lines, comments, instructions and a document type with brackets in its quotes."""
    document = open_document(
        "\n<!-- <rss> --><?xml version='1.0'?><?style a='>'?>"
        "<!DOCTYPE rss PUBLIC \"-//[>]\" 'x' [ <!-- don't ]> --> <!ELEMENT a (b)> ]>\n<rss>x</rss>"
    )

    assert (document.root, document.text) == ("rss", "<rss>x</rss>")


def test_harmless_entities_are_kept() -> None:
    """Those that stand for a few characters; none that name another, a file or an XML character."""
    document = open_document(
        '<!DOCTYPE rss [<!ENTITY nbsp "&#160;"><!ENTITY who \'Ann\'><!ENTITY amp "x">'
        '<!ENTITY two "&who;&who;"><!ENTITY % p "x"><!ENTITY f SYSTEM "file:///etc/passwd">'
        f'<!ENTITY long "{"x" * 100}">]><rss/>'
    )

    assert document.entities == {"nbsp": "\xa0", "who": "Ann"}
    assert b'<!ENTITY who "Ann">' in document.to_bytes()


def test_a_feed_below_an_error_message_is_found() -> None:
    """PHP prints its warnings as HTML above whatever follows."""
    document = open_document("<br />\n<b>Warning</b>: x in <b>y</b><?xml version='1.0'?><rss/>")

    assert document.text == "<rss/>"


@pytest.mark.parametrize(
    "page",
    [
        "<!DOCTYPE html><html><head><title>x</title>",
        "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>",
        "<HTML><body><rss>",
        "<h1>404</h1>",
        "Error <p>no</p>",
    ],
)
def test_a_page_is_told_from_a_feed(page: str) -> None:
    """Whatever its root, and even with a word of feeds in it."""
    with pytest.raises(FeedError) as caught:
        open_document(page)

    assert caught.value.looks_like == "html"


@pytest.mark.parametrize("text", ["plain", "\x89PNG <", "<>", "< rss>", "<?xml"])
def test_text_without_an_element_is_no_feed(text: str) -> None:
    """The kind is unknown, and that is what the error says."""
    with pytest.raises(FeedError) as caught:
        open_document(text)

    assert caught.value.looks_like == "unknown"


def test_what_xml_forbids_is_left_out() -> None:
    """Control characters and references to what is no character."""
    text = "<rss>\x00\x0b\ufffe1&#0;&#xB;&#xD800;&#1114112;&#x0000000041;&#9;&#9999999999999;</rss>"

    assert open_document(text).to_bytes().endswith(b"<rss>1&#x0000000041;&#9;</rss>")


@pytest.mark.parametrize(
    "head",
    [
        "\n" * 1_000_000,
        "<!DOCTYPE a [" + "\n" * 1_000_000 + "]>",
        "<!DOCTYPE a [" + "<!-- a -->" * 100_000,
        "<!DOCTYPE a [" + '"' * 500_001,
        "<!-- " * 200_000,
        "<?a " * 200_000,
        "<" * 1_000_000,
    ],
    ids=lambda head: head[:16],
)
def test_a_hostile_prolog_takes_no_time(head: str) -> None:
    """A megabyte of anything before the root is passed in linear time."""
    started = time.process_time()

    open_document(head + "<rss/>").to_bytes()

    assert time.process_time() - started < 5  # quadratic time would be hours


@given(st.text("<>!?-[]\"'aDOCTYPEhtmlrss &#;x0", max_size=80))
def test_any_text_is_a_document_or_refused(text: str) -> None:
    """Nothing but FeedError is raised, and the bytes are UTF-8."""
    try:
        document = open_document(text)
    except FeedError:
        return

    assert document.to_bytes().decode().startswith("<?xml")


_UNDECLARED = """<rss version='2.0'><channel><item><title>One</title><dc:creator>Ann</dc:creator>
<media:content url='https://a.example/x.png'/></item></channel></rss>"""
_PREFIXED = """<rss rss:version=2.0><rss:channel><rss:title>F</rss:title><rss:item>
<rss:title>One</rss:title><rss:guid rss:isPermaLink=true>https://a.example/1</rss:guid></rss:item>
</rss:channel></rss>"""


@pytest.mark.parametrize(("document", "path"), [(_UNDECLARED, "strict"), (_PREFIXED, "loose")])
def test_a_well_known_prefix_that_nobody_declared_loses_nothing(document: str, path: str) -> None:
    """Without the declaration the first would be read loosely, the second not at all."""
    parsed = parse_feed(document.encode())

    assert [entry.title for entry in parsed.entries] == ["One"]
    assert parsed.path == path


def test_a_declared_prefix_is_left_alone() -> None:
    """Whoever binds a prefix otherwise means that."""
    text = '<rss xmlns:dc="https://own.example/"><channel><dc:x/></channel></rss>'

    assert open_document(text).text == text
