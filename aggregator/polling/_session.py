"""What polling needs from the settings, opened together and closed together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from aggregator.archive import Archive
from aggregator.config import Settings
from aggregator.fetch import Fetcher, make_fetcher
from aggregator.polling._clock import Clock
from aggregator.polling._documents import PollLimits
from aggregator.polling._hosts import ArchiveBook
from aggregator.polling._local import BATCHES_PER_PLACE, LocalExecutor
from aggregator.polling._pacing import Pacer
from aggregator.polling._poll import Poller, PollReport
from aggregator.polling._tick import Holder, Tick, poll_chosen, poll_due
from aggregator.polling._workers import Workers
from aggregator.polling._writer import Writer


@dataclass(frozen=True, slots=True)
class Polling:
    """Everything that polls, ready to work: who is due (`tick`), where (`executor`), by whom."""

    archive: Archive
    writer: Writer
    clock: Clock
    pacer: Pacer
    fetcher: Fetcher
    workers: Workers
    poller: Poller
    tick: Tick
    executor: LocalExecutor
    holder: Holder
    report: Callable[[PollReport], None]

    async def poll_due(self) -> None:
        """Poll what is due now, each feed once; ArchiveError if a poll cannot be recorded."""
        await self.pacer.learn(self.archive, self.writer.in_archive)
        await poll_due(self.tick, self.executor, self.holder, self.clock.now())

    async def poll_chosen(self, feed_ids: Sequence[int]) -> None:
        """Poll these feeds, due or not, each once; those that rest or are held are only reported.

        Of one host, they may have been held by ourselves: those are tried once more.
        """
        await self.pacer.learn(self.archive, self.writer.in_archive)
        left = await poll_chosen(self.tick, self.executor, self.holder, feed_ids)
        if left:
            left = await poll_chosen(self.tick, self.executor, self.holder, left)
        if left:
            await self._report_left(left)

    async def _report_left(self, feed_ids: Sequence[int]) -> None:
        """Say of each feed that was not polled why not."""
        feeds, now = self.archive.feeds, self.clock.now()
        resting = await self.writer.in_archive(feeds.resting_of, feed_ids, now)
        by_id = {one.id: one for one in await self.writer.in_archive(feeds.all)}
        for feed_id in feed_ids:
            until = resting.get(feed_id)
            reason = (
                f"its host wants to be left alone until {until:%Y-%m-%d %H:%M} UTC"
                if until
                else "another aggregator is polling its host; try again when that is done"
            )
            self.report(
                PollReport(by_id[feed_id], None, 0, 0, 0, 0, 0.0, reason, error_kind="left")
            )


@asynccontextmanager
async def open_polling(
    archive: Archive, settings: Settings, report: Callable[[PollReport], None]
) -> AsyncIterator[Polling]:
    """What polls into `archive`, with connections and worker processes that end with the block."""
    writer, clock = Writer(), Clock()
    pacer = Pacer(settings, clock)
    book = ArchiveBook(archive, writer.in_archive, clock)
    limits = PollLimits(
        settings.max_entries_per_poll, settings.max_pages_per_poll, settings.reading_speed
    )
    try:
        async with make_fetcher(settings, book) as fetcher, Workers(settings.workers) as workers:
            await writer.in_archive(archive.feeds.heal_times, clock.now())
            # However old it is: a daemon reckons anew when its first polls are under way.
            await pacer.learn(archive, writer.in_archive, timedelta.max)
            poller = Poller(archive, writer, fetcher, workers, pacer, limits)
            executor = LocalExecutor(
                archive,
                writer,
                poller,
                book,
                places=settings.concurrency * BATCHES_PER_PLACE,
                report=report,
            )
            tick = Tick(archive, writer, pacer, poller.network)
            holder = Holder(archive, writer, pacer)
            yield Polling(
                archive,
                writer,
                clock,
                pacer,
                fetcher,
                workers,
                poller,
                tick,
                executor,
                holder,
                report,
            )
    finally:
        writer.close()
