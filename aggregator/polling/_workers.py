"""Worker processes with a deadline: a page that hangs or kills its worker costs only itself."""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import signal
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as DeadlineError
from multiprocessing import get_context
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from pebble import CONSTS, ProcessExpired, ProcessPool

from aggregator.errors import AggregatorError

logger = logging.getLogger("aggregator.workers")

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")

_TASKS_PER_WORKER = 500
"""After so many tasks a worker is replaced, so that no library's leak grows for ever."""

_MAX_WORKER_BYTES = 3 * 1024**3
"""Address space of a worker: above it work ends with MemoryError instead of ending the machine.
The hungriest document of the hostile tests took 1.8 GB."""

_TRIES = 3
"""How often work is handed to a new pool when the one before has broken."""

# Workers ignore SIGTERM (`_shield`), so waiting for it to work would only delay SIGKILL.
CONSTS.term_timeout = 0.1


class WorkerError(AggregatorError):
    """Work that outran its deadline, killed its worker, or failed as no work should."""


class Workers:
    """A pool of processes for CPU work; an async context manager.

    Started by a fork server: forking a process that has threads can deadlock the child.
    """

    def __init__(self, count: int = 0) -> None:
        self._count = count or len(os.sched_getaffinity(0))
        self._pool = self._start()

    async def run(
        self,
        deadline_s: float,
        function: Callable[_Given, _Result],
        *args: _Given.args,
        **kwargs: _Given.kwargs,
    ) -> _Result:
        """What `function` returns; its AggregatorError, or WorkerError for any other end.

        Cancelling the caller kills the work.
        """
        future = self._schedule(deadline_s, function, args, kwargs)
        waiting = asyncio.wrap_future(future)
        await asyncio.wait([waiting])
        error = waiting.exception()
        if error is None:
            return waiting.result()
        if isinstance(error, AggregatorError):
            raise error
        raise _explain(error, deadline_s) from error

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pool = self._pool
        pool.stop()  # type: ignore[no-untyped-call]
        await asyncio.to_thread(pool.join)

    def _start(self) -> ProcessPool:
        context = get_context("forkserver")
        context.set_forkserver_preload(["aggregator.polling._shield", "aggregator.polling._tasks"])
        return ProcessPool(
            max_workers=self._count,
            max_tasks=_TASKS_PER_WORKER,
            initializer=_prepare_worker,
            context=context,
        )

    def _schedule(
        self,
        deadline_s: float,
        function: Callable[..., _Result],
        args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> Future[_Result]:
        """Hand work to the pool, or to a new one: a pool whose fork server died never recovers."""
        for _ in range(_TRIES):
            try:
                future: Future[_Result] = self._pool.schedule(
                    function, args=args, kwargs=kwargs, timeout=deadline_s
                )
            except RuntimeError as error:
                logger.warning("the worker pool broke and is started anew: %s", error)
                self._pool = self._start()
            else:
                return future
        raise WorkerError("no worker processes can be started")


def _explain(error: BaseException, deadline_s: float) -> WorkerError:
    if isinstance(error, DeadlineError):
        return WorkerError(f"stopped after {deadline_s:g} s of work")
    if isinstance(error, ProcessExpired):
        return WorkerError(f"the worker process died (exit code {error.exitcode})")
    return WorkerError(f"{type(error).__name__}: {error}")


def _prepare_worker() -> None:
    # pebble has made SIGTERM end the worker; see `_shield` for why it must not.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = _MAX_WORKER_BYTES if hard == resource.RLIM_INFINITY else min(_MAX_WORKER_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
