"""run and poll: passes by hand, the daemon, its signals and its death."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from aggregator.archive._indexing import FILLED_AT_ONCE
from aggregator.library import open_archive

Call = Callable[..., Any]

_ITEM = "<item><guid>{0}</guid><title>Title {0}</title><description>Text {0}</description></item>"


def _rss(*numbers: int) -> bytes:
    items = "".join(_ITEM.format(number) for number in numbers)
    return f"<rss version='2.0'><channel><title>F</title>{items}</channel></rss>".encode()


def _serve(server: Any, path: str, *numbers: int) -> str:
    server.route(path, server.reply(_rss(*numbers), headers=[("ETag", f'"{len(numbers)}"')]))
    url: str = server.url(path)
    return url


def _configure(folder: Path, *urls: str, interval: str = "1h") -> Path:
    path = folder / "feeds.toml"
    feeds = "".join(f'[[feeds]]\nurl = "{url}"\ninterval = "{interval}"\n' for url in urls)
    path.write_text(f'[settings]\ndatabase_url = "sqlite:///a.db"\nworkers = 1\n{feeds}')
    return path


def _titles(database: Path) -> list[str]:
    with sqlite3.connect(database) as connection:
        return [row[0] for row in connection.execute("SELECT title FROM entry ORDER BY id")]


def _wait_for(condition: Callable[[], object], seconds: float = 30) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.05)


def test_a_poll_takes_what_is_due_and_no_more(call: Call, http_server: Any, home: Path) -> None:
    """The second poll in a row has nothing to do; --force polls all the same."""
    _configure(home, _serve(http_server, "/1", 1, 2))

    first = call("poll", "--json").json()
    second = call("poll", "--json").json()
    forced = call("poll", "--force", "--json").json()

    assert (first["polled"], first["new"]) == (1, 2)
    assert second["polled"] == 0
    assert (forced["polled"], forced["new"], forced["polls"][0]["status"]) == (1, 0, 200)
    assert len(http_server.requests) == 2


def test_a_named_feed_is_polled_although_it_is_not_due(
    call: Call, http_server: Any, home: Path
) -> None:
    """By number, by URL, by a part of it; an unknown name is answered."""
    url = _serve(http_server, "/one", 1)
    _configure(home, url, _serve(http_server, "/two", 1))
    call("poll")

    assert call("poll", "1", "--json").json()["polls"][0]["url"] == url
    assert call("poll", url, "--json").json()["polled"] == 1
    assert call("poll", "/two", "--json").json()["polled"] == 1
    unknown = call("poll", "nowhere")

    assert unknown.code == 1
    assert "no feed 'nowhere'" in unknown.err


def test_a_named_feed_is_not_asked_before_the_time_that_its_server_has_stated(
    call: Call, http_server: Any, home: Path
) -> None:
    """Unless that is forced; a host that has asked to be left alone is not asked even then."""
    fresh = [("Cache-Control", "max-age=7200")]
    http_server.route("/fresh", http_server.reply(_rss(1), headers=fresh))
    busy = [("Retry-After", "7200")]
    http_server.route("/busy", http_server.reply(status=429, headers=busy))
    _configure(home, http_server.url("/fresh"))
    call("poll")

    early = call("poll", "1")
    forced = call("poll", "1", "--force")
    _configure(home, http_server.url("/fresh"), http_server.url("/busy"))
    refused = call("poll", "/busy")
    resting = call("poll", "--force", "--json").json()

    assert "nothing changes there before" in early.err
    assert "0 polled" in early.err
    assert "1 polled" in forced.err
    assert refused.code == 5
    assert [one["status"] for one in resting["polls"]] == [None, None]
    assert all("wants to be left alone" in one["error"] for one in resting["polls"])
    assert [one.path for one in http_server.requests] == ["/fresh", "/fresh", "/busy"]


def test_some_feeds_failing_is_exit_code_5(call: Call, http_server: Any, home: Path) -> None:
    """The others are archived; the one that failed is named."""
    _configure(home, _serve(http_server, "/1", 1), http_server.url("/gone"))

    outcome = call("poll")

    assert outcome.code == 5
    assert "/gone" in outcome.err
    assert "404" in outcome.err
    assert _titles(home / "a.db") == ["Title 1"]


def test_a_run_once_polls_and_ends(call: Call, http_server: Any, home: Path) -> None:
    """For cron: what is due, then an exit code."""
    _configure(home, _serve(http_server, "/1", 1))

    outcome = call("run", "--once")

    assert outcome.code == 0
    assert "1 polled: 1 new" in outcome.err


def test_a_feed_that_left_the_file_is_not_polled_and_its_entries_stay(
    call: Call, http_server: Any, home: Path
) -> None:
    """Removing a line loses nothing that was published."""
    url = _serve(http_server, "/1", 1)
    _configure(home, url)
    call("poll")
    _configure(home, _serve(http_server, "/2", 2))

    report = call("poll", "--force", "--json").json()

    assert [poll["url"] for poll in report["polls"]] == [http_server.url("/2")]
    assert _titles(home / "a.db") == ["Title 1", "Title 2"]


def test_the_daemon_polls_reloads_and_drains(spawn: Call, http_server: Any, home: Path) -> None:
    """A feed is polled at start; SIGHUP brings a new one; SIGTERM ends it with 0."""
    first = _serve(http_server, "/1", 1)
    _configure(home, first)
    daemon = spawn("run")
    _wait_for(lambda: (home / "a.db").exists() and http_server.requests)
    _configure(home, first, _serve(http_server, "/2", 2))

    daemon.send_signal(signal.SIGHUP)
    _wait_for(lambda: any(request.path == "/2" for request in http_server.requests))
    daemon.send_signal(signal.SIGTERM)
    _, err = daemon.communicate(timeout=30)

    assert daemon.returncode == 0, err.decode()
    assert b"Traceback" not in err
    assert _titles(home / "a.db") == ["Title 1", "Title 2"]


def test_the_daemon_fills_an_unfinished_index(
    call: Call, spawn: Call, http_server: Any, home: Path
) -> None:
    """An archive of another version is searchable again without anybody's doing."""
    _configure(home, _serve(http_server, "/1", *range(FILLED_AT_ONCE + 10)))
    call("poll")
    url = f"sqlite:///{home / 'a.db'}"
    with open_archive(url) as archive:
        archive.begin_index()
        assert archive.index_step(1)
    assert not _is_filled(home / "a.db")

    daemon = spawn("run")
    _wait_for(lambda: _is_filled(home / "a.db"))
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
    _configure(home, _serve(http_server, "/1", 1))
    daemon = spawn("run")
    _wait_for(lambda: http_server.requests)
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
    path = _configure(home, _serve(http_server, "/1", 1))
    daemon = spawn("run")
    _wait_for(lambda: http_server.requests)
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
    _configure(home, _serve(http_server, "/1", 1))
    daemon = spawn("run")
    _wait_for(lambda: http_server.requests)

    for _ in range(200):
        daemon.send_signal(signal.SIGTERM)
        time.sleep(0.005)
    _, err = daemon.communicate(timeout=30)

    assert daemon.returncode == 0, err.decode()


