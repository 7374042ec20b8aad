"""Spans of days as people type them: days, months, years, ISO intervals and durations."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

Span = tuple[date | None, date | None]
"""From the first day up to, but without, the second; None is open."""

_DAY = timedelta(days=1)
_TIME = r"(?:[t ]\d[\d:.,+\-z]*)?"  # read and left aside: only days count
_STATED = re.compile(rf"(\d{{4}})(?:-(\d{{1,2}})(?:-(\d{{1,2}}){_TIME})?)?", re.ASCII)
_COMPACT = re.compile(rf"(\d{{4}})(\d\d)(\d\d){_TIME}", re.ASCII)
_SLASHED = re.compile(r"(\d{4})/(\d{1,2})(?:/(\d{1,2}))?", re.ASCII)
_DURATION = re.compile(
    r"p?(?:(\d{1,4})y)?(?:(\d{1,5})m)?(?:(\d{1,5})w)?(?:(\d{1,6})d)?(?:t?(\d{1,6})h)?", re.ASCII
)


def span_of(text: str, today: date) -> Span | None:
    """The days that `text`, folded, names; None if it names none.

    A duration is counted back from `today` and ends open. Both ends of an interval belong to it.

    >>> span_of("2026-11", date(2026, 11, 22))
    (datetime.date(2026, 11, 1), datetime.date(2026, 12, 1))
    >>> span_of("2026-01-30/p1m", date(2026, 11, 22))
    (datetime.date(2026, 1, 30), datetime.date(2026, 2, 28))
    """
    slashed = _SLASHED.fullmatch(text)
    if "/" not in text or slashed:
        return _named(text.replace("/", "-"), today)
    first, _, last = text.partition("/")
    shift = _shift_of(last)
    start = _named(first, today) if first else (None, None)
    if start is None or not (first or last):
        return None
    if start[0] and shift and not _shift_of(first):
        return start[0], shift(start[0], 1)
    end = _named(_completed(first, last), today) if last else (None, None)
    if end is None:
        return None
    back = _shift_of(first)
    if back and last and not shift and end[1]:
        return back(end[1], -1), end[1]
    return start[0], end[0] if shift else end[1]


def day_of(text: str, today: date) -> date | None:
    """The first day of what `text`, folded, names; None if it names nothing or an interval.

    >>> day_of("2026-11", date(2026, 11, 22))
    datetime.date(2026, 11, 1)
    """
    span = _named(text.replace("/", "-") if _SLASHED.fullmatch(text) else text, today)
    return span and span[0]


def _completed(first: str, last: str) -> str:
    """The end of an interval with what ISO 8601 lets people leave out: 2026-11-01/15."""
    is_short = re.fullmatch(r"\d\d?(?:-\d\d?)?", last, re.ASCII) and len(last) < len(first)
    return first[: -len(last)] + last if is_short else last


def _named(text: str, today: date) -> Span | None:
    """The day, month or year of that name; a duration is all since then."""
    if text in {"today", "yesterday"}:
        start = today if text == "today" else _moved(today, days=-1)
        return start, _moved(start, days=1)
    shift = _shift_of(text)
    if shift:
        return shift(today, -1), None
    found = _STATED.fullmatch(text) or _COMPACT.fullmatch(text)
    if not found:
        return None
    year, month, day = (None if part is None else int(part) for part in found.groups())
    try:
        start = date(year or 0, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return None
    if day:
        end = _moved(start, days=1)
    else:
        end = _moved(start, months=1) if month else _moved(start, months=12)
    return start, end if end > start else None


def _shift_of(text: str) -> Callable[[date, int], date] | None:
    """What moves a day by the duration `text`, forwards (1) or back (-1); None if it is none."""
    found = _DURATION.fullmatch(text)
    if not found or not any(found.groups()):
        return None
    years, months, weeks, days, hours = (int(part or 0) for part in found.groups())
    months, days = months + 12 * years, days + 7 * weeks - (-hours // 24)
    return lambda day, sign: _moved(day, months=sign * months, days=sign * days)


def _moved(day: date, *, months: int = 0, days: int = 0) -> date:
    """`day` moved; no further than there are dates, and to no day that its month does not have."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        return date.min if months < 0 else date.max
    moved = day.replace(year=year, month=month + 1, day=1)
    moved = moved.replace(day=min(day.day, monthrange(year, month + 1)[1]))
    try:
        return moved + days * _DAY
    except OverflowError:
        return date.min if days < 0 else date.max


def write_span(start: date, end: date) -> str:
    """The shortest text that names the days from `start` up to, but without, `end`.

    >>> write_span(date(2026, 11, 1), date(2026, 12, 1))
    '2026-11'
    """
    first = start.isoformat()
    for text in (first[:4], first[:7], first):
        if _named(text, start) == (start, end):
            return text
    return f"{first}/{(end - _DAY).isoformat()}"
