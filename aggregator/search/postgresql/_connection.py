"""The way to the server: one connection that only reads, and survives that it is lost once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from aggregator.errors import ArchiveError, SchemaError
from aggregator.schema import COPY_TABLE, HEAD

Row = tuple[Any, ...]

_DEFAULTS = {"connect_timeout": "10", "application_name": "aggregator search"}
# Reading every row, with its tsvector, is dearer than the planner believes; compiling a statement
# costs more than any of ours. In other zones, instants at both ends of the calendar are none that
# Python knows.
_BEGIN = """
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL enable_seqscan = off;
SET LOCAL jit = off;
SET LOCAL timezone = 'UTC'
"""
_HAS_INDEX = "SELECT to_regclass('search_generation') IS NOT NULL"
_GENERATION = "SELECT number, filled_to IS NOT NULL FROM search_generation WHERE is_active"
_HAS_ENTRIES = "SELECT EXISTS (SELECT FROM entry)"
_HAS_COPY = f"SELECT to_regclass('{COPY_TABLE}') IS NOT NULL"
_HAS_SCHEMA = "SELECT to_regclass('alembic_version') IS NOT NULL"
_SCHEMA = "SELECT version_num FROM alembic_version"

_SWAPPED = (psycopg.errors.UndefinedTable, psycopg.errors.DeadlockDetected)


class Connection:
    """A connection to one archive; ArchiveError for a database that is none of ours."""

    def __init__(self, url: str) -> None:
        self._url = re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql://", url)
        self._generation: int | None = None
        self._is_reading = False
        self._may_retry = True
        self._is_unfinished: bool | None = None
        with own_errors():
            self._connection = _connect(self._url)
        try:
            with self.reading():
                self._check_schema()
        except ArchiveError:
            self.close()
            raise

    @property
    def unfinished(self) -> bool:
        """Whether there are entries, as of the last reading, that the index does not have yet."""
        if self._is_unfinished is None:
            self._is_unfinished = bool(self.rows(_HAS_ENTRIES)[0][0])
        return self._is_unfinished

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One state of the archive, whatever a writer does meanwhile; one inside another is one."""
        if self._is_reading:
            yield
            return
        with own_errors():
            self._begin_anew()
        self._is_reading = self._may_retry = True
        try:
            yield
        finally:
            self._is_reading = False
            with suppress(psycopg.Error):
                self._connection.execute("ROLLBACK")

    def rows(self, statement: str, *values: object) -> list[Row]:
        """The rows of a statement, in which ``{g}`` is the number of the active generation.

        Without an index there are none. A statement is tried again, once in a reading, on a new
        connection if the old one was lost, or in a new transaction if a new generation has just
        taken the place of the old one, whose tables are gone or are waited for in turn.
        """
        with self.reading(), own_errors():
            try:
                return self._run(statement, values)
            except psycopg.Error as error:
                is_swapped = isinstance(error, _SWAPPED)
                if not self._may_retry or not (self._connection.closed or is_swapped):
                    raise
                self._may_retry = False
                self._begin_anew()
                return self._run(statement, values)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _run(self, statement: str, values: tuple[object, ...]) -> list[Row]:
        if "{g}" in statement:
            if self._generation is None:
                return []
            statement = statement.replace("{g}", str(self._generation))
        # Bytes are taken as they are: what stands in them is ours.
        return self._connection.execute(statement.encode(), values or None).fetchall()

    def _begin_anew(self) -> None:
        try:
            self._begin()
        except psycopg.OperationalError:
            if not self._connection.closed:
                raise
            self._connection = _connect(self._url)
            self._begin()

    def _begin(self) -> None:
        if self._connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            self._connection.execute("ROLLBACK")
        self._connection.execute(_BEGIN)
        found = self._run(_GENERATION, ()) if self._run(_HAS_INDEX, ())[0][0] else []
        self._generation, self._is_unfinished = found[0] if found else (None, None)

    def _check_schema(self) -> None:
        if not self.rows(_HAS_SCHEMA)[0][0]:
            raise ArchiveError(
                "the database is no archive; name another one, or run: aggregator run"
            )
        if self.rows(_HAS_COPY)[0][0]:
            raise ArchiveError(
                "the database holds an unfinished copy; make it once more, with: aggregator db copy"
            )
        found = self.rows(_SCHEMA)
        revision = found[0][0] if found else "0"
        if revision > HEAD:
            raise SchemaError(
                f"the archive has schema {revision}, this program knows up to {HEAD}; "
                "install a newer aggregator"
            )
        if revision != HEAD:
            raise ArchiveError(f"the archive has schema {revision}; run: aggregator db upgrade")


@contextmanager
def own_errors() -> Iterator[None]:
    """Turn PostgreSQL's errors into ArchiveError, saying what to do; never with the URL."""
    try:
        yield
    except psycopg.OperationalError as error:
        raise ArchiveError(
            f"cannot search the archive: {_first_line(error)}; "
            "check that the server is running and that the database URL is right"
        ) from error
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn) as error:
        raise ArchiveError(
            f"cannot search the archive: {_first_line(error)}; run: aggregator db upgrade"
        ) from error
    except psycopg.Error as error:
        raise ArchiveError(f"cannot search the archive: {_first_line(error)}") from error


def _connect(url: str) -> psycopg.Connection[Row]:
    try:
        given = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        # What libpq says of it may hold the password.
        raise ArchiveError(
            "cannot search the archive: the database URL cannot be read; "
            "expected postgresql://user@host/database"
        ) from None
    defaults = {key: value for key, value in _DEFAULTS.items() if key not in given}
    # Statements are prepared nowhere, so that a pooler may stand between.
    return psycopg.connect(make_conninfo(url, **defaults), autocommit=True, prepare_threshold=None)


def _first_line(error: psycopg.Error) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
