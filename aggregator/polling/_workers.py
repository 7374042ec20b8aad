"""Worker processes with a deadline: a page that hangs or kills its worker costs only itself."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from pebble import ProcessExpired

from aggregator.errors import AggregatorError, WorkerDiedError, WorkerError
from aggregator.polling._crew import REST_S, Crew
from aggregator.polling._limits import CPU_SHARE, CPU_SIGNAL, MAX_WORK_BYTES
from aggregator.polling._places import Places
from aggregator.polling._process import Worker

logger = logging.getLogger("aggregator.workers")

__all__ = ["WorkerError", "Workers"]

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


class Workers:
    """Processes for CPU work, started when there is some; an async context manager.

    Each does one task at a time. Who is killed while at it, by whomever, has its task done once
    more, alone in a fresh process.
    """

    def __init__(self, count: int = 0, *, rest_s: float = REST_S) -> None:
        self._places = Places(count or len(os.sched_getaffinity(0)))
        self._crew = Crew(rest_s)

    @property
    def queue_length(self) -> int:
        """How much work waits for a process."""
        return self._places.waiting

    @property
    def pids(self) -> list[int]:
        """The processes that are there and have nothing to do."""
        return self._crew.pids

    @property
    def restarts(self) -> int:
        """How many processes have died or had to be killed."""
        return self._crew.discarded

    async def run(
        self,
        deadline_s: float,
        function: Callable[_Given, _Result],
        *args: _Given.args,
        **kwargs: _Given.kwargs,
    ) -> _Result:
        """What `function` returns; its AggregatorError, WorkerDiedError, else WorkerError.

        `deadline_s` runs from the start of the work, a fifth of it may be computed. Cancelling the
        caller kills the work.
        """
        await self._places.take()
        try:
            try:
                return await self._work(await self._crew.take(), deadline_s, function, args, kwargs)
            except WorkerDiedError as died:
                if died.kind != "killed":
                    raise
                logger.warning("%s: its work is done once more, alone", died)
                first = died
            try:
                return await self._work(
                    await self._crew.start(), deadline_s, function, args, kwargs
                )
            except WorkerDiedError as died:
                died.deaths = first.deaths + 1
                raise
        finally:
            if self._places.free():
                self._crew.let_rest()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._crew.stop()

    async def _work(
        self,
        worker: Worker,
        deadline_s: float,
        function: Callable[..., _Result],
        args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> _Result:
        """What `function` returns in `worker`, which is kept if it is as good as before."""
        is_good = False
        try:
            result = await self._wait(worker, deadline_s, function, args, kwargs)
            is_good = True
        except BrokenProcessPool as error:
            raise WorkerDiedError("the worker process was lost", "killed", 0) from error
        except ProcessExpired as error:
            raise _explain_end(error.exitcode, deadline_s) from error
        except MemoryError as error:
            limit_mb = MAX_WORK_BYTES // 1024**2
            raise WorkerDiedError(
                f"it needs more than {limit_mb} MB of memory", "memory"
            ) from error
        except WorkerDiedError:
            raise
        except AggregatorError:
            is_good = True
            raise
        except Exception as error:
            is_good = True
            raise WorkerError(f"{type(error).__name__}: {error}") from error
        finally:
            self._crew.give_back(worker, is_good=is_good)
        return result

    async def _wait(
        self,
        worker: Worker,
        deadline_s: float,
        function: Callable[..., _Result],
        args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> _Result:
        future = asyncio.wrap_future(worker.submit(deadline_s, function, args, kwargs))
        done, _ = await asyncio.wait([future], timeout=deadline_s)
        if not done:
            future.cancel()
            raise WorkerDiedError(f"stopped after {deadline_s:g} s of work", "deadline")
        return future.result()


def _explain_end(code: int | None, deadline_s: float) -> WorkerDiedError:
    if code == -CPU_SIGNAL:
        spent_s = deadline_s * CPU_SHARE
        return WorkerDiedError(f"stopped after {spent_s:g} s of computing", "deadline")
    # SIGKILL comes from an operator or a system without memory: nobody knows whose fault it is.
    deaths = 0 if code == -signal.SIGKILL else 1
    return WorkerDiedError(f"the worker process died (exit code {code})", "killed", deaths)
