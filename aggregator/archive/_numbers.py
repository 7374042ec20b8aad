"""The numbers that a database gives out next; entries never get one that was given out before."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, func, select, text

from aggregator.archive._tables import entry, feed, fetch

_NUMBERED = (feed, entry, fetch)


def read_numbers(connection: Connection) -> dict[str, int]:
    """The greatest number that was given out so far, of each table whose rows are numbered."""
    if connection.dialect.name == "sqlite":
        return {table.name: _last_on_sqlite(connection, table) for table in _NUMBERED}
    return {table.name: _last_on_server(connection, table) for table in _NUMBERED}


def write_numbers(connection: Connection, numbers: dict[str, int]) -> None:
    """Have the next rows numbered from there on."""
    for name, last in numbers.items():
        if connection.dialect.name == "sqlite":
            _set_on_sqlite(connection, name, last)
        elif last > 0:
            set_next = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)")
            connection.execute(set_next, {"name": name, "last": last})


def _last_on_sqlite(connection: Connection, table: Table) -> int:
    # SQLite remembers it of tables that are never to give out a number twice: entry.
    kept = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    last = connection.execute(kept, {"name": table.name}).scalar()
    return max(int(last or 0), _greatest(connection, table))


def _last_on_server(connection: Connection, table: Table) -> int:
    named = text("SELECT pg_get_serial_sequence(:name, 'id')")
    sequence = connection.execute(named, {"name": table.name}).scalar_one()
    state: Any = connection.execute(
        text(f"SELECT last_value, is_called FROM {sequence}")  # noqa: S608 - the server's own name
    ).one()
    return max(state.last_value if state.is_called else 0, _greatest(connection, table))


def _greatest(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.max(table.c.id))).scalar() or 0)


def _set_on_sqlite(connection: Connection, name: str, last: int) -> None:
    known = text("UPDATE sqlite_sequence SET seq = :last WHERE name = :name")
    done = connection.execute(known, {"name": name, "last": last})
    if name == entry.name and not done.rowcount:
        new = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)")
        connection.execute(new, {"name": name, "last": last})
