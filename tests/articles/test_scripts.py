"""Articles in twelve languages and seven scripts, on three kinds of pages."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from aggregator.articles import extract_article, to_html
from aggregator.model import Article
from tests.articles.pages.templates import (
    LANGUAGES,
    LocalStory,
    newspaper,
    plain_divs,
    read_local_story,
    weblog,
)

_THAI_LETTER = re.compile(r"[\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46]")
_IDEOGRAPH = re.compile(r"[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@pytest.fixture(params=LANGUAGES)
def local(request: pytest.FixtureRequest) -> LocalStory:
    """The story of each language."""
    return read_local_story(request.param)


@pytest.fixture(params=(newspaper, plain_divs, weblog), ids=lambda page: page.__name__)
def article(request: pytest.FixtureRequest, local: LocalStory) -> Article:
    """What is made of the story on each kind of page."""
    page: Callable[[LocalStory], str] = request.param
    return extract_article(page(local).encode(), url="https://paper.example/2025/story")


def _minutes(text: str) -> int:
    """What the formula gives, with words counted the simple way: between blanks and ideographs.

    Thai has no blanks between words, and three letters a word.
    """
    ideographs = len(_IDEOGRAPH.findall(text))
    if letters := len(_THAI_LETTER.findall(text)):
        return math.ceil(letters / 3 / 265)
    words = len([word for word in _IDEOGRAPH.sub(" ", text).split() if re.search(r"\w", word)])
    return math.ceil(words / 265 + ideographs / 500)


def test_headline_lead_and_sections_are_whole(article: Article, local: LocalStory) -> None:
    """In each script the article comes out as it was written."""
    assert article.headline == local.headline
    assert article.lead == local.lead
    assert [(s.heading, s.text) for s in article.sections] == local.sections


def test_nothing_around_the_article_is_left(article: Article, local: LocalStory) -> None:
    """Cookie text, boxes, related titles, comments and buttons go in every language."""
    shown = article.text + to_html(article)

    assert [text for text in local.chrome if text in shown] == []
    assert local.comments_label not in article.text
    assert local.related_label not in article.text
    assert local.stated not in article.text


def test_language_and_direction_are_those_of_the_text(article: Article, local: LocalStory) -> None:
    """They are right where the page states them, where it states nothing and where it is wrong."""
    assert (article.language or "").partition("-")[0] == local.language
    assert article.direction == local.direction


def test_author_and_date_are_found(article: Article, local: LocalStory) -> None:
    """The author's name is bare, the date is an instant in UTC."""
    assert article.byline == local.byline
    assert article.published_at == datetime(2025, 5, 4, 22, 30, tzinfo=UTC)


def test_read_minutes_follow_the_formula(article: Article, local: LocalStory) -> None:
    """Words and ideographs are timed apart; the three minutes that the page states are kept."""
    assert article.read_minutes == _minutes(f"{local.headline}\n{local.text}")
    assert article.stated_minutes == 3
