"""A searcher for the archive behind a URL; each database's own code is loaded only for it."""

from __future__ import annotations

from aggregator.config import find_database_file
from aggregator.search._searcher import Searcher


def open_searcher(database_url: str) -> Searcher:
    """A searcher of the archive at a URL, whose last work is `close`, or the end of a ``with``.

    Raises ArchiveError if there is no archive, or none that this program knows.
    """
    file = find_database_file(database_url)
    if file is not None:
        from aggregator.search.sqlite import SqliteEngine  # noqa: PLC0415 - one of the two

        return Searcher(SqliteEngine(file))
    from aggregator.search.postgresql import PostgresEngine  # noqa: PLC0415 - brings psycopg

    return Searcher(PostgresEngine(database_url))
