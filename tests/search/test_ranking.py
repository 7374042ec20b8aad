"""The order of hits: what the pure score promises, and what both databases make of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.search import MAX_RECENCY, Searcher
from aggregator.search._ranking import (
    HALF_LIFE,
    MIN_RUN,
    QUOTATION,
    Evidence,
    Weighing,
    longest_run,
    rarity,
    score,
)
from aggregator.search.terms import Column
from tests.search.conftest import NOW, Shelf

Find = Callable[..., list[int]]

TEXT = ["one", "two", "three", "four", "five", "six", "seven", "eight"]

counts = st.dictionaries(st.sampled_from(Column), st.integers(0, 50))
rarities = st.floats(0, 20)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Evidence, Weighing]:
    """What an article shows of some query, and how it is weighed."""
    terms = draw(st.lists(st.tuples(counts, rarities), min_size=1, max_size=4))
    words = draw(st.integers(0, 10))
    evidence = Evidence(
        id=1,
        occurrences=tuple(found for found, _ in terms),
        length=draw(st.integers(0, 100_000)),
        run=draw(st.integers(0, words)),
        sort_at=NOW - timedelta(days=draw(st.integers(-10, 20_000))),
    )
    mean_length = draw(st.floats(0, 10_000))
    return evidence, Weighing(tuple(rare for _, rare in terms), mean_length, words)


def _more(evidence: Evidence, at: int, column: Column) -> Evidence:
    """The same article with one more of the word number `at` in a column."""
    found = [dict(one) for one in evidence.occurrences]
    found[at % len(found)][column] = found[at % len(found)].get(column, 0) + 1
    return replace(evidence, occurrences=tuple(found))


@given(cases(), st.integers(0, 3), st.sampled_from(Column))
def test_one_more_occurrence_never_hurts(
    case: tuple[Evidence, Weighing], at: int, column: Column
) -> None:
    """Wherever it stands and however long the article is."""
    evidence, weighing = case

    assert score(_more(evidence, at, column), weighing) >= score(evidence, weighing) >= 0


@given(cases(), st.integers(1, 100_000))
def test_longer_text_never_helps(case: tuple[Evidence, Weighing], more: int) -> None:
    """Who says as much in fewer words comes first."""
    evidence, weighing = case

    longer = replace(evidence, length=evidence.length + more)

    assert score(longer, weighing) <= score(evidence, weighing)


@given(cases(), st.integers(0, 3))
def test_a_title_counts_more_than_a_heading_than_the_text(
    case: tuple[Evidence, Weighing], at: int
) -> None:
    """One more in a column of more weight is never worse."""
    evidence, weighing = case

    scores = [score(_more(evidence, at, column), weighing) for column in Column]

    assert scores == sorted(scores, reverse=True)


@given(cases())
def test_a_quotation_helps_within_its_share(case: tuple[Evidence, Weighing]) -> None:
    """The more words in a row the better; the whole query in a row gives the full share."""
    evidence, weighing = case

    scores = [score(replace(evidence, run=run), weighing) for run in range(weighing.words + 1)]

    assert scores == sorted(scores)
    most = QUOTATION * sum(weighing.rarities) if weighing.words >= MIN_RUN else 0
    assert scores[-1] - scores[0] == pytest.approx(most, abs=1e-6)


@given(cases(), st.floats(-1, 2), st.integers(0, 20_000))
def test_recency_takes_no_more_than_its_share(
    case: tuple[Evidence, Weighing], share: float, days: int
) -> None:
    """And nothing where it is off; of two that answer alike the newer one is never behind."""
    evidence, weighing = case
    plain = score(evidence, weighing)
    recent = replace(weighing, recency=share, now=NOW)

    weighed = score(evidence, recent)
    older = score(replace(evidence, sort_at=evidence.sort_at - timedelta(days=days)), recent)

    bounded = min(max(share, 0), MAX_RECENCY)
    assert plain * (1 - bounded) - 1e-9 <= older <= weighed <= plain
    assert score(evidence, replace(weighing, now=NOW)) == plain


def test_recency_halves_with_every_year() -> None:
    """As the name of its constant says."""
    evidence = Evidence(1, ({Column.BODY: 1},), 10, 0, NOW)
    weighing = Weighing((1.0,), 10.0, 1, MAX_RECENCY, NOW)
    fresh = score(evidence, weighing)

    old = score(replace(evidence, sort_at=NOW - 2 * HALF_LIFE), weighing)

    assert old / fresh == pytest.approx(1 - MAX_RECENCY * 3 / 4)


@given(st.integers(0, 10**7), st.integers(0, 10**7), st.integers(1, 10**7))
def test_rarer_words_say_more(one: int, other: int, documents: int) -> None:
    """Never less than nothing, also where an estimate is above the number of documents."""
    rare, common = sorted((one, other))

    assert rarity(rare, documents) >= rarity(common, documents) > 0
    assert math.isfinite(rarity(rare, documents))


@given(st.integers(0, 8), st.integers(0, 8), st.lists(st.sampled_from(TEXT), max_size=12))
def test_a_run_is_the_longest_that_stands_in_the_text(
    start: int, end: int, typed: list[str]
) -> None:
    """Each stretch of the text is its own run; what is typed has the longest of its stretches."""
    form = f" {' '.join(TEXT)} "
    stretch = TEXT[start:end]
    stands = [
        last - first
        for first in range(len(typed))
        for last in range(first + MIN_RUN, len(typed) + 1)
        if f" {' '.join(typed[first:last])} " in form
    ]

    assert longest_run(stretch, form) == (len(stretch) if len(stretch) >= MIN_RUN else 0)
    assert longest_run(typed, form) == max(stands, default=0)


def test_a_word_in_the_title_counts_more_than_in_a_heading_than_in_the_text(
    shelf: Shelf, find: Find
) -> None:
    """Where else the same words stand, the place decides."""
    shelf.put("needle x", title="y z", sections=[("hay", "hay")])
    shelf.put("x x", title="y z", sections=[("needle", "hay")])
    shelf.put("x x", title="needle z", sections=[("hay", "hay")])
    shelf.put(*["nothing"] * 20)

    assert find("needle") == [3, 2, 1]


def test_the_rarer_word_decides(shelf: Shelf, find: Find) -> None:
    """Of two articles with one of the words, that with the rarer one comes first."""
    shelf.put("quark alone here", *["common words here"] * 6)

    assert find("common quark")[0] == 1


def test_words_in_a_row_come_before_the_same_words_apart(shelf: Shelf, find: Find) -> None:
    """Who types a sentence finds where it stands, without quotation marks."""
    shelf.put(
        "the bridge over the river was closed for repairs today",
        "closed today: repairs for the river, over the bridge was",
    )

    assert find("bridge over the river was closed") == [1, 2]


def test_recency_is_off_unless_asked_for_and_breaks_ties(
    shelf: Shelf, find: Find, searcher: Searcher
) -> None:
    """Equal articles come as they were archived; asked for, the newest of them leads."""
    for year in (2016, 2026, 2006):
        shelf.put("a needle in hay", published_at=datetime(year, 1, 1, tzinfo=UTC))
    shelf.put("hay", title="needle", published_at=datetime(1996, 1, 1, tzinfo=UTC))

    assert find("needle") == [4, 3, 2, 1]
    assert find("needle", recency=0.1) == [4, 2, 1, 3]
    assert searcher.search("needle", recency=-5).hits == searcher.search("needle").hits
    assert searcher.search("needle", recency=9).hits == searcher.search("needle", recency=0.3).hits
