"""Writing the index of SQLite: an FTS5 table for each shard of the archive.

The tables hold no text of their own, so a document is taken out with the very tokens with which it
was put in: its texts are analysed again, its facets are remembered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from aggregator.search._generation_rows import in_steps
from aggregator.search._generations import GenerationIndex
from aggregator.search.sqlite._shards import WEIGHTS, shards_among, shards_pattern
from aggregator.search.terms import SHARD_BITS, Analyzed, Document, analyze

if TYPE_CHECKING:
    # Reading must start fast: nothing here may load SQLAlchemy.
    from sqlalchemy import Connection

_CREATE_DOCUMENT = """
CREATE TABLE search_{number}_document (
    entry_id INTEGER PRIMARY KEY,
    language TEXT NOT NULL,
    length INTEGER NOT NULL,
    sort_at INTEGER NOT NULL,
    read_minutes INTEGER NOT NULL,
    is_stale BOOLEAN NOT NULL DEFAULT FALSE,
    facets TEXT NOT NULL
)
"""
_CREATE_SORT = """
CREATE INDEX ix_search_{number}_document_sort_at ON search_{number}_document (sort_at)
"""
# The signs that may stand in tokens beside letters and digits, of which no other is split.
_CREATE_SHARD = """
CREATE VIRTUAL TABLE search_{number}_{shard} USING fts5 (
    title, headings, lead, body, facets,
    content = '', tokenize = "ascii tokenchars ':_.+#-'"
)
"""
_SET_RANK = """
INSERT INTO search_{number}_{shard} (search_{number}_{shard}, rank) VALUES ('rank', ?)
"""
_INSERT_DOCUMENT = """
INSERT INTO search_{number}_document
    (entry_id, language, length, sort_at, read_minutes, facets) VALUES (?, ?, ?, ?, ?, ?)
"""
_INSERT = """
INSERT INTO search_{number}_{shard} (rowid, title, headings, lead, body, facets)
VALUES (?, ?, ?, ?, ?, ?)
"""
_DELETE = """
INSERT INTO search_{number}_{shard}
    (search_{number}_{shard}, rowid, title, headings, lead, body, facets)
VALUES ('delete', ?, ?, ?, ?, ?, ?)
"""
_REMEMBERED = """
SELECT entry_id, language, facets FROM search_{number}_document WHERE entry_id IN ({ids})
"""
_DELETE_DOCUMENTS = "DELETE FROM search_{number}_document WHERE entry_id IN ({ids})"
_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB ?"
_HOMELESS = """
SELECT count(*) FROM search_{number}_document WHERE entry_id >> {bits} NOT IN ({shards})
"""
_MISPLACED = """
SELECT count(*) FROM (
    SELECT entry_id FROM search_{number}_document WHERE entry_id BETWEEN {first} AND {last}
    EXCEPT SELECT id FROM search_{number}_{shard}_docsize
)
"""
_SURPLUS = """
SELECT count(*) FROM (
    SELECT id FROM search_{number}_{shard}_docsize
    EXCEPT SELECT entry_id FROM search_{number}_document
    WHERE entry_id BETWEEN {first} AND {last}
)
"""


class SqliteIndex(GenerationIndex):
    """The index in the archive's own file; its parts are tables ``search_<generation>_<shard>``."""

    def create(self, connection: Connection, number: int) -> None:
        """Make the table of documents; shards are made when the first of their documents comes."""
        connection.exec_driver_sql(_CREATE_DOCUMENT.format(number=number))
        connection.exec_driver_sql(_CREATE_SORT.format(number=number))

    def drop(self, connection: Connection, number: int) -> None:
        """Drop the shards and the table of documents."""
        for shard in _shards(connection, number):
            connection.exec_driver_sql(f"DROP TABLE search_{number}_{shard}")
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS search_{number}_document")

    def insert(self, connection: Connection, number: int, analyzed: Sequence[Analyzed]) -> None:
        """Write these documents, by ascending id, and make the shards that they need."""
        rows = [
            (
                one.id,
                one.language,
                one.length,
                int(one.sort_at.timestamp() // 1),
                one.read_minutes,
                " ".join(one.facets),
            )
            for one in analyzed
        ]
        connection.exec_driver_sql(_INSERT_DOCUMENT.format(number=number), rows)
        there = set(_shards(connection, number))
        for shard, members in _by_shard(analyzed):
            if shard not in there:
                _create_shard(connection, number, shard)
            statement = _INSERT.format(number=number, shard=shard)
            connection.exec_driver_sql(statement, [_columns(one) for one in members])

    def delete(self, connection: Connection, number: int, documents: Sequence[Document]) -> None:
        """Take out these documents, with the language and facets that they were put in with."""
        remembered: dict[int, tuple[str, tuple[str, ...]]] = {}
        ids = [one.id for one in documents]
        for listed in in_steps(ids):
            statement = _REMEMBERED.format(number=number, ids=listed)
            for entry_id, language, facets in connection.exec_driver_sql(statement):
                remembered[entry_id] = language, tuple(facets.split())
        analyzed = []
        for one in documents:
            language, facets = remembered[one.id]
            analyzed.append(analyze(replace(one, language=language, facets=facets)))
        for shard, members in _by_shard(analyzed):
            statement = _DELETE.format(number=number, shard=shard)
            connection.exec_driver_sql(statement, [_columns(one) for one in members])
        for listed in in_steps(ids):
            connection.exec_driver_sql(_DELETE_DOCUMENTS.format(number=number, ids=listed))

    def problems_of(self, connection: Connection, number: int) -> list[str]:
        """Shards that lack documents or have others than their own; what is in them is not read."""
        found = []
        shards = _shards(connection, number)
        listed = ", ".join(map(str, shards))
        statement = _HOMELESS.format(number=number, bits=SHARD_BITS, shards=listed)
        if count := connection.exec_driver_sql(statement).scalar_one():
            found.append(f"{count} documents of generation {number} are in no shard")
        for shard in shards:
            first = shard << SHARD_BITS
            place = {"number": number, "shard": shard, "first": first}
            last = first + (1 << SHARD_BITS) - 1
            for statement, sentence in ((_MISPLACED, "lacks"), (_SURPLUS, "has in surplus")):
                rows = connection.exec_driver_sql(statement.format(**place, last=last))
                if count := rows.scalar_one():
                    found.append(f"search_{number}_{shard} {sentence} {count} documents")
        return found


def _create_shard(connection: Connection, number: int, shard: int) -> None:
    connection.exec_driver_sql(_CREATE_SHARD.format(number=number, shard=shard))
    rank = f"bm25({WEIGHTS})"
    connection.exec_driver_sql(_SET_RANK.format(number=number, shard=shard), (rank,))


def _shards(connection: Connection, number: int) -> list[int]:
    names = connection.exec_driver_sql(_TABLES, (shards_pattern(number),)).scalars()
    return shards_among(names, number)


def _by_shard(analyzed: Sequence[Analyzed]) -> Iterator[tuple[int, Iterator[Analyzed]]]:
    return groupby(analyzed, key=lambda one: one.id >> SHARD_BITS)


def _columns(one: Analyzed) -> tuple[int, str, str, str, str, str]:
    columns = (one.title, one.headings, one.lead, one.body, one.facets)
    title, headings, lead, body, facets = map(" ".join, columns)
    return one.id, title, headings, lead, body, facets
