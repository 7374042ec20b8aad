"""The instants that pages state, read strictly: nothing is guessed, nothing filled in."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_MAX_CHARS = 60
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]{{0,6}}\.?"
_DAY_OF_MONTH = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_NAMED = tuple(
    re.compile(rf"(?:[a-z]{{2,12}}:? )?{day_and_month},? (?P<year>\d{{4}})(?:\b.*)?", re.IGNORECASE)
    for day_and_month in (f"{_MONTH} {_DAY_OF_MONTH}", f"{_DAY_OF_MONTH} {_MONTH}")
)
"""English months only: numbers in other orders (05/06/2024) mean different days."""

_EARLIEST_YEAR = 1700
"""Before the first newspapers' archives a date is a default of the software (year 1)."""


def parse_instant(text: str) -> datetime | None:
    """The instant that `text` states, in UTC: ISO 8601, RFC 5322 or "May 6, 2024"; else None.

    A time without offset is taken as UTC, a day as its first moment. The Unix epoch is what
    software prints for "no date", so it is none.

    >>> parse_instant("2024-05-06T10:00:00+02:00")
    datetime.datetime(2024, 5, 6, 8, 0, tzinfo=datetime.timezone.utc)
    """
    stated = text.strip()[:_MAX_CHARS]
    instant = _iso(stated) or _rfc(stated) or _named(stated)
    if instant is None:
        return None
    try:
        in_utc = instant.replace(tzinfo=instant.tzinfo or UTC).astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    is_real = in_utc.year >= _EARLIEST_YEAR and in_utc.timestamp() != 0
    return in_utc if is_real else None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.upper().replace(" UTC", "Z").replace(" GMT", "Z"))
    except ValueError:
        pass
    day = _DAY.fullmatch(text)
    try:
        return datetime(int(day[1]), int(day[2]), int(day[3]), tzinfo=UTC) if day else None
    except ValueError:
        return None


def _rfc(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _named(text: str) -> datetime | None:
    """The day of a date with the English name of its month; a time behind it is left aside."""
    for pattern in _NAMED:
        if match := pattern.fullmatch(text):
            month = _MONTHS.index(match["month"].lower()) + 1
            try:
                return datetime(int(match["year"]), month, int(match["day"]), tzinfo=UTC)
            except ValueError:
                return None
    return None
