"""Polling many feeds at once: lease, poll, record, with a bounded number under way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from aggregator.archive import Archive, Lease
from aggregator.errors import ArchiveError
from aggregator.polling._poll import Poller, PollReport

logger = logging.getLogger("aggregator.poll")

LEASE_S = 600.0
"""Longer than the longest poll (fetch 30 s, parse 20 s, pages 240 s, articles 80 s)."""

Reporter = Callable[[PollReport], None]
LeaseMore = Callable[[int], Awaitable[list[Lease]]]


class Round:
    """The polls under way, at most `concurrency` of them; `report` hears of each that ends.

    Leases are taken in portions of at least half of the places, because each portion is one
    transaction (a lease for one feed alone costs 60 times as much as one of a hundred).
    """

    def __init__(
        self, archive: Archive, poller: Poller, *, concurrency: int, report: Reporter
    ) -> None:
        self._archive, self._poller, self._report = archive, poller, report
        self._concurrency = concurrency
        self._running: dict[asyncio.Task[None], Lease] = {}
        self._is_draining = False
        self._broken: ArchiveError | None = None

    async def run_due(self) -> None:
        """Poll what is due at this moment, each feed once; ArchiveError if one is not recorded."""
        now = datetime.now(UTC)
        await self._run(lambda limit: self._lease(now, limit, None))

    async def run_chosen(self, feed_ids: Sequence[int]) -> None:
        """Poll these feeds, due or not, each once; one that another poller holds is left to it."""
        remaining = list(feed_ids)

        async def lease_more(limit: int) -> list[Lease]:
            taken: list[Lease] = []
            while remaining and len(taken) < limit:
                portion, remaining[:] = remaining[:limit], remaining[limit:]
                taken += await self._lease(datetime.now(UTC), limit, portion)
            return taken

        await self._run(lease_more)

    async def start_due(self) -> int:
        """Give the free places to due feeds and return at once: how many were started."""
        now = datetime.now(UTC)
        return await self._fill(lambda limit: self._lease(now, limit, None))

    async def drain(self, deadline_s: float) -> None:
        """Take no more feeds and let those under way end; after the deadline give them back."""
        self._is_draining = True
        if self._running:
            await asyncio.wait(self._running, timeout=deadline_s)
        unfinished = dict(self._running)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)
        if unfinished:
            leases = list(unfinished.values())
            await self._poller.in_archive(self._archive.feeds.release, leases)

    async def _run(self, lease_more: LeaseMore) -> None:
        is_more = True
        while not self._broken and not self._is_draining:
            asked = self._free_places()
            if is_more and asked:
                is_more = await self._fill(lease_more) > 0
            if not self._running:
                break
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
        if self._broken:
            await self.drain(0)
            raise self._broken

    def _free_places(self) -> int:
        """How many feeds may be leased now: none until half of the places are free."""
        free = self._concurrency - len(self._running)
        return 0 if self._is_draining or free * 2 < self._concurrency else free

    async def _fill(self, lease_more: LeaseMore) -> int:
        places = self._free_places()
        leases = await lease_more(places) if places else []
        for lease in leases:
            task = asyncio.create_task(self._poll(lease))
            self._running[task] = lease
            task.add_done_callback(self._running.pop)
        return len(leases)

    async def _poll(self, lease: Lease) -> None:
        try:
            self._report(await self._poller.poll(lease))
        except ArchiveError as error:
            logger.error("not recorded: feed=%s %s", lease.feed.id, error)  # noqa: TRY400 - no fault of ours
            self._broken = error

    async def _lease(
        self, now: datetime, limit: int, feed_ids: Sequence[int] | None
    ) -> list[Lease]:
        def take() -> list[Lease]:
            return self._archive.feeds.lease(now, limit=limit, lease_s=LEASE_S, feed_ids=feed_ids)

        return await self._poller.in_archive(take)
