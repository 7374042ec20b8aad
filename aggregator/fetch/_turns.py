"""Who may ask now: one request at a time to a host, some in all, and a deadline that waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(slots=True)
class _Gate:
    """The door of one host, and how many stand in or before it."""

    semaphore: asyncio.Semaphore
    users: int = 0


class Turns:
    """Hands out turns: at most `per_host` at a time for one host and `total` over all.

    A host's turn is taken first, so that who waits for a slow host takes no place from others;
    the holder of a place never waits for a host, so nothing can lock. First come, first served.
    """

    def __init__(self, *, total: int, per_host: int) -> None:
        self._total = asyncio.Semaphore(total)
        self._per_host = per_host
        self._gates: dict[str, _Gate] = {}

    @asynccontextmanager
    async def take(self, host: str) -> AsyncIterator[None]:
        """A turn for `host`, as long as the context lasts; waits until there is one."""
        gate = self._gates.setdefault(host, _Gate(asyncio.Semaphore(self._per_host)))
        gate.users += 1
        try:
            async with gate.semaphore, self._total:
                yield
        finally:
            gate.users -= 1
            if not gate.users:
                del self._gates[host]


class Allowance:
    """The seconds one fetch may still spend, over all of its requests."""

    def __init__(self, seconds: float) -> None:
        self._left_s = seconds

    @asynccontextmanager
    async def spend(self) -> AsyncIterator[None]:
        """A context whose time is taken off; raises TimeoutError when nothing is left."""
        loop = asyncio.get_running_loop()
        started_s = loop.time()
        try:
            async with asyncio.timeout(self._left_s):
                yield
        finally:
            self._left_s -= loop.time() - started_s
