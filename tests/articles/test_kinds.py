"""Shells, stubs, consent pages, soft 404s and lists are named, and the feed's own text is taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from aggregator.articles import extract_article
from aggregator.model import Entry, PageKind
from tests.articles.conftest import LEAD, Story
from tests.articles.pages import kinds

_PAGES = {
    PageKind.SHELL: kinds.SHELLS,
    PageKind.PAYWALL: kinds.PAYWALLS,
    PageKind.CONSENT: kinds.CONSENTS,
    PageKind.MISSING: kinds.MISSING,
    PageKind.LISTING: kinds.LISTINGS,
}
_OTHERS = [
    pytest.param(kind, page, id=f"{kind}: {name}")
    for kind, pages in _PAGES.items()
    for name, page in pages.items()
]
_NOTHING_OF_IT = [case for case in _OTHERS if case.values[0] is not PageKind.PAYWALL]
_BEGINNINGS = [case for case in _OTHERS if case.values[0] is PageKind.PAYWALL]
_ARTICLES = [pytest.param(page, id=name) for name, page in kinds.ARTICLES.items()]
_URL = "https://ledger.example/2025/night-ferry"


@pytest.fixture
def anchor(story: Story, make_entry: Callable[..., Entry]) -> Entry:
    """The entry of a feed that tells the beginning of the story."""
    return make_entry(title=story.headline, summary=f"<p>{story.lead}</p>", url=_URL)


@pytest.mark.parametrize(("kind", "page"), _OTHERS)
def test_pages_in_the_place_of_an_article_are_named(kind: PageKind, page: str) -> None:
    """Without any help of a feed."""
    assert extract_article(page, url=_URL).page_kind is kind


@pytest.mark.parametrize(("kind", "page"), _NOTHING_OF_IT)
def test_the_feeds_own_text_is_the_article_then(kind: PageKind, page: str, anchor: Entry) -> None:
    """What the page shows besides is not mixed in."""
    article = extract_article(page, url=_URL, anchor=anchor)

    assert article.page_kind is kind
    assert (article.method, article.headline) == ("feed", anchor.title)
    assert (article.lead, article.sections) == (LEAD, ())


@pytest.mark.parametrize(("kind", "page"), _BEGINNINGS)
def test_of_a_paywalls_beginning_and_the_feeds_text_the_longer_is_taken(
    kind: PageKind, page: str, anchor: Entry, story: Story
) -> None:
    """A summary of one sentence is no better than the paragraphs that are free."""
    whole = replace(anchor, summary=story.html())
    short = replace(anchor, summary="<p>The ferry sails again.</p>")

    assert extract_article(page, url=_URL, anchor=whole).method == "feed"
    article = extract_article(page, url=_URL, anchor=short)
    assert (article.page_kind, article.method) == (kind, "page")


@pytest.mark.parametrize("page", _ARTICLES)
def test_articles_that_look_like_them_are_articles(page: str) -> None:
    """Words about errors, cookies, prices and scripts do not make a page one of the others."""
    article = extract_article(page, url=_URL)

    assert article.page_kind is PageKind.ARTICLE
    assert article.method == "page"
    assert "The keeper of the old lighthouse climbed the stairs" in article.lead


def test_a_shell_gives_the_article_that_it_states(anchor: Entry) -> None:
    """The body in JSON-LD is more than the feed's summary."""
    article = extract_article(kinds.SHELL_WITH_BODY, url=_URL, anchor=anchor)

    assert (article.page_kind, article.method) == (PageKind.SHELL, "jsonld")
    assert article.lead.startswith("The keeper of the old lighthouse")
    assert article.lead.endswith("the day on which they were born.")


def test_a_page_that_shows_what_the_feed_announced_is_an_article(
    make_entry: Callable[..., Entry],
) -> None:
    """A page without date and type that tells the entry's own words is no list."""
    story = kinds.ARTICLES["short news"].replace("article:published_time", "x")
    entry = make_entry(
        title="Lighthouse keeper retires",
        summary="Nobody had told the gulls. They sat on the railing and waited for the crusts that "
        "he used to throw to them after the weather report at half past seven.",
    )

    assert extract_article(story, url=_URL, anchor=entry).page_kind is PageKind.ARTICLE
