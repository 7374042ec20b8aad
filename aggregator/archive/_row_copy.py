"""The rows of an SQLite file read past all its indexes, and a new file made of them.

What is spoilt beside the rows (indexes, the search index, lists of free pages) is made anew so.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from aggregator.archive._engine import own_errors
from aggregator.errors import ArchiveError

SEARCH_PREFIX = "search_"
"""So begin the tables of the search index, which whoever opens an archive makes anew."""

_SEQUENCE = "sqlite_sequence"


def has_whole_rows(connection: sqlite3.Connection, table: str) -> bool:
    """Whether all rows of a table can be read, in the order of their numbers.

    A byte that was changed inside of a text is nobody's to find.
    """
    connection.execute("PRAGMA cell_size_check = ON")
    last: int | None = None
    try:
        rows = connection.execute(f'SELECT rowid, * FROM "{table}" NOT INDEXED')  # noqa: S608
        for number, *_ in rows:
            if last is not None and number <= last:
                return False
            last = number
    except (sqlite3.Error, UnicodeDecodeError):
        return False
    return True


def table_names(connection: sqlite3.Connection) -> list[str]:
    """The tables that have rows of their own."""
    listed = "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY rowid"
    return [name for (name,) in connection.execute(listed)]


def copy_rows(source: Path, target: Path) -> None:
    """Write the tables of an archive and all their rows into an empty file, without search index.

    Raises ArchiveError where a row cannot be read, or breaks a rule of its table; what the file in
    use has in its log is part of it.
    """
    what = "cannot read all rows of the archive"
    with own_errors(what), closing(sqlite3.connect(target, isolation_level=None)) as connection:
        connection.execute("ATTACH ? AS old", (str(source),))
        # Of a new file nothing can be lost before it takes the place of the other.
        connection.execute("PRAGMA main.synchronous = OFF")
        connection.execute("BEGIN")
        schema = "SELECT type, name, tbl_name, sql FROM old.sqlite_schema WHERE sql IS NOT NULL"
        found = [row for row in connection.execute(f"{schema} ORDER BY rowid") if _is_kept(*row)]
        tables = [name for kind, name, *_ in found if kind == "table"]
        _run(connection, [row[3] for row in found if row[0] == "table" and row[1] != _SEQUENCE])
        # The numbers of the tables come last: writing rows changes them.
        for name in sorted(tables, key=lambda name: name == _SEQUENCE):
            # "WHERE true" has rows read one by one; SQLite would copy indexes as they are.
            rows = f'SELECT * FROM old."{name}" NOT INDEXED WHERE true'  # noqa: S608
            _run(connection, [f'DELETE FROM main."{name}"', f'INSERT INTO main."{name}" {rows}'])  # noqa: S608
        _run(connection, [row[3] for row in found if row[0] == "index"])
        connection.execute("COMMIT")
        [(words,), *_] = connection.execute("PRAGMA main.integrity_check")
        if words != "ok":
            raise ArchiveError(f"{what}: {words}; restore a backup")


def _run(connection: sqlite3.Connection, statements: list[str]) -> None:
    for statement in statements:
        connection.execute(statement)


def _is_kept(kind: str, name: str, table: str, _: str) -> bool:
    """Whether a part of the schema is not of the search index."""
    is_of_search = name.startswith(SEARCH_PREFIX) or table.startswith(SEARCH_PREFIX)
    return kind in {"table", "index"} and not is_of_search
