"""One article on ten kinds of pages is one article: the golden test.

It runs with a story of our own, and with any other of the same shape that GOLDEN_ARTICLE names: a
text file of a read time, a headline, a lead, headings each with a paragraph, and "Comments".
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from aggregator.articles import extract_article, to_html, to_text
from aggregator.model import Article
from tests.articles.conftest import Story
from tests.articles.golden import furniture
from tests.articles.golden.blogs import line_breaks, page_builder, wordpress
from tests.articles.golden.others import right_to_left, script_shell, table_layout, unclosed
from tests.articles.golden.publishers import amp_page, news_site, newsletter_platform

PAGES: tuple[Callable[[Story], str], ...] = (
    *(news_site, wordpress, newsletter_platform, page_builder, amp_page, table_layout),
    *(right_to_left, line_breaks, unclosed, script_shell),
)
_CHROME = (
    *(text for teaser in furniture.TEASERS for text in teaser),
    *(furniture.COOKIES, furniture.NEWSLETTER, furniture.AUTHOR, furniture.COPYRIGHT),
    *(furniture.ADVERTISEMENT, *furniture.COMMENTS, *furniture.NETWORKS[1:4]),
    *("Sign up", "Podcasts", "Imprint", "Estimated reading", "Mara Quill"),
)


def _stories() -> dict[str, Story]:
    stories = {"ours": Story()}
    if path := os.environ.get("GOLDEN_ARTICLE"):
        stories["golden"] = _read_story(Path(path))
    return stories


def _read_story(path: Path) -> Story:
    text = path.read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    _, headline, lead, *rest, _ = lines
    return Story(headline, lead, tuple(zip(rest[::2], rest[1::2], strict=True)))


_STORIES = _stories()


@pytest.fixture(params=_STORIES)
def golden(request: pytest.FixtureRequest) -> Story:
    """Our own article, and the one that is given."""
    return _STORIES[request.param]


@pytest.fixture(params=PAGES, ids=lambda page: page.__name__)
def article(request: pytest.FixtureRequest, golden: Story) -> Article:
    """What is made of the golden article on each kind of page."""
    return extract_article(request.param(golden), url="https://daily.example/markets/story")


def test_headline_and_minutes_are_those_of_the_article(article: Article, golden: Story) -> None:
    """Each page gives the same headline, the two minutes it states and the two it takes."""
    assert (article.headline, article.stated_minutes, article.read_minutes) == (
        golden.headline,
        2,
        2,
    )


def test_lead_and_sections_are_those_of_the_article(article: Article, golden: Story) -> None:
    """Each page gives the same lead and the same four sections, and nothing else."""
    assert article.lead == golden.lead
    assert [(s.heading, s.text) for s in article.sections] == list(golden.sections)


def test_nothing_around_the_article_is_left(article: Article) -> None:
    """No word of menus, boxes, teasers and comments stands in the article, shown or not."""
    shown = to_text(article) + to_html(article)

    assert "Comments" not in shown
    body = article.text + article.lead_html + "".join(s.html for s in article.sections)
    assert [text for text in _CHROME if text in body] == []


def test_language_and_direction_are_those_of_the_text(article: Article) -> None:
    """An English article stays one on an Arabic page and on pages that state no language."""
    assert (article.language or "").partition("-")[0] == "en"
    assert article.direction == "ltr"
