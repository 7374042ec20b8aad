"""How long until enough news is to be expected, against the integral worked out step by step."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Rhythm
from aggregator.polling.schedule import rate_at
from aggregator.polling.schedule._expected import expected_wait_s

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
MONTH_S = 30 * 86_400.0

_counts = st.floats(0, 50)
_rhythms = st.builds(
    Rhythm,
    st.just(MONDAY),
    _counts,
    st.floats(0, 20.2),
    st.tuples(*(_counts,) * 24),
    st.tuples(*(_counts,) * 7),
)
_starts = st.timedeltas(timedelta(0), timedelta(days=7)).map(lambda since: MONDAY + since)


def _integral(
    rhythm: Rhythm, weight: float, effort: float, start: datetime, end: datetime
) -> float:
    """That of effort * sqrt(weight * rate) over days, the rate being constant within an hour."""
    total, at = 0.0, start
    while at < end:
        hour = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        until = min(hour, end)
        total += effort * sqrt(weight * rate_at(rhythm, at)) * ((until - at) / timedelta(days=1))
        at = until
    return total


@given(_rhythms, st.floats(0.01, 100), st.floats(0.05, 200), _starts)
def test_the_integral_from_visit_to_visit_is_one(
    rhythm: Rhythm, weight: float, effort: float, start: datetime
) -> None:
    """From minutes to a month, over midnights and weekends; less where the longest wait ends it."""
    wait_s = expected_wait_s(rhythm, weight, effort, start, MONTH_S)

    total = _integral(rhythm, weight, effort, start, start + timedelta(seconds=wait_s))
    if wait_s < MONTH_S:
        assert total == pytest.approx(1, rel=1e-3)
    else:
        assert total <= 1 + 1e-3


@pytest.mark.parametrize(("effort", "weight"), [(0.0, 1.0), (1.0, 0.0), (-1.0, 1.0)])
def test_without_effort_or_weight_it_is_the_longest_wait(effort: float, weight: float) -> None:
    """Nothing is divided by zero."""
    assert expected_wait_s(Rhythm(), weight, effort, MONDAY, MONTH_S) == MONTH_S
