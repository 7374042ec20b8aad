"""Intervals, read and written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.config import MAX_INTERVAL_S, MIN_INTERVAL_S, format_interval, parse_interval

SECONDS = st.integers(MIN_INTERVAL_S, MAX_INTERVAL_S)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("300s", 300),
        ("30m", 1800),
        ("1h", 3600),
        ("1d", 86400),
        ("2w", 1209600),
        (" 90 M ", 5400),
        (300, 300),
        (31 * 86400, 31 * 86400),
    ],
)
def test_an_interval_is_a_number_with_a_unit_or_seconds(written: str | int, seconds: int) -> None:
    """All units, blanks around them, capitals, whole seconds and both bounds are read."""
    assert parse_interval(written) == seconds


@pytest.mark.parametrize(
    "written",
    ["", "h", "1", "1.5h", "-1h", "1h30m", "1 hour", "hourly", "١h", "9" * 5000 + "h", "1h\x00"],
)
def test_other_spellings_are_refused_with_an_example(written: str) -> None:
    """What is not one number and one unit, in ASCII, is answered with how to write it."""
    with pytest.raises(ValueError, match="such as"):
        parse_interval(written)


@pytest.mark.parametrize(
    "written", ["299s", "4m", "0h", 0, -3600, 299, "32d", "999999999w", 10**30]
)
def test_too_often_and_too_seldom_are_refused_with_the_bounds(written: str | int) -> None:
    """Below five minutes a server is harmed, beyond a month entries are lost."""
    with pytest.raises(ValueError, match="from 5m to 31d"):
        parse_interval(written)


@given(SECONDS)
def test_what_is_written_is_read_again(seconds: int) -> None:
    """Every interval that is allowed survives being written to a file."""
    assert parse_interval(format_interval(seconds)) == seconds


@given(st.text())
def test_any_text_is_read_or_refused(written: str) -> None:
    """No text raises anything but ValueError, and what is read is inside the bounds."""
    try:
        seconds = parse_interval(written)
    except ValueError:
        return

    assert MIN_INTERVAL_S <= seconds <= MAX_INTERVAL_S
