"""Dates as feeds write them: the standards first, then dateutil on a short lead.

A wrong date is worse than none: it sorts an entry to where nobody looks. What is ambiguous, out of
range or in an unknown time zone is None, and the caller keeps the raw text.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

from dateutil import parser as dateutil_parser

from aggregator.text import collapse_whitespace

_MAX_CHARS = 64  # twice the longest date in 106 real feeds
_YEARS = range(1900, 2200)  # outside are zero dates ("0001-01-01") and misread numbers
_UNIX_SECONDS = range(10**8, 5 * 10**9)  # 1973 to 2128

_ISO = re.compile(
    r"(?P<year>\d{4})(?:(?P<sep>[-/.]?)(?P<month>\d\d?)(?:(?P=sep)(?P<day>\d\d?))?)?"
    r"(?:[Tt ,]\s?(?P<hour>\d\d?):?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,]\d{1,9})?)?"
    r"\s?(?P<zone>[A-Za-z]{1,5}|[+\-−]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)
_COMPACT = re.compile(r"\d{8}(?:T\d{4,6}(?:Z|[+-]\d{4})?)?", re.ASCII)
# The weekday is redundant, often wrong and in any language, so any word may stand there.
_RFC822 = re.compile(
    r"(?:[^\W\d_]+\.?,?\s?)?(?P<day>\d\d?)[ -](?P<month>[A-Za-z]{3,9})\.?,?[ -]"
    r"(?P<year>\d{4}|\d\d)"
    r"(?:,?\s(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d{1,9})?)?"
    r"(?:\s?(?P<zone>(?:GMT|UTC)?[+\-−]\d\d?:?\d\d|[A-Za-z]{1,5}))?(?:\s?\([^()]*\))?)?"
)
_OFFSET = re.compile(r"(?:GMT|UTC)?([+\-−])(\d\d?):?(\d\d)?", re.ASCII)
_DOTTED_DAY_FIRST = re.compile(r"\b\d\d?\.\d\d?\.\d{4}\b")

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# RFC 822 and what else is met. IST and the like, which are three zones each, are left out.
_ZONE_HOURS: dict[str, float] = {
    name: hours
    for hours, names in (
        (0, "z ut utc gmt wet"),
        (1, "bst west cet met"),
        (2, "cest mest eet"),
        (3, "eest msk"),
        (9, "jst kst"),
        (9.5, "acst"),
        (10, "aest"),
        (11, "aedt"),
        (12, "nzst"),
        (13, "nzdt"),
        (-2.5, "ndt"),
        (-3.5, "nst"),
        (-4, "edt"),
        (-5, "est cdt"),
        (-6, "cst mdt"),
        (-7, "mst pdt"),
        (-8, "pst akdt"),
        (-9, "akst"),
        (-10, "hst"),
    )
    for name in names.split()
}


def parse_date(raw: str | None) -> datetime | None:
    """The instant that `raw` names, in UTC; None if it names none for certain.

    A date without zone is taken as UTC, one without time as midnight. Never raises.

    >>> parse_date("Thu, 01 Jan 04 19:48 EST").isoformat()
    '2004-01-02T00:48:00+00:00'
    >>> parse_date("03/04/2019") is None
    True
    """
    line = collapse_whitespace(raw or "")
    if not 4 <= len(line) <= _MAX_CHARS:
        return None
    try:
        found = _parse_line(line)
        if found is None or found.year not in _YEARS:
            return None
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _parse_line(line: str) -> datetime | None:
    if line.isdecimal() and line.isascii() and len(line) not in {4, 8}:
        seconds = int(line) // (1000 if len(line) == 13 else 1)
        return datetime.fromtimestamp(seconds, UTC) if seconds in _UNIX_SECONDS else None
    if _COMPACT.fullmatch(line):
        return datetime.fromisoformat(line)
    if found := _ISO.fullmatch(line):
        is_compact = found["month"] and not found["sep"]
        return None if is_compact else _assemble(found, int(found["month"] or 1))
    if (found := _RFC822.fullmatch(line)) and (month := _MONTHS.get(found["month"].lower())):
        return _assemble(found, month)
    return _parse_loosely(line)


def _assemble(found: re.Match[str], month: int) -> datetime:
    """The datetime of the named groups; ValueError where they are out of range."""
    year, day = int(found["year"]), int(found["day"] or 1)
    if len(found["year"]) == 2:
        year += 2000 if year < 50 else 1900  # RFC 2822, section 4.3
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    if year not in _YEARS:
        raise ValueError("the year is out of range")
    midnight = datetime(year, month, day, tzinfo=_zone(found["zone"]))
    if hour == 24 and minute == second == 0:
        return midnight + timedelta(days=1)
    return midnight.replace(hour=hour, minute=minute, second=min(second, 59) if second < 61 else 99)


def _zone(name: str | None) -> timezone:
    if not name:
        return UTC
    if found := _OFFSET.fullmatch(name.upper()):
        sign, hours, minutes = found.groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return timezone(offset if sign == "+" else -offset)
    return timezone(timedelta(seconds=_named_offset(name)))


def _named_offset(name: str) -> int:
    hours = _ZONE_HOURS.get(name.lower())
    if hours is None:
        raise ValueError(f"unknown time zone {name!r}")
    return int(hours * 3600)


def _parse_loosely(line: str) -> datetime | None:
    """What dateutil makes of `line`, if day and month can be told apart and nothing is missing."""
    day_first = _read(line, is_day_first=True)
    if day_first is None or _DOTTED_DAY_FIRST.search(line):
        return day_first
    month_first = _read(line, is_day_first=False)
    if month_first is None or day_first == month_first:
        return month_first
    by_weekday = [
        found
        for found in (day_first, month_first)
        if line[:3].lower() == _WEEKDAYS[date(found.year, found.month, found.day).weekday()]
    ]
    return by_weekday[0] if len(by_weekday) == 1 else None


def _read(line: str, *, is_day_first: bool) -> datetime | None:
    """The answer of dateutil; None where it had to fill in a part of the date from the default."""
    answers = {
        dateutil_parser.parse(
            line, default=default, dayfirst=is_day_first, tzinfos=_dateutil_offset
        )
        for default in (datetime(2000, 1, 1, tzinfo=UTC), datetime(2001, 2, 2, tzinfo=UTC))
    }
    return answers.pop() if len(answers) == 1 else None


def _dateutil_offset(name: str | None, offset: int | None) -> int | None:
    return offset if offset is not None or name is None else _named_offset(name)
