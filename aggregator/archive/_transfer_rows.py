"""Rows as values that are the same whatever database they come from, and sums over whole tables."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, String, Table, collate, select

from aggregator.archive._types import Prose, storable

Key = tuple[Any, ...]
"""The primary key of a row: numbers and texts, ordered as numbers and by code point."""

ROWS_READ = 100
"""Rows that are held of a table at once: the longest entries have megabytes."""

_SUM_BYTES = 16


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its key, the values of its columns, a number that equal rows share, its bytes."""

    key: Key
    values: dict[str, Any]
    digest: int
    size: int


@dataclass(slots=True)
class Tally:
    """How many rows went by, and the sum of their digests, which no order of them changes."""

    rows: int = 0
    total: int = 0

    def count(self, row: Row) -> None:
        """Add one row."""
        self.rows += 1
        self.total = (self.total + row.digest) % (1 << 8 * _SUM_BYTES)

    @property
    def digest(self) -> str:
        """The sum as 32 hexadecimal digits."""
        return f"{self.total:0{2 * _SUM_BYTES}x}"


def key_columns(table: Table) -> list[Column[Any]]:
    """The columns of the primary key of a table."""
    return list(table.primary_key.columns)


def iter_rows(connection: Connection, table: Table) -> Generator[Row]:
    """All rows of a table in the order of their keys, read as they are asked for."""
    names = [column.name for column in table.columns]
    for found in _stream(connection, table, list(table.columns)):
        yield make_row(table, dict(zip(names, found, strict=True)))


def make_row(table: Table, values: dict[str, Any]) -> Row:
    """A row of a table, whichever database gave its values."""
    key = tuple(values[column.name] for column in key_columns(table))
    plain = [_plain(values[column.name]) for column in table.columns]
    written = json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()
    digest = int.from_bytes(blake2b(written, digest_size=_SUM_BYTES).digest(), "big")
    return Row(key, values, digest, len(written))


def iter_keys(connection: Connection, table: Table) -> Generator[Key]:
    """The keys of all rows of a table, in their order."""
    for found in _stream(connection, table, key_columns(table)):
        yield tuple(found)


def _stream(
    connection: Connection, table: Table, columns: list[Column[Any]]
) -> Iterator[tuple[Any, ...]]:
    order = [_ordered(connection, column) for column in key_columns(table)]
    streaming = {"stream_results": True, "yield_per": ROWS_READ}
    chosen = select(*columns).order_by(*order)
    with connection.execute(chosen, execution_options=streaming) as found:
        for row in found:
            yield tuple(row)


def _ordered(connection: Connection, column: Column[Any]) -> ColumnElement[Any]:
    """A column in an order that is the same everywhere; servers sort texts by their language."""
    is_text = isinstance(column.type, String | Prose)
    return collate(column, "C") if is_text and connection.dialect.name == "postgresql" else column


def _plain(value: object) -> object:
    """A value as JSON, told apart from a text that looks like it."""
    if isinstance(value, datetime):
        return {"at": value.astimezone(UTC).isoformat()}
    if isinstance(value, bytes | bytearray | memoryview):
        return {"bytes": bytes(value).hex()}
    return {"json": storable(value)} if isinstance(value, dict | list) else storable(value)
