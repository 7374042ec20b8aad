"""`search reindex`: the index made anew, in steps, while it is searched."""

from __future__ import annotations

import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from aggregator.archive._indexing import FILLED_AT_ONCE
from aggregator.cli import reindex
from aggregator.library import open_archive
from aggregator.model import Article, Entry, FeedSpec, Item, PollResult, Validators

Call = Callable[..., Any]

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def _make_archive(path: Path, count: int) -> Path:
    """An archive of so many entries, each with the word "common" and its own number."""
    with open_archive(path) as archive:
        archive.feeds.sync([FeedSpec("https://example.org/feed", name="A feed")], NOW)
        for start in range(0, count, 500):
            items = tuple(
                Item(
                    Entry(f"{n:032x}", "0" * 32, title=f"common n{n}"),
                    Article(None, "A lead.", "", (), word_count=2, read_minutes=1, method="feed"),
                )
                for n in range(start, min(start + 500, count))
            )
            (lease,) = archive.feeds.lease(NOW, limit=1, lease_s=60, feed_ids=[1])
            result = PollResult(1, lease.token, NOW, NOW, Validators(), None, new=items)
            assert archive.entries.record(result)
    return path


def _generations(path: Path) -> list[tuple[int, int | None, bool]]:
    """Number, how far it is filled and whether it is in use, of each index in the archive."""
    statement = "SELECT number, filled_to, is_active FROM search_generation ORDER BY number"
    with closing(sqlite3.connect(path)) as connection:
        return [(row[0], row[1], bool(row[2])) for row in connection.execute(statement)]


def test_the_index_is_made_anew_and_finds_the_same(
    call: Call, demo_database: Path, tmp_path: Path
) -> None:
    """Another one is in use afterwards; how to find the word instead is said."""
    copy = tmp_path / "copy.db"
    copy.write_bytes(demo_database.read_bytes())
    before = call("search", "xiaomi", "--json", "--db", copy).json()
    [(old, *_)] = _generations(copy)

    done = call("search", "reindex", "--json", "--db", copy)

    assert (done.code, done.json()) == (0, {"schema": 1, "is_complete": True})
    assert "aggregator search '\"reindex\"'" in done.err
    [(new, filled_to, is_active)] = _generations(copy)
    assert (new > old, filled_to, is_active) == (True, None, True)
    assert call("search", "xiaomi", "--json", "--db", copy).json() == before
    assert call("db", "check", "--db", copy).code == 0


def test_in_quotes_or_beside_others_it_is_a_word(call: Call, demo_database: Path) -> None:
    """Only alone it is the command; nothing is written then."""
    before = demo_database.read_bytes()

    codes = [
        call("search", '"reindex"', "-e", "--db", demo_database).code,
        call("search", "reindex", "xiaomi", "--db", demo_database).code,
        call("search", "Reindex", "--db", demo_database).code,
        call("list", "reindex", "--db", demo_database).code,
    ]

    assert codes == [1, 0, 0, 0]
    assert demo_database.read_bytes() == before


def test_an_unfinished_index_is_gone_on_with_unless_it_is_made_anew(
    call: Call, tmp_path: Path
) -> None:
    """What was done is not done again."""
    path = _make_archive(tmp_path / "a.db", FILLED_AT_ONCE + 300)
    with open_archive(path) as archive:
        archive.begin_index()
        archive.index_step(50)
    [(first, _, _), (begun, filled_to, _)] = _generations(path)

    done = call("search", "reindex", "--db", path)

    assert filled_to == 50
    assert done.code == 0
    assert _generations(path) == [(begun, None, True)]
    assert call("list", "common", "--json", "--db", path).json()["total"] == FILLED_AT_ONCE + 300
    assert begun > first
    assert call("search", "reindex", "--anew", "--db", path).code == 0
    [(anew, _, _)] = _generations(path)
    assert anew > begun


def test_ctrl_c_stops_between_two_steps_and_searches_go_on(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old index is in use until the new one is complete; the same command completes it."""
    path = _make_archive(tmp_path / "a.db", 400)
    monkeypatch.setattr(reindex, "_STEP", 1)

    def interrupt() -> None:
        while not (unfinished := [each for each in _generations(path) if each[1]]):
            time.sleep(0.001)
        assert unfinished
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    stopped = call("search", "reindex", "--db", path)
    thread.join()

    assert stopped.code == 130
    assert "goes on with it" in stopped.err
    assert call("search", "n7", "--json", "--db", path).json()["total"] == 1
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    again = call("search", "reindex", "--db", path)
    assert again.code == 0, again.err
    assert call("list", "common", "--json", "--db", path).json()["total"] == 400
    assert call("db", "check", "--db", path).code == 0


def test_without_an_archive_none_is_made(call: Call, home: Path) -> None:
    """And anew is nothing but for the index."""
    assert call("search", "reindex", "--db", home / "no.db").code == 4
    assert not (home / "no.db").exists()
    assert call("search", "xiaomi", "--anew").code == 2
