"""What a worker process may take: signals it ignores, memory it may have, processor time of a task.

Runs inside the worker; the main process only names these functions.
"""

from __future__ import annotations

import ctypes
import resource
import signal
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

_Result = TypeVar("_Result")

MAX_WORK_BYTES = 512 * 1024**2
"""Address space that work may take beyond what a fresh worker has: then it ends with MemoryError.

Measured on documents of 32 MiB, the most that is fetched, to which 64 MiB come on their way here: a
feed takes 75 MB more, one with a single character beyond the Basic Multilingual Plane, for which
Python keeps every text four times as large, 290, and the same where it is broken and repaired 380.
The hungriest of the pages made to cost took 160.
"""

CPU_SHARE = 0.2
"""A task may compute for this part of its deadline; a machine that is busy otherwise takes none of
it away. Of the 4 s that a feed has, the slowest of those documents, broken and repaired, took
3.9 on a machine with four times as much to do as it could, a whole one 0.9."""

CPU_SIGNAL = signal.SIGPROF
"""What ends a worker whose task has computed for too long."""

_PR_SET_PDEATHSIG = 1
_STATM = Path("/proc/self/statm")


def prepare_worker() -> None:
    """Make a new worker deaf to signals meant for the daemon, and bound its memory."""
    # Who has lost its fork server is known to nobody, and must not work on for ever.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # pebble has made SIGTERM end the worker; see `_shield` for why it must not.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = _address_space_bytes() + MAX_WORK_BYTES
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def do_work(
    cpu_s: float,
    function: Callable[..., _Result],
    args: Sequence[object],
    kwargs: Mapping[str, object],
) -> _Result:
    """What `function` returns; the process ends if that takes more than `cpu_s` of its time."""
    signal.setitimer(signal.ITIMER_PROF, cpu_s)
    try:
        return function(*args, **kwargs)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _address_space_bytes() -> int:
    pages = int(_STATM.read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize()
