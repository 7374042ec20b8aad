"""Reading the Retry-After header (RFC 9110, section 10.2.3), also where it is written badly."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_WAIT = timedelta(days=366)
"""Later times are cut to this: a guard against overflow; who polls has a lower cap of its own."""

_SECONDS = re.compile(r"[+-]?\d{1,20}(?:[.,]\d*)?\s*(?:s|sec|seconds)?", re.IGNORECASE)


def parse_retry_after(value: str | None, now: datetime) -> datetime | None:
    """The instant (aware UTC) before which the server does not want to be asked again.

    Seconds and all three date forms of HTTP are read, and ISO 8601 for servers that send it; a
    date without a zone is UTC. Never before `now` and never more than `LONGEST_WAIT` after it;
    None for no value and for one that says nothing.

    >>> parse_retry_after("120", datetime(2026, 1, 1, tzinfo=UTC)).isoformat()
    '2026-01-01T00:02:00+00:00'
    >>> parse_retry_after("soon", datetime(2026, 1, 1, tzinfo=UTC)) is None
    True
    """
    text = (value or "").strip()
    if _SECONDS.fullmatch(text):
        retry_at = now + _wait_of(text)
    else:
        stated_at = _parse_date(text)
        if stated_at is None:
            return None
        retry_at = stated_at
    return min(max(retry_at, now), now + LONGEST_WAIT).astimezone(UTC)


def _wait_of(text: str) -> timedelta:
    """The wait that a number of seconds states, already cut to what can be added to a date."""
    seconds = float(text.lower().rstrip("second \t").replace(",", "."))
    longest_s = LONGEST_WAIT.total_seconds()
    return timedelta(seconds=min(max(seconds, 0.0), longest_s))


def _parse_date(text: str) -> datetime | None:
    for parse in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            parsed = parse(text)
            return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None
