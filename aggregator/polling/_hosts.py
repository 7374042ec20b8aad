"""What the archive knows of hosts, for the fetcher: when they may be asked, whoever asks."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aggregator.archive import Archive
from aggregator.errors import RestingError
from aggregator.polling._clock import Clock

InArchive = Callable[..., Awaitable[Any]]
"""Does work in the archive's thread."""


@dataclass(slots=True)
class _Held:
    """A host that is leased: until when its starts are ours (monotonic), and whether it rests."""

    until_s: float
    rest_until: datetime | None


class ArchiveBook:
    """The fetcher's book of hosts, kept in the archive: it holds over processes and restarts."""

    def __init__(self, archive: Archive, in_archive: InArchive, clock: Clock) -> None:
        self._hosts, self._in_archive, self._clock = archive.hosts, in_archive, clock
        self._refused: set[str] = set()
        self._held: dict[str, _Held] = {}

    async def hold(self, host: str, reserved_s: float, *, may_rest: bool) -> None:
        """Take a host that is leased: for `reserved_s` from now its starts are reserved for us.

        One that `may_rest` was leased to read what is here already, or a while ago: it may have
        refused somebody since.
        """
        state = await self._in_archive(self._hosts.find, host) if may_rest else None
        rest_until = state.rest_until if state else None
        self._held[host] = _Held(time.monotonic() + reserved_s, rest_until)

    def let_go(self, host: str) -> None:
        """Say that the lease of a host ends."""
        self._held.pop(host, None)

    async def reserve(self, host: str, gap_s: float) -> float:
        """Seconds until the next request to `host` may start; RestingError while it rests."""
        now = self._clock.now()
        held = self._held.get(host)
        if held is not None:
            if held.rest_until is not None and held.rest_until > now:
                raise RestingError(host, held.rest_until)
            if not gap_s or time.monotonic() < held.until_s:
                return 0.0
        state = await self._in_archive(self._hosts.reserve, host, now, gap_s)
        if state.rest_until is not None and state.rest_until > now:
            raise RestingError(host, state.rest_until)
        return max(0.0, (state.next_start_at - now).total_seconds()) if state.next_start_at else 0.0

    async def refuse(self, host: str, status: int, retry_at: datetime | None) -> datetime:
        """Let `host` rest, which has answered 429 or 503; until when."""
        self._refused.add(host)
        now = self._clock.now()
        # It was reckoned by the wall clock, which may have jumped; a moment later all moves.
        retry_at = retry_at and retry_at - self._clock.ahead()

        def rest() -> datetime:
            return self._hosts.rest(host, status=status, now=now, until=retry_at)

        until: datetime = await self._in_archive(rest)
        if host in self._held:
            self._held[host].rest_until = until
        return until

    async def answered(self, host: str) -> None:
        """Forget how often `host` has refused: it answers again."""
        if host in self._refused:
            self._refused.discard(host)
            await self._in_archive(self._hosts.answered, host)

    async def robots(self, origin: str) -> dict[str, Any] | None:
        """What was kept of the robots.txt of `origin`; None if nothing was."""
        kept: dict[str, Any] | None = await self._in_archive(self._hosts.robots, origin)
        return kept

    async def write_robots(self, origin: str, state: dict[str, Any]) -> None:
        """Keep what is to be remembered of a robots.txt."""
        await self._in_archive(self._hosts.write_robots, origin, state)
