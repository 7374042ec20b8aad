"""An archive in a real database whose index is written directly, document by document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert

from aggregator.archive import Archive, IndexEntry
from aggregator.archive._engine import Database, parse_url
from aggregator.archive._tables import article as article_table
from aggregator.archive._tables import entry as entry_table
from aggregator.archive._tables import section as section_table
from aggregator.model import Article, Entry, FeedSpec, Section
from aggregator.search.postgresql import PostgresIndex
from aggregator.search.terms import Analyzed
from aggregator.search.terms._ranges import date_facets

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def document(
    number: int,
    body: Sequence[str] = (),
    *,
    title: Sequence[str] = (),
    headings: Sequence[str] = (),
    lead: Sequence[str] = (),
    facets: Sequence[str] = (),
    sort_at: datetime | None = None,
    read_minutes: int = 1,
) -> Analyzed:
    """A document of these tokens, published some hours after NOW if not told."""
    moment = sort_at or NOW + timedelta(hours=number % 1000)
    return Analyzed(
        id=number,
        language="en",
        title=tuple(title),
        headings=tuple(headings),
        lead=tuple(lead),
        body=tuple(body),
        facets=("all", *date_facets(moment), *facets),
        sort_at=moment,
        read_minutes=read_minutes,
    )


def make(
    number: int,
    lead: str = "",
    *,
    title: str | None = None,
    sections: Sequence[tuple[str, str]] = (),
    language: str = "en",
    **fields: Any,
) -> IndexEntry:
    """An entry as the archive hands it over, published `number` minutes after NOW."""
    parts = tuple(
        Section(position, 2, heading, text, "")
        for position, (heading, text) in enumerate(sections, 1)
    )
    article = Article(None, lead, "", parts, word_count=7, read_minutes=1, method="feed")
    made = Entry(f"{number:032x}", "0" * 32, title=title, language=language, **fields)
    return IndexEntry(number, 1, made, article, NOW + timedelta(minutes=number))


class Store:
    """An archive at `url` with one feed."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.index = PostgresIndex()
        with Archive(url, self.index) as archive:
            archive.feeds.sync([FeedSpec("https://example.org/feed", name="A feed")], NOW)
        self.database = Database(parse_url(url))

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes."""
        with self.database.writing("cannot write") as connection:
            yield connection

    def write(self, *documents: Analyzed) -> None:
        """Index these documents, which are of no entries; all others are gone."""
        tokens = sum(one.length for one in documents)
        with self.writing() as connection:
            for table in ("document", "long", "language"):
                connection.exec_driver_sql(f"TRUNCATE search_1_{table}")
            if documents:
                self.index.insert(connection, 1, sorted(documents, key=lambda one: one.id))
            connection.exec_driver_sql(
                "INSERT INTO search_1_language VALUES ('en', %s, %s)", (len(documents), tokens)
            )

    def put(self, *entries: IndexEntry) -> None:
        """Archive and index these entries in one transaction."""
        with self.writing() as connection:
            for one in entries:
                connection.execute(insert(entry_table), _entry_row(one))
                connection.execute(insert(article_table), _article_row(one))
                for part in one.article.sections:
                    row = {name: getattr(part, name) for name in Section.__slots__}
                    connection.execute(insert(section_table), {"entry_id": one.id, **row})
            self.index.add(connection, entries)

    def drop(self, *entries: IndexEntry) -> None:
        """Take these entries out of the index and the archive."""
        with self.writing() as connection:
            self.index.remove(connection, entries)
            for table, column in (
                (section_table, section_table.c.entry_id),
                (article_table, article_table.c.entry_id),
                (entry_table, entry_table.c.id),
            ):
                connection.execute(delete(table).where(column.in_([one.id for one in entries])))

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

    def content(self, number: int = 1) -> list[list[tuple[Any, ...]]]:
        """All that a generation holds."""
        tables = ("document", "long", "language")
        statement = "SELECT * FROM search_{}_{} ORDER BY 1"
        return [self.run(statement.format(number, table)) for table in tables]

    def close(self) -> None:
        """Close all connections."""
        self.database.engine.dispose()


def _entry_row(one: IndexEntry) -> dict[str, object]:
    return {
        "id": one.id,
        "feed_id": 1,
        "key": one.entry.key,
        "content_hash": one.entry.content_hash,
        "url": one.entry.url,
        "title": one.entry.title,
        "authors": list(one.entry.authors),
        "tags": list(one.entry.tags),
        "enclosures": [],
        "first_seen_at": NOW,
        "sort_at": one.sort_at,
    }


def _article_row(one: IndexEntry) -> dict[str, object]:
    return {
        "entry_id": one.id,
        "headline": one.article.headline,
        "lead": one.article.lead,
        "lead_html": "<p>",
        "word_count": one.article.word_count,
        "read_minutes": one.article.read_minutes,
        "method": one.article.method,
    }
