"""The archive cannot be written for a while: full, read-only, or locked by somebody else."""

from __future__ import annotations

import asyncio
import errno
import os
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import HttpServer, Request
from tests.faults.program import Program, wait_for
from tests.faults.publisher import make_document

MakeProgram = Callable[..., Program]


class Gate:
    """A feed whose second answer waits until the test opens the gate."""

    def __init__(self, server: HttpServer) -> None:
        self.server, self._open = server, threading.Event()
        self.asked = 0
        server.route("/first", HttpServer.reply(make_document(1, 2)))
        server.route("/gated", self._answer)

    @property
    def urls(self) -> tuple[str, str]:
        """A feed that is answered at once, and the one that is not."""
        return self.server.url("/first"), self.server.url("/gated")

    def open(self) -> None:
        """Let it be answered."""
        self._open.set()

    async def _answer(self, _request: Request, writer: Any) -> None:
        self.asked += 1
        await asyncio.to_thread(self._open.wait, 60)
        headers = [("Cache-Control", "max-age=3600")]
        writer.write(HttpServer.reply(make_document(2, 300, words=300), headers=headers))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 16 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "none", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def _fill(folder: Path) -> Path:
    """Leave no room in a file system."""
    ballast = folder / "ballast"
    with ballast.open("ab", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            with suppress(OSError):
                while file.write(b"\0" * size):
                    pass
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        (folder / "more").write_bytes(b"1")
    return ballast


def test_a_full_disk_costs_nothing_but_time(
    small_disk: Path, http_server: HttpServer, make_program: MakeProgram, tmp_path: Path
) -> None:
    """The daemon says so, search works, and with room again it goes on without a second request."""
    gate = Gate(http_server)
    program = make_program(
        gate.urls, tmp_path / "home", database_url=f"sqlite:///{small_disk}/archive.db"
    )
    program.database = small_disk / "archive.db"
    daemon = program.start("run")
    wait_for(lambda: len(program.titles()) == 2 and gate.asked)
    ballast = _fill(small_disk)
    gate.open()
    wait_for(lambda: "full" in program.said())

    found = program.call("search", "entry", "--json")
    asked = program.call("poll", gate.urls[0])
    ballast.unlink()
    (small_disk / "more").unlink()
    wait_for(lambda: len(program.titles()) == 302, 60)

    assert found.returncode == 0, found.stderr
    assert "Entry 0 of 1" in found.stdout
    assert asked.returncode != 0
    assert "another aggregator" in asked.stderr  # which waits with the answer in its hands
    assert "Traceback" not in asked.stderr + program.said()
    assert gate.asked == 1
    assert program.end(daemon) == 0
    assert program.leases() == 0
    assert program.is_whole()


def test_a_read_only_archive_is_searched_and_not_polled(
    small_disk: Path, http_server: HttpServer, make_program: MakeProgram, tmp_path: Path
) -> None:
    """A poll says what is wrong and asks no server for what it could not keep."""
    gate = Gate(http_server)
    program = make_program(
        gate.urls[:1], tmp_path / "home", database_url=f"sqlite:///{small_disk}/archive.db"
    )
    program.database = small_disk / "archive.db"
    assert program.call("poll").returncode == 0
    before = len(http_server.requests)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)

    found = program.call("search", "entry", "--json")
    polled = program.call("poll", "--force")

    assert found.returncode == 0, found.stderr
    assert "Entry 0 of 1" in found.stdout
    assert polled.returncode not in {0, 5}
    assert "Traceback" not in polled.stderr
    assert "yours to write" in polled.stderr
    assert len(http_server.requests) == before


@pytest.mark.timeout(240)
@pytest.mark.parametrize("held_s", [0, pytest.param(60, marks=pytest.mark.slow)])
def test_an_archive_locked_by_another_process_is_waited_for(
    http_server: HttpServer, make_program: MakeProgram, held_s: float
) -> None:
    """Also for a minute: then the answer that was fetched is archived, not asked for again."""
    gate = Gate(http_server)
    program = make_program(gate.urls)
    program.configure(gate.urls, database_url=f"sqlite:///{program.database}?timeout=0.2")
    daemon = program.start("run")
    wait_for(lambda: len(program.titles()) == 2 and gate.asked)
    with closing(sqlite3.connect(program.database, isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN IMMEDIATE")
        gate.open()
        wait_for(lambda: "locked" in program.said())
        time.sleep(held_s)
        assert daemon.poll() is None
        other.execute("ROLLBACK")
    wait_for(lambda: len(program.titles()) == 302, 60)

    assert gate.asked == 1
    assert program.end(daemon) == 0
    assert "Traceback" not in program.said()
    assert program.leases() == 0
