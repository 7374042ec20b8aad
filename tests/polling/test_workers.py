"""Worker processes: results, errors, deadlines, memory, deaths, rest."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from aggregator.errors import FeedError, WorkerDiedError, WorkerError
from aggregator.model import Memory
from aggregator.polling import Workers
from aggregator.polling._limits import MAX_WORK_BYTES
from aggregator.polling._process import MAX_TASKS
from aggregator.polling._tasks import read_feed

_KILL = "__import__('os').kill(__import__('os').getpid(), {})"


def _wait_until(is_so: Callable[[], bool]) -> None:
    while not is_so():
        time.sleep(0.01)


def _proc(pids: list[int]) -> list[str]:
    return [f"/proc/{pid}" for pid in pids]


async def _wait_until_gone(pids: list[int]) -> None:
    """Wait until processes have ended; the test's own time limit ends a vain wait."""
    await asyncio.to_thread(_wait_until, lambda: not any(map(os.path.exists, _proc(pids))))


async def test_a_result_and_an_error_come_back_from_another_process() -> None:
    """What the function returns or raises is what the caller gets."""
    async with Workers(1) as workers:
        assert await workers.run(10, os.getpid) != os.getpid()
        with pytest.raises(FeedError) as caught:
            await workers.run(
                10, read_feed, b"<html><body>hello", "http://127.0.0.1/", None, Memory()
            )

    assert caught.value.looks_like == "html"


async def test_work_that_outruns_its_deadline_is_killed_and_the_next_is_done() -> None:
    """A page that hangs costs itself; it is not tried twice, and the death is its own."""
    async with Workers(1) as workers:
        started = time.monotonic()
        with pytest.raises(WorkerDiedError, match=r"0\.5 s") as caught:
            await workers.run(0.5, time.sleep, 60)

        assert time.monotonic() - started < 20
        assert (caught.value.kind, caught.value.deaths) == ("deadline", 1)
        assert await workers.run(10, abs, -1) == 1
        assert workers.restarts == 1


async def test_work_may_compute_for_a_part_of_its_deadline_only() -> None:
    """A loop that never ends is stopped by the processor's time, on a busy machine, too."""
    async with Workers(1) as workers:
        with pytest.raises(WorkerDiedError, match=r"0\.6 s of computing") as caught:
            await workers.run(3, eval, "sum(number for number in range(10**12))")

        assert caught.value.kind == "deadline"
        assert await workers.run(10, abs, -1) == 1


async def test_work_before_counts_nothing_for_the_computing_of_the_next() -> None:
    """Each task has its own time: a worker does not die of all that it has done."""
    async with Workers(1) as workers:
        pids = {await workers.run(10, os.getpid)}
        for _ in range(8):
            await workers.run(1, eval, "sum(range(10**6))")
        pids.add(await workers.run(10, os.getpid))

    assert len(pids) == 1


async def test_a_worker_that_dies_costs_only_its_own_work() -> None:
    """The work beside it and behind it is done all the same."""
    async with Workers(2) as workers:
        beside = asyncio.create_task(workers.run(20, pow, 2, 10))
        with pytest.raises(WorkerDiedError, match="died") as caught:
            await workers.run(20, os._exit, 9)

        assert (caught.value.kind, caught.value.deaths) == ("killed", 2)
        assert await beside == 1024
        assert await workers.run(20, abs, -2) == 2


async def test_work_whose_worker_is_killed_from_outside_is_done_once_more(tmp_path: Path) -> None:
    """An operator, or a system without memory, costs nothing but time."""
    started = tmp_path / "started"
    work = f"open({str(started)!r}, 'a').write('x') and __import__('time').sleep(0.5) or 42"
    async with Workers(1) as workers:
        pid = await workers.run(10, os.getpid)
        running = asyncio.create_task(workers.run(20, eval, work))
        await asyncio.to_thread(_wait_until, started.exists)
        os.kill(pid, signal.SIGKILL)

        assert await running == 42
        assert started.read_text() == "xx"
        assert workers.restarts == 1


