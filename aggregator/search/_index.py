"""Writing the full-text index of SQLite, in the transaction that writes the entry."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from aggregator.search._analyzer import analyze

if TYPE_CHECKING:
    # Reading must start fast: nothing here may load SQLAlchemy.
    from sqlalchemy import Connection

    from aggregator.archive import IndexText

_ADD = "INSERT INTO search_index (rowid, title, headings, body) VALUES (?, ?, ?, ?)"
_REMOVE = (
    "INSERT INTO search_index (search_index, rowid, title, headings, body) "
    "VALUES ('delete', ?, ?, ?, ?)"
)


class SqliteIndex:
    """The FTS5 table `search_index`: titles, section headings, everything else.

    The table holds no text of its own, so an entry is removed with the very words with which it
    was added; `Archive` sees to that.
    """

    def add(self, connection: Connection, texts: Iterable[IndexText]) -> None:
        """Make these entries findable."""
        _write(connection, _ADD, texts)

    def remove(self, connection: Connection, texts: Iterable[IndexText]) -> None:
        """Forget these entries."""
        _write(connection, _REMOVE, texts)


def _write(connection: Connection, statement: str, texts: Iterable[IndexText]) -> None:
    rows = [
        (text.id, analyze(text.title), analyze(text.headings), analyze(text.body)) for text in texts
    ]
    if rows:
        connection.exec_driver_sql(statement, rows)
