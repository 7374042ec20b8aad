"""Worker processes: results, errors, deadlines, deaths."""

from __future__ import annotations

import asyncio
import os
import signal
import time

import pytest

from aggregator.errors import FeedError
from aggregator.polling import WorkerError, Workers
from aggregator.polling._tasks import read_feed


async def test_a_result_and_an_error_come_back_from_another_process() -> None:
    """What the function returns or raises is what the caller gets."""
    async with Workers(1) as workers:
        assert await workers.run(10, os.getpid) != os.getpid()
        with pytest.raises(FeedError) as caught:
            await workers.run(10, read_feed, b"<html><body>hello", "http://127.0.0.1/", None)

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


async def test_an_interrupt_of_the_terminal_does_not_reach_the_workers() -> None:
    """Ctrl-C goes to the whole process group; the main process drains first."""
    async with Workers(1) as workers:
        pid = await workers.run(10, os.getpid)
        os.kill(pid, signal.SIGINT)

        assert await workers.run(10, os.getpid) == pid
