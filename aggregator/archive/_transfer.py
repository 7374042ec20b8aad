"""The rows of one table, from one archive to another: what is there already is not written again.

Both sides are read in the order of the keys, side by side. So a copy that was killed goes on where
it was, and what the source has changed since is brought up to date, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, literal, select, tuple_, update

from aggregator.archive._engine import Database
from aggregator.archive._tables import feed
from aggregator.archive._transfer_rows import (
    ROWS_READ,
    Key,
    Row,
    Tally,
    iter_keys,
    iter_rows,
    key_columns,
)

Advance = Callable[[Table, int], None]
"""Hears of rows of a table that were dealt with."""

MAX_BATCH_BYTES = 8 * 1024 * 1024
"""So much is written in one transaction, or `ROWS_READ` rows: whichever is reached first."""

_WHAT = "cannot write the copy"


class _Writer:
    """Rows of one table on their way to the target, written by the batch."""

    def __init__(self, target: Database, table: Table) -> None:
        self._target, self._table = target, table
        self._new: list[Row] = []
        self._changed: list[Row] = []
        self._size = 0
        self._merged: list[tuple[int, int]] = []

    def add(self, row: Row, *, is_new: bool) -> None:
        """Have one row written, now or with the next ones."""
        (self._new if is_new else self._changed).append(row)
        if self._table is feed and row.values["merged_into"] is not None:
            self._merged.append((row.values["id"], row.values["merged_into"]))
        self._size += row.size
        if len(self._new) + len(self._changed) >= ROWS_READ or self._size >= MAX_BATCH_BYTES:
            self._flush()

    def finish(self) -> None:
        """Write what is left, and then what points to other rows of the table."""
        self._flush()
        with self._writing() as writer:
            for number, into in self._merged:
                writer.execute(update(feed).where(feed.c.id == number).values(merged_into=into))

    def _flush(self) -> None:
        with self._writing() as writer:
            for row in self._changed:
                columns = zip(key_columns(self._table), row.key, strict=True)
                chosen = update(self._table).where(*(one == value for one, value in columns))
                writer.execute(chosen.values(self._unmerged(row)))
            if self._new:
                writer.execute(insert(self._table), [self._unmerged(row) for row in self._new])
        self._new, self._changed, self._size = [], [], 0

    def _unmerged(self, row: Row) -> dict[str, Any]:
        """The values of a row without the feed it was merged into, which may come later."""
        return row.values | {"merged_into": None} if self._table is feed else row.values

    def _writing(self) -> AbstractContextManager[Connection]:
        return self._target.writing(f"{_WHAT} (table {self._table.name})")


def remove_extra(source: Connection, target: Database, table: Table) -> int:
    """Delete the rows of the target that the source does not have; how many there were."""
    removed, extra = 0, []
    with target.reading(_WHAT) as reader, closing(iter_keys(source, table)) as wanted:
        for key in _only_in_second(wanted, iter_keys(reader, table)):
            extra.append(key)
            if len(extra) == ROWS_READ:
                removed += _delete(target, table, extra)
                extra.clear()
    return removed + (_delete(target, table, extra) if extra else 0)


def copy_table(source: Connection, target: Database, table: Table, advance: Advance) -> Tally:
    """Make all rows of the source those of the target; the tally of the source.

    The target has no others (see `remove_extra`), or this goes wrong.
    """
    tally, writer = Tally(), _Writer(target, table)
    with _rows_there(target, table) as there:
        other = next(there, None)
        for row in _counted(iter_rows(source, table), tally, table, advance):
            is_new = other is None or other.key != row.key
            if is_new or (other and other.digest != row.digest):
                writer.add(row, is_new=is_new)
            if not is_new:
                other = next(there, None)
    writer.finish()
    return tally


def tally_table(connection: Connection, table: Table, advance: Advance) -> Tally:
    """The tally of a table as it is."""
    tally = Tally()
    for _ in _counted(iter_rows(connection, table), tally, table, advance):
        pass
    return tally


def _counted(rows: Iterator[Row], tally: Tally, table: Table, advance: Advance) -> Iterator[Row]:
    """The rows themselves; each is counted behind its use."""
    for row in rows:
        yield row
        tally.count(row)
        if tally.rows % ROWS_READ == 0:
            advance(table, ROWS_READ)
    advance(table, tally.rows % ROWS_READ)


@contextmanager
def _rows_there(target: Database, table: Table) -> Iterator[Iterator[Row]]:
    """What the target has of a table.

    Of nothing no transaction is held, which on SQLite would keep all that is written twice.
    """
    with target.reading(_WHAT) as reader:
        if reader.execute(select(literal(1)).select_from(table).limit(1)).first():
            with closing(iter_rows(reader, table)) as rows:
                yield rows
            return
    yield iter(())


def _delete(target: Database, table: Table, keys: list[Key]) -> int:
    with target.writing(_WHAT) as writer:
        writer.execute(delete(table).where(tuple_(*key_columns(table)).in_(keys)))
    return len(keys)


def _only_in_second(first: Iterator[Key], second: Iterator[Key]) -> Iterator[Key]:
    """What only the second of two ascending rows of keys has."""
    mine = next(first, None)
    for key in second:
        while mine is not None and mine < key:
            mine = next(first, None)
        if mine != key:
            yield key
