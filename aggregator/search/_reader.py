"""Searching an SQLite archive: ids first, then texts and snippets for the rows that are shown.

Plain SQL over the standard library's driver: SQLAlchemy alone costs 17 times a bare Python start,
and a search has to answer at once (docs/decisions/0004-search.md).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from aggregator.model import Hit, SearchResult, SectionRef, feed_title
from aggregator.search._connection import open_connection, own_errors
from aggregator.search._matching import Matcher
from aggregator.search._query import Query, parse_query
from aggregator.search._snippet import Part, best_part

FEW_HITS = 10
"""With fewer entries that have all words, those that have some of them follow (nDCG never loses
more than .002 against "any word" alone, and short queries keep the precision of "all words")."""
MAX_LIMIT = 30_000
"""How many hits one search returns; every build of SQLite takes so many parameters."""

_MAX_OFFSET = 2**62  # SQLite counts in 64 bits

_COUNT = "SELECT count(*) FROM search_index WHERE search_index MATCH ?"
_RANKED = "SELECT rowid FROM search_index WHERE search_index MATCH ? ORDER BY rank LIMIT ? OFFSET ?"
_COUNT_ALL = "SELECT count(*) FROM entry"
_NEWEST = "SELECT id FROM entry ORDER BY sort_at DESC, id DESC LIMIT ? OFFSET ?"
_NEWEST_FOUND = """
SELECT id FROM entry WHERE id IN (SELECT rowid FROM search_index WHERE search_index MATCH ?)
ORDER BY sort_at DESC, id DESC LIMIT ? OFFSET ?
"""
_ROWS = """
SELECT entry.id, entry.url, entry.title, article.headline, article.read_minutes, article.lead,
       entry.sort_at, feed.name AS feed_name, feed.title AS feed_title, feed.url AS feed_url
FROM entry JOIN article ON article.entry_id = entry.id JOIN feed ON feed.id = entry.feed_id
WHERE entry.id IN ({marks})
"""
_SECTIONS = """
SELECT entry_id, position, heading, text FROM section WHERE entry_id IN ({marks})
ORDER BY entry_id, position
"""


class SearchReader:
    """A reader of one archive; any number may work beside the daemon."""

    def __init__(self, path: Path) -> None:
        self._connection = open_connection(path)

    def search(self, typed: str, *, limit: int = 20, offset: int = 0) -> SearchResult:
        """The best entries for what was typed, best first; those with all words before others.

        Any text is a query: quotes keep words together, a final asterisk means "begins with", all
        else is literal. `total` counts all hits, of which `limit` are returned from `offset` on;
        neither is taken as less than 0, nor `limit` as more than `MAX_LIMIT`.
        """
        query = parse_query(typed)
        limit, offset = _bounded(limit, MAX_LIMIT), _bounded(offset, _MAX_OFFSET)
        with self._reading():
            ids, total = self._ranked(query, limit, offset)
            return SearchResult(typed, total, self._hits(ids, query, offset))

    def newest(self, typed: str = "", *, limit: int = 20, offset: int = 0) -> SearchResult:
        """The newest entries first, all or those that `search` would find."""
        query = parse_query(typed)
        limit, offset = _bounded(limit, MAX_LIMIT), _bounded(offset, _MAX_OFFSET)
        with self._reading():
            if not typed.strip():
                total = self._count(_COUNT_ALL)
                ids = self._ids(_NEWEST, limit, offset)
            elif expression := self._expression(query)[0]:
                total = self._count(_COUNT, expression)
                ids = self._ids(_NEWEST_FOUND, expression, limit, offset)
            else:
                total, ids = 0, []
            return SearchResult(typed, total, self._hits(ids, query, offset))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """One state of the archive, whatever a writer does meanwhile."""
        with own_errors(), self._connection:
            self._connection.execute("BEGIN")
            yield

    def _ranked(self, query: Query, limit: int, offset: int) -> tuple[list[int], int]:
        expression, has_all = self._expression(query)
        if not expression:
            return [], 0
        total = self._count(_COUNT, expression)
        if has_all:
            return self._ids(_RANKED, expression, limit, offset), total
        first = self._ids(_RANKED, query.match_all(), FEW_HITS, 0)
        others = self._ids(_RANKED, expression, offset + limit + len(first), 0)
        ordered = list(dict.fromkeys([*first, *others]))
        return ordered[offset : offset + limit], total

    def _expression(self, query: Query) -> tuple[str, bool]:
        """What is matched, and whether that is all words (where they find enough) or any."""
        all_words = query.match_all()
        if len(query.words) <= 1 or self._count(_COUNT, all_words) >= FEW_HITS:
            return all_words, True
        return query.match_any(), False

    def _count(self, statement: str, *values: str) -> int:
        count: int = self._connection.execute(statement, values).fetchone()[0]
        return count

    def _ids(self, statement: str, *values: str | int) -> list[int]:
        return [row[0] for row in self._connection.execute(statement, values)]

    def _hits(self, ids: Sequence[int], query: Query, offset: int) -> tuple[Hit, ...]:
        marks = ", ".join("?" * len(ids))
        rows = {row["id"]: row for row in self._connection.execute(_ROWS.format(marks=marks), ids)}
        parts = {key: [Part(0, "", row["lead"])] for key, row in rows.items()}
        for row in self._connection.execute(_SECTIONS.format(marks=marks), ids):
            parts[row["entry_id"]].append(Part(row["position"], row["heading"], row["text"]))
        matcher = Matcher(query)
        shown = [key for key in ids if key in rows]
        return tuple(
            _hit(rank, rows[key], *best_part(parts[key], matcher))
            for rank, key in enumerate(shown, offset + 1)
        )


def _bounded(number: int, most: int) -> int:
    return min(max(number, 0), most)


def _hit(rank: int, row: sqlite3.Row, section: SectionRef, snippet: str) -> Hit:
    return Hit(
        rank=rank,
        id=row["id"],
        url=row["url"],
        title=row["title"],
        headline=row["headline"],
        feed=feed_title(row["feed_name"], row["feed_title"], row["feed_url"]),
        published_at=datetime.fromisoformat(row["sort_at"]).replace(tzinfo=UTC),
        read_minutes=row["read_minutes"],
        section=section,
        snippet=snippet,
    )
