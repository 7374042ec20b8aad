"""run: the daemon and its signals."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from aggregator.archive._indexing import FILLED_AT_ONCE
from aggregator.library import open_archive
from tests.cli.feeds_file import configure, make_rss, read_titles, serve, wait_for

Call = Callable[..., Any]


def test_the_daemon_polls_reloads_and_drains(spawn: Call, http_server: Any, home: Path) -> None:
    """A feed is polled at start; SIGHUP brings a new one; SIGTERM ends it with 0."""
    first = serve(http_server, "/1", 1)
    configure(home, first)
    daemon = spawn("run")
    wait_for(lambda: (home / "a.db").exists() and http_server.requests)
    configure(home, first, serve(http_server, "/2", 2))

    daemon.send_signal(signal.SIGHUP)
    wait_for(lambda: any(request.path == "/2" for request in http_server.requests))
    daemon.send_signal(signal.SIGTERM)
    _, err = daemon.communicate(timeout=30)

    assert daemon.returncode == 0, err.decode()
    assert b"Traceback" not in err
    assert read_titles(home / "a.db") == ["Title 1", "Title 2"]


def test_the_daemon_fills_an_unfinished_index(
    call: Call, spawn: Call, http_server: Any, home: Path
) -> None:
    """An archive of another version is searchable again without anybody's doing."""
    configure(home, serve(http_server, "/1", *range(FILLED_AT_ONCE + 10)))
    call("poll")
    url = f"sqlite:///{home / 'a.db'}"
    with open_archive(url) as archive:
        archive.begin_index()
        assert archive.index_step(1)
    assert not _is_filled(home / "a.db")

    daemon = spawn("run")
    wait_for(lambda: _is_filled(home / "a.db"))
    daemon.send_signal(signal.SIGTERM)
    _, err = daemon.communicate(timeout=30)

    assert daemon.returncode == 0, err.decode()
    assert b"Traceback" not in err
    with open_archive(url) as archive:
        assert archive.check() == []


def _is_filled(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT filled_to FROM search_generation").fetchall()
    return rows == [(None,)]


def test_a_broken_file_at_sighup_leaves_the_old_feeds(
    spawn: Call, http_server: Any, home: Path
) -> None:
    """The daemon says what is wrong and goes on."""
    configure(home, serve(http_server, "/1", 1))
    daemon = spawn("run")
    wait_for(lambda: http_server.requests)
    (home / "feeds.toml").write_text("[[feeds]]\nulr = 3\n")

    daemon.send_signal(signal.SIGHUP)
    time.sleep(2)
    daemon.send_signal(signal.SIGTERM)
    _, err = daemon.communicate(timeout=30)

    assert daemon.returncode == 0
    assert b"the old feeds stay" in err
    assert b"ulr" in err


def test_a_missing_file_at_sighup_leaves_the_old_feeds(
    spawn: Call, http_server: Any, home: Path
) -> None:
    """An editor that moves the file away for a moment must not pause everything."""
    path = configure(home, serve(http_server, "/1", 1))
    daemon = spawn("run")
    wait_for(lambda: http_server.requests)
    path.rename(home / "elsewhere.toml")

    daemon.send_signal(signal.SIGHUP)
    time.sleep(1.5)
    daemon.send_signal(signal.SIGTERM)
    _, err = daemon.communicate(timeout=30)

    assert daemon.returncode == 0
    assert b"the old feeds stay" in err
    with sqlite3.connect(home / "a.db") as connection:
        assert connection.execute("SELECT sum(is_enabled) FROM feed").fetchone() == (1,)


def test_a_second_signal_does_not_cut_the_closing_short(
    spawn: Call, http_server: Any, home: Path
) -> None:
    """timeout(1) and many service managers signal the process and then its group."""
    configure(home, serve(http_server, "/1", 1))
    daemon = spawn("run")
    wait_for(lambda: http_server.requests)

    for _ in range(200):
        daemon.send_signal(signal.SIGTERM)
        time.sleep(0.005)
    _, err = daemon.communicate(timeout=30)

    assert daemon.returncode == 0, err.decode()


def test_a_signal_to_the_whole_group_lets_polls_under_way_end(
    spawn: Call, http_server: Any, home: Path
) -> None:
    """A service manager signals the workers, too; the poll that waits for them is still good."""
    configure(home, http_server.url("/slow"))

    async def slow(_request: Any, writer: Any) -> None:
        await asyncio.sleep(2)
        writer.write(http_server.reply(make_rss(1)))

    http_server.route("/slow", slow)
    daemon = spawn("run")
    wait_for(lambda: http_server.requests)

    os.killpg(daemon.pid, signal.SIGTERM)
    _, err = daemon.communicate(timeout=40)

    assert daemon.returncode == 0, err.decode()
    assert b"Traceback" not in err
    assert read_titles(home / "a.db") == ["Title 1"]


def test_a_second_daemon_is_refused(spawn: Call, call: Call, http_server: Any, home: Path) -> None:
    """Two pollers on one archive would ask every server twice."""
    configure(home, serve(http_server, "/1", 1))
    daemon = spawn("run")
    wait_for(lambda: http_server.requests)

    second = call("run", "--once")

    assert second.code == 4
    assert str(daemon.pid) in second.err
