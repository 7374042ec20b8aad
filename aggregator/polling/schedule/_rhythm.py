"""What the dates of posts tell of when the next ones come: a rate, and a profile of the week."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from math import log

from aggregator.model import Rhythm

DAY_S = 86_400.0
RATE_HALF_LIFE_DAYS = 14.0
"""After so long a post counts half for the rate: habits change within weeks."""

PROFILE_HALF_LIFE_DAYS = 112.0
"""The hours at which somebody writes change more slowly than how much, and who writes seldom needs
the time to show them. Under 112 days the dates of 67 feeds were likelier than under 28 and 56, as
likely as under 224, and posts were found sooner on each half of 101 feeds (decision 0026)."""

WINDOW_DAYS = 60.0
"""Older posts of a first document tell nothing of the rate: a sixteenth of them would count."""

EVEN_POSTS = 3.0
"""So many posts, spread evenly over the week, are added to the profile: few posts make no habit."""

HOURS_HALF_DAYS, WEEKDAYS_HALF_DAYS = 2.0, 7.0
"""After so many days of history a profile counts half: hours that nobody has watched are not quiet.
These two and the number of even posts were chosen among a dozen by replays of 101 real feeds from
30, 50 and 70 % of their dates on (docs/scheduling.md)."""

_PRIOR_POSTS, _PRIOR_DAYS = 0.1, 0.7
"""Of a feed of which nothing is known one post a week is expected; soon it speaks for itself."""

_MAX_SEEN_DAYS = RATE_HALF_LIFE_DAYS / log(2)
"""What `Rhythm.days` comes to after a long time: the sum of all days, each at its weight."""


def learn(rhythm: Rhythm, published: Sequence[datetime], now: datetime) -> Rhythm:
    """`rhythm` as of `now`, with the posts that are new since: their dates, in any order.

    Dates ahead of `now` count as now. Of the first document all posts are new: their window of
    dates is history, except for those of now (undated ones), which only say that they were there.
    A poll without news is ``learn(rhythm, (), now)``; learning in two steps or in one is the same.
    """
    instants = [min(at, now) for at in published]
    if rhythm.at is None:
        return _learn_first(instants, now)
    elapsed_days = max((now - rhythm.at) / timedelta(days=1), 0.0)
    posts, days = fade(rhythm.posts, rhythm.days, elapsed_days)
    return Rhythm(
        at=now,
        posts=posts + _weigh(instants, now),
        days=days,
        hours=_fade(rhythm.hours, elapsed_days, 24, _count_hours(instants, now)),
        weekdays=_fade(rhythm.weekdays, elapsed_days, 7, _count_weekdays(instants, now)),
    )


def fade(posts: float, days: float, elapsed_days: float) -> tuple[float, float]:
    """`Rhythm.posts` and `Rhythm.days` after so many more days without news."""
    weight = _rate_weight(elapsed_days)
    return posts * weight, days * weight + _seen_days(elapsed_days)


def mean_rate(posts: float, days: float) -> float:
    """Posts per day, on average over the week, from what a `Rhythm` says of them."""
    return (posts + _PRIOR_POSTS) / (days + _PRIOR_DAYS)


def rate_at(rhythm: Rhythm, when: datetime) -> float:
    """How many posts per day are expected at that hour of that weekday (UTC)."""
    hours, weekdays = hour_factors(rhythm), weekday_factors(rhythm)
    return mean_rate(rhythm.posts, rhythm.days) * hours[when.hour] * weekdays[when.weekday()]


def hour_factors(rhythm: Rhythm) -> list[float]:
    """The share of each hour of the day in the posts, 1 on average; neighbours lend to each other.

    A post of 08:59 makes 09:00 as likely as 08:00, so half of each hour goes to the two beside it.
    """
    counts = rhythm.hours or (0.0,) * 24
    trust = rhythm.days / (rhythm.days + HOURS_HALF_DAYS)
    scale = trust * 24 / (sum(counts) + EVEN_POSTS)
    even = 1 - trust + scale * EVEN_POSTS / 24
    half, quarter = scale / 2, scale / 4
    return [
        even + half * counts[hour] + quarter * (counts[hour - 1] + counts[hour - 23])
        for hour in range(24)
    ]


def weekday_factors(rhythm: Rhythm) -> list[float]:
    """The share of each weekday in the posts, 1 on average, Monday first."""
    counts = rhythm.weekdays or (0.0,) * 7
    trust = rhythm.days / (rhythm.days + WEEKDAYS_HALF_DAYS)
    scale = trust * 7 / (sum(counts) + EVEN_POSTS)
    even = 1 - trust + scale * EVEN_POSTS / 7
    return [even + scale * count for count in counts]


def _learn_first(instants: Sequence[datetime], now: datetime) -> Rhythm:
    dated = [at for at in instants if at < now]
    oldest_days = (now - min(dated, default=now)) / timedelta(days=1)
    recent = [at for at in dated if (now - at) / timedelta(days=1) <= WINDOW_DAYS]
    return Rhythm(
        at=now,
        posts=_weigh(recent, now),
        days=_seen_days(min(oldest_days, WINDOW_DAYS)),
        hours=tuple(_count_hours(dated, now)),
        weekdays=tuple(_count_weekdays(dated, now)),
    )


def _rate_weight(age_days: float) -> float:
    return float(0.5 ** (age_days / RATE_HALF_LIFE_DAYS))


def _profile_weight(age_days: float) -> float:
    return float(0.5 ** (age_days / PROFILE_HALF_LIFE_DAYS))


def _seen_days(days: float) -> float:
    """The weight of the last `days` days together."""
    return _MAX_SEEN_DAYS * (1 - _rate_weight(days))


def _weigh(instants: Iterable[datetime], now: datetime) -> float:
    return sum(_rate_weight((now - at) / timedelta(days=1)) for at in instants)


def _count_hours(instants: Iterable[datetime], now: datetime) -> list[float]:
    counts = [0.0] * 24
    for at in instants:
        counts[at.hour] += _profile_weight((now - at) / timedelta(days=1))
    return counts


def _count_weekdays(instants: Iterable[datetime], now: datetime) -> list[float]:
    counts = [0.0] * 7
    for at in instants:
        counts[at.weekday()] += _profile_weight((now - at) / timedelta(days=1))
    return counts


def _fade(
    before: Sequence[float], elapsed_days: float, size: int, new: Sequence[float]
) -> tuple[float, ...]:
    weight = _profile_weight(elapsed_days)
    return tuple(
        old * weight + fresh for old, fresh in zip(before or (0.0,) * size, new, strict=True)
    )
