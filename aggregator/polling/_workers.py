"""Worker processes with a deadline: a page that hangs or kills its worker costs only itself."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from concurrent.futures import TimeoutError as DeadlineError
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from aggregator.errors import AggregatorError

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")

_TASKS_PER_WORKER = 500
"""After so many tasks a worker is replaced, so that no library's leak grows for ever."""


class WorkerError(AggregatorError):
    """Work that outran its deadline or killed its worker process."""


class Workers:
    """A pool of processes for CPU work; an async context manager.

    Started by a fork server: forking a process that has threads can deadlock the child.
    """

    def __init__(self, count: int = 0) -> None:
        self._count = count or len(os.sched_getaffinity(0))
        self._pool = self._start()

    def _start(self) -> ProcessPool:
        context = get_context("forkserver")
        context.set_forkserver_preload(["aggregator.polling._tasks"])
        return ProcessPool(
            max_workers=self._count,
            max_tasks=_TASKS_PER_WORKER,
            initializer=_ignore_interrupts,
            context=context,
        )

    async def run(
        self,
        deadline_s: float,
        function: Callable[_Given, _Result],
        *args: _Given.args,
        **kwargs: _Given.kwargs,
    ) -> _Result:
        """What `function` returns or raises; WorkerError if it is not done in `deadline_s`.

        Cancelling the caller kills the work.
        """
        pool = self._pool
        try:
            future = pool.schedule(function, args=args, kwargs=kwargs, timeout=deadline_s)
            result: _Result = await asyncio.wrap_future(future)
        except DeadlineError as error:
            raise WorkerError(f"stopped after {deadline_s:g} s of work") from error
        except ProcessExpired as error:
            raise WorkerError(f"the worker process died (exit code {error.exitcode})") from error
        except BrokenProcessPool as error:
            # All workers are gone at once: nothing runs in this pool any more.
            if self._pool is pool:
                self._pool = self._start()
            raise WorkerError("all worker processes died") from error
        return result

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


def _ignore_interrupts() -> None:
    # Ctrl-C reaches the whole process group; the main process decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
