"""Writing the index of PostgreSQL, in the transaction that writes the entry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aggregator.search._generations import GenerationIndex
from aggregator.search.postgresql._vector import Vector, vector_of

if TYPE_CHECKING:
    # Reading must start fast: nothing here may load SQLAlchemy.
    from sqlalchemy import Connection

    from aggregator.search.terms import Analyzed, Document

_LOCK = 7_163_302_911_465
"""The advisory lock of the index; other programs in the same database have other numbers."""
_LOCK_OF_COUNTS = _LOCK + 1

_CREATE = """
CREATE TABLE search_{g}_document (
    entry_id bigint PRIMARY KEY,
    language text NOT NULL,
    length integer NOT NULL,
    sort_at bigint NOT NULL,
    read_minutes integer NOT NULL,
    is_stale boolean NOT NULL DEFAULT false,
    is_long boolean NOT NULL,
    facets text NOT NULL,
    tokens tsvector NOT NULL
)
"""
# What was just written waits in a list that every search reads from end to end: kept short.
_CREATE_TOKENS = """
CREATE INDEX search_{g}_tokens ON search_{g}_document USING gin (tokens)
WITH (fastupdate = on, gin_pending_list_limit = 512)
"""
_CREATE_DATES = "CREATE INDEX search_{g}_dates ON search_{g}_document (sort_at, entry_id)"
_CREATE_LONG = "CREATE TABLE search_{g}_long (entry_id bigint PRIMARY KEY, stream text NOT NULL)"
_TABLES = ("document", "long")
_MAX_INTEGER = 2**31 - 1

_INSERT = """
INSERT INTO search_{g}_document
    (entry_id, language, length, sort_at, read_minutes, is_long, facets, tokens)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s::tsvector)
"""
_INSERT_LONG = "INSERT INTO search_{g}_long (entry_id, stream) VALUES (%s, %s)"
_DELETE = "DELETE FROM search_{g}_{table} WHERE entry_id = ANY(%s)"

_STREAMS = """
SELECT count(*) FROM search_{g}_document AS document
FULL JOIN search_{g}_long AS long ON long.entry_id = document.entry_id
WHERE document.is_long IS DISTINCT FROM (long.entry_id IS NOT NULL)
"""


class PostgresIndex(GenerationIndex):
    """The table `search_g_document`, a row with a tsvector for each entry, found by its GIN index.

    The table `search_g_long` has the streams of the long ones, see `_vector.py`.
    """

    def create(self, connection: Connection, number: int) -> None:
        """Make the tables of the generation, but not `search_g_language`."""
        for statement in (_CREATE, _CREATE_TOKENS, _CREATE_DATES, _CREATE_LONG):
            connection.exec_driver_sql(statement.format(g=number))

    def drop(self, connection: Connection, number: int) -> None:
        """Drop the tables of the generation, as many as there are."""
        for table in _TABLES:
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS search_{number}_{table}")

    def insert(self, connection: Connection, number: int, analyzed: Sequence[Analyzed]) -> None:
        """Write these documents, by ascending id; none is there yet."""
        rows, streams = [], []
        for one in analyzed:
            vector = vector_of(one)
            rows.append(_row(one, vector))
            if vector.stream is not None:
                streams.append((one.id, vector.stream))
        connection.exec_driver_sql(_INSERT.format(g=number), rows)
        if streams:
            connection.exec_driver_sql(_INSERT_LONG.format(g=number), streams)

    def delete(self, connection: Connection, number: int, documents: Sequence[Document]) -> None:
        """Take out these documents; all are there, none is stale."""
        ids = [document.id for document in documents]
        for table in _TABLES:
            connection.exec_driver_sql(_DELETE.format(g=number, table=table), (ids,))

    def problems_of(self, connection: Connection, number: int) -> list[str]:
        """Streams that are missing or left over, a sentence."""
        count = connection.exec_driver_sql(_STREAMS.format(g=number)).scalar_one()
        if not count:
            return []
        return [f"{count} long texts of the search index are wrong (generation {number})"]

    def lock(self, connection: Connection, *, is_alone: bool) -> None:
        """Keep others away until the transaction ends: who fills an index `is_alone`."""
        kind = "" if is_alone else "_shared"
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock{kind}({_LOCK})")

    def lock_counts(self, connection: Connection) -> None:
        """Keep others from counting languages until the transaction ends."""
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK_OF_COUNTS})")


def _row(one: Analyzed, vector: Vector) -> tuple[object, ...]:
    sort_at = int(one.sort_at.timestamp() // 1)
    is_long = vector.stream is not None
    minutes = min(one.read_minutes, _MAX_INTEGER)
    facets = " ".join(one.facets)
    return (one.id, one.language, one.length, sort_at, minutes, is_long, facets, vector.literal)
