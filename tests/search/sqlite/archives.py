"""An archive in a real file whose index is written directly, entry by entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, delete, insert

from aggregator.archive import Archive, IndexEntry
from aggregator.archive._engine import Database, parse_url
from aggregator.archive._tables import article as article_table
from aggregator.archive._tables import entry as entry_table
from aggregator.model import Article, Entry, FeedSpec, Section
from aggregator.search.sqlite import SqliteIndex
from aggregator.search.terms import Analyzed

_SIZES = "SELECT * FROM {name}_docsize ORDER BY id"
_DOCUMENTS = "SELECT * FROM search_{number}_document ORDER BY entry_id"
_LANGUAGES = "SELECT * FROM search_{number}_language WHERE documents != 0 ORDER BY language"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def make(
    number: int,
    lead: str = "",
    *,
    title: str | None = None,
    sections: Sequence[tuple[str, str]] = (),
    language: str = "en",
    sort_at: datetime | None = None,
    read_minutes: int = 1,
    **fields: Any,
) -> IndexEntry:
    """An entry as the archive hands it over, published `number` minutes after NOW if not told."""
    parts = tuple(
        Section(position, 2, heading, text, "")
        for position, (heading, text) in enumerate(sections, 1)
    )
    article = Article(None, lead, "", parts, word_count=1, read_minutes=read_minutes, method="feed")
    made = Entry(f"{number:032x}", "0" * 32, title=title, language=language, **fields)
    return IndexEntry(number, 1, made, article, sort_at or NOW + timedelta(minutes=number))


@lru_cache
def _new_archive() -> bytes:
    """The file of an archive with one feed."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "archive.db"
        with Archive(f"sqlite:///{path}", SqliteIndex()) as archive:
            archive.feeds.sync([FeedSpec("https://example.org/feed", name="A feed")], NOW)
        return path.read_bytes()


def _article_row(one: IndexEntry) -> dict[str, Any]:
    return {
        "entry_id": one.id,
        "language": one.entry.language,
        "lead": one.article.lead,
        "lead_html": "",
        "word_count": one.article.word_count,
        "read_minutes": one.article.read_minutes,
        "method": one.article.method,
    }


class Store:
    """An archive at `path` with one feed, made there or opened; its entries are stored in part."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = f"sqlite:///{path}"
        if path.exists():
            Archive(self.url, SqliteIndex()).close()
        else:
            path.write_bytes(_new_archive())
        self.database = Database(parse_url(self.url))
        self.index = SqliteIndex()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes."""
        with self.database.writing("cannot write") as connection:
            yield connection

    def put(self, *entries: IndexEntry) -> None:
        """Archive and index these entries in one transaction."""
        rows = [
            {
                "id": one.id,
                "feed_id": 1,
                "key": one.entry.key,
                "content_hash": one.entry.content_hash,
                "authors": [],
                "tags": [],
                "enclosures": [],
                "first_seen_at": NOW,
                "sort_at": one.sort_at,
            }
            for one in entries
        ]
        with self.writing() as connection:
            connection.execute(insert(entry_table), rows)
            connection.execute(insert(article_table), [_article_row(one) for one in entries])
            self.index.add(connection, entries)

    def put_analyzed(self, analyzed: Sequence[Analyzed]) -> None:
        """Index documents that are no entries."""
        with self.writing() as connection:
            self.index.insert(connection, 1, analyzed)
            counts = ("en", len(analyzed), sum(one.length for one in analyzed))
            connection.exec_driver_sql("INSERT INTO search_1_language VALUES (?, ?, ?)", counts)

    def edit(self, before: IndexEntry, after: IndexEntry) -> None:
        """Index an entry anew."""
        with self.writing() as connection:
            self.index.remove(connection, [before])
            self.index.add(connection, [after])

    def drop(self, *entries: IndexEntry) -> None:
        """Delete these entries."""
        ids = [one.id for one in entries]
        with self.writing() as connection:
            self.index.remove(connection, entries)
            connection.execute(delete(article_table).where(article_table.c.entry_id.in_(ids)))
            connection.execute(delete(entry_table).where(entry_table.c.id.in_(ids)))

    def begin(self) -> None:
        """Begin the next generation."""
        with self.writing() as connection:
            self.index.begin(connection)

    def fill(self, *entries: IndexEntry) -> None:
        """Fill the unfinished generation with these entries; without any, finish it."""
        with self.writing() as connection:
            assert self.index.filled_to(connection) is not None
            self.index.fill(connection, entries)

    def run(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """What a statement returns."""
        with self.writing() as connection:
            result = connection.exec_driver_sql(statement, values)
            return [tuple(row) for row in result] if result.returns_rows else []

    def problems(self) -> list[str]:
        """What the index finds wrong with itself."""
        with self.database.reading("cannot read") as connection:
            return self.index.problems(connection)

    def generations(self) -> list[tuple[int, int | None, bool]]:
        """Number, `filled_to` and whether it is active, of each generation."""
        rows = self.run("SELECT number, filled_to, is_active FROM search_generation ORDER BY 1")
        return [(number, filled_to, bool(is_active)) for number, filled_to, is_active in rows]

    def content(self, number: int = 1) -> dict[str, list[tuple[Any, ...]]]:
        """All that a generation holds: each token at each place, and its plain tables."""
        found = {}
        named = f"search_{number}_[0-9]*"
        tables = self.run("SELECT name FROM sqlite_schema WHERE name GLOB ? ORDER BY name", named)
        for name in [name for (name,) in tables if name.count("_") == 2]:
            self.run(f"CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, {name}, instance)")
            tokens = self.run("SELECT term, doc, col, offset FROM temp.words ORDER BY 1, 2, 3, 4")
            self.run("DROP TABLE temp.words")
            # A shard whose last document was taken out is as good as none.
            if tokens:
                shard = name.removeprefix(f"search_{number}_")
                found[shard] = tokens
                found[f"{shard} sizes"] = self.run(_SIZES.format(name=name))
        found["documents"] = self.run(_DOCUMENTS.format(number=number))
        found["languages"] = self.run(_LANGUAGES.format(number=number))
        return found

    def close(self) -> None:
        """Close all connections."""
        self.database.engine.dispose()
