"""The way to the file: a connection that only reads, to an archive that this program knows."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aggregator.errors import ArchiveError, SchemaError
from aggregator.schema import COPY_TABLE, HEAD

_PRAGMAS = (
    "PRAGMA query_only=1",
    "PRAGMA cache_size=-16384",
    "PRAGMA mmap_size=1073741824",
)
_STATEMENTS = 512  # a few for each shard of a large archive
_SPOILT = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})


def open_connection(path: Path) -> sqlite3.Connection:
    """A connection that cannot write; ArchiveError for a file that is no archive of ours."""
    _check_exists(path)
    with own_errors():
        mode = "mode=ro&immutable=1" if _is_still(path) else "mode=rw"
        uri = f"{path.absolute().as_uri()}?{mode}"
        connection = sqlite3.connect(
            uri, uri=True, isolation_level=None, cached_statements=_STATEMENTS
        )
    try:
        with own_errors():
            for pragma in _PRAGMAS:
                connection.execute(pragma)
            _check_schema(connection)
    except ArchiveError:
        connection.close()
        raise
    return connection


@contextmanager
def own_errors() -> Iterator[None]:
    """Turn SQLite's errors into ArchiveError, saying what to do about a spoilt file."""
    try:
        yield
    except sqlite3.Error as error:
        # The error itself has no code where the driver, not SQLite, has found the mistake.
        is_spoilt = getattr(error, "sqlite_errorcode", 0) & 0xFF in _SPOILT
        advice = "; restore a backup (see docs/operations.md) or name another file"
        raise ArchiveError(
            f"cannot search the archive: {error}{advice if is_spoilt else ''}"
        ) from error
    except OSError as error:
        raise ArchiveError(f"cannot open the archive: {error.strerror}") from error


def _check_exists(path: Path) -> None:
    with own_errors():
        if not path.is_file():
            raise ArchiveError(f"there is no archive at {path} yet; start with: aggregator run")


def _is_still(path: Path) -> bool:
    """Whether the file cannot change, nor have the log beside it by which SQLite reads it."""
    is_unwritable = bool(os.statvfs(path).f_flag & os.ST_RDONLY)
    return is_unwritable and not path.with_name(f"{path.name}-wal").exists()


def _check_schema(connection: sqlite3.Connection) -> None:
    found = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
    tables = {row[0] for row in found}
    if COPY_TABLE in tables:
        raise ArchiveError(
            "the database holds an unfinished copy; make it once more, with: aggregator db copy"
        )
    if "alembic_version" not in tables:
        raise ArchiveError("the file is no archive; name another one, or run: aggregator run")
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    revision = row[0] if row else "0"
    if revision > HEAD:
        raise SchemaError(
            f"the archive has schema {revision}, this program knows up to {HEAD}; "
            "install a newer aggregator"
        )
    if revision != HEAD:
        raise ArchiveError(f"the archive has schema {revision}; run: aggregator db upgrade")
