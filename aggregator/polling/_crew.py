"""The worker processes that are there: those that rest are taken first and ended after a while."""

from __future__ import annotations

import asyncio
import logging
import time

from aggregator.errors import NoWorkersError
from aggregator.polling._process import Worker, stop_in_background

logger = logging.getLogger("aggregator.workers")

REST_S = 30.0
"""A worker without work for so long is ended; when none is left, the fork server is, too."""

_TRIES = 5
"""How often it is tried to start a worker."""


class Crew:
    """Workers that have nothing to do, and new ones; `discarded` counts those that went wrong."""

    def __init__(self, rest_s: float) -> None:
        self._rest_s = rest_s
        self._idle: list[tuple[Worker, float]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._timer_loop: asyncio.AbstractEventLoop | None = None
        self.discarded = 0

    @property
    def pids(self) -> list[int]:
        """The processes that are there and have nothing to do."""
        return [worker.pid for worker, _ in self._idle]

    async def stop(self) -> None:
        """End all that rest."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        idle, self._idle = self._idle, []
        await asyncio.gather(*(asyncio.to_thread(worker.stop) for worker, _ in idle))

    async def take(self) -> Worker:
        """The worker that has rested least, or a new one."""
        while self._idle:
            worker, _ = self._idle.pop()
            if worker.is_alive:
                return worker
            self._discard(worker)
        return await self.start()

    async def start(self) -> Worker:
        """A new worker; NoWorkersError if there is no way to one."""
        for _ in range(_TRIES):
            starting = asyncio.ensure_future(asyncio.to_thread(Worker))
            try:
                return await asyncio.shield(starting)
            except asyncio.CancelledError:
                starting.add_done_callback(self._keep_started)
                raise
            except (OSError, EOFError, RuntimeError) as error:
                logger.warning("no worker process could be started: %s", error)
        raise NoWorkersError("no worker processes can be started here")

    def _keep_started(self, starting: asyncio.Future[Worker]) -> None:
        """A worker whose caller has gone is there for the next."""
        if not starting.cancelled() and not starting.exception():
            self.give_back(starting.result(), is_good=True)
            self.let_rest()

    def give_back(self, worker: Worker, *, is_good: bool) -> None:
        """Keep a worker that is as good as before for the next work."""
        if not is_good:
            self._discard(worker)
        elif worker.is_worn:
            stop_in_background([worker])
        else:
            self._idle.append((worker, time.monotonic()))

    def _discard(self, worker: Worker) -> None:
        self.discarded += 1
        stop_in_background([worker])

    def let_rest(self) -> None:
        """End those that have no work from now on, in a while."""
        loop = asyncio.get_running_loop()
        if self._timer is None or self._timer_loop is not loop:
            self._timer_loop = loop
            self._timer = loop.call_later(self._rest_s, self._end_rested)

    def _end_rested(self) -> None:
        """Stop the workers that had no work for long; look again later if there are others."""
        self._timer = None
        since = time.monotonic() - self._rest_s
        rested = [worker for worker, at in self._idle if at <= since]
        self._idle = [(worker, at) for worker, at in self._idle if at > since]
        stop_in_background(rested, with_server=True)
        if self._idle:
            self.let_rest()
