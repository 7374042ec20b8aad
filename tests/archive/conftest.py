"""An archive in a real database of each kind with one feed in it, and polls to record there."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from aggregator.archive import Archive
from aggregator.model import (
    ArchivedEntry,
    Article,
    Entry,
    FeedSpec,
    Item,
    PollResult,
    Section,
    Validators,
)
from tests.archive.strict_index import StrictIndex, find_ids

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
URL = "https://example.org/feed.xml"
ROOT = Path(__file__).parents[2]


def _item(
    number: int,
    *,
    lead: str = "",
    sections: Sequence[tuple[str, str]] = (),
    article: dict[str, Any] | None = None,
    **entry: Any,
) -> Item:
    fields = {"content_hash": f"{number:032x}", "title": f"Title {number}", **entry}
    parts = tuple(
        Section(position, 2, heading, text, f"<p>{text}</p>")
        for position, (heading, text) in enumerate(sections, 1)
    )
    made: dict[str, Any] = {"headline": None, "word_count": 1, "read_minutes": 1, "method": "feed"}
    made |= {"lead": lead, "lead_html": f"<p>{lead}</p>", "sections": parts, **(article or {})}
    return Item(Entry(key=f"{number:032x}", **fields), Article(**made))


class OneFeed:
    """An archive with the feed number 1, and what a poller and a curious mind do.

    `path` is its file, where it is one.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.archive = Archive(url, StrictIndex())
        self.path = self.archive.path or Path()
        self.archive.feeds.sync([FeedSpec(URL)], NOW)
        self.is_undamaged = True

    def lease(self, now: datetime = NOW, lease_s: float = 60) -> str:
        """The token of a lease on the feed, whoever held it before."""
        self.archive.feeds.release_abandoned()
        (lease,) = self.archive.feeds.lease(now, limit=1, lease_s=lease_s, feed_ids=[1])
        return lease.token

    def result(self, token: str, **changes: Any) -> PollResult:
        """A good poll that brought nothing, with the given fields changed."""
        fields: dict[str, Any] = {"polled_at": NOW, "next_poll_at": NOW, "body_hash": None}
        fields |= {"validators": Validators(), "status": 200, **changes}
        return PollResult(feed_id=1, token=token, **fields)

    def poll(self, *new: Item, **changes: Any) -> bool:
        """Lease and record: `new` entries, and the given fields of a `PollResult`."""
        result = self.result(self.lease(changes.get("polled_at", NOW)), new=new, **changes)
        return self.archive.entries.record(result)

    def get(self, entry_id: int) -> ArchivedEntry:
        """One entry as the archive gives it back."""
        return self.archive.entries.get(entry_id)

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database says to a connection that is not ours; or does, which is damage."""
        self.is_undamaged &= statement.startswith(("SELECT", "PRAGMA"))
        if self.archive.path is None:
            return _ask_server(self.url, statement, values)
        with closing(sqlite3.connect(self.path)) as connection, connection:
            return connection.execute(statement, values).fetchall()

    def found(self, expression: str) -> list[int]:
        """The ids that the search index has for one of some words, which are parted by OR."""
        return find_ids(self.rows("SELECT id, facts FROM search_strict"), expression)


def _ask_server(url: str, statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        # Without values nothing in a statement stands for one.
        asked = statement.replace("?", "%s") if values else statement
        found = connection.execute(asked.encode(), values or None)
        return found.fetchall() if found.description else []


@pytest.fixture
def one_feed(database_url: str) -> Iterator[OneFeed]:
    """A new archive with one feed that is due; in a database of each kind, one after the other.

    Where only a file can be looked into, a module has a `database_url` of its own.
    """
    shelf = OneFeed(database_url)
    yield shelf
    shelf.archive.close()
    if shelf.is_undamaged:
        # Whatever a test does to entries, the index has followed.
        with Archive(shelf.url, StrictIndex()) as archive:
            assert archive.check() == []


@pytest.fixture(scope="session")
def make_item() -> Callable[..., Item]:
    """An entry with its article: `make_item(7, lead="…", title="…", sections=[("h", "text")])`."""
    return _item


@pytest.fixture(scope="session")
def now() -> datetime:
    """The time at which all polls of these tests happen unless they say otherwise."""
    return NOW


@pytest.fixture
def start_python(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """A function that runs code in an interpreter of its own, killed when the test ends.

    The code may import what these tests are made of.
    """
    started: list[subprocess.Popen[str]] = []

    def start(code: str, *arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
