"""The four feed documents, read with other people's parsers."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

import feedparser
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.demo import DemoArticle
from aggregator.demo._article import read_blocks
from aggregator.demo._catalogue import Catalogue
from aggregator.demo._content import PUBLICATIONS, Publication
from aggregator.demo._feeds import FeedSource, render_feed

BASE = "http://127.0.0.1:8000"
NOW = datetime(2025, 3, 14, 15, 9, 26, tzinfo=UTC)
NS = {
    "atom": "http://www.w3.org/2005/Atom",
    "rss": "http://purl.org/rss/1.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xhtml": "http://www.w3.org/1999/xhtml",
}
XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
RSS, ATOM, RDF, JSON = PUBLICATIONS
TITLE_PATHS = {
    RSS.slug: "channel/item/title",
    ATOM.slug: "atom:entry/atom:title",
    RDF.slug: "rss:item/rss:title",
}
# All that XML 1.0 can carry in one line: no controls, no surrogates, no U+FFFE and U+FFFF.
TITLES = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), min_size=1
)


@pytest.fixture
def catalogue() -> Catalogue:
    """A catalogue with everything published."""
    full = Catalogue(BASE, NOW)
    full.publish()
    return full


def parse(document: str | bytes) -> ET.Element:
    """The root of a document of ours; raises ParseError if it is not well-formed."""
    return ET.fromstring(document)  # noqa: S314 - our own words, not a stranger's


def articles_of(catalogue: Catalogue, publication: Publication) -> list[DemoArticle]:
    """The articles of one publication, newest first."""
    return [one for one in catalogue.articles if f"/{publication.slug}/" in one.url]


def document_of(catalogue: Catalogue, publication: Publication) -> bytes:
    """The feed of one publication as it is served."""
    return catalogue.render()[f"/{publication.slug}/{publication.feed_file}"].body


def render_alone(publication: Publication, articles: Iterable[DemoArticle]) -> bytes:
    """A feed of `articles` only."""
    home = f"{BASE}/{publication.slug}/"
    return render_feed(FeedSource(publication, home, home + "feed", tuple(articles), NOW))


def texts(root: ET.Element, path: str) -> list[str]:
    """The text of each element at `path`."""
    return [element.text or "" for element in root.iterfind(path, NS)]


@pytest.mark.parametrize("publication", PUBLICATIONS, ids=lambda one: one.feed_format)
def test_documents_are_well_formed_and_have_every_article(
    catalogue: Catalogue, publication: Publication
) -> None:
    """A strict parser finds as many items as the truth has, with the truth's titles."""
    articles = articles_of(catalogue, publication)
    document = document_of(catalogue, publication)

    if publication is JSON:
        titles = [item.get("title") for item in json.loads(document)["items"]]
    else:
        root = parse(document)
        titles = [html.unescape(one) for one in texts(root, TITLE_PATHS[publication.slug])]

    assert len(articles) >= 4
    assert titles == [one.title for one in articles]


@pytest.mark.parametrize(
    ("publication", "version"), [(RSS, "rss20"), (ATOM, "atom10"), (RDF, "rss10")]
)
def test_feedparser_agrees_about_format_links_and_languages(
    catalogue: Catalogue, publication: Publication, version: str
) -> None:
    """The parser that the program stands on recognises each XML feed without a complaint."""
    articles = articles_of(catalogue, publication)

    parsed = feedparser.parse(io.BytesIO(document_of(catalogue, publication)))

    assert (parsed.version, bool(parsed.bozo)) == (version, False)
    assert [urljoin(BASE, entry.link) for entry in parsed.entries] == [one.url for one in articles]
    assert len({entry.id for entry in parsed.entries}) == len(articles)


def test_rss_dates_name_the_same_instants_in_three_styles(catalogue: Catalogue) -> None:
    """GMT, an offset and the obsolete EST all occur and all lead to the truth."""
    written = texts(parse(document_of(catalogue, RSS)), "channel/item/pubDate")

    assert {date.rsplit(" ", 1)[1] for date in written} == {"GMT", "EST", "-0500"}
    assert [parsedate_to_datetime(date) for date in written] == [
        one.published_at for one in articles_of(catalogue, RSS)
    ]


def test_other_dates_carry_the_zone_of_their_editors(catalogue: Catalogue) -> None:
    """Atom, RSS 1.0 and JSON Feed write local time with an offset; RSS 1.0 without seconds."""
    atom = texts(parse(document_of(catalogue, ATOM)), "atom:entry/atom:published")
    rdf = texts(parse(document_of(catalogue, RDF)), "rss:item/dc:date")
    items = json.loads(document_of(catalogue, JSON))["items"]
    written = [(ATOM, atom, "+02:00"), (RDF, rdf, "+08:00")]
    written.append((JSON, [item["date_published"] for item in items], "+05:30"))

    for publication, dates, zone in written:
        truth = [one.published_at for one in articles_of(catalogue, publication)]
        assert [datetime.fromisoformat(date) for date in dates] == truth
        assert all(date.endswith(zone) for date in dates)
    assert all(re.fullmatch(r".*T\d\d:\d\d\+08:00", date) for date in rdf)


def test_some_articles_are_whole_and_some_are_summaries(catalogue: Catalogue) -> None:
    """RSS, Atom and RSS 1.0 carry both kinds, so that a poll must fetch some pages."""
    for publication in (RSS, ATOM, RDF):
        kinds = {one.is_whole_in_feed for one in articles_of(catalogue, publication)}
        assert kinds == {True, False}


