"""Until when an answer is fresh, as its server states it (RFC 9111). Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_FRESH = timedelta(days=7)
"""Servers send lifetimes of years, which are meant for pictures; feeds are asked once a week."""

# It begins where a name can begin, and what it has taken it does not give back: a server may send
# 64 KiB of anything, and the event loop reads it.
_DIRECTIVE = re.compile(
    r'(?<![^\s,])([^\s,="]++)\s*+(?:=\s*+("(?:[^"\\]|\\.)*+"|[^\s,"]*+))?+\s*+(?:,|$)'
)
_SECONDS = re.compile(r"[0-9]{1,20}")
_STALE = frozenset({"no-cache", "no-store"})


def find_fresh_until(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """The instant (aware UTC) up to which the answer that came `now` is fresh; None if it is not.

    ``max-age`` less ``Age``, else ``Expires`` less ``Date``; at most a week. ``s-maxage`` is for
    caches that many share, which we are not. Header names are lower-case, repeated ones joined. A
    value that cannot be read makes the answer stale (RFC 9111, section 4.2.1).

    >>> now = datetime(2026, 1, 1, tzinfo=UTC)
    >>> str(find_fresh_until({"cache-control": "public, max-age=600", "age": "60"}, now) - now)
    '0:09:00'
    """
    directives = _directives(headers.get("cache-control", ""))
    if _STALE & directives.keys():
        return None
    if "max-age" in directives:
        lifetime_s = _seconds(directives["max-age"])
        lifetime = None if lifetime_s is None else timedelta(seconds=lifetime_s - _age_of(headers))
    else:
        lifetime = _until_expiry(headers, now)
    if lifetime is None or lifetime <= timedelta():
        return None
    return now + min(lifetime, LONGEST_FRESH)


def _directives(cache_control: str) -> dict[str, str]:
    """The directives by lower-case name; of one that stands there twice the first counts."""
    found: dict[str, str] = {}
    for directive in _DIRECTIVE.finditer(cache_control):
        found.setdefault(directive[1].lower(), (directive[2] or "").strip('"'))
    return found


def _age_of(headers: Mapping[str, str]) -> int:
    """How old the answer was when it came, in seconds; of several values the first counts."""
    return _seconds(headers.get("age", "").split(",")[0].strip()) or 0


def _seconds(text: str) -> int | None:
    """A number of seconds, cut to what can be added to a date; None for anything else."""
    longest_s = int(LONGEST_FRESH.total_seconds()) * 100
    return min(int(text), longest_s) if _SECONDS.fullmatch(text) else None


def _until_expiry(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long before ``Expires`` the answer was made; None without or with a broken one."""
    expires_at = _date(headers.get("expires", ""))
    if expires_at is None:
        return None
    made_at = _date(headers.get("date", "")) or now
    return expires_at - made_at - timedelta(seconds=_age_of(headers))


def _date(text: str) -> datetime | None:
    try:
        parsed = parsedate_to_datetime(text)
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
