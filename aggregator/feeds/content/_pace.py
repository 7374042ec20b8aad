"""How often a feed says that it is worth asking: RSS 2.0 and the Syndication module of RSS 1.0."""

from __future__ import annotations

from collections.abc import Iterator

from aggregator.feeds._fields import Fields, count_of, dicts_of, line_of, number_of
from aggregator.model import Pace

_PERIODS_S = {
    "hourly": 3600,
    "daily": 86_400,
    "weekly": 7 * 86_400,
    "monthly": 30 * 86_400,
    "yearly": 365 * 86_400,
}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MAX_S = 365 * 86_400
"""What is longer means no more than "hardly ever"."""


def read_pace(feed: Fields) -> Pace:
    """What the feed states of its own timing; what cannot be read states nothing.

    ``ttl`` in minutes, ``skipHours`` (0 to 23 UTC; 24, of RSS 0.91, is 0) and ``skipDays`` (English
    names) of RSS 2.0; ``updatePeriod`` by ``updateFrequency`` of the Syndication module.
    """
    return Pace(
        ttl_s=_seconds(60 * (number_of(feed, "ttl") or 0)),
        period_s=_read_period_s(feed),
        skip_hours=tuple(sorted(set(_read_hours(feed)))),
        skip_days=tuple(sorted(set(_read_days(feed)))),
    )


def _read_period_s(feed: Fields) -> int:
    period = (line_of(feed, "sy_updateperiod") or "").lower()
    times = number_of(feed, "sy_updatefrequency")
    # The module: without a period "daily" is meant, without a frequency once.
    stated_s = _PERIODS_S.get(period) or (86_400 if not period and times else 0)
    return _seconds(stated_s / times if times and times > 0 else stated_s)


def _seconds(number: float) -> int:
    return int(min(max(number, 0), _MAX_S))


def _read_hours(feed: Fields) -> Iterator[int]:
    for written in dicts_of(feed, "our_hour"):
        hour = count_of(written, "our_text")
        if hour is not None and hour <= 24:
            yield hour % 24


def _read_days(feed: Fields) -> Iterator[int]:
    for written in dicts_of(feed, "our_day"):
        name = (line_of(written, "our_text") or "").lower()
        if name in _DAYS:
            yield _DAYS.index(name)
