"""Who is due: leased by host group and handed to an executor, as much as it takes."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from aggregator.archive import Archive, LeasedBatch
from aggregator.errors import ArchiveError
from aggregator.polling._executor import Executor, PollBatch
from aggregator.polling._local import LocalExecutor
from aggregator.polling._network import Network
from aggregator.polling._pacing import Pacer
from aggregator.polling._writer import Writer

logger = logging.getLogger("aggregator.poll")

LEASE_S = 600.0
"""So long a feed stays with a poller that has died where no lock can tell that it has."""

BURST, BURST_PAUSE_S = 8, 0.05
"""So many batches begin at once: each takes a millisecond of the loop, and more to be answered."""

RENEW_S = LEASE_S / 3
"""What is held is renewed so often: a poll that waits long must not be given to another."""


class Tick:
    """Leases what is due and hands it on; knows nothing of how it is polled."""

    def __init__(self, archive: Archive, writer: Writer, pacer: Pacer, network: Network) -> None:
        self._feeds, self._writer, self._pacer = archive.feeds, writer, pacer
        self._network = network

    async def hand_on(self, executor: Executor, until: datetime | None = None) -> int:
        """Lease what is due (or was at `until`) and submit it; how many batches that were.

        Healthy feeds come first; those that failed last time get half of what is left. While the
        network is down one batch a minute is enough to see whether it is back.
        """
        room = executor.capacity()
        if room and self._network.is_down:
            room = int(self._network.may_probe(time.monotonic()))
        if not room:
            return 0
        batches = await self._lease(room, until, is_failing=False)
        if left := room - len(batches):
            batches += await self._lease(max(1, left // 2), until, is_failing=True)
        for number, batch in enumerate(batches, 1):
            executor.submit(batch)
            if number % BURST == 0:
                await asyncio.sleep(BURST_PAUSE_S)
        return len(batches)

    async def lease_chosen(self, feed_ids: Sequence[int]) -> list[PollBatch]:
        """Batches of these feeds, due or not, but for those that somebody else holds."""
        now = self._pacer.clock.now()  # a jump that is followed meanwhile moves all after this

        def take() -> list[LeasedBatch]:
            return self._feeds.lease_batches(
                now,
                hosts=len(feed_ids),
                lease_s=LEASE_S,
                gap_for=self._pacer.gap_for,
                feed_ids=feed_ids,
            )

        return list(map(_to_batch, await self._writer.in_archive(take)))

    async def _lease(
        self, room: int, until: datetime | None, *, is_failing: bool
    ) -> list[PollBatch]:
        now = self._pacer.clock.now()  # a jump that is followed meanwhile moves all after this

        def take() -> list[LeasedBatch]:
            return self._feeds.lease_batches(
                now,
                hosts=room,
                lease_s=LEASE_S,
                gap_for=self._pacer.gap_for,
                due_at=until,
                is_failing=is_failing,
            )

        return list(map(_to_batch, await self._writer.at_once(take)))


class Holder:
    """Keeps the leases of an executor of this process as long as it works on them."""

    def __init__(self, archive: Archive, writer: Writer, pacer: Pacer) -> None:
        self._feeds, self._writer, self._pacer = archive.feeds, writer, pacer
        self._renewed_at_s = time.monotonic()

    async def renew(self, held: Sequence[PollBatch]) -> None:
        """Keep what is held, if it is time to."""
        if held and time.monotonic() - self._renewed_at_s >= RENEW_S:
            now = self._pacer.clock.now()
            await self._writer.at_once(self._feeds.renew, held, now, LEASE_S)
            self._renewed_at_s = time.monotonic()


async def poll_due(tick: Tick, executor: LocalExecutor, holder: Holder, now: datetime) -> None:
    """Poll what is due at `now`, each feed once; ArchiveError if a poll cannot be recorded."""
    try:
        while executor.broken is None:
            handed_on = await tick.hand_on(executor, now)
            if not handed_on and not executor.held():
                break
            await executor.wait(RENEW_S)
            await holder.renew(executor.held())
    except ArchiveError:
        with suppress(ArchiveError):  # what cannot be given back runs out
            await executor.drain(0)
        raise
    if executor.broken is not None:
        await executor.drain(0)
        raise executor.broken


async def poll_chosen(
    tick: Tick, executor: LocalExecutor, holder: Holder, feed_ids: Sequence[int]
) -> list[int]:
    """Poll these feeds, due or not, each once; those that come back rest or are held by others.

    ArchiveError if a poll cannot be recorded.
    """
    remaining = list(feed_ids)
    left: list[int] = []
    while executor.broken is None:
        room = executor.capacity()
        if remaining and room:
            portion, remaining = remaining[: room * 10], remaining[room * 10 :]
            batches = await tick.lease_chosen(portion)
            for batch in batches:
                executor.submit(batch)
            left += set(portion) - {one.feed.id for batch in batches for one in batch.leases}
        elif not executor.held():
            break
        if not executor.capacity() or not remaining:
            await executor.wait(RENEW_S)
            await holder.renew(executor.held())
    if executor.broken is not None:
        await executor.drain(0)
        raise executor.broken
    return left


def _to_batch(leased: LeasedBatch) -> PollBatch:
    return PollBatch(leased.host, leased.leases, leased.token, leased.until, leased.start_at)
