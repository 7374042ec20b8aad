"""Looking after an archive: is it whole, and a copy of it while it is in use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, Engine, select, text
from sqlalchemy import func as sql
from sqlalchemy.exc import DatabaseError

from aggregator.archive._copy import copy_archive
from aggregator.archive._engine import own_errors
from aggregator.archive._index import Index
from aggregator.archive._migrations import current_revision
from aggregator.archive._tables import article, entry
from aggregator.errors import ArchiveError
from aggregator.schema import HEAD


def check_archive(connection: Connection, index: Index) -> list[str]:
    """What is wrong with the archive, a sentence each; empty when all is well.

    Looks at the schema, at entries without article, at the search index, and on SQLite at the pages
    and keys of the database.
    """
    problems = []
    revision = current_revision(connection)
    if revision != HEAD:
        problems.append(f"the schema is {revision}, this program wants {HEAD}: run 'db upgrade'")
    checks = [_entry_problems, index.problems]
    if connection.dialect.name == "sqlite":
        checks = [_sqlite_problems, *checks]
    for check in checks:
        problems += _told(connection, check)
    return problems


def _told(connection: Connection, check: Callable[[Connection], list[str]]) -> list[str]:
    """What a check finds; damage that stops it is what it finds."""
    try:
        return check(connection)
    except DatabaseError as error:
        if "malformed" not in str(error.orig):
            raise
        return [f"integrity: {error.orig}"]


def _entry_problems(connection: Connection) -> list[str]:
    without = (
        select(sql.count())
        .select_from(entry)
        .where(~select(article).where(article.c.entry_id == entry.c.id).exists())
    )
    count = connection.execute(without).scalar_one()
    return [f"{count} entries have no article"] if count else []


def _sqlite_problems(connection: Connection) -> list[str]:
    pages = connection.execute(text("PRAGMA integrity_check(10)")).scalars()
    problems = [f"integrity: {found}" for found in pages if found != "ok"]
    keys = connection.execute(text("PRAGMA foreign_key_check"))
    problems += [
        f"table {table}, row {row}: points to nothing in {parent}" for table, row, parent, _ in keys
    ]
    return problems


def backup_archive(engine: Engine, target: Path) -> None:
    """Write a consistent, compact copy of an SQLite archive to `target`, which must not exist.

    Daemons may go on working. The copy is complete or it is not there, and only its owner may read
    it, as the archive. Raises ArchiveError for other databases, which bring tools of their own.
    """
    if engine.dialect.name != "sqlite":
        raise ArchiveError("only SQLite archives are backed up by this command; use pg_dump")
    with own_errors("cannot back up"):
        if target.exists():
            raise ArchiveError(f"{target} exists; name a new file")
        copy_archive(engine, target)
