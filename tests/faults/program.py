"""The installed command with a home of its own, as an operator runs it; and its archive's facts."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.faults.publisher import make_settings

AGGREGATOR = Path(sys.executable).with_name("aggregator")


def wait_for(condition: Callable[[], object], timeout_s: float = 45) -> None:
    """Return as soon as `condition` holds; AssertionError when it never does."""
    ends_s = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < ends_s, "waited in vain"
        time.sleep(0.02)


class Program:
    """`aggregator` in `folder`, with an archive and a feeds.toml there.

    `environ` is added to a bare environment. What it says goes to the file ``log``.
    """

    def __init__(self, folder: Path, urls: Sequence[str], **settings: object) -> None:
        self.folder = folder
        self.database = folder / "archive.db"
        self.log = folder / "log"
        folder.mkdir(parents=True, exist_ok=True)
        self.environ = {
            **{name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ},
            "HOME": str(folder),
            "AGGREGATOR_ALLOW_NETWORKS": "127.0.0.0/8",
            "AGGREGATOR_HOST_GAP_S": "0",
        }
        self.running: list[subprocess.Popen[bytes]] = []
        self.configure(urls, **settings)

    def configure(self, urls: Sequence[str], **settings: object) -> None:
        """Write the feeds.toml."""
        usual = {
            "database_url": f"sqlite:///{self.database}",
            "workers": 1,
            "contact": "ops@example.org",
        }
        text = make_settings(urls, **(usual | settings))
        (self.folder / "feeds.toml").write_text(text)

    def call(self, *words: str, timeout_s: float = 60) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [AGGREGATOR, *words],
            cwd=self.folder,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start a command in a session of its own and leave it running."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [AGGREGATOR, *words],
                cwd=self.folder,
                env=self.environ,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.running.append(process)
        return process

    def end(self, process: subprocess.Popen[bytes], timeout_s: float = 40) -> int:
        """Ask it to stop; with what code it has."""
        process.send_signal(signal.SIGTERM)
        return process.wait(timeout_s)

    def said(self) -> str:
        """The log so far."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def close(self) -> None:
        """Kill whatever runs still."""
        for process in self.running:
            for number in [process.pid, *_session_of(process)]:
                _kill(number)
            process.wait(10)

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of the archive's file, read beside the program; none before it has such a table."""
        if not self.database.exists():
            return []
        with closing(sqlite3.connect(self.database, timeout=30)) as connection:
            try:
                return connection.execute(query, values).fetchall()
            except sqlite3.OperationalError as error:
                if "no such table" not in str(error):
                    raise
                return []

    def change(self, statement: str, *values: object) -> None:
        """Change the archive's file beside the program."""
        with closing(sqlite3.connect(self.database, timeout=30)) as connection, connection:
            connection.execute(statement, values)

    def make_due(self) -> None:
        """Let each feed be due now, but for those whose server has stated a later time."""
        if not self.ask("SELECT 1 FROM feed"):
            return
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        self.change(
            "UPDATE feed SET next_poll_at = ? WHERE not_before IS NULL OR not_before <= ?", now, now
        )

    def titles(self) -> list[str]:
        """The titles of all entries, with repetitions."""
        return sorted(row[0] for row in self.ask("SELECT title FROM entry"))

    def leases(self) -> int:
        """How many feeds and hosts somebody holds."""
        return sum(
            len(self.ask(f"SELECT 1 FROM {table} WHERE lease_token IS NOT NULL"))  # noqa: S608
            for table in ("feed", "host")
        )

    def is_whole(self) -> bool:
        """Whether the file and its index are undamaged, by the program's own word."""
        return self.call("db", "check").returncode == 0


def workers_of(process: subprocess.Popen[bytes]) -> list[int]:
    """The numbers of the processes that a running command has started."""
    return [number for number in _session_of(process) if number != process.pid]


def _session_of(process: subprocess.Popen[bytes]) -> list[int]:
    """All processes alive in the session that a command has begun."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, session = stat.read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if int(session) == process.pid and state != "Z":
            found.append(int(stat.parent.name))
    return found


def _kill(number: int) -> None:
    try:
        os.kill(number, signal.SIGKILL)
    except ProcessLookupError:
        return
