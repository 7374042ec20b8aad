"""The strict reader takes short cuts through feedparser; its answers are the same without them."""

from __future__ import annotations

import io
import os
import time
import xml.sax
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

import pytest
from feedparser.api import StrictFeedParser
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.feeds import parse_feed
from aggregator.feeds.grammar._reader import BREAKS, Reader, Reading, read_loosely
from aggregator.feeds.grammar._strict import MARK, read_strictly


class _Stock(Reader, StrictFeedParser):  # type: ignore[misc]
    """Our parser without the short cuts: called by `xml.sax`, as feedparser calls its own."""


def _read_by_sax(document: bytes) -> Reading:
    reader = _Stock("", None, "utf-8")
    driver = xml.sax.make_parser()  # noqa: S317 - what feedparser does, to compare
    driver.setFeature(xml.sax.handler.feature_namespaces, True)
    driver.setContentHandler(reader)
    source = xml.sax.xmlreader.InputSource()
    source.setByteStream(io.BytesIO(document))
    driver.parse(source)
    return Reading(dict(reader.feeddata), [dict(one) for one in reader.entries], reader.version)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _assert_equal(document: bytes) -> None:
    ours = read_strictly(document)
    try:
        stock = _read_by_sax(document)
    except (*BREAKS, xml.sax.SAXException):  # feedparser gives up the whole document
        return
    assert _plain(ours.feed) == _plain(stock.feed)
    assert _plain(ours.entries) == _plain(stock.entries)
    assert ours.version == stock.version


_NAMESPACES = (
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"'
    ' xmlns:i="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:a="http://www.w3.org/2005/Atom"'
    ' xmlns:x="http://www.w3.org/1999/xhtml" xmlns:odd="urn:odd" xmlns:cc="urn:not-cc"'
    ' xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
)
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_OPENINGS = {
    "rss": (f'<rss version="2.0"{_NAMESPACES}><channel>', "item", "</channel></rss>"),
    "atom": (f'<feed xmlns="http://www.w3.org/2005/Atom"{_NAMESPACES}>', "entry", "</feed>"),
    "rdf": (
        f'<rdf:RDF xmlns="http://purl.org/rss/1.0/" xml:lang="fr" xmlns:rdf="{_RDF}"{_NAMESPACES}>',
        "item",
        "</rdf:RDF>",
    ),
}
_NAMES = """title link description content:encoded summary content a:summary dc:creator dc:date
    dc:subject author name email uri category guid id pubDate updated published comments
    slash:comments media:thumbnail media:content media:title i:author i:summary i:keywords i:image
    source image url width rights copyright language enclosure textinput subtitle odd:thing
    cc:license unknown x:body generator"""
_ELEMENTS = tuple(_NAMES.split())
_ATTRIBUTES = (
    "",
    "",
    "",
    ' type="html"',
    ' type="xhtml"',
    ' type="text"',
    ' mode="base64"',
    ' href="../a?x=1&amp;y=2"',
    ' href="http://e.org/ü" rel="ALTERNATE" type="TEXT/HTML"',
    ' rel="enclosure" href="/f.mp3" length="12"',
    ' xml:base="http://b.example/dir/"',
    ' xml:lang="pt_BR"',
    ' xml:lang=""',
    ' term="t" label="l"',
    ' url="u" media:medium="image" isPermaLink="false"',
)
_LONG = "Long words, <b>bold</b> ones &amp; more, until there are enough of them to be a body. " * 3
_TEXTS = st.sampled_from(
    (
        "",
        "  plain \n text ",
        "&lt;p&gt;escaped&lt;/p&gt; &amp;amp; &#8217;",
        f"<![CDATA[ {_LONG} ]]>",
        f"<![CDATA[{_LONG}é\x85]]>",  # what was latin-1, and a control of windows-1252
        "caf\u00c3\u00a9 twice encoded",
        "ñandú",
        "日本語の本文",
        f"<div>{_LONG.replace('&amp;', 'x')}</div>",
        "<div xmlns='http://www.w3.org/1999/xhtml'><p>inline</p><br/></div>",
        "<svg xmlns='http://www.w3.org/2000/svg'><title>t</title></svg>",
        "Mon, 02 Jan 2006 15:04:05 GMT",
        "someone@e.org (Some One)",
        "\ufdd07\ufdd1",
        "PGI+eDwvYj4=",
    )
)


