"""The daemon: APScheduler wakes it, signals steer it. The only file that knows the scheduler."""

from __future__ import annotations

import asyncio
import logging
import math
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from aggregator.archive import FeedChanges, FeedList
from aggregator.errors import AggregatorError, ArchiveError, LockedError, UnreachableError
from aggregator.polling._executor import DRAIN_S
from aggregator.polling._memory import give_back, settle, uncollected
from aggregator.polling._session import Polling

logger = logging.getLogger("aggregator.daemon")

_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)

TICK_S = 1.0
GUARD_S = 5.0
"""The daemon makes sure so often that the archive is its own still."""

FILL_S = 60.0
"""So often it is looked whether the search index lacks anything."""

LEARN_S = 600.0
"""So often it is looked whether the effort that fits the budget is to be reckoned anew."""

TIDY_S = 60.0
"""So often it is looked whether memory can be given back."""

SWITCH_S = 0.0005
"""So long the archive's thread, while it computes, may keep the event loop from going on.

Each call of the loop to the system waits for that. While 100,000 feeds were read anew, half as many
turns of the loop took more than 10 ms as with Python's own 5 ms.
"""

JOBS_END_S = 5.0
"""How long a tick and other jobs may take to end after SIGTERM."""


class Service(Protocol):
    """Something that goes on beside the polling: a listener, a watchdog, a subscriber to hubs."""

    every_s: float
    """`keep` is called so often."""

    async def start(self) -> None:
        """Begin; AggregatorError if that cannot be."""

    async def keep(self) -> None:
        """Do what is to be done now and then; AggregatorError for what has gone wrong."""

    async def stop(self) -> None:
        """End."""


