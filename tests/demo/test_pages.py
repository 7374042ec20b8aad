"""The HTML pages: the article is all there, and so is everything around it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import lxml.html
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.demo import DemoArticle
from aggregator.demo._catalogue import Catalogue
from aggregator.demo._content import PUBLICATIONS, Publication
from aggregator.demo._pages import render_front_page, render_page
from aggregator.text import collapse_whitespace

BASE = "http://127.0.0.1:8000"
CATALOGUE = Catalogue(BASE, datetime(2025, 3, 14, 15, 9, 26, tzinfo=UTC))
CATALOGUE.publish()
PAGES = {path: resource.body for path, resource in CATALOGUE.render().items()}
XIAOMI = next(one for one in CATALOGUE.articles if "Xiaomi" in (one.title or ""))


def parse(document: bytes) -> Any:
    """A page as another parser than ours reads it."""
    return lxml.html.document_fromstring(document)


def page_of(article: DemoArticle) -> Any:
    """The page of `article`."""
    return parse(PAGES[article.url.removeprefix(BASE)])


def seen(element: Any) -> str:
    """All text under `element` in one line."""
    return collapse_whitespace(" ".join(element.itertext()))


@pytest.mark.parametrize("article", CATALOGUE.articles, ids=lambda one: one.key)
def test_a_page_carries_its_whole_article(article: DemoArticle) -> None:
    """Each block stands on the page, in order, under the right language and direction."""
    page = page_of(article)
    text, position = collapse_whitespace(page.text_content()), 0

    for _, block in article.blocks:
        position = text.index(block, position) + len(block)

    assert page.get("lang") == article.language
    assert page.get("dir") == ("rtl" if article.language == "ar" else "ltr")
    assert [collapse_whitespace(h1.text_content()) for h1 in page.iter("h1")] == (
        [article.title] if article.title else []
    )


def test_the_news_page_has_all_that_stands_around_an_article() -> None:
    """Navigation, read time, share buttons, related articles and comments surround the news."""
    page = page_of(XIAOMI)

    assert "Front page" in seen(page.find(".//nav"))
    assert [seen(one) for one in page.find_class("read-time")] == ["2 Minutes"]
    assert len(page.find_class("share")) == 2
    assert "Night ferry" in seen(page.find_class("related")[0])
    assert "Comments" in [seen(h2) for h2 in page.iter("h2")]
    assert "gullwatcher" in seen(page.find_class("comments")[0])


def test_what_surrounds_an_article_is_no_part_of_the_truth() -> None:
    """Labels, comments and related headlines are not among the words that tests expect."""
    for word in ("gullwatcher", "Share", "Comments", "Front page", "2 Minutes"):
        assert word not in XIAOMI.text


def test_one_minute_is_singular() -> None:
    """A short news article is labelled with "1 Minute"."""
    short = next(one for one in CATALOGUE.articles if "Night ferry" in (one.title or ""))

    assert [seen(one) for one in page_of(short).find_class("read-time")] == ["1 Minute"]


def test_the_looks_differ() -> None:
    """News, weblog and plain pages each have marks that the others lack."""
    marks = {"harbour-wire": "story-body", "werkbank": "entry-content", "lantern": "<hr/>"}

    for article in CATALOGUE.articles:
        found = {
            mark for mark in marks.values() if mark in PAGES[article.url[len(BASE) :]].decode()
        }
        slug = article.url.removeprefix(BASE).split("/")[1]
        assert found == {marks.get(slug, "<hr/>")}


def test_pages_are_not_changed_by_later_articles() -> None:
    """Publishing changes front pages and feeds, never the page of an older article."""
    catalogue = Catalogue(BASE, datetime(2025, 3, 14, tzinfo=UTC))
    before = catalogue.render()

    catalogue.publish()

    after = catalogue.render()
    changed = {path for path in before if before[path] != after[path]}
    homes = {f"/{one.slug}/" for one in PUBLICATIONS}
    feeds = {url.removeprefix(BASE) for url in catalogue.feed_urls}
    assert changed - {"/", "/robots.txt"} == homes | feeds


@pytest.mark.parametrize("path", [path for path, body in PAGES.items() if b"<html" in body])
def test_pages_ask_no_other_server(path: str) -> None:
    """Every address on a page belongs to this site and is served; scripts do not occur."""
    page = parse(PAGES[path])
    page.make_links_absolute(BASE + path)

    links = [link.split("#")[0] for _, _, link, _ in page.iterlinks()]

    assert links
    assert all(link.removeprefix(BASE) in PAGES for link in links)
    assert not re.search(rb"<script|@import|url\(", PAGES[path])


def test_the_start_page_leads_to_every_feed() -> None:
    """The feeds can be discovered from the root, with their types."""
    page = parse(PAGES["/"])
    links = page.xpath("//link[@rel='alternate']")

    assert [link.get("href") for link in links] == list(CATALOGUE.feed_urls)
    assert len({link.get("type") for link in links}) == 4


@pytest.mark.parametrize("publication", PUBLICATIONS, ids=lambda one: one.slug)
def test_a_front_page_leads_to_its_feed_and_articles(publication: Publication) -> None:
    """Each publication names one feed and links to all its articles."""
    page = parse(PAGES[f"/{publication.slug}/"])
    mine = [one for one in CATALOGUE.articles if f"/{publication.slug}/" in one.url]

    feeds = [link.get("href") for link in page.xpath("//link[@rel='alternate']")]

    assert feeds == [mine[0].feed_url]
    assert [link.get("href") for link in page.iter("a")] == [one.url for one in mine]


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1))
@example('R&amp;D </h1><script>alert(1)</script> "$title"')
def test_any_title_is_shown_as_text(title: str) -> None:
    """Markup, quotes and dollar signs in a title stay text in every look."""
    article = replace(XIAOMI, title=title, author=title, tags=(title,))

    for publication in PUBLICATIONS:
        page = parse(render_page(article, publication, [article]))
        front = parse(render_front_page(publication, BASE, [article]))
        assert [h1.text_content() for h1 in page.iter("h1")] == [title]
        assert [link.text_content() for link in front.iter("a")] == [title]