def test_a_signal_to_the_whole_group_lets_polls_under_way_end(
    spawn: Call, http_server: Any, home: Path
) -> None:
    """A service manager signals the workers, too; the poll that waits for them is still good."""
    _configure(home, http_server.url("/slow"))

    async def slow(_request: Any, writer: Any) -> None:
        await asyncio.sleep(2)
        writer.write(http_server.reply(_rss(1)))

    http_server.route("/slow", slow)
    daemon = spawn("run")
    _wait_for(lambda: http_server.requests)

    os.killpg(daemon.pid, signal.SIGTERM)
    _, err = daemon.communicate(timeout=40)

    assert daemon.returncode == 0, err.decode()
    assert b"Traceback" not in err
    assert _titles(home / "a.db") == ["Title 1"]


@pytest.mark.parametrize("command", [("poll",), ("run", "--once")])
def test_one_pass_ends_early_and_whole_when_it_is_told_to(
    spawn: Call, http_server: Any, home: Path, command: tuple[str, ...]
) -> None:
    """The poll under way is recorded, the others are given back, the exit code says so."""

    async def slow(_request: Any, writer: Any) -> None:
        await asyncio.sleep(2)
        writer.write(http_server.reply(_rss(1)))

    http_server.route("/slow", slow)
    urls = [http_server.url("/slow"), *(http_server.url(f"/slow?{n}") for n in range(3))]
    _configure(home, *urls)
    process = spawn(*command)
    _wait_for(lambda: http_server.requests)

    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=40)

    assert process.returncode == 130, err.decode()
    assert _titles(home / "a.db") == ["Title 1"]
    with sqlite3.connect(home / "a.db") as connection:
        leased = "SELECT count(*) FROM feed WHERE lease_token IS NOT NULL"
        assert connection.execute(leased).fetchone() == (0,)


