"""Ranges: the facets that cover days and numbers name all of them and no other."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.search.terms import Document, date_tokens, has_exact_dates, number_of, number_tokens
from aggregator.search.terms._ranges import date_facets, number_facets

DAYS = st.dates(date(1968, 1, 1), date(2103, 1, 1))
COVERED = st.dates(date(1970, 1, 1), date(2100, 12, 31))
NUMBERS = st.none() | st.integers(-5, 130)
MANY = st.none() | st.integers(-5, 30_000)


def facets(day: date) -> set[str]:
    """The facets of an entry that was published at noon of a day."""
    return set(date_facets(datetime.combine(day, time(12), UTC)))


@given(st.none() | COVERED, st.none() | COVERED, COVERED)
def test_a_cover_is_exact(start: date | None, end: date | None, day: date) -> None:
    """A day has one of the facets of a range if it lies in it, and only then."""
    is_inside = (start is None or start <= day) and (end is None or day < end)

    assert bool(facets(day).intersection(date_tokens(start, end))) is is_inside


@given(DAYS, st.integers(0, 800), st.integers(-3, 803))
def test_a_cover_is_exact_near_its_borders(start: date, length: int, offset: int) -> None:
    """The same where it is hard: close to a border, across months, years and the edges."""
    end, day = start + timedelta(days=length), start + timedelta(days=offset)

    if 1970 <= day.year <= 2100:
        has_facet = bool(facets(day).intersection(date_tokens(start, end)))
        assert has_facet is (0 <= offset < length)


@given(st.none() | st.dates(), st.none() | st.dates(), st.dates())
def test_every_range_of_the_calendar_has_a_small_cover(
    start: date | None, end: date | None, day: date
) -> None:
    """Nothing raises, no day that lies in it is missed, and the facets are few."""
    tokens = date_tokens(start, end)

    assert len(tokens) == len(set(tokens)) < 220
    if (start is None or start <= day) and (end is None or day < end):
        assert facets(day).intersection(tokens)


@given(st.none() | st.dates(), st.none() | st.dates(), st.dates() | DAYS)
def test_where_facets_tell_more_than_the_range_that_is_known(
    start: date | None, end: date | None, day: date
) -> None:
    """Before 1970 and after 2100 a facet stands for many years."""
    is_inside = (start is None or start <= day) and (end is None or day < end)

    has_facet = bool(facets(day).intersection(date_tokens(start, end)))

    assert has_facet is is_inside or not has_exact_dates(start, end)


def test_most_ranges_need_no_comparison() -> None:
    """Only those with a border outside of the years that have facets of their own."""
    border, early, late = date(2026, 1, 1), date(1969, 12, 31), date(2101, 1, 2)

    assert has_exact_dates(border, None)
    assert has_exact_dates(date(1970, 1, 1), date(2101, 1, 1))
    assert has_exact_dates(date.min, border)
    assert not any(has_exact_dates(border, odd) for odd in (early, late, date.min))
    assert not any(has_exact_dates(odd, border) for odd in (early, late))


def test_whole_years_and_months_are_one_facet() -> None:
    """The cover of a year is that year, not its days."""
    assert date_tokens(date(2025, 1, 1), date(2026, 1, 1)) == ("y:2025",)
    assert date_tokens(date(2025, 2, 1), date(2025, 3, 1)) == ("m:202502",)
    assert date_tokens(date(2025, 2, 3), date(2025, 2, 3)) == ()


def test_days_are_those_of_utc() -> None:
    """An entry of an evening in the west is one of the next day."""
    evening = datetime(2026, 12, 31, 22, tzinfo=timezone(timedelta(hours=-5)))

    assert set(date_facets(evening)) == facets(date(2027, 1, 1))


@pytest.mark.parametrize("name", ["readtime", "words"])
@given(low=NUMBERS | MANY, high=NUMBERS | MANY, number=st.integers(0, 130) | st.integers(0, 30_000))
def test_a_cover_of_numbers_is_exact_when_it_says_so(
    name: str, low: int | None, high: int | None, number: int
) -> None:
    """It never misses a number of the range, and has no other where it is exact."""
    minutes, words = (number, 0) if name == "readtime" else (0, number)
    tokens, is_exact = number_tokens(name, low, high)

    has_facet = bool(set(number_facets(minutes, words)).intersection(tokens))

    is_inside = (low is None or low <= number) and (high is None or number <= high)
    assert has_facet or not is_inside
    assert is_inside or not has_facet or not is_exact


@pytest.mark.parametrize(
    ("name", "low", "high", "is_exact"),
    [
        ("readtime", None, 5, True),
        ("readtime", 3, 3, True),
        ("readtime", 61, None, True),
        ("readtime", 62, None, False),
        ("readtime", 5, 70, False),
        ("words", 1001, None, True),
        ("words", 1000, None, False),
        ("words", 101, 200, True),
        ("words", None, None, True),
        ("words", 20_001, 30_000, False),
    ],
)
def test_exactness_is_told(name: str, low: int | None, high: int | None, *, is_exact: bool) -> None:
    """Where the borders of a range are those of the facets no document need be looked at."""
    assert number_tokens(name, low, high)[1] is is_exact


def test_numbers_of_a_document() -> None:
    """Minutes and words are those of the document."""
    document = Document(
        1, "", "", "", "", "", (), datetime(2026, 1, 1, tzinfo=UTC), read_minutes=7, word_count=900
    )

    assert [number_of(document, name) for name in ("readtime", "words")] == [7, 900]
