"""Until when an answer is fresh, with the values that servers really send."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetch._freshness import LONGEST_FRESH, find_fresh_until

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def fresh_s(**headers: str) -> float | None:
    """The seconds for which an answer with `headers` is fresh."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    until = find_fresh_until(named, NOW)
    return None if until is None else (until - NOW).total_seconds()


@pytest.mark.parametrize(
    ("cache_control", "seconds"),
    [
        ("max-age=3600", 3600),
        ("public, max-age=3600, must-revalidate", 3600),
        ("MAX-AGE=3600", 3600),
        ('max-age="3600"', 3600),
        ("private,max-age=1", 1),
        ("max-age=60, max-age=3600", 60),
        (" , max-age = 60", 60),
        ("s-maxage=3600", None),
        ("s-maxage=3600, max-age=60", 60),
        ("max-age=0", None),
        ("no-cache, max-age=3600", None),
        ("max-age=3600, no-store", None),
        ('no-cache="set-cookie", max-age=3600', None),
        ("max-age=-1", None),
        ("max-age=1h", None),
        ("max-age=3600.5", None),
        ("max-age=", None),
        ("max-age", None),
        ("max-age=٣٦", None),
        ("x-max-age=60", None),
        ('ext="max-age=60"', None),
        ("max-age=31536000", LONGEST_FRESH.total_seconds()),
        ("max-age=99999999999999999999", LONGEST_FRESH.total_seconds()),
        ("max-age=" + "9" * 400, None),
        ("", None),
    ],
)
def test_a_lifetime_is_read_or_there_is_none(cache_control: str, seconds: float | None) -> None:
    """What says nothing, or cannot be read, is not fresh; years are a week."""
    assert fresh_s(cache_control=cache_control) == seconds


@pytest.mark.parametrize(
    ("age", "seconds"),
    [
        ("60", 540),
        ("0", 600),
        ("600", None),
        ("900", None),
        ("-5", 600),
        ("x", 600),
        ("60, 9", 540),
    ],
)
def test_an_answer_may_be_old_already(age: str, seconds: float | None) -> None:
    """What a cache on the way has kept it for is taken off."""
    assert fresh_s(cache_control="max-age=600", age=age) == seconds


def http_date(hours: float) -> str:
    """The date `hours` from now as HTTP writes it."""
    return format_datetime(NOW + timedelta(hours=hours), usegmt=True)


@pytest.mark.parametrize(
    ("expires", "date", "seconds"),
    [
        (http_date(1), http_date(0), 3600),
        (http_date(1), "", 3600),
        (http_date(1), "yesterday", 3600),
        # A server whose clock is a day late means an hour all the same.
        (http_date(-23), http_date(-24), 3600),
        (http_date(-1), http_date(0), None),
        (http_date(0), http_date(0), None),
        ("0", http_date(0), None),
        ("-1", "", None),
        ("Sunday, 01-Mar-26 13:00:00 GMT", "", 3600),
        ("Thu, 32 Foo 2026 99:00:00 GMT", "", None),
        (http_date(24 * 365), "", LONGEST_FRESH.total_seconds()),
    ],
)
def test_a_date_of_expiry_is_read_by_the_servers_own_clock(
    expires: str, date: str, seconds: float | None
) -> None:
    """Less its own date; a broken one is none."""
    assert fresh_s(expires=expires, date=date) == seconds


def test_a_lifetime_overrules_a_date() -> None:
    """Also one of nothing, or one that cannot be read (RFC 9111, 5.3)."""
    assert fresh_s(cache_control="max-age=60", expires=http_date(1)) == 60
    assert fresh_s(cache_control="max-age=0", expires=http_date(1)) is None
    assert fresh_s(cache_control="max-age=soon", expires=http_date(1)) is None
    assert fresh_s(cache_control="public", expires=http_date(1)) == 3600


@given(
    st.dictionaries(
        st.sampled_from(["cache-control", "expires", "age", "date"]),
        st.text(max_size=60)
        | st.from_regex(r"(max-age|no-cache|s-maxage)=\"?[0-9]{1,30}\"?(, *[a-z]+)?"),
    )
)
def test_no_header_breaks_it(headers: dict[str, str]) -> None:
    """Whatever it says, the answer is fresh for more than nothing and at most a week, or not."""
    until = find_fresh_until(headers, NOW)

    assert until is None or NOW < until <= NOW + LONGEST_FRESH


@pytest.mark.parametrize(
    "cache_control",
    [
        "x" + " " * 60_000 + "y",
        " " * 60_000 + '"',
        "x" * 60_000 + '"',
        "x=" + " " * 60_000 + '"',
        'x="' + "\\a" * 30_000,
        'x="\\' * 15_000,
        "x " * 30_000 + '"',
    ],
    ids=lambda text: text[:6],
)
def test_a_hostile_header_takes_time_in_proportion(cache_control: str) -> None:
    """The event loop reads it: the square of 60,000 characters would stop all feeds for minutes."""
    spent_s = time.thread_time()

    assert fresh_s(cache_control=f"{cache_control}, max-age=60") in {60, None}
    assert time.thread_time() - spent_s < 1
