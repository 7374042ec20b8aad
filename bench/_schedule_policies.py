"""The policies that are compared: ours as the program calls it, and those of other programs.

Theirs as read in their sources in 2026: a fixed interval (reader, FreshRSS, Miniflux by default),
``entry_frequency`` (Miniflux), the gap between recent posts (CommaFeed).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from math import sqrt

from aggregator.model import Feed, FullText, Rhythm
from aggregator.polling.schedule import Outcome, Pacing, learn, next_visit
from bench._schedule_replay import DAY_S, Policy, Visits
from bench._schedule_traces import Trace

_MIN_S, _MAX_S = 900, 86_400


def ours(effort: float) -> Policy:
    """Our own: `learn` and `next_visit` with the bounds that the program has by default."""
    pacing = Pacing(effort, _MIN_S, _MAX_S)

    def watch(_trace: Trace, number: int) -> Visits:
        feed = _feed(number)
        rhythm = Rhythm()

        def visit(now: float, new: Sequence[float]) -> float:
            nonlocal rhythm
            at = _instant(now)
            rhythm = learn(rhythm, [_instant(post) for post in new], at)
            return next_visit(replace(feed, rhythm=rhythm), Outcome(at), pacing).at.timestamp()

        return visit

    return watch


def fixed(visits_a_day: float) -> Policy:
    """Every so many hours."""
    return lambda _trace, _number: lambda now, _new: now + DAY_S / visits_a_day


def entry_frequency(factor: float) -> Policy:
    """Miniflux: a week by the entries of the last week times the factor, 5 minutes to a day."""

    def watch(_trace: Trace, _number: int) -> Visits:
        posts: list[float] = []

        def visit(now: float, new: Sequence[float]) -> float:
            posts.extend(new)
            recent = len(posts) - bisect_right(posts, now - 7 * DAY_S)
            wait_s = 7 * DAY_S / (recent * factor) if recent else DAY_S
            return now + min(max(wait_s, 300.0), DAY_S)

        return visit

    return watch


def commafeed(scale: float) -> Policy:
    """CommaFeed: half the mean gap of 20 posts, 5 minutes to an hour; more seldom in silence."""
    longest_s = 4 * 3600.0

    def watch(_trace: Trace, _number: int) -> Visits:
        posts: list[float] = []

        def visit(now: float, new: Sequence[float]) -> float:
            posts.extend(new)
            silent_days = (now - posts[-1]) / DAY_S
            for days, part in ((30, 1), (14, 2), (7, 4)):
                if silent_days >= days:
                    return now + longest_s / part / scale
            recent = posts[-20:]
            gap_s = (recent[-1] - recent[0]) / max(len(recent) - 1, 1)
            return now + min(max(gap_s / 2, 300.0), longest_s / 4) / scale

        return visit

    return watch


def oracle(effort: float) -> Policy:
    """The square root rule by the rate that the feed is going to have: what rates alone can do."""

    def watch(trace: Trace, _number: int) -> Visits:
        rate = len(trace.future) / trace.days
        wait_s = min(max(DAY_S / max(effort * sqrt(rate), 1e-9), 300.0), DAY_S)
        return lambda now, _new: now + wait_s

    return watch


def _feed(number: int) -> Feed:
    return Feed(
        id=number,
        url="https://example.org/feed",
        name=None,
        title=None,
        site_url=None,
        tags=(),
        is_enabled=True,
        interval_s=None,
        full_text=FullText.AUTO,
    )


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
