"""When a feed is visited next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.polling._schedule import MAX_RETRY_S, MAX_WAIT_S, freshness_s, next_visit

_NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def _wait_s(interval_s: int, failures: int = 0) -> float:
    visit_at = next_visit(_NOW, feed_id=0, interval_s=interval_s, failures=failures)
    return (visit_at - _NOW).total_seconds()


def test_a_good_feed_is_visited_after_its_interval() -> None:
    """No failure, no freshness, no jitter for number 0: the interval itself."""
    assert _wait_s(interval_s=3600) == 3600


@pytest.mark.parametrize(
    ("failures", "hours"), [(1, 2), (2, 4), (3, 8), (4, 16), (5, 24), (99, 24)]
)
def test_the_wait_doubles_with_each_failure_up_to_a_day(failures: int, hours: int) -> None:
    """A feed that fails is asked less and less, but at least daily."""
    assert _wait_s(interval_s=3600, failures=failures) == hours * 3600


def test_an_interval_above_a_day_is_kept_when_the_feed_fails() -> None:
    """Who wants a weekly visit does not get daily ones because of a fault."""
    assert _wait_s(interval_s=7 * 86_400, failures=3) == 7 * 86_400


@given(
    feed_id=st.integers(1, 10**9),
    interval_s=st.integers(300, 10**6),
    failures=st.integers(0, 1000),
    fresh_s=st.integers(0, MAX_WAIT_S),
    retry_in_s=st.integers(-(10**6), MAX_RETRY_S),
)
def test_no_visit_comes_before_a_stated_time(
    feed_id: int, interval_s: int, failures: int, fresh_s: int, retry_in_s: int
) -> None:
    """Not before the interval, the answer's freshness, or the server's Retry-After."""
    retry_at = _NOW + timedelta(seconds=retry_in_s)

    visit_at = next_visit(
        _NOW,
        feed_id=feed_id,
        interval_s=interval_s,
        failures=failures,
        fresh_s=fresh_s,
        retry_at=retry_at,
    )

    assert visit_at >= max(_NOW + timedelta(seconds=max(interval_s, fresh_s)), retry_at)


def test_a_retry_after_of_years_is_cut_to_a_month() -> None:
    """A mistake of a server must not lose its feed for ever."""
    visit_at = next_visit(_NOW, feed_id=0, interval_s=3600, retry_at=_NOW + timedelta(days=9999))

    assert visit_at == _NOW + timedelta(days=31)


def test_feeds_that_start_together_drift_apart() -> None:
    """A thousand feeds of the same interval do not come back in the same second."""
    visits = [next_visit(_NOW, feed_id=number, interval_s=3600) for number in range(1000)]

    minutes = {visit.replace(second=0, microsecond=0) for visit in visits}
    assert len(minutes) >= 6
    assert max(visits) - _NOW <= timedelta(seconds=3960)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("max-age=600", 600),
        ("public, MAX-AGE = 600", 600),
        ('max-age="600"', 600),
        ("s-maxage=600", 0),
        ("max-age=-1", 0),
        ("max-age=x", 0),
        ("max-age=99999999999999999999", MAX_WAIT_S),
        ("max-age=999999999", MAX_WAIT_S),
        ("no-cache", 0),
    ],
)
def test_freshness_is_read_from_cache_control(header: str, seconds: int) -> None:
    """What is no number of seconds is no statement."""
    assert freshness_s({"cache-control": header}) == seconds
