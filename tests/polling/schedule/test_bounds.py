"""No visit comes before a time that the server or the feed has stated."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Feed, FullText, Pace, Rhythm
from aggregator.polling.schedule import Outcome, Pacing, next_visit

NOW = datetime(2026, 11, 22, 12, 17, 30, tzinfo=UTC)  # a Sunday
DAY = timedelta(days=1)
PACING = Pacing(effort=1e6, min_s=900, max_s=86_400)

FEED = Feed(
    id=0,
    url="https://e.org/f",
    name=None,
    title=None,
    site_url=None,
    tags=(),
    is_enabled=True,
    interval_s=None,
    full_text=FullText.AUTO,
    created_at=NOW - 90 * DAY,
    rhythm=Rhythm(NOW, 2000.0, 20.0),
)

_waits = st.timedeltas(timedelta(0), timedelta(days=40))
_paces = st.builds(
    Pace,
    st.integers(0, 86_400),
    st.integers(0, 86_400),
    st.sets(st.integers(0, 23), max_size=23).map(lambda hours: tuple(sorted(hours))),
    st.sets(st.integers(0, 6), max_size=6).map(lambda days: tuple(sorted(days))),
)


@given(
    number=st.integers(0, 10**6),
    pace=_paces,
    retry=st.one_of(st.none(), _waits),
    fresh=st.one_of(st.none(), _waits),
    failures=st.integers(0, 20),
    interval_s=st.one_of(st.none(), st.integers(300, 10**6)),
    start=st.timedeltas(timedelta(0), timedelta(days=7)),
)
def test_no_visit_comes_before_a_stated_time(
    *,
    number: int,
    pace: Pace,
    retry: timedelta | None,
    fresh: timedelta | None,
    failures: int,
    interval_s: int | None,
    start: timedelta,
) -> None:
    """Neither the visit nor `not_before`, which lets nothing make the feed due sooner."""
    now = NOW + start
    outcome = Outcome(
        now,
        503 if failures else 200,
        failures,
        None,
        None if retry is None else now + retry,
        None if fresh is None else now + fresh,
    )

    visit = next_visit(replace(FEED, id=number, pace=pace, interval_s=interval_s), outcome, PACING)

    stated = [
        min(retry or timedelta(0), 31 * DAY),
        min(fresh or timedelta(0), 7 * DAY),
        timedelta(seconds=pace.ttl_s),
        timedelta(seconds=pace.period_s),
    ]
    assert visit.at >= now + max(stated)
    assert visit.at.hour not in pace.skip_hours
    assert visit.at.weekday() not in pace.skip_days
    assert visit.at >= (visit.not_before or now) >= now + max(stated)


@pytest.mark.parametrize(
    ("changes", "wait", "word"),
    [
        ({"retry_at": NOW + DAY}, DAY, "Retry-After"),
        ({"retry_at": NOW + timedelta(days=9999)}, 31 * DAY, "Retry-After"),
        ({"fresh_until": NOW + DAY}, DAY, "fresh for 1 d"),
        ({"fresh_until": NOW + timedelta(days=3650)}, 7 * DAY, "fresh"),
    ],
)
def test_what_a_server_states_is_obeyed_and_told(
    changes: dict[str, Any], wait: timedelta, word: str
) -> None:
    """A Retry-After up to a month, freshness up to a week; beyond these it is a mistake."""
    visit = next_visit(FEED, replace(Outcome(NOW, 200), **changes), PACING)

    assert visit.at == visit.not_before == NOW + wait
    assert word in visit.reason


def test_a_refusal_of_seconds_is_a_quarter_of_an_hour() -> None:
    """Whoever refuses is not asked again at once."""
    outcome = Outcome(NOW, 200, retry_at=NOW + timedelta(seconds=5))

    assert next_visit(FEED, outcome, PACING).at == NOW + timedelta(minutes=15)


def test_the_strictest_of_backing_off_and_retry_after_decides() -> None:
    """A fifth failure waits 16 hours, whatever is said of two."""
    outcome = Outcome(NOW, 503, 5, retry_at=NOW + timedelta(hours=2))

    visit = next_visit(FEED, outcome, PACING)

    assert visit.at - NOW == timedelta(hours=16)
    assert visit.not_before == NOW + timedelta(hours=2)


@pytest.mark.parametrize(
    ("pace", "hours"),
    [
        (Pace(ttl_s=7200), 2),
        (Pace(period_s=7200), 2),
        (Pace(ttl_s=3600, period_s=7200), 2),
        (Pace(ttl_s=365 * 86_400), 24),
        (Pace(period_s=365 * 86_400), 24),
    ],
)
def test_what_the_feed_asks_for_is_kept_for_a_day(pace: Pace, hours: int) -> None:
    """Many say "yearly" and publish daily."""
    visit = next_visit(replace(FEED, pace=pace), Outcome(NOW, 200), PACING)

    assert visit.at == visit.not_before == NOW + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("pace", "expected"),
    [
        (Pace(skip_hours=(12, 13)), NOW.replace(hour=14, minute=0, second=0)),
        (Pace(skip_hours=(13, 14)), None),
        (Pace(skip_hours=(11, 12, 22, 23)), NOW.replace(hour=13, minute=0, second=0)),
        (Pace(skip_hours=tuple(range(12, 24))), datetime(2026, 11, 23, tzinfo=UTC)),
        (Pace(skip_days=(6,)), datetime(2026, 11, 23, tzinfo=UTC)),
        (Pace(skip_days=(0, 1, 6)), datetime(2026, 11, 25, tzinfo=UTC)),
        (Pace(skip_hours=(0, 1), skip_days=(6,)), datetime(2026, 11, 23, 2, tzinfo=UTC)),
        (Pace(skip_hours=tuple(range(24))), None),
        (Pace(skip_days=tuple(range(7))), None),
    ],
)
def test_skipped_hours_and_days_put_a_visit_off_to_their_end(
    pace: Pace, expected: datetime | None
) -> None:
    """All 24 hours or all seven days are no statement."""
    usual_at = NOW + timedelta(seconds=900)

    visit = next_visit(replace(FEED, pace=pace), Outcome(NOW, 200), PACING)

    assert visit.at == (expected or usual_at)
    assert visit.not_before == expected
    assert ("skip" in visit.reason) is (expected is not None)


def test_feeds_come_back_after_a_stated_time_one_by_one() -> None:
    """A thousand caches end at the same second; visits are spread over three minutes after it."""
    outcome = Outcome(NOW, 200, fresh_until=NOW + DAY)

    visits = [next_visit(replace(FEED, id=number), outcome, PACING).at for number in range(1000)]

    assert min(visits) >= NOW + DAY
    assert max(visits) <= NOW + DAY + timedelta(minutes=3)
    assert len({visit.replace(microsecond=0) for visit in visits}) > 150
