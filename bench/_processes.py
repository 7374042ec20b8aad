"""The cost of a command with all its descendants, also those that outlive their parent.

Worker processes are children of a fork server that nobody waits for, so the usual accounting
(`time`, `wait4`) leaves them out. Here the measuring process adopts orphans (Linux:
PR_SET_CHILD_SUBREAPER) and waits for every one of them.
"""

from __future__ import annotations

import compileall
import ctypes
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Cost:
    """What a command took: seconds of CPU and wall, megabytes of its largest process."""

    cpu_s: float
    wall_s: float
    max_rss_mb: float
    code: int


def measure(command: list[str], environ: dict[str, str] | None = None) -> Cost:
    """The cost of one command; its output is dropped, its errors are shown if it fails."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before, started = _spent(), time.monotonic()
    done = subprocess.run(
        command, env={**os.environ, **(environ or {})}, capture_output=True, check=False
    )
    wall_s = time.monotonic() - started
    while _reap():
        pass
    if done.returncode:
        sys.stderr.write(done.stderr.decode(errors="replace")[-2000:])
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(
        cpu_s=_spent() - before,
        wall_s=wall_s,
        max_rss_mb=usage.ru_maxrss / 1024,
        code=done.returncode,
    )


def compile_ours() -> None:
    """Write the bytecode of our modules, as installing them does, also where Python is told not to.

    Without it each start of the program and of its workers would compile all of them.
    """
    compileall.compile_dir(Path(__file__).parents[1] / "aggregator", quiet=1)


def spent_by(pid: int) -> float:
    """The CPU seconds that a running process has spent (proc(5), fields 14 and 15 of its stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _spent() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _reap() -> bool:
    try:
        os.wait()
    except ChildProcessError:
        return False
    return True
