"""How long we would wait ourselves, whatever was stated: by failure, by order, by expectation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from aggregator.model import GONE_AFTER, GONE_STATUS, Feed
from aggregator.polling.schedule._expected import expected_wait_s
from aggregator.polling.schedule._values import Outcome, Pacing
from aggregator.polling.schedule._words import habit_words, hours_and_minutes, rate_words

HOUR_S, DAY_S = 3600.0, 86_400.0

MAX_BACKOFF_S = DAY_S
"""A feed that fails is asked daily at the least: none is given up, none is forgotten."""

MIN_FLOOR_S = 300.0
"""Where the server itself says that its answer is old so soon, and it is expected to be."""

GONE_WAIT_S = 31 * DAY_S
"""Feeds that are gone are not leased; should one be, this is a long time."""

NEW_FOR = timedelta(days=1)
_REFUSALS = frozenset({429, 503})
_BLOCKED = "blocked"
_MAX_DOUBLINGS = 30


@dataclass(frozen=True, slots=True)
class Wait:
    """Seconds that we would wait, and why."""

    seconds: float
    reason: str


def choose_wait(feed: Feed, outcome: Outcome, pacing: Pacing) -> Wait:
    """The wait that the operator, the rhythm or the failures ask for."""
    if outcome.failures > 0:
        return _after_failure(feed, outcome, pacing)
    return _after_success(feed, outcome, pacing)


def _after_success(feed: Feed, outcome: Outcome, pacing: Pacing) -> Wait:
    if outcome.is_pushed:
        slow_s = float(max(pacing.max_s, feed.interval_s or 0))
        return Wait(slow_s, "a hub sends its news (WebSub); visits only make sure of that")
    if feed.interval_s:
        told = hours_and_minutes(feed.interval_s)
        return Wait(float(feed.interval_s), f"it is visited every {told}, as feeds.toml says")
    if feed.created_at is not None and abs(outcome.at - feed.created_at) < NEW_FOR:
        hourly_s = min(max(HOUR_S, pacing.min_s), max(pacing.max_s, pacing.min_s))
        return Wait(hourly_s, "it is new: hourly for its first day, until its habits are known")
    return _expected(feed, outcome, pacing)


def _expected(feed: Feed, outcome: Outcome, pacing: Pacing) -> Wait:
    rhythm = feed.rhythm
    wait_s = expected_wait_s(rhythm, feed.weight, pacing.effort, outcome.at, pacing.max_s)
    habit = habit_words(rhythm)
    told = f"it publishes {rate_words(rhythm)}" + (f", most between {habit}" if habit else "")
    least_s = min(_least_s(outcome, pacing), float(pacing.max_s))
    if wait_s < least_s:
        return Wait(
            least_s, f"{told}; no feed is visited again within {hours_and_minutes(least_s)}"
        )
    if wait_s >= pacing.max_s:
        longest = hours_and_minutes(pacing.max_s)
        return Wait(float(pacing.max_s), f"{told}; every feed is visited once in {longest}")
    return Wait(
        wait_s, f"{told}; the requests a day allow a visit after {hours_and_minutes(wait_s)}"
    )


def _least_s(outcome: Outcome, pacing: Pacing) -> float:
    """The least wait of our own choice: shorter only where the server says that it may be."""
    if outcome.fresh_until is None or outcome.fresh_until <= outcome.at:
        return float(pacing.min_s)
    fresh_s = (outcome.fresh_until - outcome.at).total_seconds()
    return min(float(pacing.min_s), max(fresh_s, MIN_FLOOR_S))


def _after_failure(feed: Feed, outcome: Outcome, pacing: Pacing) -> Wait:
    usual_s = max(_after_success(feed, outcome, pacing).seconds, HOUR_S)
    if outcome.status == GONE_STATUS:
        return _after_gone(outcome, usual_s)
    if outcome.error_kind == _BLOCKED:
        return Wait(max(usual_s, DAY_S), "its server turns programs away; it is tried once a day")
    doubled_s = usual_s * 2.0 ** min(outcome.failures - 1, _MAX_DOUBLINGS)
    wait_s = min(doubled_s, max(usual_s, MAX_BACKOFF_S))
    times = "once" if outcome.failures == 1 else f"{outcome.failures} times in a row"
    is_refused = outcome.status in _REFUSALS
    what = f"its server refused with {outcome.status}" if is_refused else "it failed"
    return Wait(wait_s, f"{what} {times}, so it is left alone for {hours_and_minutes(wait_s)}")


def _after_gone(outcome: Outcome, usual_s: float) -> Wait:
    if outcome.failures < GONE_AFTER:
        told = "its server says that it is gone (410); it is asked once more after a day"
        return Wait(max(usual_s, DAY_S), told)
    told = f"its server said {outcome.failures} times that it is gone for good (410)"
    return Wait(max(usual_s, GONE_WAIT_S), f"{told}; it is not visited any more")