@st.composite
def _elements(draw: st.DrawFn, depth: int = 2) -> str:
    name, attributes = draw(st.sampled_from(_ELEMENTS)), draw(st.sampled_from(_ATTRIBUTES))
    inner = draw(_TEXTS)
    if depth and draw(st.integers(0, 4)) == 0:
        inner += "".join(draw(st.lists(_elements(depth - 1), max_size=3)))
    return f"<{name}{attributes}>{inner}</{name}>"


@st.composite
def _documents(draw: st.DrawFn) -> bytes:
    opening, item, end = _OPENINGS[draw(st.sampled_from(sorted(_OPENINGS)))]
    head = draw(st.lists(_elements(), max_size=4))
    items = [
        f"<{item}{draw(st.sampled_from(_ATTRIBUTES))}>{''.join(inner)}</{item}>"
        for inner in draw(st.lists(st.lists(_elements(), max_size=6), max_size=3))
    ]
    return "".join((opening, *head, *items, end)).encode()


@settings(deadline=None, max_examples=300)
@given(_documents())
def test_short_cuts_change_nothing(document: bytes) -> None:
    """Whatever elements, attributes and texts a feed is made of, the reading is feedparser's."""
    _assert_equal(document)


@pytest.mark.skipif("FEED_DOCUMENTS" not in os.environ, reason="FEED_DOCUMENTS names no folder")
def test_short_cuts_change_nothing_of_documents_at_hand() -> None:
    """The same for each well-formed document of a folder that the environment names."""
    for path in sorted(Path(os.environ["FEED_DOCUMENTS"]).iterdir()):
        document = path.read_bytes()
        try:
            document.decode()
            read_strictly(document)
        except (ExpatError, UnicodeError):
            continue
        _assert_equal(document)


def test_items_are_where_their_tags_are() -> None:
    """The byte ranges are those of the items, from the first bracket to that of the end tag."""
    item = "<item><title>é &lt;item&gt; <![CDATA[<item></item>]]></title></item >"
    items = f"{item} {item}<item/><item><a/></item>"
    document = f"<rss><channel><!-- <item/> -->{items}</channel></rss>".encode()
    reading = read_strictly(document)
    cut = [document[start:end].decode() for start, end in reading.items]
    assert cut == [item, item, "<item/>", "<item><a/></item>"]
    assert reading.depths == {3}


def test_marks_count_only_where_items_may_stand() -> None:
    """A mark in a comment, in a CDATA section or in an item stands for no item."""
    mark = MARK.decode()
    items = f"{mark}<item><title>a{mark}</title></item>{mark}"
    channel = f"<!--{mark}--><title><![CDATA[{mark}]]></title>{items}"
    reading = read_strictly(f"<rss><channel>{channel}</channel></rss>".encode())
    assert reading.marks == 2
    assert reading.depths == {3}
    elsewhere = read_strictly(f"<rss><channel><image>{mark}</image></channel></rss>".encode())
    assert elsewhere.depths == {4}


@pytest.mark.parametrize(
    "inner",
    [
        "<category><item></item>a</category>",
        "<link><item/>http://x</link>",
        "<psc:chapters xmlns:psc='http://podlove.org/simple-chapters'><psc:chapter/></psc:chapters>",
        "<source><item/></source><title>t</title>",
    ],
)
def test_elements_that_cross_cost_themselves_only(inner: str) -> None:
    """Where feedparser's handlers raise, the entry and its neighbours stay."""
    rest = "<item><title>next</title></item>"
    reading = read_strictly(f"<rss><channel><item>{inner}</item>{rest}</channel></rss>".encode())
    assert reading.entries[-1]["title"] == "next"


def test_a_document_that_is_no_xml_is_refused() -> None:
    """What expat refuses is told, so that it can be repaired."""
    with pytest.raises(ExpatError):
        read_strictly(b"<rss><channel><item></channel></rss>")