class Daemon:
    """Polls what is due until it is told to stop.

    SIGTERM and SIGINT stop it: no feed is taken any more, those under way end or are given back.
    SIGHUP reads feeds.toml again through `read_feeds`; if that raises, the old feeds stay. While
    the archive cannot be reached nothing is started. `keep_lock` is called now and then; when it
    raises LockedError, another daemon has the archive, and this one ends with that error.
    `services` run beside the polling, as long as it does.
    """

    def __init__(
        self,
        polling: Polling,
        read_feeds: Callable[[], FeedList],
        keep_lock: Callable[[], None],
        services: Sequence[Service] = (),
    ) -> None:
        self._polling, self._archive = polling, polling.archive
        self._read_feeds = read_feeds
        self._keep_lock = keep_lock
        self._services = services
        self._kept_at = time.monotonic()
        self._is_away = False
        self._tidied_at = 0
        self._usurped: LockedError | None = None
        self._at_work: set[asyncio.Future[None]] = set()
        self._reloading = asyncio.Lock()
        self._stop = asyncio.Event()

    async def run(self) -> None:
        """Work until a signal says stop, then drain; LockedError if the archive is ours no more."""
        loop = asyncio.get_running_loop()
        for number in _STOP_SIGNALS:
            loop.add_signal_handler(number, self._stop.set)
        scheduler = AsyncIOScheduler(timezone=UTC)
        # Without a grace time a reload is dropped that comes a second late.
        reload = partial(scheduler.add_job, self._reload, misfire_grace_time=None)
        loop.add_signal_handler(signal.SIGHUP, reload)
        # A tick is left out as long as the one before is at work: that is no news.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        for service in self._services:
            await service.start()
        _schedule(scheduler, self._watched(self._tick), TICK_S)
        _schedule(scheduler, self._watched(self._fill_index), FILL_S)
        _schedule(scheduler, self._watched(self._learn), LEARN_S, is_urgent=False)
        _schedule(scheduler, self._watched(self._tidy), TIDY_S)
        settle()
        sys.setswitchinterval(SWITCH_S)
        for service in self._services:
            _schedule(scheduler, self._watched(_keeping(service)), service.every_s)
        scheduler.start()
        watching = asyncio.create_task(self._watch_clock(scheduler))
        self._polling.writer.is_staying = True
        try:
            await self._stop.wait()
            logger.info("stopping: polls under way may take %g s", DRAIN_S)
        finally:
            watching.cancel()
            self._polling.writer.is_staying = False
            await self._end_jobs(scheduler)
            for service in reversed(self._services):
                await service.stop()
            await self._polling.executor.drain(DRAIN_S)
            _ignore_signals(loop)
        if self._usurped:
            raise self._usurped

    def _watched(self, work: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        """`work` as a job whose end can be waited for; the library can only cancel it."""

        async def work_watched() -> None:
            task = asyncio.ensure_future(work())
            self._at_work.add(task)
            task.add_done_callback(self._at_work.discard)
            await asyncio.shield(task)

        return work_watched

    async def _end_jobs(self, scheduler: AsyncIOScheduler) -> None:
        """Start no job any more and let those end that are at work: one may hold leases."""
        scheduler.pause()
        if self._at_work:
            await asyncio.wait(self._at_work, timeout=JOBS_END_S)
        scheduler.shutdown(wait=False)
        for task in self._at_work:
            task.cancel()

    async def _tick(self) -> None:
        """Start what is due; never waits for a poll."""
        polling = self._polling
        try:
            await self._check_lock()
            await polling.holder.renew(polling.executor.held())
            await polling.tick.hand_on(polling.executor)
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

    async def _watch_clock(self, scheduler: AsyncIOScheduler) -> None:
        """Move all that waits for an instant, when the clock was set: what is left to wait stays.

        No job of the scheduler: after a clock was set back that waits for an instant itself.
        """
        owed = timedelta()
        while True:
            await asyncio.sleep(TICK_S)
            jump = self._polling.clock.follow()
            owed += jump
            if jump:
                said = "the clock was set by %s; the next visits move with it"
                logger.warning(said, _words(jump))
                for job in scheduler.get_jobs():
                    job.modify(next_run_time=datetime.now(UTC))
            if not owed:
                continue
            try:
                await self._polling.writer.in_archive(self._archive.feeds.shift_times, owed)
                owed = timedelta()
            except ArchiveError as error:  # tried again as long as it is owed
                logger.error("clock: %s", error)  # noqa: TRY400 - the message says it all

    async def _fill_index(self) -> None:
        """Fill an unfinished search index, in steps between which polls are recorded."""
        try:
            while not self._stop.is_set():
                left = await self._polling.writer.at_once(self._archive.index_step)
                if left == 0:
                    logger.info("the search index is complete")
                if not left:
                    return
        except ArchiveError as error:
            logger.error("search index: %s", error)  # noqa: TRY400 - the message says it all

    async def _learn(self) -> None:
        """Fit the effort to the budget, now that feeds may have come or changed."""
        try:
            await self._polling.pacer.learn(self._archive, self._polling.writer.at_once)
        except ArchiveError as error:
            logger.error("budget: %s", error)  # noqa: TRY400 - the message says it all

    async def _tidy(self) -> None:
        """Give memory back once after work, when there is none."""
        executor = self._polling.executor
        if executor.submitted != self._tidied_at and not executor.held():
            give_back()
            self._tidied_at = executor.submitted

    async def _check_lock(self) -> None:
        """Make sure that the archive is our own, if it is time to."""
        if time.monotonic() - self._kept_at >= GUARD_S:
            await self._polling.writer.at_once(self._keep_lock)
            self._kept_at = time.monotonic()

    async def _reload(self) -> None:
        """Read feeds.toml as a whole; only if all of it is right, make the archive equal to it."""
        try:
            # One that is read fast must not be followed by one that was read before.
            async with self._reloading:
                with uncollected():
                    listed = await asyncio.to_thread(self._read_feeds)
                changes = await self._polling.writer.in_archive(self._follow, listed)
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

    def _follow(self, listed: FeedList) -> FeedChanges:
        """Make the archive equal to a list; the collector rests only while this is at work."""
        with uncollected():
            return self._archive.feeds.follow(listed, self._polling.clock.now())


class _Every(BaseTrigger):  # type: ignore[misc]
    """So many seconds after now, whatever was before.

    The library's own interval counts from the last time: after a clock was set by years it goes
    through all the seconds in between.
    """

    def __init__(self, seconds: float) -> None:
        self._wait = timedelta(seconds=seconds)

    def get_next_fire_time(
        self,
        previous_fire_time: datetime | None,  # noqa: ARG002 - see above
        now: datetime,
    ) -> datetime:
        """The next time at which the job runs."""
        return now + self._wait


def _schedule(
    scheduler: AsyncIOScheduler,
    work: Callable[[], Awaitable[None]],
    every_s: float,
    *,
    is_urgent: bool = True,
) -> None:
    """Have `work` done at once, if it is urgent, and then each `every_s` seconds, never twice."""
    first_s = 0.0 if is_urgent else every_s
    scheduler.add_job(
        work,
        _Every(every_s),
        next_run_time=datetime.now(UTC) + timedelta(seconds=first_s),
        max_instances=1,
        # One that comes late is still wanted, but two that were missed are one.
        coalesce=True,
        misfire_grace_time=None,
    )


def _keeping(service: Service) -> Callable[[], Awaitable[None]]:
    async def keep() -> None:
        try:
            await service.keep()
        except AggregatorError as error:
            logger.error("%s: %s", type(service).__name__, error)  # noqa: TRY400

    return keep


def _words(jump: timedelta) -> str:
    """A stretch of time that may be negative, to the second."""
    sign = "-" if jump < timedelta() else "+"
    return f"{sign}{timedelta(seconds=round(abs(jump.total_seconds())))}"


def _ignore_signals(loop: asyncio.AbstractEventLoop) -> None:
    """Let no signal cut the closing short: whoever stops a group often signals twice."""
    numbers = (*_STOP_SIGNALS, signal.SIGHUP)
    # Blocked meanwhile, because removing a handler brings the default back for a moment.
    signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
    for number in numbers:
        loop.remove_signal_handler(number)
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, numbers)
