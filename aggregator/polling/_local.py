"""The executor of one machine: batches are tasks of this process, their CPU work its workers'."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from aggregator.archive import Archive, EndedBatch, Lease
from aggregator.errors import ArchiveError
from aggregator.polling._executor import PollBatch
from aggregator.polling._hosts import ArchiveBook
from aggregator.polling._poll import Poller, PollReport
from aggregator.polling._together import Together
from aggregator.polling._writer import Writer

logger = logging.getLogger("aggregator.poll")

BATCHES_PER_PLACE = 4
"""Batches under way for each request that may be: most of them wait for their host or a worker."""

MOST_SILENT = 2
"""After so many feeds in a row that a host has left without any answer, it is left alone."""

SILENT_REST_S = 900.0

_FLUSH_S = 5.0
"""So long who is told to end at once waits for polls that are being written."""

_SILENT_KINDS = frozenset({"timeout", "connect", "tls"})

Reporter = Callable[[PollReport], None]


async def poll_batch(
    batch: PollBatch, poller: Poller, report: Reporter, is_stopping: Callable[[], bool]
) -> list[Lease]:
    """Poll the feeds of a batch, one after another; those that were not polled come back.

    Whoever executes batches, here or elsewhere, does this and then ends the batch. `report` hears
    of each poll. ArchiveError if one cannot be recorded.
    """
    silent = 0
    for number, lease in enumerate(batch.leases):
        if is_stopping() or silent >= MOST_SILENT:
            return list(batch.leases[number:])
        done = await poller.poll(lease)
        report(done)
        if poller.network.is_down:
            return list(batch.leases[number + 1 :])
        silent = silent + 1 if done.error_kind in _SILENT_KINDS else 0
    return []


class LocalExecutor:
    """Polls batches in this process, at most `places` of them at a time.

    `report` hears of each poll that ends. `broken` is the ArchiveError with which one could not be
    recorded, None so far; `submitted` counts all batches.
    """

    def __init__(
        self,
        archive: Archive,
        writer: Writer,
        poller: Poller,
        book: ArchiveBook,
        *,
        places: int,
        report: Reporter,
    ) -> None:
        self._feeds, self._hosts = archive.feeds, archive.hosts
        self._writer, self._poller, self._pacer = writer, poller, poller.pacer
        self._book = book
        self._places, self._report = places, report
        self._ending: Together[EndedBatch, None] = Together(self._end_all)
        self._running: dict[asyncio.Task[None], PollBatch] = {}
        self._is_stopping = False
        self.submitted = 0
        self.broken: ArchiveError | None = None

    def capacity(self) -> int:
        """How many batches may be submitted now; none until a quarter of the places is free."""
        free = self._places - len(self._running)
        return 0 if self._is_stopping or free * 4 < self._places else free

    def submit(self, batch: PollBatch) -> None:
        """Begin to poll a batch."""
        task = asyncio.create_task(self._poll(batch))
        self._running[task] = batch
        self.submitted += 1
        task.add_done_callback(self._running.pop)

    def held(self) -> Sequence[PollBatch]:
        """The batches under way."""
        return tuple(self._running.values())

    def stop(self) -> None:
        """Let each batch end with the poll that it is at."""
        self._is_stopping = True

    async def wait(self, timeout_s: float | None = None) -> None:
        """Wait until one of the batches has ended, or for `timeout_s` seconds."""
        if self._running:
            await asyncio.wait(
                self._running, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED
            )

    async def drain(self, deadline_s: float) -> None:
        """Let the polls under way end; what is left after the deadline is given back."""
        self.stop()
        if not self._running:
            return
        _, late = await asyncio.wait(self._running, timeout=deadline_s)
        for task in late:
            task.cancel()
        if late:
            logger.warning("given back unpolled after %g s: %s batches", deadline_s, len(late))
            await asyncio.wait(late)

    async def _poll(self, batch: PollBatch) -> None:
        left: Sequence[Lease] = batch.leases
        try:
            wait_s = (batch.start_at - self._pacer.clock.now()).total_seconds()
            await asyncio.sleep(wait_s)
            reserved_s = self._pacer.gap_for(batch.host) * len(batch.leases)
            may_rest = wait_s > 0 or any(lease.has_answer for lease in batch.leases)
            await self._book.hold(batch.host, reserved_s, may_rest=may_rest)
            left = await poll_batch(batch, self._poller, self._report, lambda: self._is_stopping)
            if left and not self._is_stopping and not self._poller.network.is_down:
                await self._leave_alone(batch.host)
        except ArchiveError as error:
            logger.error("not recorded: host=%s %s", batch.host, error)  # noqa: TRY400 - not ours
            self.broken = error
        except asyncio.CancelledError:
            # What was asked already and waits to be written needs its lease.
            with suppress(TimeoutError):
                await asyncio.wait_for(self._poller.recorder.flush(), _FLUSH_S)
            raise
        finally:
            self._book.let_go(batch.host)
            # What cannot be ended runs out.
            with suppress(ArchiveError):
                if self._is_stopping:  # then nothing is waited for
                    await self._writer.at_once(self._end, [(batch, left)])
                else:
                    await self._ending.do((batch, left))

    async def _end_all(self, ended: Sequence[EndedBatch]) -> Sequence[None]:
        await self._writer.in_archive(self._end, ended)
        return [None] * len(ended)

    def _end(self, ended: Sequence[EndedBatch]) -> None:
        self._feeds.end_batches(ended, self._pacer.clock.now(), self._pacer.gap_for)

    async def _leave_alone(self, host: str) -> None:
        """Let a host rest that answers nothing: its other feeds would each wait as long."""
        now = self._pacer.clock.now()
        until: datetime = now + timedelta(seconds=SILENT_REST_S)

        def rest() -> None:
            self._hosts.rest(host, status=0, now=now, until=until)

        await self._writer.in_archive(rest)