@pytest.mark.parametrize(("publication", "item"), [(RSS, "channel/item"), (RDF, "rss:item")])
def test_content_encoded_is_the_article_or_absent(
    catalogue: Catalogue, publication: Publication, item: str
) -> None:
    """content:encoded holds the very HTML of a whole article and is missing otherwise."""
    root = parse(document_of(catalogue, publication))

    bodies = [one.findtext("content:encoded", None, NS) for one in root.iterfind(item, NS)]

    assert bodies == [
        one.html if one.is_whole_in_feed else None for one in articles_of(catalogue, publication)
    ]


def test_atom_carries_html_and_xhtml(catalogue: Catalogue) -> None:
    """Both ways of writing content occur and give the article's text."""
    entries = parse(document_of(catalogue, ATOM)).iterfind("atom:entry", NS)
    kinds = []

    for entry, article in zip(entries, articles_of(catalogue, ATOM), strict=True):
        content = entry.find("atom:content", NS)
        assert (content is not None) == article.is_whole_in_feed
        if content is None:
            continue
        kinds.append(content.get("type"))
        if content.get("type") == "xhtml":
            root = content.find("xhtml:div", NS)
            assert root is not None
            assert "".join(root.itertext()).split() == _words_of(article)
        else:
            assert content.text == article.html

    assert set(kinds) == {"html", "xhtml"}


def _words_of(article: DemoArticle) -> list[str]:
    return "".join(parse(f"<div>{article.html}</div>").itertext()).split()


def test_atom_links_are_relative_to_the_stated_base(catalogue: Catalogue) -> None:
    """Only with xml:base do an entry's links lead to its page."""
    root = parse(document_of(catalogue, ATOM))
    base = root.get(XML_BASE, "")

    links = [link.get("href", "") for link in root.iterfind("atom:entry/atom:link", NS)]

    assert not any(link.startswith("http") for link in links)
    assert [urljoin(base, link) for link in links] == [
        one.url for one in articles_of(catalogue, ATOM)
    ]


def test_rdf_lists_its_items_in_order(catalogue: Catalogue) -> None:
    """The sequence of the channel names every item once, newest first."""
    root = parse(document_of(catalogue, RDF))
    resource = f"{{{NS['rdf']}}}resource"

    order = [one.get(resource) for one in root.iterfind("rss:channel/rss:items/rdf:Seq/rdf:li", NS)]

    assert order == [one.url for one in articles_of(catalogue, RDF)]


def test_json_items_leave_out_what_they_do_not_have(catalogue: Catalogue) -> None:
    """The untitled note has no title key at all; no key is empty or null."""
    document = json.loads(document_of(catalogue, JSON))

    untitled = [item for item in document["items"] if "title" not in item]

    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["id"] for item in untitled] == ["marginalia-untitled-kettle"]
    assert all(all(item.values()) for item in document["items"])


@pytest.mark.parametrize("publication", PUBLICATIONS, ids=lambda one: one.feed_format)
def test_a_new_article_leaves_the_others_as_they_were(publication: Publication) -> None:
    """Publishing adds one item; every line of the old items is still there."""
    catalogue = Catalogue(BASE, NOW)
    before = document_of(catalogue, publication).decode()

    catalogue.publish()

    after = document_of(catalogue, publication).decode()
    lost = set(before.splitlines()) - set(after.splitlines())
    assert len(after) > len(before)
    assert all(re.search("lastBuildDate|^<updated>", line) for line in lost)


@given(TITLES)
@example("R&amp;D <b>bold</b> ]]> – $title")
def test_any_title_survives_every_format(title: str) -> None:
    """Ampersands, brackets, quotes and CDATA ends in a title come out as they went in."""
    article = replace(Catalogue(BASE, NOW).articles[0], title=title)

    rss, atom, rdf = (
        parse(render_alone(publication, [article] * 3)) for publication in (RSS, ATOM, RDF)
    )

    # In RSS every second title is HTML, the others are plain: real feeds do both.
    as_html, plain, as_html_too = texts(rss, "channel/item/title")
    assert [html.unescape(as_html), plain, html.unescape(as_html_too)] == [title] * 3
    assert [html.unescape(one) for one in texts(atom, "atom:entry/atom:title")] == [title] * 3
    assert texts(rdf, "rss:item/rss:title") == [title] * 3
    assert json.loads(render_alone(JSON, [article]))["items"][0]["title"] == title


@pytest.mark.parametrize(("publication", "item"), [(RSS, "channel/item"), (RDF, "rss:item")])
def test_a_body_full_of_cdata_ends_stays_whole(publication: Publication, item: str) -> None:
    """A body of a megabyte with the end mark of CDATA in it is carried unchanged."""
    body = "<p>]]&gt; ]]></p>" * 60_000
    article = replace(Catalogue(BASE, NOW).articles[0], html=body, is_whole_in_feed=True)

    root = parse(render_alone(publication, [article]))

    assert texts(root, f"{item}/content:encoded") == [body]


def test_summaries_are_html_in_every_feed(catalogue: Catalogue) -> None:
    """What a summary says reaches the reader as the words that were written."""
    written = texts(parse(document_of(catalogue, RDF)), "rss:item/rss:description")

    assert [read_blocks(one) for one in written] == [
        read_blocks(one.summary) for one in articles_of(catalogue, RDF)
    ]
