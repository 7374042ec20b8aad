"""The picture of status: for programs, for files, and on a terminal that is really one."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from aggregator.archive import Activity, FeedSummary, LastError, SlowHost, make_lock
from aggregator.cli._picture import draw, size, span
from aggregator.model import HostState
from aggregator.operation import Picture
from tests.operation.archives import fill

Call = Callable[..., Any]

_AGGREGATOR = Path(sys.executable).with_name("aggregator")
_NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def archive(home: Path) -> Path:
    """An archive of one feed whose last poll failed, and of a host that rests."""
    path = home / "archive.db"
    fill(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "UPDATE feed SET error = ?, failures = 2, next_poll_at = ?",
            ("http: 500 https://me:hunter2@example.org/?token=sesame", _stored(minutes=-5)),
        )
        connection.execute(
            "INSERT INTO host (host, rest_until, rest_status, refusals) VALUES (?, ?, 429, 3)",
            ("rest.example", _stored(minutes=30)),
        )
    return path


def _stored(**ahead: float) -> str:
    return (datetime.now(UTC) + timedelta(**ahead)).strftime("%Y-%m-%d %H:%M:%S.%f")


def test_programs_get_one_object(call: Call, archive: Path) -> None:
    """With what is due, who polls, who rests and what went wrong, and without secrets."""
    outcome = call("status", "--json", "--db", archive)

    told = outcome.json()
    assert (outcome.code, told["schema"], told["polled_by"]) == (0, 1, None)
    assert (told["due"], told["feeds"]["failing"]) == (1, 1)
    assert 290 < told["lag_s"] < 360
    assert [one["host"] for one in told["resting_hosts"]] == ["rest.example"]
    [error] = told["last_errors"]
    assert error["error"] == "http: 500 https://example.org/?token=***"
    assert told["size_bytes"] == archive.stat().st_size


def test_whoever_polls_is_named(call: Call, archive: Path) -> None:
    """By the number of the process that has the archive's lock."""
    with make_lock(f"sqlite:///{archive}"):
        told = call("status", "--json", "--db", archive).json()
        shown = call("status", "--db", archive).out

    assert told["polled_by"] == f"process {os.getpid()}"
    assert f"polled by process {os.getpid()}" in shown


