"""Polling many feeds at once: lease, poll, record, with a bounded number under way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from aggregator.archive import Archive, Lease
from aggregator.errors import ArchiveError
from aggregator.polling._leaser import RENEW_S, Leaser
from aggregator.polling._poll import Poller, PollReport
from aggregator.polling._queue import HostQueue

logger = logging.getLogger("aggregator.poll")

HELD_PER_PLACE = 50
"""Feeds that may be held for each poll under way, most of them waiting for their host."""

Reporter = Callable[[PollReport], None]
LeaseMore = Callable[[int], Awaitable[list[Lease]]]


class Round:
    """The polls under way, at most `concurrency`, and one at a time for each host.

    `report` hears of each poll that ends. A feed whose host is busy waits without taking a place,
    so a slow host holds up nobody else. Leases are taken in portions of at least half of the
    places: each portion is one transaction (one feed alone costs 60 times as much as one of 100).
    """

    def __init__(
        self, archive: Archive, poller: Poller, *, concurrency: int, report: Reporter
    ) -> None:
        self._poller, self._report = poller, report
        self._leaser = Leaser(archive, poller)
        self._concurrency = concurrency
        self._queue = HostQueue()
        self._running: dict[asyncio.Task[None], Lease] = {}
        self._is_stopping = False
        self._broken: ArchiveError | None = None

    async def run_due(self) -> None:
        """Poll what is due at this moment, each feed once; ArchiveError if one is not recorded."""
        now = datetime.now(UTC)
        await self._run(lambda limit: self._leaser.lease(now, limit))

    async def run_chosen(self, feed_ids: Sequence[int]) -> None:
        """Poll these feeds, due or not, each once; one that another poller holds is left to it."""
        remaining = list(feed_ids)

        async def lease_more(limit: int) -> list[Lease]:
            taken: list[Lease] = []
            while remaining and len(taken) < limit:
                room = limit - len(taken)
                portion, remaining[:] = remaining[:room], remaining[room:]
                taken += await self._leaser.lease(datetime.now(UTC), room, portion)
            return taken

        await self._run(lease_more)

    async def start_due(self) -> None:
        """Give the free places to due feeds and return at once: a daemon's tick."""
        now = datetime.now(UTC)
        await self._leaser.renew([*self._running.values(), *self._queue])
        await self._fill(lambda limit: self._leaser.lease_at_once(now, limit))

    def stop(self) -> None:
        """Take no more feeds and start none of those that wait."""
        self._is_stopping = True

    async def drain(self, deadline_s: float) -> None:
        """Stop, and let the polls under way end; what is left after the deadline is given back."""
        self.stop()
        waiting = self._queue.clear()
        if self._running:
            await asyncio.wait(self._running, timeout=deadline_s)
        unfinished = dict(self._running)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)
        await self._leaser.release([*unfinished.values(), *waiting])

    async def _run(self, lease_more: LeaseMore) -> None:
        try:
            await self._poll_all(lease_more)
        except ArchiveError:
            with suppress(ArchiveError):  # what cannot be given back runs out
                await self.drain(0)
            raise

    async def _poll_all(self, lease_more: LeaseMore) -> None:
        is_more = True
        while not self._broken and not self._is_stopping:
            is_more = is_more and await self._fill(lease_more)
            if not self._running:
                return
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED, timeout=RENEW_S)
            await self._leaser.renew([*self._running.values(), *self._queue])
        if self._broken:
            raise self._broken

    async def _fill(self, lease_more: LeaseMore) -> bool:
        """Lease until the places are taken; False when there was nothing more to lease."""
        while places := self._free_places():
            leases = await lease_more(places)
            for lease in leases:
                self._queue.add(lease)
            self._start_waiting()
            if len(leases) < places:
                return False
        return True

    def _free_places(self) -> int:
        """How many feeds may be leased now: none until half of the places are free."""
        free = self._concurrency - len(self._running)
        is_full = len(self._queue) >= HELD_PER_PLACE * self._concurrency
        return 0 if self._is_stopping or is_full or free * 2 < self._concurrency else free

    def _start_waiting(self) -> None:
        """Give the free places to feeds whose host is free."""
        while not self._is_stopping and len(self._running) < self._concurrency:
            lease = self._queue.take()
            if lease is None:
                return
            task = asyncio.create_task(self._poll(lease))
            self._running[task] = lease
            task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._queue.free(self._running.pop(task))
        self._start_waiting()

    async def _poll(self, lease: Lease) -> None:
        try:
            self._report(await self._poller.poll(lease))
        except ArchiveError as error:
            logger.error("not recorded: feed=%s %s", lease.feed.id, error)  # noqa: TRY400 - not ours
            self._broken = error
