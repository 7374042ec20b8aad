"""Engines for a database URL: pragmas, who may write, and errors in our own words.

SQLite runs in WAL mode with one writer. `synchronous=NORMAL` may lose the last commits when the
power fails, never consistency; entries and validators share a transaction, so what is lost is
simply polled again (docs/decisions/0003-sqlite.md). What PostgreSQL needs is in `_server`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from sqlite3 import (
    SQLITE_BUSY,
    SQLITE_FULL,
    SQLITE_IOERR,
    SQLITE_IOERR_READ,
    SQLITE_IOERR_SHORT_READ,
    SQLITE_LOCKED,
    SQLITE_READONLY,
)
from sqlite3 import Connection as SqliteConnection
from sqlite3 import Error as SqliteError

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from aggregator.archive._server import connect_arguments, is_passing, server_words
from aggregator.errors import ArchiveError, UnreachableError, UnwritableError

BUSY_TIMEOUT_S = 30
"""How long a writer waits for another process's transaction (ours last milliseconds).

``sqlite:////path/archive.db?timeout=5`` says otherwise for one archive.
"""

_PRAGMAS = (
    "PRAGMA synchronous=NORMAL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-8192",
)


def parse_url(database_url: str) -> URL:
    """The parts of a database URL; ArchiveError for one that is none or of an unknown kind."""
    try:
        url = make_url(database_url)
    except (ArgumentError, ValueError) as error:
        raise ArchiveError("not a database URL; expected sqlite:////path/archive.db") from error
    kind = url.get_backend_name()
    if kind == "postgresql":
        if "@" in (url.host or ""):
            raise ArchiveError("the password in the database URL has an @; write %40 for it")
        return url.set(drivername="postgresql+psycopg")
    if kind != "sqlite":
        raise ArchiveError(f"unknown kind of database {kind!r}; use sqlite:////path/archive.db")
    if not url.database or url.database == ":memory:" or "\0" in url.database:
        raise ArchiveError("an archive is a file; use sqlite:////path/archive.db")
    return url.set(drivername="sqlite")


def sqlite_path(url: URL) -> Path | None:
    """The file of an SQLite archive, None for other databases."""
    if url.get_backend_name() != "sqlite" or url.database is None:
        return None
    return Path(url.database)


def open_engine(url: URL) -> Engine:
    """An engine whose transactions take the write lock at once on SQLite (`BEGIN IMMEDIATE`).

    A transaction that begins as a reader and writes later fails at once when another one wrote in
    between, whatever the busy timeout; taking the lock first makes it wait instead.
    """
    path = sqlite_path(url)
    if path is None:
        # A connection that the server has ended since is replaced before it is used.
        return create_engine(url, connect_args=connect_arguments(url), pool_pre_ping=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    # SQLAlchemy takes "link/.." for nothing; the system, and whoever reads the path, does not.
    real_path = os.path.realpath(path)
    plain_url = url.difference_update_query(["timeout"]).set(database=real_path)
    engine = create_engine(plain_url, connect_args={"timeout": _busy_timeout_s(url)})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin)
    _create_private(real_path)
    return engine


class Database:
    """The transactions of one archive: those that read and those that write.

    `what` completes the sentence of the ArchiveError that is raised when one fails.
    """

    def __init__(self, url: URL) -> None:
        with own_errors("cannot open the archive"):
            self.engine = open_engine(url)

    @contextmanager
    def writing(self, what: str) -> Iterator[Connection]:
        """A transaction that is committed at the end, or rolled back if anything is raised."""
        with own_errors(what), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self, what: str) -> Iterator[Connection]:
        """A transaction that sees one state of the archive and holds up no writer."""
        with own_errors(what), self.engine.connect() as connection:
            reader = as_reader(connection)
            with reader.begin():
                yield reader


def as_reader(connection: Connection) -> Connection:
    """`connection`, whose transactions see one state of the database and write nothing."""
    if connection.dialect.name == "sqlite":
        return connection.execution_options(reads=True)
    return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _create_private(path: str) -> None:
    """Make a new archive its owner's alone: feeds' URLs may hold passwords.

    The files beside it take its mode from it. A file that is there keeps its own, and is not
    opened: closing it would end all locks that this process has on it.
    """
    with suppress(OSError):  # what keeps us from creating it is told when SQLite tries
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def _busy_timeout_s(url: URL) -> float:
    given = str(url.query.get("timeout", BUSY_TIMEOUT_S))
    if not given.replace(".", "", 1).isdecimal():
        raise ArchiveError(f"timeout={given} in the database URL is no number of seconds")
    return min(float(given), 3600.0)


def _prepare_sqlite(connection: SqliteConnection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


@contextmanager
def own_errors(what: str) -> Iterator[None]:
    """Turn the database's errors into ArchiveError, saying what failed and what to do."""
    try:
        yield
    except DBAPIError as error:
        kind = UnreachableError if is_passing(error) else _kind_of(error.orig)
        raise kind(f"{what}: {_words(error.orig)}{_advice(error.orig)}") from error
    except SQLAlchemyError as error:
        raise ArchiveError(f"{what}: {error}") from error
    except SqliteError as error:
        raise _kind_of(error)(f"{what}: {error}{_advice(error)}") from error
    except OverflowError as error:
        # SQLite's driver has no error of its own for a number that no column can hold.
        raise ArchiveError(f"{what}: {error}") from error
    except OSError as error:
        raise ArchiveError(f"{what}: {error.strerror or error}: {error.filename}") from error


def _kind_of(cause: BaseException | None) -> type[ArchiveError]:
    """What an error of SQLite means for whoever wanted something of the archive."""
    code = getattr(cause, "sqlite_errorcode", None) if isinstance(cause, SqliteError) else None
    if code is None:
        return ArchiveError
    # The lower byte is the kind, the upper ones say more of it.
    kind = code & 0xFF
    if kind in {SQLITE_BUSY, SQLITE_LOCKED}:
        return UnreachableError
    is_read = code in {SQLITE_IOERR_READ, SQLITE_IOERR_SHORT_READ}
    is_write = kind == SQLITE_IOERR and not is_read
    return UnwritableError if is_write or kind in {SQLITE_FULL, SQLITE_READONLY} else ArchiveError


def _words(cause: BaseException | None) -> str:
    return str(cause) if isinstance(cause, SqliteError) else server_words(cause)


def _advice(cause: BaseException | None) -> str:
    message = str(cause)
    if "locked" in message:
        return "; another program is writing to the archive, try again when it is done"
    if "not a database" in message or "malformed" in message:
        return "; restore a backup (see docs/operations.md) or name another file"
    if "readonly" in message or "unable to open" in message:
        return "; check that the file and its folder are yours to write"
    if "full" in message:
        return "; free some disk space"
    return ""
