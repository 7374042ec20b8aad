"""Who may ask now: hosts one request at a time and not too soon, some in all, and a deadline."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Reserve = Callable[[], Awaitable[float]]
"""Reserves the start of one request; seconds until it may start. It may raise."""

_GATES_SWEPT_AT = 1024
"""So many hosts are remembered before those whose next start has come are forgotten."""


@dataclass(slots=True)
class _Gate:
    """The door of one host: how many stand in or before it, and when it opens next."""

    semaphore: asyncio.Semaphore
    order: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0
    opens_s: float = 0.0


class Turns:
    """Hands out turns: at most `per_host` at a time for one host and `total` over all.

    Two turns for one host begin at least a gap apart, by the loop's clock, which no change of the
    system's time moves. A host's turn and its gap come first, so that who waits for a host takes no
    place from others; the holder of a place never waits for a host, so nothing can lock. First
    come, first served.
    """

    def __init__(self, *, total: int, per_host: int) -> None:
        self._total = asyncio.Semaphore(total)
        self._per_host = per_host
        self._gates: dict[str, _Gate] = {}
        self._swept_at = _GATES_SWEPT_AT

    @asynccontextmanager
    async def take(
        self, host: str, gap_s: float = 0.0, reserve: Reserve | None = None
    ) -> AsyncIterator[None]:
        """A turn for `host`, as long as the context lasts; waits until there is one.

        The next one begins `gap_s` after this at the earliest. `reserve` is asked once no earlier
        turn of this process stands in the way; what it raises ends the wait.
        """
        gate = self._open_gate(host)
        gate.users += 1
        try:
            async with gate.semaphore:
                async with gate.order:
                    await _pause(gate.opens_s - _now_s())
                    if reserve is not None:
                        await _pause(await reserve())
                    await self._total.acquire()
                    gate.opens_s = _now_s() + gap_s
                try:
                    yield
                finally:
                    self._total.release()
        finally:
            gate.users -= 1
            if not gate.users and gate.opens_s <= _now_s():
                del self._gates[host]

    def _open_gate(self, host: str) -> _Gate:
        if len(self._gates) >= self._swept_at:
            self._sweep()
        return self._gates.setdefault(host, _Gate(asyncio.Semaphore(self._per_host)))

    def _sweep(self) -> None:
        """Forget hosts that nobody stands before and that are open."""
        now_s = _now_s()
        self._gates = {
            host: gate for host, gate in self._gates.items() if gate.users or gate.opens_s > now_s
        }
        # Next when there are twice as many: the cost of a turn does not grow with them.
        self._swept_at = max(_GATES_SWEPT_AT, 2 * len(self._gates))


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


def _now_s() -> float:
    return asyncio.get_running_loop().time()


async def _pause(seconds: float) -> None:
    if seconds > 0:
        await asyncio.sleep(seconds)
