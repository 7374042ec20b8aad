"""feeds backfill: what is said while it goes on and at its end, and how it is interrupted."""

from __future__ import annotations

import asyncio
import re
import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aggregator.cli.backfill import REASONS
from aggregator.polling._older import Stop, Way

Call = Callable[..., Any]

_ITEM = "<item><guid>{0}</guid><title>Title {0}</title><description>Text {0}</description></item>"
_DOCS = Path(__file__).parents[2] / "docs" / "json.md"


def _rss(*numbers: int, following: str | None = None) -> bytes:
    items = "".join(_ITEM.format(number) for number in numbers)
    atom = "xmlns='http://www.w3.org/2005/Atom'"
    link = f"<link {atom} rel='next' href='{following}'/>" if following else ""
    return f"<rss version='2.0'><channel><title>F</title>{link}{items}</channel></rss>".encode()


def _configure(folder: Path, url: str) -> None:
    settings = '[settings]\ndatabase_url = "sqlite:///a.db"\nworkers = 1\n'
    (folder / "feeds.toml").write_text(f'{settings}[[feeds]]\nurl = "{url}"\nfull_text = "never"\n')


def _query(database: Path, query: str) -> list[Any]:
    with sqlite3.connect(database) as connection:
        return [row[0] for row in connection.execute(query)]


def _titles(database: Path) -> list[str]:
    return sorted(_query(database, "SELECT title FROM entry"))


def _documented_words() -> set[str]:
    text = _DOCS.read_text(encoding="utf-8")
    part = text.split("## `feeds backfill`\n", 1)[1].split("\n## ", 1)[0]
    return set(re.findall(r"[\w-]+", part))


def _wait_for(condition: Callable[[], object], seconds: float = 30) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.05)


def test_older_articles_are_archived_with_a_line_for_each_document(
    call: Call, http_server: Any, home: Path
) -> None:
    """The feed need not have been polled; numbers and reason stand at the end."""
    url = http_server.url("/f")
    http_server.route("/f", http_server.reply(_rss(1, 2, following="/f/2")))
    http_server.route("/f/2", http_server.reply(_rss(2, 3)))
    _configure(home, url)

    outcome = call("feeds", "backfill", url)

    assert (outcome.code, outcome.out) == (0, "")
    first, second, end = outcome.err.splitlines()
    assert first == f"1: 2 new, 0 known · {url}"
    assert second == f"2: 1 new, 1 known · {url}/2"
    assert end == "2 documents: 3 new, 1 known, 0 pages read; that is all there is"
    assert _titles(home / "a.db") == ["Title 1", "Title 2", "Title 3"]


def test_every_member_is_printed_for_programs_and_documented(
    call: Call, http_server: Any, home: Path
) -> None:
    """Without a password; twice, the second time nothing is new."""
    url = http_server.url("/f")
    http_server.route("/f", http_server.reply(_rss(1, following="/f/2")))
    http_server.route("/f/2", http_server.reply(_rss(2)))
    _configure(home, url.replace("//", "//me:s3cr3t@"))

    first = call("feeds", "backfill", "1", "--json")
    second = call("feeds", "backfill", "1", "--json").json()

    told = first.json()
    wanted = {
        "schema": 1,
        "feed": 1,
        "url": url,
        "way": "next",
        "documents": 2,
        "new": 2,
        "known": 0,
        "pages": 0,
        "stopped": "end",
        "last_url": f"{url}/2",
        "error": None,
        "retry_at": None,
    }
    assert told == wanted
    assert (second["new"], second["known"]) == (0, 2)
    assert "s3cr3t" not in first.out + first.err
    assert set(told) <= _documented_words()


def test_every_reason_to_stop_is_documented_and_has_words_for_people() -> None:
    """A failure has those of the error."""
    assert {one.value for one in (*Stop, *Way)} <= _documented_words()
    assert set(REASONS) == {one.value for one in Stop} - {"failed"}


def test_a_feed_that_offers_nothing_older_is_no_failure(
    call: Call, http_server: Any, home: Path
) -> None:
    """It is said, and why."""
    http_server.route("/f", http_server.reply(_rss(1)))
    _configure(home, http_server.url("/f"))

    outcome = call("feeds", "backfill", "1")

    assert outcome.code == 0
    assert "nothing older is offered: no archive links, no next page" in outcome.err


