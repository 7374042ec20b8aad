"""A daemon whose clocks run fast, and what it holds while it runs: memory, files, the WAL."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 1e6
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_STOP_S = 120.0


@dataclass(frozen=True)
class Sample:
    """One look at a daemon (`main`) and all its processes (`tree`), `at_h` of its hours in."""

    at_h: float
    main_rss_mb: float
    tree_rss_mb: float
    tree_pss_mb: float
    processes: int
    main_files: int
    tree_files: int
    main_cpu_s: float
    wal_mb: float
    database_mb: float


@dataclass(frozen=True)
class Run:
    """A folder with all that a run leaves behind."""

    folder: Path

    @property
    def database(self) -> Path:
        """The archive."""
        return self.folder / "archive.db"

    @property
    def log(self) -> Path:
        """What the daemon has said, a JSON object a line."""
        return self.folder / "log.jsonl"

    @property
    def samples(self) -> Path:
        """What was seen of it, a JSON object a line."""
        return self.folder / "samples.jsonl"

    @property
    def facts(self) -> Path:
        """How it was run, as one JSON object."""
        return self.folder / "run.json"

    def note(self, sample: Sample) -> None:
        """Add a sample."""
        with self.samples.open("a") as file:
            file.write(json.dumps(asdict(sample)) + "\n")

    def read_samples(self) -> list[Sample]:
        """All samples, in the order of time."""
        return [Sample(**json.loads(line)) for line in self.samples.read_text().splitlines()]


@contextmanager
def run_daemon(run: Run, config: Path, environ: Mapping[str, str], rate: float) -> Iterator[int]:
    """The process number of a daemon that polls the feeds of `config` until the block ends.

    All its clocks are `rate` times as fast as ours; at 1 they are ours.
    """
    command = [sys.executable, "-m", "aggregator", "run", "--log-format", "json"]
    command += ["--config", str(config.absolute()), "--db", str(run.database.absolute())]
    if rate != 1:
        command = ["faketime", "-f", f"+0 x{rate:g}", *command]
    with run.log.open("w") as log:
        process = subprocess.Popen(command, env={**os.environ, **environ}, stderr=log)
        try:
            yield _find_daemon(process.pid) if rate != 1 else process.pid
        finally:
            with suppress(ProcessLookupError):
                os.kill(_find_daemon(process.pid) if rate != 1 else process.pid, signal.SIGTERM)
            process.wait(_STOP_S)


def look(run: Run, pid: int, at_h: float) -> Sample:
    """What the daemon holds now; ProcessLookupError if it has ended."""
    tree = descendants(pid)
    return Sample(
        at_h=round(at_h, 4),
        main_rss_mb=round(rss_mb(pid), 2),
        tree_rss_mb=round(sum(map(rss_mb, tree)), 2),
        tree_pss_mb=round(sum(map(pss_mb, tree)), 2),
        processes=len(tree),
        main_files=_count_files(pid),
        tree_files=sum(map(_count_files, tree)),
        main_cpu_s=cpu_s(pid),
        wal_mb=_size_mb(run.database.with_name(run.database.name + "-wal")),
        database_mb=_size_mb(run.database),
    )


def descendants(pid: int) -> list[int]:
    """`pid` and all its children and theirs; ProcessLookupError if it has ended."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    if pid not in parents:
        raise ProcessLookupError(pid)
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def rss_mb(pid: int) -> float:
    """Megabytes in memory, those it shares with others included; 0 if it has ended."""
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_MB
    return 0.0


def pss_mb(pid: int) -> float:
    """Megabytes in memory, its part of what is shared; 0 if it has ended."""
    with suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        kilobytes = next(line.split()[1] for line in lines if line.startswith("Pss:"))
        return int(kilobytes) * 1024 / 1e6
    return 0.0


def cpu_s(pid: int) -> float:
    """Seconds of processor of it and of those of its children that have ended; 0 if it has."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / _TICKS_PER_S
    return 0.0


def _find_daemon(wrapper: int) -> int:
    """The process that `faketime` has started, which waits for it."""
    for _ in range(100):
        _, *children = descendants(wrapper)
        if children:
            return children[0]
        time.sleep(0.05)
    raise ProcessLookupError(wrapper)


def _count_files(pid: int) -> int:
    with suppress(OSError):
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return 0


def _size_mb(path: Path) -> float:
    with suppress(OSError):
        return round(path.stat().st_size / 1e6, 3)
    return 0.0
