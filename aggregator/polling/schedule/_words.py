"""Durations, instants and rhythms in words, for the reason of a visit."""

from __future__ import annotations

from datetime import UTC, datetime

from aggregator.model import Rhythm
from aggregator.polling.schedule._rhythm import mean_rate

_HABIT_HOURS = 3
_HABIT_POSTS = 6.0
_HABIT_SHARE = 2 * _HABIT_HOURS / 24
"""Three hours with twice their even share of at least six posts are worth being named."""


def hours_and_minutes(seconds: float) -> str:
    """A duration in its two largest units.

    >>> hours_and_minutes(7800), hours_and_minutes(86400), hours_and_minutes(50)
    ('2 h 10 min', '1 d', '1 min')
    """
    minutes = max(round(seconds / 60), 1)
    parts = {"d": minutes // 1440, "h": minutes // 60 % 24, "min": minutes % 60}
    named = [f"{number:,} {unit}" for unit, number in parts.items() if number]
    return " ".join(named[:2])


def clock(at: datetime, now: datetime) -> str:
    """The time of day of `at` (UTC), with its date where that is not the one of `now`."""
    at, now = at.astimezone(UTC), now.astimezone(UTC)
    return f"{at:%H:%M} UTC" if at.date() == now.date() else f"{at:%Y-%m-%d %H:%M} UTC"


def rate_words(rhythm: Rhythm) -> str:
    """How much is published: "about 3.2 posts a day", "about 2 posts a week".

    >>> rate_words(Rhythm(posts=0.1, days=20.0))
    'about 3.5 posts a year'
    """
    rate = mean_rate(rhythm.posts, rhythm.days)
    units = (("day", 1.0), ("week", 7.0), ("month", 30.4), ("year", 365.25))
    unit, days = next((one for one in units if rate * one[1] >= 1), units[-1])
    return (
        f"about {rate * days:,.2g} posts a {unit}"
        if rate * days < 100
        else f"about {rate * days:,.0f} posts a {unit}"
    )


def habit_words(rhythm: Rhythm) -> str | None:
    """The three hours (UTC) in which most is published: "08 and 11 UTC"; None without a habit."""
    counts, total = rhythm.hours, sum(rhythm.hours)
    if total < _HABIT_POSTS:
        return None
    sums = [counts[hour - 2] + counts[hour - 1] + counts[hour] for hour in range(24)]
    most = max(sums)
    if most < _HABIT_SHARE * total:
        return None
    last = sums.index(most)
    return f"{(last - 2) % 24:02} and {(last + 1) % 24:02} UTC"
