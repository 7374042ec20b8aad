"""The commands on an archive of a PostgreSQL server: as on a file, and no password is shown."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from aggregator.archive import make_lock
from aggregator.errors import LockedError
from tests.databases import Server

Call = Callable[..., Any]
Spawn = Callable[..., "subprocess.Popen[bytes]"]

_FEED = """<rss version="2.0"><channel><title>{0}</title><item><guid>{0}</guid>
<title>Wearable {0}</title><pubDate>{1}</pubDate>
<description>Where trams ring {0}.</description></item></channel></rss>"""


@pytest.fixture
def url(make_postgresql: Callable[..., str]) -> str:
    """The URL of an empty database, with a password that such a server does not ask for."""
    return make_url(make_postgresql()).set(password="hush-hush").render_as_string(False)


@pytest.fixture
def is_locked(postgresql_server: Server, url: str) -> Callable[[], bool]:
    """A function that says whether a daemon holds the archive, without taking it for a moment."""

    def ask() -> bool:
        held = (
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = %s)"
        )
        return bool(postgresql_server.ask(held, make_url(url).database))

    return ask


@pytest.fixture
def feeds(home: Path, http_server: Any) -> Callable[..., None]:
    """A function that serves feeds of these names and lists them in feeds.toml."""

    def write(*names: str) -> None:
        yesterday = format_datetime(datetime.now(UTC) - timedelta(days=1))
        for name in names:
            document = _FEED.format(name, yesterday).encode()
            http_server.route(f"/{name}", http_server.reply(document))
        listed = [f'[[feeds]]\nurl = "{http_server.url(f"/{name}")}"\n' for name in names]
        settings = (
            '[settings]\ncontact = "mailto:me@example.org"\n[defaults]\nfull_text = "never"\n'
        )
        (home / "feeds.toml").write_text(settings + "\n".join(listed))

    return write


def test_everything_works_on_a_server(
    call: Call, home: Path, feeds: Callable[..., None], url: str
) -> None:
    """Polling, listing, searching, showing, deleting, digests and checks."""
    feeds("one", "two")

    polled = call("poll", "--json", "--db", url)
    listed = call("list", "--json", "--db", url).json()
    found = call("search", "wearable two", "--json", "--db", url).json()
    shown = call("show", "1", "--db", url)
    digest = call("digest", "--since", "7d", "--format", "json", "--db", url)
    feeds_listed = call("feeds", "list", "--json", "--db", url).json()
    deleted = call("delete", "1", "--yes", "--db", url)
    checked = call("db", "check", "--db", url)

    assert polled.code == 0, polled.err
    assert polled.json()["new"] == 2
    assert len(listed["results"]) == 2
    assert found["results"][0]["title"] == "Wearable two"
    assert "Where trams ring " in shown.out
    assert len(digest.json()["items"]) == 2
    assert len(feeds_listed["feeds"]) == 2
    assert (deleted.code, checked.code) == (0, 0), deleted.err + checked.err
    assert list(home.iterdir()) == [home / "feeds.toml"]


def test_no_answer_shows_a_password(call: Call, feeds: Callable[..., None], url: str) -> None:
    """Neither of what works nor of what fails."""
    feeds("one")
    away = make_url(url).set(port=1).render_as_string(hide_password=False)
    missing = make_url(url).set(database="no_such").render_as_string(hide_password=False)

    outcomes = [
        call(*command, "--db", where)
        for where in (url, away, missing)
        for command in (
            ["poll", "-v"],
            ["list"],
            ["search", "x"],
            ["db", "upgrade"],
            ["db", "check"],
        )
    ]

    assert {outcome.code for outcome in outcomes[5:]} == {4}
    assert "hush" not in "".join(outcome.out + outcome.err for outcome in outcomes)


def test_a_server_is_backed_up_by_its_own_tools(call: Call, url: str) -> None:
    """The command says by which."""
    call("db", "upgrade", "--db", url)

    outcome = call("db", "backup", "copy.db", "--db", url)

    assert outcome.code == 4
    assert "pg_dump" in outcome.err


def test_a_database_without_an_archive_is_left_empty(call: Call, url: str) -> None:
    """As a file that is not there: what reads makes nothing."""
    outcome = call("list", "--db", url)

    assert outcome.code == 4
    assert "no archive" in outcome.err


def test_an_archive_is_copied_to_a_server_and_compared(
    call: Call, home: Path, feeds: Callable[..., None], url: str
) -> None:
    """It is told how to use it, and it can be searched."""
    feeds("one", "two")
    call("poll", "--db", "old.db")

    copied = call("db", "copy", url, "--db", "old.db")
    found = call("search", "wearable", "--json", "--db", url).json()
    compared = call("db", "copy", url, "--verify-only", "--json", "--db", "old.db").json()
    again = call("db", "copy", url, "--db", "old.db")
    back = call("db", "copy", home / "back.db", "--db", url)

    assert copied.code == 0, copied.err
    assert 'database_url = "postgresql://' in copied.err
    assert "hush" not in copied.out + copied.err
    assert len(found["results"]) == 2
    assert compared["ok"]
    assert {table["name"]: table["rows"] for table in compared["tables"]}["entry"] == 2
    assert (again.code, back.code) == (4, 0), back.err
    assert "holds an archive already" in again.err


def test_a_difference_is_an_exit_status(call: Call, feeds: Callable[..., None], url: str) -> None:
    """For scripts; the tables that differ are named."""
    feeds("one", "two")
    call("poll", "--db", "old.db")
    call("db", "copy", url, "--db", "old.db")
    call("delete", "2", "--yes", "--db", url)

    compared = call("db", "copy", url, "--verify-only", "--db", "old.db")

    assert compared.code == 4
    assert "differs" in compared.out
    assert "not the same" in compared.err


def _wait_for(process: subprocess.Popen[bytes], is_so: Callable[[], bool]) -> None:
    for _ in range(600):
        if is_so():
            return
        assert process.poll() is None, process.communicate()
        time.sleep(0.1)
    pytest.fail("it did not happen")


def _titles(call: Call, url: str) -> set[str]:
    outcome = call("list", "--json", "--db", url)
    return {hit["title"] for hit in outcome.json()["results"]} if outcome.code == 0 else set()


def test_a_daemon_outlives_its_connections(
    call: Call,
    spawn: Spawn,
    feeds: Callable[..., None],
    url: str,
    end_sessions: Callable[[str], int],
    is_locked: Callable[[], bool],
) -> None:
    """It polls on after a restart of the server, and stays the only one."""
    feeds("one")
    daemon = spawn("run", "--db", url)
    _wait_for(daemon, lambda: _titles(call, url) == {"Wearable one"})

    assert end_sessions(url) > 0
    _wait_for(daemon, is_locked)
    second = call("run", "--db", url)
    feeds("one", "two")
    daemon.send_signal(signal.SIGHUP)
    _wait_for(daemon, lambda: _titles(call, url) == {"Wearable one", "Wearable two"})
    daemon.send_signal(signal.SIGTERM)
    _, told = daemon.communicate(timeout=60)

    assert daemon.returncode == 0, told
    assert second.code == 4
    assert f"process {daemon.pid}@" in second.err
    assert b"hush" not in told
    assert not is_locked()


def test_a_daemon_that_has_lost_its_archive_to_another_ends(
    call: Call,
    spawn: Spawn,
    feeds: Callable[..., None],
    url: str,
    end_sessions: Callable[[str], int],
) -> None:
    """Two would poll twice; it says who has it now."""
    feeds("one")
    daemon = spawn("run", "--db", url)
    _wait_for(daemon, lambda: _titles(call, url) == {"Wearable one"})
    lock = make_lock(url)

    def take() -> bool:
        end_sessions(url)
        try:
            lock.acquire()
        except LockedError:  # it was faster
            return False
        return True

    _wait_for(daemon, take)
    _, told = daemon.communicate(timeout=60)
    lock.release()

    assert daemon.returncode == 4
    assert b"another aggregator" in told
