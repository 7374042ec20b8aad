"""The daemon: APScheduler wakes it, signals steer it. The only file that knows the scheduler."""

from __future__ import annotations

import asyncio
import logging
import math
import signal
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from aggregator.archive import Archive
from aggregator.errors import AggregatorError, ArchiveError, LockedError, UnreachableError
from aggregator.model import FeedSpec
from aggregator.polling._poll import Poller
from aggregator.polling._round import Round

logger = logging.getLogger("aggregator.daemon")

_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)

TICK_S = 1.0
GUARD_S = 5.0
"""The daemon makes sure so often that the archive is its own still."""

FILL_S = 60.0
"""So often it is looked whether the search index lacks anything."""

DRAIN_S = 20.0
"""How long polls under way may take to end after SIGTERM before they are given back."""


class Daemon:
    """Polls what is due until it is told to stop.

    SIGTERM and SIGINT stop it: no feed is taken any more, those under way end or are given back.
    SIGHUP reads feeds.toml again through `read_specs`; if that raises, the old feeds stay. While
    the archive cannot be reached nothing is started. `keep_lock` is called now and then; when it
    raises LockedError, another daemon has the archive, and this one ends with that error.
    """

    def __init__(
        self,
        archive: Archive,
        poller: Poller,
        polls: Round,
        read_specs: Callable[[], Sequence[FeedSpec]],
        keep_lock: Callable[[], None],
    ) -> None:
        self._archive, self._poller, self._polls = archive, poller, polls
        self._read_specs = read_specs
        self._keep_lock = keep_lock
        self._kept_at = time.monotonic()
        self._is_away = False
        self._usurped: LockedError | None = None
        self._stop = asyncio.Event()

    async def run(self) -> None:
        """Work until a signal says stop, then drain; LockedError if the archive is ours no more."""
        loop = asyncio.get_running_loop()
        for number in _STOP_SIGNALS:
            loop.add_signal_handler(number, self._stop.set)
        scheduler = AsyncIOScheduler(timezone=UTC)
        loop.add_signal_handler(signal.SIGHUP, scheduler.add_job, self._reload)
        # A tick that comes late is still wanted, but two that were missed are one.
        scheduler.add_job(
            self._tick,
            "interval",
            seconds=TICK_S,
            next_run_time=datetime.now(UTC),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
        scheduler.add_job(
            self._fill_index,
            "interval",
            seconds=FILL_S,
            next_run_time=datetime.now(UTC),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
        scheduler.start()
        try:
            await self._stop.wait()
            logger.info("stopping: polls under way may take %g s", DRAIN_S)
        finally:
            scheduler.shutdown(wait=False)
            await self._polls.drain(DRAIN_S)
            _ignore_signals(loop)
        if self._usurped:
            raise self._usurped

    async def _tick(self) -> None:
        """Start what is due; never waits for a poll."""
        try:
            await self._check_lock()
            await self._polls.start_due()
        except LockedError as error:
            self._usurped = error
            self._stop.set()
        except UnreachableError as error:
            self._kept_at = -math.inf  # what was lost with the connection is looked at first
            if not self._is_away:
                logger.error("the archive is away, tried again each second: %s", error)  # noqa: TRY400
            self._is_away = True
        except ArchiveError as error:
            logger.error("tick: %s", error)  # noqa: TRY400 - the message says it all
        else:
            if self._is_away:
                logger.warning("the archive is back")
            self._is_away = False

    async def _fill_index(self) -> None:
        """Fill an unfinished search index, in steps between which polls are recorded."""
        try:
            while not self._stop.is_set():
                left = await self._poller.at_once(self._archive.index_step)
                if left == 0:
                    logger.info("the search index is complete")
                if not left:
                    return
        except ArchiveError as error:
            logger.error("search index: %s", error)  # noqa: TRY400 - the message says it all

    async def _check_lock(self) -> None:
        """Make sure that the archive is our own, if it is time to."""
        if time.monotonic() - self._kept_at >= GUARD_S:
            await self._poller.at_once(self._keep_lock)
            self._kept_at = time.monotonic()

    async def _reload(self) -> None:
        """Read feeds.toml as a whole; only if all of it is right, make the archive equal to it."""
        try:
            specs = await asyncio.to_thread(self._read_specs)
            changes = await self._poller.in_archive(
                self._archive.feeds.sync, specs, datetime.now(UTC)
            )
        except AggregatorError as error:
            problems = "; ".join([str(error), *getattr(error, "__notes__", ())])
            logger.error("feeds.toml not taken over, the old feeds stay: %s", problems)  # noqa: TRY400
            return
        logger.info(
            "feeds.toml read: added=%d changed=%d paused=%d",
            len(changes.added),
            len(changes.changed),
            len(changes.paused),
        )


def _ignore_signals(loop: asyncio.AbstractEventLoop) -> None:
    """Let no signal cut the closing short: whoever stops a group often signals twice."""
    numbers = (*_STOP_SIGNALS, signal.SIGHUP)
    # Blocked meanwhile, because removing a handler brings the default back for a moment.
    signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
    for number in numbers:
        loop.remove_signal_handler(number)
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, numbers)
