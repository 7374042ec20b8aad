"""What a text is, and what of it feedparser is given."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import FeedError
from aggregator.feeds.document._document import open_document


def test_everything_before_the_root_is_left_out() -> None:
    """Blank lines, comments, instructions and a document type with brackets in its quotes."""
    document = open_document(
        "\n<!-- <rss> --><?xml version='1.0'?><?style a='>'?>"
        "<!DOCTYPE rss PUBLIC \"-//[>]\" 'x' [ <!-- don't ]> --> <!ELEMENT a (b)> ]>\n<rss>x</rss>"
    )

    assert (document.root, document.text) == ("rss", "<rss>x</rss>")


def test_declarations_of_entities_are_refused_and_told_of() -> None:
    """They may grow without end or name files; a document type without any is passed in silence."""
    bomb = (
        '<!DOCTYPE rss [<!ENTITY a "x"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///x">]><rss/>'
    )
    plain = '<!DOCTYPE rss PUBLIC "-//x" "https://a.example/rss.dtd" [<!ELEMENT rss ANY>]><rss/>'

    document = open_document(bomb)

    assert b"ENTITY" not in document.to_bytes()
    assert document.warnings == ("its declarations of entities were ignored",)
    assert open_document(plain).warnings == ()


_MESSAGE = "<br />\n<b>Warning</b>: x in <b>y</b><br />\n"


@pytest.mark.parametrize(
    "head",
    [
        _MESSAGE + "<?xml version='1.0'?>",
        _MESSAGE + "<?xml version='1.0'?>\n<?xml-stylesheet href='a'?><!-- html -->\n",
        "Warning: x in /y.php\n<!-- <html> --><?xml version='1.0'?>",
        "<!-- page <html> --><!-- -->\n<?php x ?>",
        "\ufeff\ufeff \0<?xml version='1.0'?>",
        "<!doctype html>",
        "<!-- never closed <? nor this ",
    ],
)
def test_a_feed_below_something_else_is_found(head: str) -> None:
    """PHP prints its warnings above whatever follows; templates leave comments and blanks."""
    document = open_document(head + "<rss><item/></rss>")

    assert (document.root, document.text) == ("rss", "<rss><item/></rss>")


@pytest.mark.parametrize(
    "feed",
    [
        "<rss version='2.0'/>",
        "<a:feed xmlns:a='http://www.w3.org/2005/Atom'/>",
        "<rdf:RDF\n  a='b'\n xmlns:rdf='x'/>",
        "<rss>\n<channel/></rss>",
    ],
)
def test_a_feed_below_a_message_needs_no_declaration(feed: str) -> None:
    """It says itself what it is, by its version, its namespace or its content."""
    assert open_document(_MESSAGE + feed).text == feed


@pytest.mark.parametrize(
    "page",
    [
        "<!DOCTYPE html><html><head><title>x</title>",
        "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>",
        "<HTML><body><rss>",
        "<xhtml:html><rss version='2.0'>",
        "<h1>404</h1>",
        "Error <p>no</p>",
        "<div>An <rss> has a <channel>, a <feed>has none</div>",
        "<p>" + "<rss" * 9,
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


def test_the_bytes_are_the_text_as_it_stands() -> None:
    """Nothing is mended before a parser has refused it: whole documents cost one copy."""
    text = "<rss>\x00é&#0;&nbsp; & <dc:a></rss> junk"

    declaration, _, rest = open_document(text).to_bytes().partition(b"\n")

    assert declaration == b"<?xml version='1.0' encoding='utf-8'?>"
    assert rest.decode() == text


@pytest.mark.parametrize(
    "head",
    [
        "\n" * 1_000_000,
        "<!DOCTYPE a [" + "\n" * 1_000_000 + "]>",
        "<!DOCTYPE a [" + "<!-- a -->" * 100_000,
        "<!DOCTYPE a [" + '"' * 500_001,
        "<!DOCTYPE a [" * 80_000,
        '<!DOCTYPE a ["' * 80_000,
        "<b/>" + "<?xml ?>" * 100_000 + "<!-- -->" * 100_000,
        "<b/>" + "<rss " * 200_000,
        "<b/><rss " + " " * 1_000_000,
        "<!-- " * 200_000,
        "<?a " * 200_000,
        "<" * 1_000_000,
    ],
    ids=lambda head: head[:16],
)
def test_a_hostile_prolog_takes_no_time(head: str) -> None:
    """A megabyte of anything before the root is passed in linear time."""
    started = time.process_time()

    with suppress(FeedError):
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
