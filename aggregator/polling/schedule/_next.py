"""The next visit of a feed: what we would like, put off to what was stated."""

from __future__ import annotations

from datetime import datetime, timedelta

from aggregator.model import Feed, Visit
from aggregator.polling.schedule._bounds import Bound, end_of_skipping, later, stated_bounds
from aggregator.polling.schedule._values import Outcome, Pacing
from aggregator.polling.schedule._waits import choose_wait
from aggregator.polling.schedule._words import clock, hours_and_minutes

JITTER = 0.05
"""Up to this part of a wait is added, another for each feed, so that what starts together drifts
apart. An hourly feed is visited after 63 minutes at most."""

_MOST_JITTERED_S = 7 * 86_400.0
"""Of a longer wait the part of a week is added, which is enough."""

MAX_LATE_S = 180.0
"""The same after a stated time: many caches end at the same second."""

_GOLDEN = 0.6180339887498949
"""Multiples of it, without their whole part, spread evenly (Knuth, TAOCP 3, 6.4)."""


def next_visit(feed: Feed, outcome: Outcome, pacing: Pacing) -> Visit:
    """When `feed` is visited next, and why; `feed` carries the pace and rhythm as of this poll.

    Never before a stated time: Retry-After (up to 31 days), freshness (7 days), ``ttl`` and
    ``sy:updatePeriod`` (a day), skipped hours and days. Else the operator's interval, or the time
    at which enough news is to be expected, from `Pacing.min_s` to `Pacing.max_s`; failures double
    the wait up to a day. Up to a twentieth is added, the same part each time for the same feed.
    """
    now, share = outcome.at, feed.id * _GOLDEN % 1
    late = timedelta(seconds=MAX_LATE_S * share)
    stated = max(stated_bounds(feed, outcome), key=_instant, default=None)
    wishes = [_wish(feed, outcome, pacing, share)]
    if pacing.host_interval_s > 0:
        wishes.append(_host_wish(now, pacing.host_interval_s))
    if stated is not None:
        wishes.append(Bound(later(stated.at, late), stated.reason))
    chosen, not_before = max(wishes, key=_instant), stated.at if stated else None
    woken_at = end_of_skipping(feed.pace, chosen.at)
    if woken_at > chosen.at:
        told = (
            f"the feed asks not to be visited before {clock(woken_at, now)} (skipHours, skipDays)"
        )
        chosen, not_before = Bound(later(woken_at, late), told), woken_at
    return Visit(chosen.at, chosen.reason, not_before)


def _wish(feed: Feed, outcome: Outcome, pacing: Pacing, share: float) -> Bound:
    """What we would like ourselves."""
    wait = choose_wait(feed, outcome, pacing)
    wait_s = wait.seconds + JITTER * share * min(wait.seconds, _MOST_JITTERED_S)
    return Bound(later(outcome.at, timedelta(seconds=wait_s)), wait.reason)


def _host_wish(now: datetime, interval_s: int) -> Bound:
    told = f"feeds of its host are visited every {hours_and_minutes(interval_s)} at most"
    return Bound(later(now, timedelta(seconds=interval_s)), told)


def _instant(bound: Bound) -> datetime:
    return bound.at