@pytest.mark.parametrize("columns", [40, 80, 100])
def test_a_file_gets_the_picture_once(
    call: Call, archive: Path, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    """In no more columns than there are, without colour and without moving anything."""
    monkeypatch.setenv("COLUMNS", str(columns))

    outcome = call("status", "--db", archive)

    assert outcome.code == 0
    assert max(cell_len(line) for line in outcome.out.splitlines()) <= columns
    assert "\x1b" not in outcome.out
    for part in ("nobody polls", "due", "rest.example", "429 (3x)", "1 News (2x)", "http: 500"):
        assert part in outcome.out
    assert "hunter2" not in outcome.out


def test_without_an_archive_it_is_said(call: Call) -> None:
    """As by every command that reads; none is made."""
    outcome = call("status")

    assert outcome.code == 4
    assert "there is no archive" in outcome.err


class Terminal:
    """The command on a terminal of its own."""

    def __init__(self, archive: Path, columns: int, **environment: str) -> None:
        self._primary, secondary = pty.openpty()
        given = {"TERM": "xterm-256color", "COLUMNS": str(columns), "LINES": "40", **environment}
        self.process = subprocess.Popen(
            [_AGGREGATOR, "status", "--db", archive],
            stdin=secondary,
            stdout=secondary,
            stderr=secondary,
            env={**os.environ, **given},
            start_new_session=True,
        )
        os.close(secondary)
        self.shown = ""

    def wait_for(self, pattern: str) -> None:
        """Read until the text appears, or fail."""
        ends_at = time.monotonic() + 30
        while not re.search(pattern, self.shown, re.DOTALL):
            assert time.monotonic() < ends_at, self.shown
            if select.select([self._primary], [], [], 1)[0]:
                try:
                    self.shown += os.read(self._primary, 65_536).decode(errors="replace")
                except OSError:  # the other side is closed
                    break
        assert re.search(pattern, self.shown, re.DOTALL), self.shown

    def press(self, keys: str) -> None:
        """Press keys."""
        os.write(self._primary, keys.encode())

    def close(self) -> None:
        """End what is left."""
        self.process.kill()
        self.process.wait()
        os.close(self._primary)


@pytest.fixture
def open_terminal(archive: Path) -> Iterator[Callable[..., Terminal]]:
    """A function that starts the command on a terminal of so many columns."""
    opened: list[Terminal] = []

    def opening(columns: int = 120, **environment: str) -> Terminal:
        opened.append(Terminal(archive, columns, **environment))
        return opened[-1]

    yield opening
    for terminal in opened:
        terminal.close()


def test_a_terminal_gets_a_picture_that_moves(
    open_terminal: Callable[..., Terminal], archive: Path
) -> None:
    """What changes in the archive is seen; q ends it, and the screen is given back."""
    terminal = open_terminal()
    terminal.wait_for("q ends.*rest.example")

    with closing(sqlite3.connect(archive)) as connection, connection:
        connection.execute("UPDATE feed SET error = 'dns: all has changed'")
    terminal.wait_for("dns: all has changed")
    terminal.press("q")

    assert terminal.process.wait(10) == 0
    terminal.wait_for(r"\x1b\[\?1049l")
    assert "\x1b[?1049h" in terminal.shown
    assert "Traceback" not in terminal.shown


@pytest.mark.parametrize("columns", [44, 130])
def test_ctrl_c_ends_it_quietly(open_terminal: Callable[..., Terminal], columns: int) -> None:
    """On a narrow and on a wide terminal, without a word."""
    terminal = open_terminal(columns)
    terminal.wait_for("last errors")

    terminal.press("\x03")
    os.killpg(terminal.process.pid, signal.SIGINT)

    assert terminal.process.wait(10) == 0
    assert "Traceback" not in terminal.shown
    assert "Aborted" not in terminal.shown


def test_no_color_is_respected(open_terminal: Callable[..., Terminal]) -> None:
    """The picture moves without one."""
    plain, coloured = open_terminal(NO_COLOR="1"), open_terminal()

    for terminal in (plain, coloured):
        terminal.wait_for("http: 500")

    colour = r"\x1b\[[0-9;]*3[0-7]m"
    assert re.search(colour, coloured.shown)
    assert not re.search(colour, plain.shown)


def test_a_dumb_terminal_gets_it_once(open_terminal: Callable[..., Terminal]) -> None:
    """As does the shell of an editor."""
    terminal = open_terminal(TERM="dumb")

    assert terminal.process.wait(30) == 0
    terminal.wait_for("http: 500")
    assert "\x1b" not in terminal.shown


_TEXT = st.text(max_size=80)
_SPAN = st.integers(0, 10**9)


@given(
    columns=st.integers(30, 200),
    titles=st.lists(_TEXT, max_size=5),
    hosts=st.lists(_TEXT, max_size=20),
    numbers=st.tuples(_SPAN, _SPAN, _SPAN),
)
def test_nothing_in_an_archive_breaks_the_picture(
    columns: int, titles: list[str], hosts: list[str], numbers: tuple[int, int, int]
) -> None:
    """Titles with markup, control characters or ideographs, numbers without end."""
    due, new, bytes_ = numbers
    errors = tuple(LastError(due, title, title, due, _NOW) for title in titles)
    slow = tuple(SlowHost(host, due, 3.5) for host in hosts[:5])
    activity = Activity(_NOW, due, due, new, new, new, due, 1, 1, bytes_, bytes_, slow, errors)
    by_state = {"ok": due, "odd": new}
    summary = FeedSummary(due, _NOW - timedelta(seconds=due), by_state, _NOW + timedelta(seconds=1))
    resting = tuple(HostState(host, None, _NOW, 503, new) for host in hosts)
    console = Console(width=columns, force_terminal=True, color_system=None, record=True)

    with console.capture() as captured:
        console.print(draw(Picture("process 1", summary, activity, resting), columns))

    lines = captured.get().splitlines()
    assert all(cell_len(line) <= columns for line in lines)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f]", captured.get())


@given(_SPAN)
def test_times_and_sizes_are_short(number: int) -> None:
    """Whatever they are."""
    assert 0 < len(span(number)) < 16
    assert 0 < len(size(number)) < 10
