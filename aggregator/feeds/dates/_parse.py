"""Dates as feeds write them: the standards first, then words of many languages, piece by piece.

A wrong date is worse than none: it sorts an entry to where nobody looks. What is ambiguous, out of
range or in an unknown time zone is None, and the caller keeps the raw text.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from aggregator.feeds.dates._names import find_months, find_zone, place_instant, read_year
from aggregator.feeds.dates._words import read_words
from aggregator.text import collapse_whitespace

_MAX_CHARS = 100  # three times the longest date in 106 real feeds
_YEARS = range(1900, 2200)  # outside are zero dates ("0001-01-01") and misread numbers
_UNIX_SECONDS = range(10**8, 5 * 10**9)  # 1973 to 2128
_CACHED_DATES = 4096  # the feeds of a process repeat theirs with every poll

_TIME = r"(?P<hour>\d\d?):?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,]\d{1,9})?)?"
_ZONE = r"(?P<zone>[A-Za-z]{1,5}|[+\-]\d\d(?::?\d\d)?)?"
_ISO = re.compile(
    rf"(?P<year>\d{{4}})(?P<sep>[-/.])(?P<month>\d\d?)(?P=sep)(?P<day>\d\d?)"
    rf"(?:[Tt ,]\s?{_TIME})?\s?{_ZONE}",
    re.ASCII,
)
_ISO_DAY_OF_YEAR = re.compile(
    rf"(?P<year>\d{{4}})-(?P<day>\d{{3}})(?:[Tt]{_TIME}\s?{_ZONE})?", re.ASCII
)
_ISO_PERIOD = re.compile(r"\d{4}(?:-\d\d)?|\d{4}-?W\d\d(?:-?[1-7])?", re.ASCII)
_COMPACT = re.compile(r"(\d{8})(?:T?(\d{6})|T(\d{4}))?(Z|[+-]\d{4})?", re.ASCII)
_UNIX = re.compile(r"(\d{9,10})(?:\d{3}|\.\d{1,9})?", re.ASCII)
# The weekday is redundant, often wrong and in any language, so any word may stand there.
_RFC822 = re.compile(
    r"(?:[^\W\d_]+\.?,\s?|[A-Za-z]{3}\s)?(?P<day>\d\d?)[ -](?P<month>[A-Za-z]{3,9})\.?,?[ -]"
    r"(?P<year>\d{4}|\d\d)"
    r"(?:,?\s(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d{1,9})?)?"
    r"(?:\s?(?P<zone>(?:GMT|UTC)?[+\-]\d\d?:?\d\d|[A-Za-z]{1,5}))?(?:\s?\([^()]*\))?)?"
)
_DASHES = {ord(sign): "-" for sign in "‐‑−"} | {ord(sign): " - " for sign in "–—"}
_SIGNS = _DASHES | {ord(sign): "," for sign in "،、"}


def parse_date(raw: str | None) -> datetime | None:
    """The instant that `raw` names, in UTC; None if it names none for certain.

    A date without zone is taken as UTC, one without time as midnight. Never raises.

    >>> parse_date("Thu, 01 Jan 04 19:48 EST").isoformat()
    '2004-01-02T00:48:00+00:00'
    >>> parse_date("03/04/2019") is None
    True
    """
    line = collapse_whitespace(raw or "")
    return _parse_line(line) if 4 <= len(line) <= _MAX_CHARS else None


@lru_cache(maxsize=_CACHED_DATES)
def _parse_line(line: str) -> datetime | None:
    for read in (_read_rfc822, _read_iso, _read_numbers, _read_any):
        try:
            found = read(line)
            if found is not None:
                in_utc = found.astimezone(UTC)
                return in_utc if in_utc.year in _YEARS else None
        except (ValueError, OverflowError):  # no such day, no such hour, year 0
            return None
    return None


def _read_rfc822(line: str) -> datetime | None:
    found = _RFC822.fullmatch(line)
    months = find_months(found["month"]) if found else ()
    if found is None or len(months) != 1:
        return None
    (month,) = months
    return _at_time(date(read_year(found["year"]), month, int(found["day"])), found)


def _read_iso(line: str) -> datetime | None:
    """RFC 3339 and its looser relatives, as "2016/6/5 15:07"."""
    found = _ISO.fullmatch(line)
    if found is None:
        return None
    return _at_time(date(int(found["year"]), int(found["month"]), int(found["day"])), found)


def _read_numbers(line: str) -> datetime | None:
    """Unix seconds or milliseconds, and the rest of ISO 8601 and of W3C's note on it.

    A year, a month or a week is its first day, since the standards let a date say no more.
    """
    if found := _COMPACT.fullmatch(line):
        day, seconds, minutes, zone = found.groups()
        clock = seconds or minutes
        return _aware(datetime.fromisoformat(f"{day}T{clock}{zone or ''}" if clock else day))
    if found := _UNIX.fullmatch(line):
        seconds = int(found[1])
        return datetime.fromtimestamp(seconds, UTC) if seconds in _UNIX_SECONDS else None
    if _ISO_PERIOD.fullmatch(line):
        is_week = "W" in line
        return _aware(datetime.fromisoformat(line if is_week else f"{line}-01-01"[:10]))
    if found := _ISO_DAY_OF_YEAR.fullmatch(line):
        day = date(int(found["year"]), 1, 1) + timedelta(days=int(found["day"]) - 1)
        return _at_time(day, found) if day.year == int(found["year"]) else None
    return None


def _read_any(line: str) -> datetime | None:
    """`line` with the digits and signs of all scripts made plain, by the standards or in words."""
    plain = line if line.isascii() else _make_plain(line)
    if plain != line and len(plain) <= _MAX_CHARS:
        return _read_rfc822(plain) or _read_iso(plain) or _read_numbers(plain) or read_words(plain)
    return read_words(plain) if plain == line else None


def _make_plain(line: str) -> str:
    letters = (
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter
        for letter in unicodedata.normalize("NFKC", line).translate(_SIGNS)
        if unicodedata.category(letter) != "Cf"  # marks that turn the line, and joiners
    )
    return collapse_whitespace("".join(letters))


def _aware(found: datetime) -> datetime:
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _at_time(day: date, found: re.Match[str]) -> datetime | None:
    """The instant of the groups hour, minute, second and zone on `day`; None in an unknown zone."""
    zone = find_zone(found["zone"]) if found["zone"] else UTC
    if zone is None:
        return None
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    days = timedelta(days=1 if (hour, minute, second) == (24, 0, 0) else 0)
    clock = time(0 if days else hour, minute, 59 if second == 60 else second)
    return place_instant(datetime.combine(day, clock) + days, zone)
