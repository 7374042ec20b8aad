"""Reading numbers and texts out of dictionaries in which anything may stand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.feeds._fields import (
    Fields,
    count_of,
    length_of,
    make_storable,
    number_of,
    seconds_of,
    text_of,
)


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("0", 0),
        (" 12 ", 12),
        ("012", 12),
        ("12.0", 12),
        ("1.2e3", 1200),
        ("12.5", None),
        ("-1", None),
        ("1e99", None),
        ("9" * 19, None),
        ("١٢", None),
        ("twelve", None),
        ("", None),
    ],
)
def test_counts_are_whole_and_not_negative(written: str, count: int | None) -> None:
    """However they are written; a length of zero says that it is not known."""
    assert count_of({"n": written}, "n") == count
    assert length_of({"n": written}, "n") == (count or None)


@given(value=st.text() | st.floats().map(str) | st.integers().map(str) | st.none() | st.binary())
def test_a_number_is_finite_or_none(value: object) -> None:
    """Nothing raises, and neither infinity nor NaN comes out, which JSON could not keep."""
    for read in (number_of, count_of, length_of, seconds_of):
        number = read({"n": value}, "n")
        assert number is None or math.isfinite(number)


@given(hours=st.integers(0, 99), minutes=st.integers(0, 59), seconds=st.integers(0, 59))
def test_every_spelling_of_a_duration_is_the_same(hours: int, minutes: int, seconds: int) -> None:
    """As a clock, in seconds and in ISO 8601."""
    total = hours * 3600 + minutes * 60 + seconds
    spellings = (
        f"{hours}:{minutes:02}:{seconds:02}",
        f"{hours:02}:{minutes:02}:{seconds:02}.000",
        f"{hours * 60 + minutes}:{seconds}",
        f"{total}",
        f"PT{hours}H{minutes}M{seconds}S",
    )

    assert {seconds_of({"n": spelling}, "n") for spelling in spellings} == {total}


@given(text=st.text())
def test_a_text_can_be_stored(text: str) -> None:
    """Trimmed, and without what neither UTF-8 nor a database takes, wherever it stands."""
    fields: Fields = {"t": text + "\ud800\0", "in": [{"t": "\0"}, "\udfff", 1, [None]]}
    make_storable(fields)

    found = text_of(fields, "t")

    assert found is not None
    assert found == found.strip()
    assert "\0" not in found.encode().decode()
    assert fields["in"] == [{"t": "\ufffd"}, "\ufffd", 1, [None]]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("<![CDATA[a]]>", "a"),
        (" <![CDATA[ <p>a</p> ]]>\n", "<p>a</p>"),
        ("<![CDATA[a]]> and <![CDATA[b]]>", "a and b"),
        ("<![CDATA[]]>", None),
        ("<![CDATA[a", "<![CDATA[a"),
        ("why <![CDATA[a]]>", "why <![CDATA[a]]>"),
    ],
)
def test_a_text_that_was_escaped_once_too_often_is_unwrapped(
    written: str, text: str | None
) -> None:
    """Only where all of it is a CDATA section: another text may be about them."""
    assert text_of({"t": written}, "t") == text
