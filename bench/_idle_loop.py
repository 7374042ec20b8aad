"""The daemon within this process, with a heart in its event loop that tells when that stalls.

``python bench/_idle_loop.py ARCHIVE SECONDS`` prints one JSON object: first the daemon is left
alone for half of the time (`cpu_share`), then the heart beats a hundred times a second.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections import Counter
from ipaddress import ip_network

from aggregator.config import Settings, as_database_url, load_outline
from aggregator.library import open_archive
from aggregator.polling import Daemon, PollReport, open_polling

_BEAT_S = 0.01
_STALL_S = 0.05
_SETTLE_S = 3.0


async def watch(database: str, seconds: float) -> dict[str, float]:
    """What the daemon costs in a process of its own, and how long its loop was held up."""
    polls: Counter[bool] = Counter()

    def count(report: PollReport) -> None:
        polls[report.error is None] += 1

    settings = Settings(
        as_database_url(database),
        contact="https://example.org/contact",
        allow_networks=(ip_network("127.0.0.0/8"),),
    )
    with open_archive(database) as archive:
        async with open_polling(archive, settings, count) as polling:
            daemon = Daemon(polling, read_feeds=load_outline, keep_lock=lambda: None)
            running = asyncio.create_task(daemon.run())
            begun = await _beat(_SETTLE_S)
            before, cpu_s, wall_s = polls.total(), time.process_time(), time.monotonic()
            await asyncio.sleep(seconds / 2)
            cpu_s, wall_s = time.process_time() - cpu_s, time.monotonic() - wall_s
            figures = {
                "cpu_share": round(cpu_s / wall_s, 4),
                "polls_per_s": round((polls.total() - before) / wall_s, 1),
            }
            figures |= await _beat(seconds / 2)
            figures["start_stall_work_ms"] = begun["stall_work_ms"]
            os.kill(os.getpid(), signal.SIGTERM)
            await running
    return {**figures, "polls": polls.total(), "failed": polls[False]}


async def _beat(seconds: float) -> dict[str, float]:
    """Stalls in milliseconds: by the clock, and by the processor's time of the loop's thread.

    The clock counts what other processes have taken from us; the processor's time does not, but
    neither does it count that another thread of ours had the interpreter. The time of all our
    threads (`work`) does: on a machine with nothing else to do a stall is at most as long.
    """
    walls, computed, worked = [], [], []
    ends_at = time.monotonic() + seconds
    while (started := time.monotonic()) < ends_at:
        cpu_s, work_s = time.thread_time(), time.process_time()
        await asyncio.sleep(_BEAT_S)
        walls.append(time.monotonic() - started - _BEAT_S)
        computed.append(time.thread_time() - cpu_s)
        worked.append(time.process_time() - work_s)
    return {
        "beats": len(walls),
        "stall_ms": round(1000 * max(walls), 1),
        "stalls_above_50_ms": sum(wall > _STALL_S for wall in walls),
        "stall_cpu_ms": round(1000 * max(computed), 1),
        "stalls_above_50_cpu_ms": sum(cpu > _STALL_S for cpu in computed),
        "stall_work_ms": round(1000 * max(worked), 1),
        "stalls_above_50_work_ms": sum(work > _STALL_S for work in worked),
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(watch(sys.argv[1], float(sys.argv[2])))))