def test_limits_end_it_and_say_how_to_go_on(call: Call, http_server: Any, home: Path) -> None:
    """Documents and entries."""
    http_server.route("/f", http_server.reply(_rss(1, 2, 3, following="/f/2")))
    _configure(home, http_server.url("/f"))

    entries = call("feeds", "backfill", "1", "--entries", "2")
    documents = call("feeds", "backfill", "1", "--documents", "1")

    assert (entries.code, documents.code) == (0, 0)
    assert "2 new, 0 known, 0 pages read; there is more: run it again" in entries.err
    assert "1 new, 2 known, 0 pages read; there is more: raise --documents" in documents.err
    assert call("feeds", "backfill", "1", "--documents", "0").code == 2


def test_a_server_that_is_busy_is_a_failure_with_a_time(
    call: Call, http_server: Any, home: Path
) -> None:
    """Whoever runs it again is told when."""
    http_server.route("/f", http_server.reply(_rss(1, following="/f/2")))
    busy = http_server.reply(status=429, headers=[("Retry-After", "Fri, 01 Jan 2100 00:00:00 GMT")])
    http_server.route("/f/2", busy)
    _configure(home, http_server.url("/f"))

    outcome = call("feeds", "backfill", "1", "--json")

    assert outcome.code == 1
    assert outcome.json()["stopped"] == "failed"
    assert "429" in outcome.err
    assert f"left alone until {outcome.json()['retry_at']}" in outcome.err
    assert _titles(home / "a.db") == ["Title 1"]


def test_a_person_at_a_terminal_sees_a_bar(
    show: Callable[..., str], http_server: Any, home: Path
) -> None:
    """In place of the lines, and it goes away when it is done."""
    http_server.route("/f", http_server.reply(_rss(1)))
    _configure(home, http_server.url("/f"))

    shown = show("feeds", "backfill", "1")

    assert "reading" in shown
    assert "1 new · http" in shown
    assert "1: 1 new" not in shown


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [(("nowhere",), 1, "no feed 'nowhere'"), ((), 2, "Missing argument 'FEED'")],
)
def test_a_feed_must_be_named(
    call: Call, http_server: Any, home: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    """And known; nobody is asked before."""
    _configure(home, http_server.url("/f"))

    outcome = call("feeds", "backfill", *arguments)

    assert (outcome.code, http_server.requests) == (code, [])
    assert words in outcome.err


def test_without_feeds_there_is_nothing_to_walk_back(call: Call, home: Path) -> None:
    """And no empty archive is made."""
    outcome = call("feeds", "backfill", "1")

    assert outcome.code == 4
    assert list(home.rglob("*.db")) == []


def test_an_interrupted_backfill_keeps_what_came_and_goes_on(
    spawn: Call, call: Call, http_server: Any, home: Path
) -> None:
    """Ctrl-C lets the document under way be recorded and gives the feed back."""

    async def slow(_request: Any, writer: Any) -> None:
        await asyncio.sleep(1.5)
        writer.write(http_server.reply(_rss(2, following="/f/3")))

    http_server.route("/f", http_server.reply(_rss(1, following="/f/2")))
    http_server.route("/f/2", slow)
    http_server.route("/f/3", http_server.reply(_rss(3)))
    _configure(home, http_server.url("/f"))
    process = spawn("feeds", "backfill", "1")
    _wait_for(lambda: len(http_server.requests) == 2)

    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=40)

    assert process.returncode == 130, err.decode()
    assert b"interrupted: run it again to go on" in err
    assert b"Traceback" not in err
    assert _titles(home / "a.db") == ["Title 1", "Title 2"]
    assert _query(home / "a.db", "SELECT count(*) FROM feed WHERE lease_token IS NOT NULL") == [0]
    assert call("feeds", "backfill", "1", "--json").json()["new"] == 1


def test_a_killed_backfill_is_taken_up_at_once(
    spawn: Call, call: Call, http_server: Any, home: Path
) -> None:
    """The lease of the dead does not hold up the living, and nothing is half there."""

    async def hang(_request: Any, _writer: Any) -> None:
        await asyncio.sleep(30)

    http_server.route("/f", http_server.reply(_rss(1, following="/f/2")))
    http_server.route("/f/2", hang)
    _configure(home, http_server.url("/f"))
    process = spawn("feeds", "backfill", "1")
    _wait_for(lambda: len(http_server.requests) == 2)

    process.kill()
    process.communicate()
    http_server.route("/f/2", http_server.reply(_rss(2)))
    outcome = call("feeds", "backfill", "1", "--json")

    assert (outcome.code, outcome.json()["new"]) == (0, 1)
    assert _titles(home / "a.db") == ["Title 1", "Title 2"]
    assert call("db", "check").code == 0
