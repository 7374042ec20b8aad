"""What is looked for in texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.search.plan import AnyOf, Phrase, compile_pattern, words_of
from aggregator.search.plan._patterns import MAX_PLACES, MAX_TEXT_CHARS
from aggregator.search.query import Not, Query, Words, parse_query
from aggregator.search.terms import Column


@pytest.mark.parametrize(
    ("typed", "texts"),
    [
        ("red car", ["red", "car"]),
        ("red RED red", ["red", "RED"]),
        ("red -blue", ["red"]),
        ("-(red blue)", []),
        ('red OR (blue "light green")', ["red", "blue", "light green"]),
        ("tag:x lang:en after:2026", []),
        ("title:red #x", ["red"]),
        ("-red -(-blue)", ["blue"]),
        ("/re[d]/ -/b.ue/", ["re[d]"]),
        ("!!!", []),
        ("", []),
    ],
)
def test_terms_are_what_is_wanted(typed: str, texts: list[str]) -> None:
    """In the order in which it was typed, without what is excluded."""
    assert [term.text for term in words_of(parse_query(typed), ("en",))] == texts


def test_a_term_says_how_it_is_found() -> None:
    """As a phrase in the index, as it was typed in the text."""
    word, quoted, prefix, pattern, common = words_of(
        parse_query('title:cars "red cars" electri* /r.d/ the'), ("en",)
    )

    assert word.plan == Phrase((("car",),), (Column.TITLE,))
    assert word.columns == (Column.TITLE,)
    assert not word.is_quoted
    assert quoted.is_quoted
    assert quoted.plan == Phrase((("red",), ("car",)))
    assert isinstance(prefix.plan, AnyOf)
    assert (pattern.pattern, pattern.plan) == ("r.d", AnyOf(()))
    assert [term.is_stop_word for term in (word, quoted, prefix, pattern, common)] == [
        False,
        False,
        False,
        False,
        True,
    ]


def test_what_is_negated_twice_is_wanted() -> None:
    """A tree need not be in normal form."""
    query = Query("", Not(Not(Words("red"))))

    assert [term.text for term in words_of(query, ())] == ["red"]


def test_quoted_stop_words_are_no_stop_words() -> None:
    """Who puts them in quotes wants them."""
    (term,) = words_of(parse_query('"to be"'), ("en",))

    assert not term.is_stop_word


def test_an_expression_looks_at_no_more_than_its_bounds() -> None:
    """However long a text is and however often it is found."""
    one, far = compile_pattern("x"), compile_pattern("y")

    assert one is not None
    assert far is not None
    assert len(list(one.places("x" * 5000))) == MAX_PLACES
    assert far.is_in("-" * (MAX_TEXT_CHARS - 1) + "y")
    assert not far.is_in("-" * MAX_TEXT_CHARS + "y")


def test_an_expression_finds_no_empty_places_and_counts_characters() -> None:
    """Places are those of the text, not of its UTF-8; a lone surrogate is a letter as any other."""
    expression = compile_pattern("b*")

    assert expression is not None
    assert list(expression.places("äb\ud800bb")) == [(1, 2), (3, 5)]


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_expression_is_looked_for_in_any_text(pattern: str, text: str) -> None:
    """Without an error; what is found stands in the text."""
    expression = compile_pattern(pattern)

    places = list(expression.places(text)) if expression else []

    assert all(0 <= start < end <= len(text) for start, end in places)
    assert not places or (expression is not None and expression.is_in(text))
