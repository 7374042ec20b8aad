"""poll and run --once: passes by hand, what they print, and their death."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.feeds_file import configure, make_rss, read_titles, serve, wait_for

Call = Callable[..., Any]


def test_a_poll_takes_what_is_due_and_no_more(call: Call, http_server: Any, home: Path) -> None:
    """The second poll in a row has nothing to do; --force polls all the same."""
    configure(home, serve(http_server, "/1", 1, 2))

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
    url = serve(http_server, "/one", 1)
    configure(home, url, serve(http_server, "/two", 1))
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
    http_server.route("/fresh", http_server.reply(make_rss(1), headers=fresh))
    busy = [("Retry-After", "7200")]
    http_server.route("/busy", http_server.reply(status=429, headers=busy))
    configure(home, http_server.url("/fresh"))
    call("poll")

    early = call("poll", "1")
    forced = call("poll", "1", "--force")
    configure(home, http_server.url("/fresh"), http_server.url("/busy"))
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
    configure(home, serve(http_server, "/1", 1), http_server.url("/gone"))

    outcome = call("poll")

    assert outcome.code == 5
    assert "/gone" in outcome.err
    assert "404" in outcome.err
    assert read_titles(home / "a.db") == ["Title 1"]


def test_a_run_once_polls_and_ends(call: Call, http_server: Any, home: Path) -> None:
    """For cron: what is due, then an exit code."""
    configure(home, serve(http_server, "/1", 1))

    outcome = call("run", "--once")

    assert outcome.code == 0
    assert "1 polled: 1 new" in outcome.err


def test_a_feed_that_left_the_file_is_not_polled_and_its_entries_stay(
    call: Call, http_server: Any, home: Path
) -> None:
    """Removing a line loses nothing that was published."""
    url = serve(http_server, "/1", 1)
    configure(home, url)
    call("poll")
    configure(home, serve(http_server, "/2", 2))

    report = call("poll", "--force", "--json").json()

    assert [poll["url"] for poll in report["polls"]] == [http_server.url("/2")]
    assert read_titles(home / "a.db") == ["Title 1", "Title 2"]


@pytest.mark.parametrize("command", [("poll",), ("run", "--once")])
def test_one_pass_ends_early_and_whole_when_it_is_told_to(
    spawn: Call, http_server: Any, home: Path, command: tuple[str, ...]
) -> None:
    """The poll under way is recorded, the others are given back, the exit code says so."""

    async def slow(_request: Any, writer: Any) -> None:
        await asyncio.sleep(2)
        writer.write(http_server.reply(make_rss(1)))

    http_server.route("/slow", slow)
    urls = [http_server.url("/slow"), *(http_server.url(f"/slow?{n}") for n in range(3))]
    configure(home, *urls)
    process = spawn(*command)
    wait_for(lambda: http_server.requests)

    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=40)

    assert process.returncode == 130, err.decode()
    assert read_titles(home / "a.db") == ["Title 1"]
    with sqlite3.connect(home / "a.db") as connection:
        leased = "SELECT count(*) FROM feed WHERE lease_token IS NOT NULL"
        assert connection.execute(leased).fetchone() == (0,)


def test_quiet_says_what_went_wrong_and_nothing_else(
    start: Call, http_server: Any, home: Path
) -> None:
    """For cron, which mails whatever is printed."""
    path = configure(home, serve(http_server, "/1", 1))
    path.write_text(path.read_text().replace("workers = 1", 'workers = 1\ncontact = "a@b.example"'))
    good = start("poll", "-q")
    configure(home, http_server.url("/missing"))
    bad = start("poll", "-q")

    assert (good.code, good.out, good.err) == (0, "", "")
    assert bad.code == 5
    assert "404" in bad.err


def test_who_does_not_say_who_polls_is_told_to(start: Call, http_server: Any, home: Path) -> None:
    """An honest User-Agent names somebody."""
    configure(home, serve(http_server, "/1", 1))

    assert "set contact under [settings]" in start("poll").err


def test_one_structured_line_tells_of_each_poll(start: Call, http_server: Any, home: Path) -> None:
    """Without a terminal; as JSON if it is wanted."""
    configure(home, serve(http_server, "/1", 1))

    outcome = start("poll", "--log-format", "json")

    lines = [json.loads(line) for line in outcome.err.splitlines() if line.startswith("{")]
    [line] = [line for line in lines if line["message"] == "poll"]
    assert (line["message"], line["status"], line["new"], line["error"]) == ("poll", 200, 1, None)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_kill_9_during_a_poll_loses_nothing(
    spawn: Call, call: Call, http_server: Any, home: Path, seed: int
) -> None:
    """Killed at any moment and started again, the archive is that of an undisturbed run."""
    urls = [serve(http_server, f"/{n}", *range(n * 10, n * 10 + 5)) for n in range(1, 9)]
    configure(home, *urls)
    for round_number in range(3):
        process: subprocess.Popen[bytes] = spawn("poll", "--force")
        time.sleep(0.9 + 0.13 * seed + 0.2 * round_number)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()

    outcome = call("poll", "--force")

    assert outcome.code == 0
    wanted = sorted(f"Title {n * 10 + k}" for n in range(1, 9) for k in range(5))
    assert sorted(read_titles(home / "a.db")) == wanted
    assert call("db", "check").code == 0
    assert call("list", "--json").json()["total"] == 40
