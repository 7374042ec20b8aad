"""The instants that pages state, read strictly: nothing is guessed, nothing filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from aggregator.articles._months import find_month

_MAX_CHARS = 60
_MAX_LINE_CHARS = 300
"""A longer line is running text, whose dates are those of its subject."""

_DIGIT = re.compile(r"\d")
_WORD = r"(?<!\w)[^\W\d_][^\s\d.,/|()<>:;]{1,13}"
_GAP = r"[\s/-]{1,2}"
_FORMS = re.compile(
    # 6 May 2024, 6. Mai 2024, 1er mai 2024, 6 de mayo de 2024, 06-May-2024
    rf"(?<!\d)(?P<d1>\d{{1,2}})(?:st|nd|rd|th|er|\.|º|ª)?{_GAP}(?:de |of |d')?"
    rf"(?P<m1>{_WORD})\.?,?{_GAP}(?:de |del )?(?P<y1>\d{{4}})(?!\d)"
    # May 6, 2024
    rf"|(?P<m2>{_WORD})\.?\s{{1,2}}(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s{{1,2}}(?P<y2>\d{{4}})(?!\d)"
    # 2024. május 6.
    rf"|(?<!\d)(?P<y3>\d{{4}})[.,]?\s(?P<m3>{_WORD})\.?\s(?P<d3>\d{{1,2}})(?!\d)"
    # 2024年5月6日, 2024년 5월 6일
    r"|(?<!\d)(?P<y4>\d{4})\s?[年년]\s?(?P<m4>\d{1,2})\s?[月월]\s?(?P<d4>\d{1,2})\s?[日일]"
    # 2024-05-06, 2024. 5. 6.
    r"|(?<![\d/.-])(?P<y5>\d{4})(?P<s5>[-/.])\s?(?P<m5>\d{1,2})(?P=s5)\s?(?P<d5>\d{1,2})(?!\d)"
    # 6 tháng 5, 2024
    r"|(?<!\d)(?P<d6>\d{1,2})\s(?:tháng|thg)\s(?P<m6>\d{1,2}),?\s(?:năm\s)?(?P<y6>\d{4})(?!\d)"
    # 06.05.2024, 13/05/24
    r"|(?<![\d/.-])(?P<a>\d{1,2})(?P<s7>[./-])(?P<b>\d{1,2})(?P=s7)(?P<y7>\d{4}|\d{2})(?![\d/-])",
    re.IGNORECASE,
)
_GROUPS = tuple((f"y{form}", f"m{form}", f"d{form}") for form in range(1, 7))
_MONTH_FIRST = {"en-us", "en-ph", "fil"}
"""The languages (as pages state them) that write the month before the day in numbers."""

_EARLIEST_YEAR = 1700
"""Before the first newspapers' archives a date is a default of the software (year 1)."""

_BUDDHIST_YEARS, _BUDDHIST_LEAD = range(2443, 2700), 543
"""Thai pages count the years from 543 BC; 2443 stands for 1900, where our dates begin to matter."""


def parse_instant(text: str) -> datetime | None:
    """The instant that `text` states: ISO 8601, RFC 5322, or a day in words; else None.

    It keeps the offset that is stated, because the day that readers are shown hangs on it; a time
    without offset is taken as UTC, a day as its first moment. The Unix epoch is what software
    prints for "no date", so it is none.

    >>> parse_instant("2024-05-06T23:00:00-04:00").isoformat()
    '2024-05-06T23:00:00-04:00'
    """
    stated = text.strip()[:_MAX_CHARS]
    instant = _iso(stated) or _rfc(stated) or next((day.instant for day in iter_days(stated)), None)
    if instant is None:
        return None
    aware = instant.replace(tzinfo=instant.tzinfo or UTC)
    try:
        in_utc = aware.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    is_real = in_utc.year >= _EARLIEST_YEAR and in_utc.timestamp() != 0
    return aware if is_real else None


class Day(NamedTuple):
    """A day named in a line from `start` to `end`, as its first moment in UTC."""

    start: int
    end: int
    instant: datetime


def iter_days(line: str, language: str | None = None) -> Iterator[Day]:
    """The days that `line` names, in any language, in their order.

    `language` (a BCP 47 tag) says what 05/06/2024 means; without it such days are left out.
    """
    if len(line) > _MAX_LINE_CHARS or not _DIGIT.search(line):
        return
    for match in _FORMS.finditer(line):
        if day := _day(match, language):
            yield Day(match.start(), match.end(), day)


def _day(match: re.Match[str], language: str | None) -> datetime | None:
    if match["a"]:
        year, month, day = _numeric(match, language)
    else:
        y, m, d = next(names for names in _GROUPS if match[names[0]])
        year, day, stated = int(match[y]), int(match[d]), match[m]
        month = int(stated) if stated.isdecimal() else find_month(stated) or 0
    year -= _BUDDHIST_LEAD if year in _BUDDHIST_YEARS else 0
    try:
        return datetime(year, month, day, tzinfo=UTC) if year >= _EARLIEST_YEAR else None
    except ValueError:
        return None


def _numeric(match: re.Match[str], language: str | None) -> tuple[int, int, int]:
    """Year, month and day of numbers with the year last; the month is 0 where it is unclear."""
    first, second, year = int(match["a"]), int(match["b"]), int(match["y7"])
    year += 2000 if len(match["y7"]) == 2 else 0
    tag = (language or "").lower()
    if first > 12 or first == second or match["s7"] == ".":
        return year, second, first
    if second > 12 or tag in _MONTH_FIRST:
        return year, first, second
    return year, (second if tag and tag != "en" else 0), first


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.upper().replace(" UTC", "Z").replace(" GMT", "Z"))
    except ValueError:
        return None


def _rfc(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
