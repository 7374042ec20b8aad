"""Days, months, years, intervals and durations as people type them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.search.query import And, Dates, Or, parse_query

TODAY = date(2026, 11, 22)


def day(text: str) -> date | None:
    """The day of that ISO text, None for ""."""
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize(
    ("typed", "start", "end"),
    [
        ("date:2026-11-22", "2026-11-22", "2026-11-23"),
        ("date:20261122", "2026-11-22", "2026-11-23"),
        ("date:2026/11/22", "2026-11-22", "2026-11-23"),
        ("date:2026-11-22T10:30:00Z", "2026-11-22", "2026-11-23"),
        ("date:2026-12", "2026-12-01", "2027-01-01"),
        ("date:2026/2", "2026-02-01", "2026-03-01"),
        ("date:2026", "2026-01-01", "2027-01-01"),
        ("date:today", "2026-11-22", "2026-11-23"),
        ("date:Yesterday", "2026-11-21", "2026-11-22"),
        ("date:7d", "2026-11-15", ""),
        ("date:2w", "2026-11-08", ""),
        ("date:3m", "2026-08-22", ""),
        ("date:1y", "2025-11-22", ""),
        ("date:36h", "2026-11-20", ""),
        ("date:P1Y2M3D", "2025-09-19", ""),
        ("date:2026-01/2026-02", "2026-01-01", "2026-03-01"),
        ("date:2026-01-05/07", "2026-01-05", "2026-01-08"),
        ("date:2026-01/", "2026-01-01", ""),
        ("date:/2026-01", "", "2026-02-01"),
        ("date:2026-01-01/P1M", "2026-01-01", "2026-02-01"),
        ("date:2026-01-31/1m", "2026-01-31", "2026-02-28"),
        ("date:P1M/2026-01-31", "2026-01-01", "2026-02-01"),
        ("date:P1Y/P1M", "2025-11-22", "2026-10-22"),
        ("date:P1W/", "2026-11-15", ""),
        ("date:/P1W", "", "2026-11-15"),
        ("date:7d/yesterday", "2026-11-15", "2026-11-22"),
        ("after:2026-11", "2026-11-01", ""),
        ("after:2026-11-22", "2026-11-22", ""),
        ("before:2026-11", "", "2026-11-01"),
        ("before:2026-11-22", "", "2026-11-22"),
        ("before:7d", "", "2026-11-15"),
        ('after:"2026-11-22"', "2026-11-22", ""),
        ("after:365d", "2025-11-22", ""),
        ("after:9999y", "0001-01-01", ""),
    ],
)
def test_days(typed: str, start: str, end: str) -> None:
    """`after:` has the day it names, `before:` has not; an interval has both its ends."""
    query = parse_query(typed, today=TODAY)

    assert query.node == Dates(day(start), day(end))
    assert query.notes == ()


@pytest.mark.parametrize(
    "value",
    [
        "2026-02-30",
        "2026-00",
        "0000",
        "99",
        "2026-1-1-1",
        "P",
        "d",
        "2026-01/x",
        "x/2026",
        "/",
        "1/2/3/4",
    ],
)
def test_what_names_no_day_is_a_word(value: str) -> None:
    """Days that no calendar has are looked for as words."""
    query = parse_query(f"date:{value}", today=TODAY)

    assert not isinstance(query.node, Dates)
    assert query.notes != ()


def test_an_interval_that_ends_before_it_begins_has_nothing() -> None:
    """It is said, too."""
    query = parse_query("date:2026-11/2026-10 a")

    assert isinstance(query.node, And)
    assert Or(()) in query.node.parts
    assert query.notes != ()


def test_several_dates_can_be_asked() -> None:
    """A group has one field."""
    assert parse_query("date:(2025 OR 2026)").node == parse_query("date:2025 OR date:2026").node


@given(first=st.dates(date(1970, 1, 1), date(2100, 1, 1)), days=st.integers(0, 800))
def test_an_interval_has_its_first_and_its_last_day(first: date, days: int) -> None:
    """For any two days."""
    last = first + timedelta(days=days)

    node = parse_query(f"date:{first}/{last}").node

    assert node == Dates(first, last + timedelta(days=1))


def test_today_is_the_day_in_utc() -> None:
    """Without a day of the caller's, that of the clock is taken."""
    node = parse_query("date:today").node

    assert isinstance(node, Dates)
    assert node.start is not None
    assert node.end == node.start + timedelta(days=1)
