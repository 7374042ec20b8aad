"""The times before which a feed or its server does not want to be asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aggregator.model import Feed, Pace
from aggregator.polling.schedule._values import Outcome
from aggregator.polling.schedule._words import clock, hours_and_minutes

MIN_RETRY = timedelta(minutes=15)
"""A server that refuses and names seconds is still left alone for a quarter of an hour."""

MAX_RETRY = timedelta(days=31)
"""A Retry-After beyond a month is a mistake; until then it is obeyed."""

MAX_FRESH = timedelta(days=7)
"""Sites send up to 16 years of freshness; a week of it is believed."""

MAX_PACE_S = 86_400
"""Whatever ``ttl`` and ``sy:updatePeriod`` say, a feed is visited daily: many say "yearly"."""


@dataclass(frozen=True, slots=True)
class Bound:
    """An instant before which no visit may come, and who says so."""

    at: datetime
    reason: str


def stated_bounds(feed: Feed, outcome: Outcome) -> Iterator[Bound]:
    """What the server and the feed have stated, except for skipped hours and days."""
    now = outcome.at
    if outcome.retry_at is not None:
        at = min(max(outcome.retry_at, later(now, MIN_RETRY)), later(now, MAX_RETRY))
        yield Bound(at, f"its server asks to be left alone until {clock(at, now)} (Retry-After)")
    if outcome.fresh_until is not None and outcome.fresh_until > now:
        at = min(outcome.fresh_until, later(now, MAX_FRESH))
        yield Bound(
            at,
            "its server says that nothing changes before then"
            f" (fresh for {hours_and_minutes((outcome.fresh_until - now).total_seconds())})",
        )
    for name, stated_s in (("ttl", feed.pace.ttl_s), ("sy:updatePeriod", feed.pace.period_s)):
        if stated_s > 0:
            reason = f"the feed asks for {hours_and_minutes(stated_s)} between visits ({name})"
            yield Bound(later(now, timedelta(seconds=min(stated_s, MAX_PACE_S))), reason)


def end_of_skipping(pace: Pace, at: datetime) -> datetime:
    """The first instant from `at` on that the feed does not want to be skipped (UTC).

    All 24 hours or all seven days skipped say nothing; ``skipHours`` and ``skipDays`` of RSS 2.0.
    """
    hours = frozenset(pace.skip_hours) if len(set(pace.skip_hours)) < 24 else frozenset()
    days = frozenset(pace.skip_days) if len(set(pace.skip_days)) < 7 else frozenset()
    at = at.astimezone(UTC)
    # Six days and 23 hours are the most that can be skipped in a row.
    for _ in range(8 * 24):
        if at.weekday() in days:
            at = later(at.replace(hour=0, minute=0, second=0, microsecond=0), timedelta(days=1))
        elif at.hour in hours:
            at = later(at.replace(minute=0, second=0, microsecond=0), timedelta(hours=1))
        else:
            break
    return at


def later(at: datetime, wait: timedelta) -> datetime:
    """`at` and `wait` together, at the end of the calendar if there is nothing beyond it."""
    try:
        return at + wait
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)