def test_quiet_says_what_went_wrong_and_nothing_else(
    start: Call, http_server: Any, home: Path
) -> None:
    """For cron, which mails whatever is printed."""
    path = _configure(home, _serve(http_server, "/1", 1))
    path.write_text(path.read_text().replace("workers = 1", 'workers = 1\ncontact = "a@b.example"'))
    good = start("poll", "-q")
    _configure(home, http_server.url("/missing"))
    bad = start("poll", "-q")

    assert (good.code, good.out, good.err) == (0, "", "")
    assert bad.code == 5
    assert "404" in bad.err


def test_who_does_not_say_who_polls_is_told_to(start: Call, http_server: Any, home: Path) -> None:
    """An honest User-Agent names somebody."""
    _configure(home, _serve(http_server, "/1", 1))

    assert "set contact under [settings]" in start("poll").err


def test_a_second_daemon_is_refused(spawn: Call, call: Call, http_server: Any, home: Path) -> None:
    """Two pollers on one archive would ask every server twice."""
    _configure(home, _serve(http_server, "/1", 1))
    daemon = spawn("run")
    _wait_for(lambda: http_server.requests)

    second = call("run", "--once")

    assert second.code == 4
    assert str(daemon.pid) in second.err


def test_one_structured_line_tells_of_each_poll(start: Call, http_server: Any, home: Path) -> None:
    """Without a terminal; as JSON if it is wanted."""
    _configure(home, _serve(http_server, "/1", 1))

    outcome = start("poll", "--log-format", "json")

    lines = [json.loads(line) for line in outcome.err.splitlines() if line.startswith("{")]
    [line] = [line for line in lines if line["message"] == "poll"]
    assert (line["message"], line["status"], line["new"], line["error"]) == ("poll", 200, 1, None)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_kill_9_during_a_poll_loses_nothing(
    spawn: Call, call: Call, http_server: Any, home: Path, seed: int
) -> None:
    """Killed at any moment and started again, the archive is that of an undisturbed run."""
    urls = [_serve(http_server, f"/{n}", *range(n * 10, n * 10 + 5)) for n in range(1, 9)]
    _configure(home, *urls)
    for round_number in range(3):
        process: subprocess.Popen[bytes] = spawn("poll", "--force")
        time.sleep(0.9 + 0.13 * seed + 0.2 * round_number)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()

    outcome = call("poll", "--force")

    assert outcome.code == 0
    wanted = sorted(f"Title {n * 10 + k}" for n in range(1, 9) for k in range(5))
    assert sorted(_titles(home / "a.db")) == wanted
    assert call("db", "check").code == 0
    assert call("list", "--json").json()["total"] == 40