async def test_who_is_killed_twice_has_one_death_that_speaks_against_it() -> None:
    """Nobody knows where the first SIGKILL came from; alone in a fresh process it is the work."""
    async with Workers(1) as workers:
        with pytest.raises(WorkerDiedError) as caught:
            await workers.run(20, eval, _KILL.format(9))

        assert (caught.value.kind, caught.value.deaths) == ("killed", 1)
        assert workers.restarts == 2


async def test_killed_again_and_again_no_work_is_lost_and_none_hangs() -> None:
    """Twenty kills, of idle workers, of those at work and amid messages: every result is right."""
    seen: list[int] = []

    async def work_on(workers: Workers, first: int) -> None:
        for number in range(first, 200, 4):
            size = 100_000 + number
            pid, body = await _insist(workers, f"__import__('os').getpid(), bytes({size})")
            assert len(body) == size
            seen.append(pid)
            if len(seen) % 10 == 0:
                # The one that served before this, if that is another, is at work for somebody.
                with contextlib.suppress(ProcessLookupError):
                    os.kill(seen[-2], signal.SIGKILL)

    async with Workers(2) as workers:
        await asyncio.gather(*(work_on(workers, first) for first in range(4)))

        assert len(seen) == 200
        assert workers.restarts > 5


async def _insist(workers: Workers, work: str) -> tuple[int, bytes]:
    """The result of `work`; that it was killed twice is no reason to give it up."""
    while True:
        with contextlib.suppress(WorkerDiedError):
            result: tuple[int, bytes] = await workers.run(60, eval, work)
            return result


