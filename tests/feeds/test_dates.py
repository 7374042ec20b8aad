"""Dates as feeds write them; a wrong one is worse than none."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aggregator.feeds.dates import _languages
from aggregator.feeds.dates._parse import parse_date


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
def test_a_standard_date_is_read(raw: str, expected: str) -> None:
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
        "yesterday",
        "2 days ago",
        "3 hours before 6 May 2020",
        "No. 6, 2020",
        "6 now 2020",
        "6 this month 2020",
        "6 May 2020 10:00 - 12:00",
        "6 May 2020 13:00 AM",
        "6 May 2020 3:45 m.d.",
        "May 6, 24",
        "05/04/19",
        "25.03.19",
        "Mon, 05/03/2019",
        "Thu, 01 Jan 104 10:00",
        "6 listopada 2020",
        "令和2年1月6日",
        "2019年5月",
        "2023-366",
        "12 midnight 6 Jan 2020",
        "2020-01-06T10:00:00+01:00Z",
        "Mon, 06 Jan 2020 10:00:00 +0200 EST",
        "2020-07-06T10:00:00+01:00[Europe/Paris]",
        "Sun, 25 Oct 2020 02:30:00 Europe/Paris",
        "Mon, 06 Jan 2020 10:00:00 Europe/Atlantis",
        "Mon, 06 Jan 2020 10:00:00 ../../etc/passwd",
        "Mon, 06 Jan 2020 10:00:00 +01:00:00",
        "1" * 1_000_000,
    ],
)
def test_what_is_uncertain_is_no_date(raw: str | None) -> None:
    """Ambiguous, incomplete, impossible, in an unknown zone, or no date at all."""
    assert parse_date(raw) is None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("lundi 6 janvier 2020 à 10h30", "2020-01-06T10:30:00"),
        ("1er janvier 2020", "2020-01-01T00:00:00"),
        ("segunda-feira, 6 de janeiro de 2020 às 10h30", "2020-01-06T10:30:00"),
        ("Montag, 6. Januar 2020 um 10:30 Uhr MEZ", "2020-01-06T09:30:00"),
        ("10:30 Uhr, 6. Jänner 2020", "2020-01-06T10:30:00"),
        ("lunes, 6 de enero de 2020, 3:21 p. m.", "2020-01-06T15:21:00"),
        ("lunedì 6 gennaio 2020 alle ore 10.30", "2020-01-06T10:30:00"),
        ("maandag 6 januari 2020 om 10:30 uur", "2020-01-06T10:30:00"),
        ("понедельник, 6 января 2020 г. в 10:30", "2020-01-06T10:30:00"),
        ("Пн, 06 янв 2020 10:00:00 +0300", "2020-01-06T07:00:00"),
        ("星期一, 06 一月 2020 10:00:00 +0800", "2020-01-06T02:00:00"),
        ("2020年1月6日 星期一 下午3:21", "2020-01-06T15:21:00"),
        ("２０２０年１月６日（月）１０時３０分", "2020-01-06T10:30:00"),
        ("月, 06 1月 2020 10:00:00 +0900", "2020-01-06T01:00:00"),
        ("2020년 1월 6일 월요일 오후 3시 21분", "2020-01-06T15:21:00"),
        ("2020. 1. 6. 오전 3:21", "2020-01-06T03:21:00"),
        ("٦ يناير ٢٠٢٠ ١٠:٠٠ ص", "2020-01-06T10:00:00"),
        ("Thứ Hai, 6 tháng 1, 2020", "2020-01-06T00:00:00"),
        ("maanantai 6. tammikuuta 2020 klo 10.30", "2020-01-06T10:30:00"),
        ("2020. január 6., hétfő 10:30", "2020-01-06T10:30:00"),
        ("6 Ocak 2020 Pazartesi 10:30", "2020-01-06T10:30:00"),
        ("Senin, 06 Januari 2020 10:00 WIB", "2020-01-06T03:00:00"),
        ("mar., 05 mai 2020 10:00 +0200", "2020-05-05T08:00:00"),
        ("mar 10 mar 2020", "2020-03-10T00:00:00"),
        ("piątek, 6 listopada 2020", "2020-11-06T00:00:00"),
        ("6 қаңтар 2020 10:30", "2020-01-06T10:30:00"),
        ("8 มี.ค. 2019", "2019-03-08T00:00:00"),
    ],
)
def test_a_date_in_words_is_read(raw: str, expected: str) -> None:
    """In many languages, with the clocks, digits, signs and weekdays of each."""
    assert parse_date(raw) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("6th of January, 2020 at Noon", "2020-01-06T12:00:00"),
        ("Jan. 2nd 2020, 3:05pm ET", "2020-01-02T20:05:00"),
        ("6 Jan 2020 12:15 a.m.", "2020-01-06T00:15:00"),
        ("2020-07-06 10:00:00 Europe/Paris", "2020-07-06T08:00:00"),
        ("2020-07-06T10:00:00+02:00[Europe/Paris]", "2020-07-06T08:00:00"),
        ("Mon, 06 Jan 2020 10:00:00 GMT+2", "2020-01-06T08:00:00"),
        ("Mon, 06 Jan 2020 10:00:00 UTC +01:00", "2020-01-06T09:00:00"),
        ("Mon, 06 Jan 2020 10:00:00 +0000 GMT", "2020-01-06T10:00:00"),
        ("Mon, 06 Jan 2020 10:00:00 +0530 IST", "2020-01-06T04:30:00"),
        ("2020-01-06 10:00:00.123456 +0100 CET", "2020-01-06T09:00:00"),
        ("Mon Jan 06 2020 10:00:00 GMT+0100 (Central European Time)", "2020-01-06T09:00:00"),
        ("Mon Jan  6 10:00:00 PST 2020", "2020-01-06T18:00:00"),
        ("Mon Jan  6 10:00:00 2020 +0100", "2020-01-06T09:00:00"),
        ("Monday, 06-Jan-20 10:00:00 GMT", "2020-01-06T10:00:00"),
        ("Mon 2020-01-06 10:00:00 UTC", "2020-01-06T10:00:00"),
        ("Tue, 6 Jan 2020 10:00:00 GMT", "2020-01-06T10:00:00"),
        ("Fri, 05-03-19", "2019-05-03T00:00:00"),
        ("31.12.99", "1999-12-31T00:00:00"),
        ("2024-W32-4", "2024-08-08T00:00:00"),
        ("2024-217", "2024-08-04T00:00:00"),
        ("20240801120000", "2024-08-01T12:00:00"),
        ("１５７７８３６８００", "2020-01-01T00:00:00"),
    ],
)
def test_a_date_of_other_orders_and_zones_is_read(raw: str, expected: str) -> None:
    """As programs, servers and people write them; a single reading stands against its weekday."""
    assert parse_date(raw) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


_PIECES = """
6 12 31 99 2020 1066 05 10:30 24:00 3pm noon Mon mar listopada mai 一月 6日 2020年 下午 Uhr de ٢٠٢٠
қаңтар xyzzy Europe/Paris GMT+2 +0530 -99 EST IST (CET) , . / - T 03/04/2019 05.03.19 tháng W32
"""


@settings(deadline=None)  # the first word of a far language loads a library
@given(st.lists(st.sampled_from(_PIECES.split()), max_size=8).map(" ".join))
def test_no_heap_of_words_raises(raw: str) -> None:
    """Pieces of dates in any order are an aware date in range, or none."""
    found = parse_date(raw)

    assert found is None or (found.tzinfo is UTC and 1900 <= found.year < 2200)


@given(st.dates(date(1950, 1, 1), date(2049, 12, 31)), st.sampled_from("/-"))
def test_numbers_alone_are_read_only_where_they_have_one_meaning(day: date, sign: str) -> None:
    """Day and month in numbers are never guessed; with the weekday they are certain or none."""
    raw = day.strftime(f"%d{sign}%m{sign}%Y")
    is_clear = day.day > 12 or day.day == day.month

    assert parse_date(raw) == (_midnight(day) if is_clear else None)
    assert parse_date(f"{day:%a}, {raw}") in {_midnight(day), None}


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def test_nonsense_costs_little() -> None:
    """The slow library is asked about fifty words without an answer, not about thousands."""
    _languages._missed_at.clear()
    before = _languages._ask.cache_info().misses

    found = {parse_date(f"6 {chr(97 + n % 26)}x{chr(97 + n // 26)}q 2020") for n in range(600)}

    assert found == {None}
    assert _languages._ask.cache_info().misses - before <= 50
    _languages._missed_at.clear()


def test_standard_dates_load_no_library() -> None:
    """Most processes never pay for the languages that have no table here."""
    code = (
        "import sys; from aggregator.feeds.dates._parse import parse_date as p;"
        "assert p('2020-01-06T10:00:00Z') and p('Mon, 6 Jan 2020 10:00 GMT') and p('6 мая 2020');"
        "assert p('insert date here') is None; print('dateparser' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"


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


@settings(deadline=None)
@given(st.text(max_size=70) | st.text("0123456789-:/., TZ+janFeb", max_size=40))
@example("0" * 64)
@example("1.1.1.1.1e999999999")
def test_no_text_raises(raw: str) -> None:
    """Whatever comes is an aware UTC date in range, or none."""
    found = parse_date(raw)

    assert found is None or (found.tzinfo is UTC and 1899 <= found.year <= 2200)
