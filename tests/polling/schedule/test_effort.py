"""How much effort a budget of requests allows."""

from __future__ import annotations

from math import isfinite, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.polling.schedule import find_effort

MIN_S, MAX_S = 900, 86_400

_weights = st.floats(0.01, 100)
_rhythms = st.tuples(_weights, st.none(), st.floats(0, 1e9), st.floats(0, 20.2))
_fixed = st.tuples(_weights, st.integers(300, 10**7), st.floats(0, 1e9), st.floats(0, 20.2))


def _visits(rhythm: tuple[float, int | None, float, float], effort: float) -> float:
    """Visits a day by the rule, worked out once more: the root of the rate, within bounds."""
    weight, interval_s, posts, days = rhythm
    if interval_s:
        return 86_400 / interval_s
    wished = effort * sqrt(weight * (posts + 0.1) / (days + 0.7))
    return min(max(wished, 86_400 / MAX_S), 86_400 / MIN_S)


@given(st.lists(st.one_of(_rhythms, _fixed), min_size=1, max_size=60), st.floats(0.1, 200))
def test_the_budget_is_met_wherever_the_bounds_allow_it(
    rhythms: list[tuple[float, int | None, float, float]], budget: float
) -> None:
    """Within 2 %; else all feeds that can be are at the bound which is in the way."""
    effort = find_effort(rhythms, budget, MIN_S, MAX_S)

    spent = sum(_visits(rhythm, effort) for rhythm in rhythms) / len(rhythms)
    learnt = [_visits(rhythm, effort) for rhythm in rhythms if rhythm[1] is None]
    assert isfinite(effort)
    assert effort > 0
    if spent > budget * 1.02:
        assert all(visits == pytest.approx(86_400 / MAX_S) for visits in learnt)
    if spent < budget * 0.98:
        assert all(visits == pytest.approx(86_400 / MIN_S) for visits in learnt)


def test_without_feeds_it_is_that_of_one_post_a_day() -> None:
    """A first poll has to be planned before anything is known."""
    assert find_effort([], 8, MIN_S, MAX_S) == 8


def test_feeds_with_an_interval_leave_the_rest_to_the_others() -> None:
    """An hourly feed costs 24 of the 32 requests that four feeds may make."""
    others = [(1.0, None, 20.0, 20.0)] * 3

    alone = find_effort(others, 8 / 3, MIN_S, MAX_S)
    beside = find_effort([*others, (1.0, 3600, 0.0, 0.0)], 8, MIN_S, MAX_S)

    assert beside == pytest.approx(alone)


@given(st.lists(_rhythms, min_size=1, max_size=30), st.floats(1, 50), st.floats(1, 2))
def test_more_requests_allow_more_effort(
    rhythms: list[tuple[float, int | None, float, float]], budget: float, more: float
) -> None:
    """Never less."""
    least = find_effort(rhythms, budget, MIN_S, MAX_S)

    assert find_effort(rhythms, budget * more, MIN_S, MAX_S) >= least
