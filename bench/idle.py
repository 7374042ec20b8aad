"""What the daemon costs when it has little to do, and how soon it polls when all is overdue.

    python -m bench.idle rest [--feeds 500] [--config feeds.toml] [--seconds 60]
    python -m bench.idle tick [--feeds 100000] [--seconds 60]
    python -m bench.idle start [--feeds 100000]

"rest" runs the daemon on feeds of which none is due: memory and processor of all its processes.
With --config it polls the feeds of that file first (any server will do; loopback is allowed), and
is looked at when its workers have gone. "tick" holds the daemon in a process of ours on a table of
so many feeds, none due and then all overdue, each on a host of its own that answers 304: processor,
and the longest time for which its event loop was held up. "start" is the time from `aggregator run`
to the first request when all are overdue: with the feeds.toml that they came from, which the
archive does not know yet, with the same again after a day, and without one.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench._idle_table import fill, make_urls, write_config
from bench._soak_daemon import Run, cpu_s, descendants, look, pss_mb, rss_mb, run_daemon

_ENVIRON = {
    "AGGREGATOR_ALLOW_NETWORKS": "127.0.0.0/8",
    "AGGREGATOR_MAX_PAGES_PER_POLL": "0",
    "AGGREGATOR_CONTACT": "https://example.org/contact",
}
_SETTLE_S = 5.0
_PATIENCE_S = 600.0


def main() -> None:
    """Print a line for each thing measured, with the load of the machine."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=("rest", "tick", "start"))
    parser.add_argument("--feeds", type=int)
    parser.add_argument("--config", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0)
    options = parser.parse_args()
    feeds = options.feeds or (500 if options.what == "rest" else 100_000)
    with tempfile.TemporaryDirectory() as name, serve_nothing() as (port, server):
        folder, urls = Path(name), make_urls(feeds, port)
        if options.what == "rest":
            rest(folder, urls, options.config, options.seconds)
        elif options.what == "tick":
            tick(folder, urls, options.seconds)
        else:
            start(folder, urls, server)


def rest(folder: Path, urls: list[str], config: Path | None, seconds: float) -> None:
    """Memory and processor of a daemon that has nothing to do."""
    run = Run(folder)
    if config is None:
        config = folder / "feeds.toml"
        write_config(config, urls)
        fill(run.database, urls, is_due=False)
    with run_daemon(run, config, _ENVIRON, 1) as pid:
        time.sleep(_SETTLE_S)
        _wait_for_quiet(run, pid)
        tree = descendants(pid)
        before, started = sum(map(cpu_s, tree)), time.monotonic()
        time.sleep(seconds)
        spent = (sum(map(cpu_s, tree)) - before) / (time.monotonic() - started)
        tree = descendants(pid)
        report(
            "rest",
            processes=len(tree),
            main_rss_mb=round(rss_mb(pid), 1),
            tree_rss_mb=round(sum(map(rss_mb, tree)), 1),
            tree_pss_mb=round(sum(map(pss_mb, tree)), 1),
            cpu_share=round(spent, 4),
        )


def tick(folder: Path, urls: list[str], seconds: float) -> None:
    """Processor and stalls of a daemon that has many feeds."""
    for name, is_due in (("none due", False), ("all overdue", True)):
        database = folder / f"{is_due}.db"
        fill(database, urls, is_due=is_due)
        place = Path(__file__).with_name("_idle_loop.py")
        said = subprocess.run(
            [sys.executable, str(place), str(database), f"{seconds:g}"],
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
        report(name, feeds=len(urls), **json.loads(said))


def start(folder: Path, urls: list[str], server: subprocess.Popen[str]) -> None:
    """Seconds from the start to the first request; those of the processor stand beside them."""
    base = folder / "base.db"
    fill(base, urls, is_due=True)
    write_config(folder / "feeds.toml", urls)
    place = ["--config", str(folder / "feeds.toml")]
    database = folder / "archive.db"
    database.write_bytes(base.read_bytes())
    cases = (("with feeds.toml", place), ("with the same again", place), ("without", []))
    for name, options in cases:
        environ = {**os.environ, **_ENVIRON, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        command = [sys.executable, "-m", "aggregator", "run", "-q", "--db", str(database), *options]
        started = time.monotonic()
        (folder / name).mkdir()
        daemon = subprocess.Popen(command, env=environ, cwd=folder / name)
        _read_line(server)
        spent, took = cpu_s(daemon.pid), time.monotonic() - started
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(_PATIENCE_S)
        _age_effort(database)
        server.send_signal(signal.SIGHUP)
        report(f"start {name}", feeds=len(urls), wall_s=round(took, 2), cpu_s=round(spent, 2))


def _age_effort(database: Path) -> None:
    """Let the effort be one that was reckoned a day ago."""
    aged = "UPDATE note SET state = json_set(state, '$.at', ?) WHERE name = 'effort'"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(aged, ((datetime.now(UTC) - timedelta(days=1)).isoformat(),))


@contextmanager
def serve_nothing() -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """The port of a server that says 304 to everything, and its process."""
    place = Path(__file__).with_name("_idle_server.py")
    server = subprocess.Popen([sys.executable, str(place)], stdout=subprocess.PIPE, text=True)
    try:
        yield int(_read_line(server)), server
    finally:
        server.kill()
        server.wait()


def _read_line(server: subprocess.Popen[str]) -> str:
    assert server.stdout is not None  # noqa: S101 - it was started with a pipe
    return server.stdout.readline()


def _wait_for_quiet(run: Run, pid: int) -> None:
    """Until all polls have been made and no worker is left."""
    ends_at = time.monotonic() + _PATIENCE_S
    size, seen_at = -1, time.monotonic()
    while time.monotonic() < ends_at:
        time.sleep(1)
        now = run.log.stat().st_size
        if now != size:
            size, seen_at = now, time.monotonic()
        # The fork server's watcher of resources stays as long as the daemon.
        elif time.monotonic() - seen_at > _SETTLE_S and look(run, pid, 0).processes <= 2:
            return


def report(name: str, **figures: float) -> None:
    """Print one line."""
    load = os.getloadavg()[0]
    told = "  ".join(f"{key}={value}" for key, value in figures.items())
    print(f"{name}: {told}  load={load:.1f}", flush=True)


if __name__ == "__main__":
    main()
