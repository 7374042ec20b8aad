"""Whether a feed gave the whole article is told by its length and by its end."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from aggregator.articles import is_whole
from aggregator.model import Entry

_SENTENCE = "The tide came in slowly and the boats began to lift from the mud. "  # 13 words
_Make = Callable[..., Entry]


def _body(words: int) -> str:
    return f"<p>{_SENTENCE * (words // 13 + 1)}</p>"


def test_a_content_beside_a_summary_is_whole(make_entry: _Make) -> None:
    """Who gives a summary and a clearly longer content means the content to be read."""
    assert is_whole(make_entry(content=_body(120), summary="The tide came in."))


def test_a_long_single_body_is_whole(make_entry: _Make) -> None:
    """An RSS description of the length of an article is the article."""
    assert is_whole(make_entry(summary=_body(300)))
    assert is_whole(make_entry(content=_body(300)))


def test_ideographs_count_as_words(make_entry: _Make) -> None:
    """A text without blanks has as many words as ideographs."""
    assert is_whole(make_entry(content="<p>" + "潮水慢慢涨了起来。" * 40 + "</p>"))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"title": "Only a title"},
        {"summary": _body(100)},
        {"content": _body(100), "summary": _body(100)},
        {"content": _body(50), "summary": "The tide came in."},
        {"content": "<p></p>" * 400},
        {"content": "<a href='/a'><img src='/b'></a>" * 300},
    ],
)
def test_short_bodies_are_not_whole(make_entry: _Make, fields: dict[str, str]) -> None:
    """Nothing, a teaser, the same teaser twice and mere markup need the page."""
    assert not is_whole(make_entry(**fields))


@pytest.mark.parametrize(
    "end",
    [
        "and then…",
        "and then ...",
        "[…]",
        "[&hellip;]",
        "<a href='/a'>Read more</a>",
        "(more)",
        "Continue reading <a href='/a'>The Tide</a> →",
        "[...] <p>The post T appeared first on C.</p>",
        "Weiterlesen",
    ],
)
def test_a_body_that_breaks_off_is_not_whole(make_entry: _Make, end: str) -> None:
    """However long, what ends like a teaser is one."""
    assert not is_whole(make_entry(content=f"{_body(400)}<p>So it was {end}</p>", summary="Short."))


@pytest.mark.parametrize(
    "end",
    ["He said… nothing.", "Read more books, he said.", "The post T appeared first on C."],
)
def test_a_body_that_ends_well_is_whole(make_entry: _Make, end: str) -> None:
    """Dots inside a last sentence, and the note of a blog, break nothing off."""
    assert is_whole(make_entry(content=f"{_body(400)}<p>{end}</p>", summary="Short."))


@pytest.mark.parametrize("body", ["<div>" * 200_000, "<p>\x00\ud800", "&" * 100_000, "<" * 100_000])
def test_hostile_bodies_are_only_not_whole(make_entry: _Make, body: str) -> None:
    """Whatever a feed sends, the answer is yes or no."""
    assert not is_whole(make_entry(content=body))
