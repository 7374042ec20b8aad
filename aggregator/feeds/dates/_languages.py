"""The months of languages that have no table here, asked of dateparser, last and seldom.

dateparser guesses orders, zones and missing parts, so it is given a date whose numbers we know, and
only the month is taken from its answer. Of 13,800 dates of 70 locales as CLDR writes them, the
tables alone read 8,900 and with it 11,050, none of them wrong (most of the rest are ambiguous
numbers and zones in words); given the lines that they leave, it was wrong in 84 of 500.
"""

from __future__ import annotations

import re
import time
from collections import deque
from datetime import datetime
from functools import lru_cache

_TELLING = re.compile(r"[^\W\d_]{4}|[^\W\d_\x00-\x7f]")  # "No. 6" and "6 now" are no November
_DIGITS = re.compile(r"\d+")
_YEAR, _DAY, _CLOCK = "2001", "17", "03:45"  # no month, weekday or half of a day fits the wrong one
_MAX_MISSES, _PER_S = 50, 3600  # a miss costs 20 ms
_SETTINGS = {
    "REQUIRE_PARTS": ["day", "month", "year"],
    "STRICT_PARSING": True,
    "PARSERS": ["absolute-time"],
    "NORMALIZE": False,  # without its marks the Thai March is January
}

_missed_at: deque[float] = deque(maxlen=_MAX_MISSES)


def find_foreign_month(text: str) -> int | None:
    """The month that the words of `text` name beside its day and its year; None if unknown.

    `text` has a number of four digits and a shorter one, and words; the clock is cut out. The
    first question costs 0.8 CPU seconds, a new one 10 ms, one asked before nothing. After 50
    without an answer none is asked for an hour, or a feed of nonsense would cost minutes.
    """
    if not _TELLING.search(text):
        return None
    now = time.monotonic()
    if len(_missed_at) == _MAX_MISSES and now - _missed_at[0] < _PER_S:
        return None
    misses_before = _ask.cache_info().misses
    month = _ask(_DIGITS.sub(lambda found: _YEAR if len(found[0]) == 4 else _DAY, text))
    if month is None and _ask.cache_info().misses > misses_before:
        _missed_at.append(now)
    return month


@lru_cache(maxsize=1024)
def _ask(text: str) -> int | None:
    import dateparser  # noqa: PLC0415 - slow to load, and most processes never meet such a date

    found: datetime | None = dateparser.parse(f"{text} {_CLOCK}", settings=_SETTINGS)
    if found is None or found.strftime("%Y %d %H:%M") != f"{_YEAR} {_DAY} {_CLOCK}":
        return None
    return found.month