def _children_of(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [int(child) for child in task.read_text().split()]
    return found


async def test_work_goes_on_after_the_death_of_the_fork_server() -> None:
    """Whatever the system kills to get memory, the daemon finds its way back by itself."""
    async with Workers(1) as workers:
        worker, server = await workers.run(20, os.getpid), await workers.run(20, os.getppid)
        running = asyncio.create_task(workers.run(20, eval, "__import__('time').sleep(0.2) or 2"))
        await asyncio.sleep(0)
        os.kill(server, signal.SIGKILL)

        assert await running == 2
        await _wait_until_gone([worker])
        assert await workers.run(20, os.getppid) != server


async def test_a_worker_ends_with_its_fork_server() -> None:
    """One that nobody can reach any more does not work on for ever."""
    async with Workers(1) as workers:
        worker, server = await workers.run(20, os.getpid), await workers.run(20, os.getppid)
        os.kill(server, signal.SIGKILL)

        await _wait_until_gone([worker])


async def test_an_error_of_no_kind_that_is_ours_is_the_fault_of_the_work() -> None:
    """A library that raises what it should not costs that page only, and no process."""
    async with Workers(1) as workers:
        before = await workers.run(20, os.getpid)
        with pytest.raises(WorkerError, match="ZeroDivisionError") as caught:
            await workers.run(20, divmod, 1, 0)

        assert not isinstance(caught.value, WorkerDiedError)
        assert await workers.run(20, os.getpid) == before


async def test_work_that_eats_memory_ends_before_the_machine_does() -> None:
    """The limit is the worker's own, counted from what it has when it is fresh."""
    async with Workers(1) as workers:
        assert len(await workers.run(20, bytes, MAX_WORK_BYTES // 8)) == MAX_WORK_BYTES // 8
        with pytest.raises(WorkerDiedError, match="MB of memory") as caught:
            await workers.run(20, bytes, MAX_WORK_BYTES + 1)

        assert (caught.value.kind, caught.value.deaths) == ("memory", 1)
        assert await workers.run(20, abs, -3) == 3


async def test_a_worker_that_keeps_much_memory_is_replaced() -> None:
    """What a hungry document leaves behind does not stay for days."""
    async with Workers(1) as workers:
        before = await workers.run(20, os.getpid)
        await workers.run(20, exec, "import builtins; builtins.kept = b'x' * 250_000_000")

        assert await workers.run(20, os.getpid) != before
        assert workers.restarts == 0


async def test_a_worker_is_replaced_after_so_many_tasks() -> None:
    """No library's leak grows for ever."""
    async with Workers(1) as workers:
        pids = [await workers.run(20, os.getpid) for _ in range(MAX_TASKS + 1)]

    assert len(set(pids[:MAX_TASKS])) == 1
    assert pids[-1] != pids[0]


async def test_no_process_is_started_before_there_is_work() -> None:
    """A poll in which nothing has changed costs no worker."""
    before = set(_children_of(os.getpid()))
    async with Workers(2) as workers:
        assert workers.pids == []

    assert set(_children_of(os.getpid())) == before


async def test_workers_and_their_fork_server_end_when_idle_and_come_back() -> None:
    """An idle daemon has its own process only; the next work finds a worker all the same."""
    async with Workers(2, rest_s=0.1) as workers:
        pid, server = await workers.run(20, os.getpid), await workers.run(20, os.getppid)
        await _wait_until_gone([pid, server])

        assert workers.pids == []
        assert await workers.run(20, abs, -4) == 4
        assert workers.restarts == 0


async def test_work_that_comes_while_workers_are_stopped_is_done() -> None:
    """Rest begins and ends at any moment; no request is lost over it."""
    async with Workers(2, rest_s=0.0) as workers:
        for number in range(10):
            pair = await asyncio.gather(workers.run(20, abs, -number), workers.run(20, abs, number))
            assert set(pair) == {number}
            await asyncio.sleep(0.01 * (number % 5))


async def test_who_has_work_all_the_time_is_not_stopped() -> None:
    """A worker rests from its last task on, not from its start."""
    async with Workers(1, rest_s=0.3) as workers:
        pids = set()
        for _ in range(10):
            pids.add(await workers.run(20, os.getpid))
            await asyncio.sleep(0.1)

    assert len(pids) == 1


async def test_work_waits_for_a_place_in_the_order_in_which_it_came() -> None:
    """No more processes than were asked for, and what waits is counted."""
    async with Workers(1) as workers:
        ended: list[int] = []

        async def work(number: int) -> None:
            await workers.run(20, time.sleep, 0.05)
            ended.append(number)

        tasks = [asyncio.create_task(work(number)) for number in range(4)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)

        assert workers.queue_length == 3
        await asyncio.gather(*tasks)
        assert ended == [0, 1, 2, 3]
        assert workers.queue_length == 0


async def test_a_caller_who_is_cancelled_has_its_work_killed_and_its_place_freed() -> None:
    """Whether it waited for its turn or was at work."""
    async with Workers(1) as workers:
        pid = await workers.run(20, os.getpid)
        working = asyncio.create_task(workers.run(60, time.sleep, 60))
        waiting = asyncio.create_task(workers.run(60, time.sleep, 60))
        await asyncio.sleep(0.1)
        for task in (waiting, working):
            task.cancel()
        await asyncio.gather(working, waiting, return_exceptions=True)

        await _wait_until_gone([pid])
        assert await workers.run(20, abs, -5) == 5


def test_one_pool_serves_several_event_loops(tmp_path: Path) -> None:
    """A library's caller may run one loop after another."""
    script = tmp_path / "loops.py"
    script.write_text(
        "import asyncio\n"
        "from aggregator.polling import Workers\n"
        "async def work(workers):\n"
        "    return await asyncio.gather(*(workers.run(20, abs, -n) for n in range(3)))\n"
        "if __name__ == '__main__':\n"
        "    workers = Workers(1)\n"
        "    print([asyncio.run(work(workers)) for _ in range(2)])\n"
    )
    command = [sys.executable, str(script)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (ended.stdout.strip(), ended.stderr) == ("[[0, 1, 2], [0, 1, 2]]", "")


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
