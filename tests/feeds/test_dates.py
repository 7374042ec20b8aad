"""Dates as feeds write them; a wrong one is worse than none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.feeds._dates import parse_date


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2003-12-31T10:14:55Z", "2003-12-31T10:14:55"),
        ("2003-12-31t10:14:55.123456789-08:00", "2003-12-31T18:14:55"),
        ("2003-12-31 10:14:55", "2003-12-31T10:14:55"),
        ("2003-12-31 10:14:55 +0530", "2003-12-31T04:44:55"),
        ("2003-12-31T10:14+01", "2003-12-31T09:14:00"),
        ("20031231T101455Z", "2003-12-31T10:14:55"),
        ("2003-12-31", "2003-12-31T00:00:00"),
        ("2003-12", "2003-12-01T00:00:00"),
        ("2016/6/5 15:07:41", "2016-06-05T15:07:41"),
        ("2003-12-31T24:00:00Z", "2004-01-01T00:00:00"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59"),
        ("Wed, 02 Oct 2002 15:00:00 +0200", "2002-10-02T13:00:00"),
        ("Wed, 02 Oct 2002 15:00:00 GMT", "2002-10-02T15:00:00"),
        ("Wed, 02 Oct 2002 15:00:00 UT", "2002-10-02T15:00:00"),
        ("Wed, 02 Oct 2002 15:00:00 Z", "2002-10-02T15:00:00"),
        ("Wed, 02 Oct 2002 15:00:00 GMT+02:00", "2002-10-02T13:00:00"),
        ("Wed, 02 Oct 2002 15:00:00 -0000 (comment)", "2002-10-02T15:00:00"),
        ("Wed, 02 Oct 2002 15:00 EST", "2002-10-02T20:00:00"),
        ("Wed, 02 Oct 2002 15:00 EDT", "2002-10-02T19:00:00"),
        ("Wed, 02 Oct 2002 15:00 CST", "2002-10-02T21:00:00"),
        ("Wed, 02 Oct 2002 15:00 CDT", "2002-10-02T20:00:00"),
        ("Wed, 02 Oct 2002 15:00 MST", "2002-10-02T22:00:00"),
        ("Wed, 02 Oct 2002 15:00 MDT", "2002-10-02T21:00:00"),
        ("Wed, 02 Oct 2002 15:00 PST", "2002-10-02T23:00:00"),
        ("Wed, 02 Oct 2002 15:00 PDT", "2002-10-02T22:00:00"),
        ("2 oct 02 15:00:00 utc", "2002-10-02T15:00:00"),
        ("Mon, 02 October 2002 15:00:00 GMT", "2002-10-02T15:00:00"),
        ("Sex, 03 Jan 2025 23:47:02 -0300", "2025-01-04T02:47:02"),
        ("01 Jan 75 00:00 GMT", "1975-01-01T00:00:00"),
        ("1 January 2020", "2020-01-01T00:00:00"),
        ("Jan 1, 2020", "2020-01-01T00:00:00"),
        ("Friday, January 29, 2021 04:42 PM", "2021-01-29T16:42:00"),
        ("Thu Aug  1 12:00:00 2024", "2024-08-01T12:00:00"),
        ("Fri, 05/03/2019 - 15:21", "2019-05-03T15:21:00"),
        ("25/03/2019 15:21", "2019-03-25T15:21:00"),
        ("05.03.2019 12:16:00", "2019-03-05T12:16:00"),
        ("1577836800", "2020-01-01T00:00:00"),
        ("1577836800000", "2020-01-01T00:00:00"),
    ],
)
def test_a_date_is_read(raw: str, expected: str) -> None:
    """Both standards, and what else is certain, in UTC."""
    assert parse_date(f" {raw}\n") == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "",
        "insert date here",
        "0000-00-00 00:00:00",
        "0001-01-01T00:00:00Z",
        "Mon, 01 Jan 0001 00:00:00 +0000",
        "Sun, 29 Feb 2021 10:00:00 GMT",
        "2021-13-01",
        "2021-01-01T25:00:00Z",
        "2021-01-01T10:61:00Z",
        "2021-01-01T10:00:00+99:99",
        "03/04/2019",
        "10:00",
        "Monday",
        "May 2019",
        "Wed, 02 Oct 2002 15:00:00 IST",
        "Wed, 02 Oct 2002 15:00:00 XYZ",
        "October 2, 2002 15:00 XYZ",
        "12",
        "99999999999999999999",
        "１２３４５６７８９０",
        "1" * 1_000_000,
    ],
)
def test_what_is_uncertain_is_no_date(raw: str | None) -> None:
    """Ambiguous, incomplete, impossible, in an unknown zone, or no date at all."""
    assert parse_date(raw) is None


_INSTANTS = st.datetimes(
    datetime(1950, 1, 2),  # noqa: DTZ001 - hypothesis wants naive bounds
    datetime(2150, 1, 1),  # noqa: DTZ001
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m))),
).map(lambda instant: instant.replace(microsecond=0))


@given(_INSTANTS)
def test_what_the_standards_write_is_read_back(instant: datetime) -> None:
    """Any instant, in RFC 3339 and in RFC 822."""
    assert parse_date(instant.isoformat()) == instant
    assert parse_date(format_datetime(instant)) == instant


@given(st.text(max_size=70) | st.text("0123456789-:/., TZ+janFeb", max_size=40))
@example("0" * 64)
@example("1.1.1.1.1e999999999")
def test_no_text_raises(raw: str) -> None:
    """Whatever comes is an aware UTC date in range, or none."""
    found = parse_date(raw)

    assert found is None or (found.tzinfo is UTC and 1899 <= found.year <= 2200)
