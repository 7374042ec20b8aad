"""How much effort a budget of requests allows: one number for all feeds."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import sqrt

from aggregator.polling.schedule._rhythm import DAY_S, mean_rate

_STEPS = 60
"""Halvings of the search: a part in 10**9 of the answer."""

_LEAST, _MOST = 1e-6, 1e9


def find_effort(
    rhythms: Iterable[tuple[float, int | None, float, float]],
    budget: float,
    min_s: int,
    max_s: int,
) -> float:
    """The `Pacing.effort` at which feeds are visited `budget` times a day on average.

    `rhythms` are (weight, interval_s, posts, days) of all feeds that are polled; those with an
    interval cost what that costs, the others get the rest, from one visit in `max_s` to one in
    `min_s`. Without any it is the effort of feeds with one post a day.
    """
    roots: list[float] = []
    left = 0.0
    for weight, interval_s, posts, days in rhythms:
        left += budget
        if interval_s:
            left -= DAY_S / interval_s
        else:
            roots.append(sqrt(max(weight, 0.0) * mean_rate(posts, days)))
    if not roots:
        return min(max(budget, _LEAST), _MOST)
    roots.sort()
    sums = [0.0, *accumulate(roots)]
    low, high = _LEAST, _MOST
    for _ in range(_STEPS):
        middle = sqrt(low * high)
        if _visits(roots, sums, middle, DAY_S / max_s, DAY_S / min_s) < left:
            low = middle
        else:
            high = middle
    return high


def _visits(
    roots: Sequence[float], sums: Sequence[float], effort: float, least: float, most: float
) -> float:
    """Visits a day to all feeds together; `roots` are sorted, `sums` are their running sums."""
    few = bisect_left(roots, least / effort)
    many = max(bisect_right(roots, most / effort), few)
    return few * least + effort * (sums[many] - sums[few]) + (len(roots) - many) * most
