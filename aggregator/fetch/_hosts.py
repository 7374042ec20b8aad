"""What is known of hosts while they are asked: when the next request may start, and who rests."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from aggregator.errors import RestingError

FIRST_REST = timedelta(minutes=15)
"""The least rest after a refusal: a client that comes back in a minute is what servers count."""

LONGEST_BARE_REST = timedelta(days=1)
"""Refusals that state no time double the rest up to this."""

LONGEST_REST = timedelta(days=31)
"""A server's stated time is believed up to here; later ones are taken for mistakes."""


class HostBook(Protocol):
    """The book of hosts, which all who ask them share; hosts are lower-case ASCII names."""

    async def reserve(self, host: str, gap_s: float) -> float:
        """Seconds until the next request to `host` may start; later ones start `gap_s` after it.

        Raises RestingError while the host rests.
        """

    async def refuse(self, host: str, status: int, retry_at: datetime | None) -> datetime:
        """Note that `host` has answered `status`; until when it rests, never before `retry_at`."""

    async def answered(self, host: str) -> None:
        """Note that `host` answers as usual: its refusals are forgotten."""

    async def robots(self, origin: str) -> dict[str, Any] | None:
        """What `write_robots` has kept for `origin` (``https://example.org``), None if nothing."""

    async def write_robots(self, origin: str, state: dict[str, Any]) -> None:
        """Keep `state` (JSON) for `origin`."""


def rest_until(refusals: int, retry_at: datetime | None, now: datetime) -> datetime:
    """When a host may be asked again that has refused `refusals` times in a row, this one included.

    A stated time is kept, from a quarter of an hour to 31 days; without one the rest doubles from
    an hour to a day.

    >>> now = datetime(2026, 1, 1, tzinfo=UTC)
    >>> str(rest_until(3, None, now) - now)
    '4:00:00'
    """
    if retry_at is not None:
        return min(max(retry_at, now + FIRST_REST), now + LONGEST_REST)
    doubled = timedelta(hours=2 ** min(max(refusals, 1) - 1, 10))
    return now + min(doubled, LONGEST_BARE_REST)


@dataclass(slots=True)
class _Page:
    """What the memory holds of one host; `next_start_s` by the monotonic clock."""

    next_start_s: float = 0.0
    refusals: int = 0
    rests_until: datetime | None = None


class MemoryBook:
    """A book that is forgotten with the process, for commands that ask once and end."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._clock, self._now = clock, now
        self._pages: dict[str, _Page] = {}
        self._robots: dict[str, dict[str, Any]] = {}

    async def reserve(self, host: str, gap_s: float) -> float:
        """Seconds until the next request to `host` may start; RestingError while it rests."""
        page = self._pages.setdefault(host, _Page())
        if page.rests_until is not None and page.rests_until > self._now():
            raise RestingError(host, page.rests_until)
        now_s = self._clock()
        start_s = max(now_s, page.next_start_s)
        page.next_start_s = start_s + gap_s
        return start_s - now_s

    async def refuse(self, host: str, status: int, retry_at: datetime | None) -> datetime:  # noqa: ARG002 - the protocol's
        """Let `host` rest; until when."""
        page = self._pages.setdefault(host, _Page())
        page.refusals += 1
        page.rests_until = rest_until(page.refusals, retry_at, self._now())
        return page.rests_until

    async def answered(self, host: str) -> None:
        """Forget how often `host` has refused."""
        if host in self._pages:
            self._pages[host].refusals = 0

    async def robots(self, origin: str) -> dict[str, Any] | None:
        """What was kept of the robots.txt of `origin`."""
        return self._robots.get(origin)

    async def write_robots(self, origin: str, state: dict[str, Any]) -> None:
        """Keep `state` for `origin`."""
        self._robots[origin] = state
