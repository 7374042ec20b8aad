"""A feeds.toml that the archive knows is not read again, and one that has changed is."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]

_AGGREGATOR = Path(sys.executable).with_name("aggregator")
_RSS = b"<rss version='2.0'><channel><title>F</title></channel></rss>"


@pytest.fixture
def urls(http_server: Any) -> list[str]:
    """Two feeds that are served."""
    for path in ("/1", "/2"):
        http_server.route(path, http_server.reply(_RSS))
    return [http_server.url("/1"), http_server.url("/2")]


def _configure(folder: Path, *urls: str, further: str = "") -> None:
    feeds = "".join(f'[[feeds]]\nurl = "{url}"\n' for url in urls)
    settings = '[settings]\ndatabase_url = "sqlite:///a.db"\nworkers = 1\n'
    (folder / "feeds.toml").write_text(f"{settings}{feeds}{further}")


def _rows(home: Path, statement: str) -> list[Any]:
    with closing(sqlite3.connect(home / "a.db")) as connection, connection:
        return connection.execute(statement).fetchall()


@pytest.mark.parametrize("command", [["poll"], ["run", "--once"]])
def test_what_is_known_is_left_alone(
    call: Call, home: Path, urls: list[str], command: list[str]
) -> None:
    """As long as the file is the same; once it has changed all of it holds."""
    _configure(home, *urls)
    assert call(*command).code == 0
    _rows(home, "UPDATE feed SET name = 'by hand' WHERE id = 1")

    assert call(*command).code == 0
    kept = _rows(home, "SELECT name FROM feed ORDER BY id")
    _configure(home, *urls, further="# a remark\n")
    assert call(*command).code == 0

    assert kept == [("by hand",), (None,)]
    assert _rows(home, "SELECT name FROM feed ORDER BY id") == [(None,), (None,)]


def test_a_feed_that_was_taken_out_is_not_polled(
    call: Call, home: Path, http_server: Any, urls: list[str]
) -> None:
    """Though it is overdue, and was polled by the program that ran before."""
    _configure(home, *urls)
    call("poll")
    _rows(home, "UPDATE feed SET next_poll_at = '2020-01-01 00:00:00.000000'")
    before = len(http_server.requests)

    _configure(home, urls[1])
    call("poll")

    assert [one.path for one in http_server.requests[before:]] == ["/2"]


def test_a_mistake_is_told_before_the_archive_is_touched(
    call: Call, home: Path, urls: list[str]
) -> None:
    """None is made, and one that is there stays as it is."""
    _configure(home, *urls, further="nmae = 1\n")
    assert call("poll").code == 3
    assert not (home / "a.db").exists()

    _configure(home, *urls)
    call("poll")
    _configure(home, urls[0], further="nmae = 1\n")
    outcome = call("poll")

    assert (outcome.code, "did you mean name" in outcome.err) == (3, True)
    assert _rows(home, "SELECT is_enabled FROM feed") == [(1,), (1,)]


def test_an_archive_that_cannot_be_looked_at_is_told_when_it_is_opened(
    call: Call, home: Path, urls: list[str]
) -> None:
    """As any other that cannot be opened."""
    _configure(home, *urls)

    outcome = call("poll", "--db", home / f"{'x' * 300}.db")

    assert (outcome.code, "cannot open the archive" in outcome.err) == (4, True)


def test_a_daemon_that_reads_the_same_file_again_goes_on(home: Path, urls: list[str]) -> None:
    """It says that nothing has changed, and takes over what has the next time."""
    _configure(home, urls[0])
    daemon = subprocess.Popen([_AGGREGATOR, "run"], stderr=subprocess.PIPE, text=True)
    assert daemon.stderr is not None
    try:
        _read_until(daemon, "status=200")
        daemon.send_signal(signal.SIGHUP)
        same = _read_until(daemon, "feeds.toml read")
        _configure(home, *urls)
        daemon.send_signal(signal.SIGHUP)
        other = _read_until(daemon, "feeds.toml read")
        _read_until(daemon, "status=200")
    finally:
        daemon.terminate()
        daemon.communicate(timeout=60)

    assert "added=0 changed=0 paused=0" in same
    assert "added=1 changed=0 paused=0" in other
    assert daemon.returncode == 0


def _read_until(daemon: subprocess.Popen[str], word: str) -> str:
    """The next line of the log that has a word in it."""
    assert daemon.stderr is not None
    ends_at = time.monotonic() + 60
    for line in daemon.stderr:
        if word in line:
            return line
        assert time.monotonic() < ends_at
    raise AssertionError(f"it has ended without {word}")
