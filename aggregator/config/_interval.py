"""How often a feed is polled, as people write it: "30m", "1h", "1d"."""

from __future__ import annotations

import re

MIN_INTERVAL_S = 300
"""Five minutes: the shortest that a reader of feeds keeps by default (CommaFeed). Below it lies
no news, only load on somebody else's server."""

MAX_INTERVAL_S = 31 * 86400
"""A month: beyond it a feed of twenty entries may have lost some between two polls."""

_UNITS = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}
_WRITTEN = re.compile(r"([0-9]{1,9})\s*([wdhms])", re.IGNORECASE)


def parse_interval(written: str | int) -> int:
    """The seconds of an interval written as a number with its unit, or as whole seconds.

    The units are s, m, h, d and w. Raises ValueError for other spellings, and for less than
    MIN_INTERVAL_S or more than MAX_INTERVAL_S.

    >>> parse_interval("30m"), parse_interval(3600)
    (1800, 3600)
    """
    seconds = written if isinstance(written, int) else _count_seconds(written)
    if not MIN_INTERVAL_S <= seconds <= MAX_INTERVAL_S:
        raise ValueError(
            f"must be from {format_interval(MIN_INTERVAL_S)} to {format_interval(MAX_INTERVAL_S)}"
        )
    return seconds


def _count_seconds(written: str) -> int:
    match = _WRITTEN.fullmatch(written.strip())
    if match is None:
        raise ValueError('must be a number and a unit, such as "30m", "1h" or "1d", or seconds')
    return int(match[1]) * _UNITS[match[2].lower()]


def format_interval(seconds: int) -> str:
    """`seconds` in the largest unit that divides them.

    >>> format_interval(5400)
    '90m'
    """
    unit, size = next((unit, size) for unit, size in _UNITS.items() if seconds % size == 0)
    return f"{seconds // size}{unit}"
