"""Worker processes: results, errors, deadlines, deaths."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time

import pytest

from aggregator.errors import FeedError
from aggregator.model import Memory
from aggregator.polling import WorkerError, Workers
from aggregator.polling._tasks import read_feed


async def test_a_result_and_an_error_come_back_from_another_process() -> None:
    """What the function returns or raises is what the caller gets."""
    async with Workers(1) as workers:
        assert await workers.run(10, os.getpid) != os.getpid()
        with pytest.raises(FeedError) as caught:
            await workers.run(
                10, read_feed, b"<html><body>hello", "http://127.0.0.1/", None, Memory()
            )

    assert caught.value.looks_like == "html"


async def test_work_that_outruns_its_deadline_is_killed_and_the_pool_goes_on() -> None:
    """A page that hangs costs itself, not the worker."""
    async with Workers(1) as workers:
        started = time.monotonic()
        with pytest.raises(WorkerError, match=r"0\.5 s"):
            await workers.run(0.5, time.sleep, 60)

        assert time.monotonic() - started < 20
        assert await workers.run(10, abs, -1) == 1


async def test_a_worker_that_dies_costs_only_its_own_work() -> None:
    """The work beside it and behind it is done all the same."""
    async with Workers(2) as workers:
        beside = asyncio.create_task(workers.run(20, pow, 2, 10))
        with pytest.raises(WorkerError, match="died"):
            await workers.run(20, os._exit, 9)

        assert await beside == 1024
        assert await workers.run(20, abs, -2) == 2


async def test_work_goes_on_after_the_death_of_the_fork_server() -> None:
    """Whatever the system kills to get memory, the daemon finds its way back by itself."""
    async with Workers(1) as workers:
        await workers.run(20, abs, -1)
        os.kill(await workers.run(20, os.getppid), signal.SIGKILL)

        results = []
        for _ in range(4):
            with contextlib.suppress(WorkerError):
                results.append(await workers.run(20, abs, -2))

    assert 2 in results


async def test_an_error_of_no_kind_that_is_ours_is_the_fault_of_the_work() -> None:
    """A library that raises what it should not costs that page only."""
    async with Workers(1) as workers:
        with pytest.raises(WorkerError, match="ZeroDivisionError"):
            await workers.run(20, divmod, 1, 0)


async def test_work_that_eats_memory_ends_before_the_machine_does() -> None:
    """The limit is the worker's own."""
    async with Workers(1) as workers:
        with pytest.raises(WorkerError, match="MemoryError"):
            await workers.run(20, bytes, 4 * 1024**3)

        assert await workers.run(20, abs, -3) == 3


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_an_interrupt_of_the_terminal_does_not_reach_the_workers(
    number: signal.Signals,
) -> None:
    """Signals go to the whole process group; the main process drains first."""
    async with Workers(1) as workers:
        pid = await workers.run(10, os.getpid)
        os.kill(pid, number)
        await asyncio.sleep(0.2)

        assert await workers.run(10, os.getpid) == pid
