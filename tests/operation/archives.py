"""An archive of a few real entries with the real search index, and what spoils a file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aggregator.library import open_archive
from aggregator.model import Article, Entry, FeedSpec, Item, PollResult, Section, Validators

URL = "https://example.org/feed.xml"


def fill(database_url: str, entries: int = 40, *, now: datetime | None = None) -> None:
    """Let there be an archive with one feed, polled an hour ago, and so many entries."""
    at = (now or datetime.now(UTC)) - timedelta(hours=1)
    items = tuple(_item(number) for number in range(1, entries + 1))
    with open_archive(database_url) as archive:
        archive.feeds.sync([FeedSpec(URL, name="News")], at)
        [lease] = archive.feeds.lease(at, limit=1, lease_s=60)
        poll = PollResult(
            feed_id=lease.feed.id,
            token=lease.token,
            polled_at=at,
            next_poll_at=at + timedelta(hours=2),
            validators=Validators(),
            body_hash="0" * 32,
            status=200,
            new=items,
        )
        assert archive.entries.record(poll)


def _item(number: int) -> Item:
    text = " ".join(f"w{number * step}" for step in range(40))
    sections = (Section(1, 2, f"Part {number}", text, f"<p>{text}</p>"),)
    article = Article(None, text, "", sections, word_count=80, read_minutes=1, method="feed")
    return Item(Entry(f"{number:032x}", "0" * 32, title=f"Title {number} word{number}"), article)


def root_pages(path: Path) -> dict[str, int]:
    """The page with which each table and index of a file begins."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        asked = "SELECT name, rootpage FROM sqlite_schema WHERE rootpage > 0"
        return dict(connection.execute(asked).fetchall())


def spoil(path: Path, page: int) -> None:
    """Overwrite the head of a page, as a disk does that fails."""
    content = bytearray(path.read_bytes())
    content[(page - 1) * 4096 : (page - 1) * 4096 + 200] = b"\xa5" * 200
    path.write_bytes(content)
