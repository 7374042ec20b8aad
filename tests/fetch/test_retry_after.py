"""Retry-After in every form that RFC 9110 has, and in those that servers invent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetch._retry_after import LONGEST_WAIT, parse_retry_after

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("0", timedelta()),
        ("120", timedelta(minutes=2)),
        ("  120  ", timedelta(minutes=2)),
        ("120.5", timedelta(seconds=120.5)),
        ("120,5", timedelta(seconds=120.5)),
        ("+60", timedelta(minutes=1)),
        ("60s", timedelta(minutes=1)),
        ("60 seconds", timedelta(minutes=1)),
        ("-5", timedelta()),
        ("99999999999999999999", LONGEST_WAIT),
        ("Sun, 01 Mar 2026 13:00:00 GMT", timedelta(hours=1)),
        ("Sunday, 01-Mar-26 13:00:00 GMT", timedelta(hours=1)),
        ("Sun Mar  1 13:00:00 2026", timedelta(hours=1)),
        ("Sun, 01 Mar 2026 13:00:00 +0200", timedelta()),
        ("Sun, 01 Mar 2026 15:00:00 +0200", timedelta(hours=1)),
        ("Sun, 01 Mar 2026 13:00:00", timedelta(hours=1)),
        ("2026-03-01T13:00:00Z", timedelta(hours=1)),
        ("2026-03-01T13:00:00", timedelta(hours=1)),
        ("Thu, 01 Jan 1970 00:00:00 GMT", timedelta()),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_WAIT),
    ],
)
def test_a_stated_time_is_read(value: str, wait: timedelta) -> None:
    """Seconds, dates with and without a zone, the past as now, for ever as a year."""
    assert parse_retry_after(value, NOW) == NOW + wait


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        " ",
        "soon",
        "12 apples",
        "1e400",
        "nan",
        "١٢x",
        "Sun, 99 Foo 2026",
        "0x10",
        "9" * 4000,
    ],
)
def test_what_says_nothing_gives_nothing(value: str | None) -> None:
    """Then the caller's own rule for a bare 429 holds."""
    assert parse_retry_after(value, NOW) is None


@given(st.text(max_size=40) | st.from_regex(r"[0-9+\-.,:A-Za-z ]{0,30}", fullmatch=True))
def test_any_text_is_survived(value: str) -> None:
    """The answer is nothing or an aware UTC instant within a year from now."""
    retry_at = parse_retry_after(value, NOW)

    if retry_at is not None:
        assert retry_at.tzinfo is UTC
        assert NOW <= retry_at <= NOW + LONGEST_WAIT


def test_the_answer_is_utc_whatever_the_clock() -> None:
    """A caller's zone does not leak into what is stored."""
    now = NOW.astimezone(timezone(timedelta(hours=9)))

    retry_at = parse_retry_after("60", now)

    assert retry_at is not None
    assert retry_at.tzinfo is UTC
    assert retry_at == NOW + timedelta(seconds=60)
