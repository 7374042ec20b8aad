"""How long until enough news is to be expected: the square root rule, hour by hour of the week.

Polls that are spread as the square root of the rate of posts find them soonest at a given number of
requests (Sia and Cho, "Efficient monitoring algorithm for fast news alerts", IEEE TKDE 2007); the
rate here changes with the hour and the weekday, and with it the distance between two visits.
"""

from __future__ import annotations

from datetime import datetime
from math import sqrt

from aggregator.model import Rhythm
from aggregator.polling.schedule._rhythm import hour_factors, mean_rate, weekday_factors

_HOUR_S = 3600.0


def expected_wait_s(
    rhythm: Rhythm, weight: float, effort: float, start: datetime, max_s: float
) -> float:
    """Seconds from `start` until the integral of effort * sqrt(weight * rate) reaches 1.

    At most `max_s`. The rate is constant within an hour (UTC), so the integral is a sum over hours
    and, where the wait is long, over whole days.
    """
    per_hour = effort * sqrt(max(weight, 0.0) * mean_rate(rhythm.posts, rhythm.days)) / 24
    if not per_hour > 0:
        return max_s
    hours = [sqrt(factor) * per_hour for factor in hour_factors(rhythm)]
    weekdays = [sqrt(factor) for factor in weekday_factors(rhythm)]
    whole_day = sum(hours)
    hour, weekday = start.hour, start.weekday()
    into_s = start.minute * 60 + start.second + start.microsecond / 1e6
    missing, wait_s = 1.0, -into_s
    missing += into_s / _HOUR_S * hours[hour] * weekdays[weekday]
    while wait_s < max_s:
        if hour == 0 and missing > (gain := whole_day * weekdays[weekday]):
            missing, wait_s, weekday = missing - gain, wait_s + 24 * _HOUR_S, (weekday + 1) % 7
            continue
        gain = hours[hour] * weekdays[weekday]
        if missing <= gain:
            return min(wait_s + _HOUR_S * missing / gain, max_s)
        missing, wait_s, hour = missing - gain, wait_s + _HOUR_S, (hour + 1) % 24
        weekday = weekday if hour else (weekday + 1) % 7
    return max_s
