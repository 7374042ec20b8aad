"""Days and numbers as facets, and the facets that cover a range of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from aggregator.search.terms._values import Document

_FIRST_YEAR, _LAST_YEAR = 1970, 2100
_FIRST, _END = date(_FIRST_YEAR, 1, 1), date(_LAST_YEAR + 1, 1, 1)
_EARLY, _LATE = "y:early", "y:late"
_MONTHS = 12

_MAX_MINUTES = 60
_WORD_BORDERS = (*range(100, 2_000, 100), *range(2_000, 20_001, 1_000))


def date_facets(sort_at: datetime) -> list[str]:
    """The year, month and day (UTC) of an entry; one facet for all before 1970, one after 2100.

    >>> date_facets(datetime(2026, 11, 22, tzinfo=UTC))
    ['y:2026', 'm:202611', 'd:20261122']
    """
    day = sort_at.astimezone(UTC).date()
    if day.year < _FIRST_YEAR:
        return [_EARLY]
    if day.year > _LAST_YEAR:
        return [_LATE]
    return [_year(day.year), _month(day.year, day.month), _day(day)]


def date_tokens(start: date | None, end: date | None) -> tuple[str, ...]:
    """The facets, ANY of which an entry of a day from `start` up to, but without, `end` has.

    Whole years, then whole months, then days: fewer than 220. None is open, and a range without
    days has no facets. A range that reaches before 1970 has all that lies there.

    >>> date_tokens(date(2025, 12, 31), date(2027, 2, 1))
    ('d:20251231', 'y:2026', 'm:202701')
    """
    if start is not None and end is not None and start >= end:
        return ()
    tokens = [_EARLY] if start is None or start < _FIRST else []
    if end is None or end > _FIRST:
        tokens += _cover(max(start or _FIRST, _FIRST), min(end or _END, _END))
    if end is None or end > _END:
        tokens.append(_LATE)
    return tuple(tokens)


def has_exact_dates(start: date | None, end: date | None) -> bool:
    """Whether only entries of the range have its `date_tokens`; else the days are to be compared.

    >>> has_exact_dates(None, date(1970, 1, 1)), has_exact_dates(None, date(1969, 1, 1))
    (True, False)
    """
    borders = (None if start == date.min else start, end)
    return all(border is None or _FIRST <= border <= _END for border in borders)


def _cover(day: date, end: date) -> Iterator[str]:
    while day < end:
        if day.month == day.day == 1 and (after := date(day.year + 1, 1, 1)) <= end:
            yield _year(day.year)
        elif day.day == 1 and (after := _next_month(day)) <= end:
            yield _month(day.year, day.month)
        else:
            after = day + timedelta(days=1)
            yield _day(day)
        day = after


def _next_month(day: date) -> date:
    years, month = divmod(day.month, _MONTHS)
    return date(day.year + years, month + 1, 1)


def _year(year: int) -> str:
    return f"y:{year:04}"


def _month(year: int, month: int) -> str:
    return f"m:{year:04}{month:02}"


def _day(day: date) -> str:
    return f"d:{day:%Y%m%d}"


@dataclass(frozen=True, slots=True)
class _Scale:
    """A number filed in steps: up to each of `borders` (itself included), and above the last."""

    prefix: str
    borders: tuple[int, ...]
    last: str
    value: Callable[[Document], int]

    def token(self, step: int) -> str:
        """The facet of a step; the one after all borders is open."""
        return f"{self.prefix}:{self.borders[step] if step < len(self.borders) else self.last}"

    def step(self, number: int) -> int:
        """The step in which a number lies."""
        return next((at for at, most in enumerate(self.borders) if number <= most), self.steps - 1)

    @property
    def steps(self) -> int:
        """How many steps there are."""
        return len(self.borders) + 1


_SCALES = {
    "readtime": _Scale(
        "min",
        tuple(range(_MAX_MINUTES + 1)),
        str(_MAX_MINUTES + 1),
        lambda document: document.read_minutes,
    ),
    "words": _Scale("len", _WORD_BORDERS, "max", lambda document: document.word_count),
}
"""What is counted of an entry; one more is one line, see `number_facets`."""


def number_facets(read_minutes: int, word_count: int) -> list[str]:
    """The facets of an entry's numbers.

    >>> number_facets(3, 640)
    ['min:3', 'len:700']
    """
    numbers = {"readtime": read_minutes, "words": word_count}
    return [scale.token(scale.step(numbers[name])) for name, scale in _SCALES.items()]


def number_tokens(name: str, low: int | None, high: int | None) -> tuple[tuple[str, ...], bool]:
    """The facets, ANY of which an entry with a number from `low` to `high` has; whether exact.

    `name` is ``readtime`` or ``words``; where it is not exact, entries with other numbers have
    them, too, and `number_of` tells. A range without numbers has no facets.

    >>> number_tokens("readtime", 3, 4), number_tokens("words", 1, 150)
    ((('min:3', 'min:4'), True), (('len:100', 'len:200'), False))
    """
    scale = _SCALES[name]
    least = max(low or 0, 0)
    if high is not None and high < least:
        return (), True
    first = scale.step(least)
    last = scale.steps - 1 if high is None else scale.step(high)
    below = scale.borders[first - 1] if first else -1
    ends = last == scale.steps - 1 if high is None else high in scale.borders
    tokens = tuple(scale.token(step) for step in range(first, last + 1))
    return tokens, least == below + 1 and ends


def number_of(document: Document, name: str) -> int:
    """The number of a document that `number_tokens` is about."""
    return _SCALES[name].value(document)