def test_a_document_that_is_too_deep_is_refused() -> None:
    """Two hundred thousand tags in one another are an attack; it is read by what is above them."""
    deep = "<item><title>above</title></item>" + "<a>" * 200_000 + "</a>" * 200_000
    document = f"<rss version='2.0'><channel>{deep}</channel></rss>".encode()

    with pytest.raises(ExpatError, match="500 deep"):
        read_strictly(document)
    feed = parse_feed(document)

    assert [entry.title for entry in feed.entries] == ["above"]
    assert (feed.path, feed.warnings) == (
        "repaired",
        ("not well-formed: elements stand more than 500 deep",),
    )


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "make",
    [
        lambda n: "<item>" + "".join(f"<category>{i}</category>" for i in range(n)) + "</item>",
        lambda n: f"<item><author>{'a.' * n}</author></item>",
        lambda n: ("<b>" * 400 + "</b>" * 400) * (n // 400),
        lambda n: "<item " + " ".join(f'a{i}="1"' for i in range(n)) + "/>",
        lambda n: "<item>" + "".join(f"<a xmlns:n{i}='urn:{i}'/>" for i in range(n)) + "</item>",
    ],
    ids=["tags", "person", "depth", "attributes", "namespaces"],
)
def test_nothing_needs_the_square_of_its_length(make: Any) -> None:
    """What would take minutes if each part were compared with all others ends in time."""
    read_strictly(f"<rss><channel>{make(100_000)}</channel></rss>".encode())


@pytest.mark.parametrize(
    "document",
    [
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><summary type='xhtml'>{}<p>a</p>"
        "</summary></entry></feed>".format(" <?x?>" * 200_000),
        "<rss xml:base='http://e.org/'>{}</rss>".format(
            ("<a xml:base='x/'>" * 400 + "</a>" * 400) * 75
        ),
        "<rss xml:base='http://e.org/{}'>{}</rss>".format(
            "x/" * 100_000, "<a xml:base='y'/>" * 30_000
        ),
        "<rss xml:base='http://e.org/{}'>{}</rss>".format(
            "x/" * 100_000, "<item><link>y</link></item>" * 3_000
        ),
        "<rss {}>{}</rss>".format(
            " ".join(f"xmlns:p{n}='u{n}'" for n in range(499)),
            "".join(f"<p498:t{n}/>" for n in range(30_000)),
        ),
    ],
    ids=[
        "blanks before XHTML",
        "nested bases",
        "long base",
        "links below a long base",
        "names of many namespaces",
    ],
)
def test_what_elements_inherit_takes_linear_time(document: str) -> None:
    """Half a megabyte in which each element is read in the light of all the others."""
    started = time.process_time()

    read_strictly(document.encode())

    assert time.process_time() - started < 5  # it takes up to 0.4; the square would be minutes


def test_a_language_longer_than_languages_are_is_none() -> None:
    """Each entry would keep all of it."""
    text = "<rss xml:lang='{}'><item xml:lang='{}'><title>x</title></item></rss>"

    reading = read_strictly(text.format("de", "x" * 101).encode())

    detail = reading.entries[0]["title_detail"]
    assert isinstance(detail, dict)
    assert detail["language"] == "de"


def test_a_base_longer_than_addresses_are_leaves_the_one_above() -> None:
    """Below it and after it, in either parser, links are relative to the address above."""
    text = (
        "<rss xml:base='http://e.org/a/'><channel>"
        f"<item xml:base='{'x/' * 400}'><link>one</link></item>"
        "<item xml:base='b/'><link>two</link></item></channel></rss>"
    )

    for reading in (read_strictly(text.encode()), read_loosely(text)):
        links = [item["link"] for item in reading.entries]
        assert links == ["http://e.org/a/one", "http://e.org/a/b/two"]


def test_behind_a_relative_base_links_are_as_before() -> None:
    """What stands in no base is joined with none, in either parser, whatever the feed's address."""
    text = (
        "<rss><channel><item xml:base='a/'><link>one</link></item>"
        "<item><link>two</link><guid>three</guid></item></channel></rss>"
    )
    url = "https://me:pw@e.org/b/"

    for reading in (read_strictly(text.encode(), url), read_loosely(text, url)):
        links = [item["link"] for item in reading.entries]
        assert links == ["https://e.org/b/a/one", "two"]
        assert reading.entries[1]["id"] == "three"
