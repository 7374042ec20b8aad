"""Copies of a whole archive into another database, of whichever kind; see docs/postgresql.md.

The source is read in one transaction, so the copy is of one moment, whoever goes on writing. The
target is empty, or an unfinished copy of the same source: the table `copy_progress` says of which,
and nobody opens such an archive otherwise. It goes when both sides are the same, row by row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    Table,
    Text,
    func,
    insert,
    inspect,
    literal,
    select,
    text,
)

from aggregator.archive._engine import Database, own_errors, parse_url, sqlite_path
from aggregator.archive._lock import make_lock
from aggregator.archive._migrations import current_revision, upgrade
from aggregator.archive._numbers import read_numbers, write_numbers
from aggregator.archive._tables import metadata
from aggregator.archive._transfer import copy_table, remove_extra, tally_table
from aggregator.archive._transfer_rows import Tally
from aggregator.errors import ArchiveError
from aggregator.schema import COPY_TABLE, HEAD

Report = Callable[[str, int, int], None]
"""Hears the name of a step, and of so many rows of so many in all that were dealt with."""

_progress = Table(COPY_TABLE, MetaData(), Column("source", Text, nullable=False))


@dataclass(frozen=True, slots=True)
class ComparedTable:
    """One table on both sides: how many rows it has, and a sum that equal tables share."""

    name: str
    rows: int
    digest: str
    target_rows: int
    target_digest: str

    @property
    def is_same(self) -> bool:
        """Whether each row of either side is on the other."""
        return (self.rows, self.digest) == (self.target_rows, self.target_digest)


def copy_into(source_url: str, target_url: str, report: Report) -> list[ComparedTable]:
    """Copy an archive with all its tables and numbers into another database; the tables compared.

    The index is not copied: whoever opens the target fills it. Raises ArchiveError for a source
    that is missing or older, for a target that holds anything else, on which a daemon works, or
    that cannot be written; a copy that was cut short goes on where it was when it is made again.
    """
    with make_lock(target_url), _Pair(source_url, target_url) as pair:
        is_begun = pair.prepare_target()
        with pair.source.reading("cannot read the archive that is copied") as reader:
            _refuse_old(reader, "the archive that is copied")
            _refuse_unfinished(reader, "the archive that is copied")
            if is_begun:
                for table in reversed(metadata.sorted_tables):
                    remove_extra(reader, pair.target, table)
            tallies = pair.copy(reader, report)
            numbers = read_numbers(reader)
        tables = pair.compare(tallies, report)
        if all(table.is_same for table in tables):
            pair.finish(numbers)
        return tables


def compare_archives(source_url: str, target_url: str, report: Report) -> list[ComparedTable]:
    """The tables of two archives compared row by row, each side read at one moment."""
    _refuse_missing(sqlite_path(parse_url(target_url)))
    with _Pair(source_url, target_url) as pair:
        with pair.target.reading("cannot read the copy") as reader:
            _refuse_unfinished(reader, "the target")
        with pair.source.reading("cannot read the archive that was copied") as reader:
            _refuse_old(reader, "the archive that was copied")
            _refuse_unfinished(reader, "the archive that was copied")
            step = _Step("reading", _count_rows(reader), report)
            tallies = {
                table.name: tally_table(reader, table, step) for table in metadata.sorted_tables
            }
        return pair.compare(tallies, report)


class _Step:
    """Counts the rows of one step for whoever watches."""

    def __init__(self, name: str, total: int, report: Report) -> None:
        self._name, self._total, self._report = name, total, report
        self._done = 0

    def __call__(self, table: Table, rows: int) -> None:
        self._done += rows
        self._report(f"{self._name} {table.name}", self._done, self._total)


class _Pair:
    """The two databases of a copy; a context manager that closes both."""

    def __init__(self, source_url: str, target_url: str) -> None:
        source, target = parse_url(source_url), parse_url(target_url)
        path = sqlite_path(source)
        _refuse_missing(path)
        # Who it is, without the words by which it is entered.
        self._source_name = str(path.resolve()) if path else _server_name(source_url)
        self.source, self.target = Database(source), Database(target)

    def prepare_target(self) -> bool:
        """Give the target its tables; whether a copy of this source was begun there before."""
        begun = self._read_progress()
        if begun is not None and begun != self._source_name:
            raise ArchiveError(
                f"the target holds an unfinished copy of {begun}; "
                "finish that one, or name an empty database"
            )
        if begun is None:
            with self.target.reading("cannot read the target") as reader:
                if current_revision(reader):
                    _refuse_old(reader, "the target")
            upgrade(self.target.engine)
            with self.target.writing("cannot begin the copy") as writer:
                _refuse_full(writer)
                _progress.create(writer)
                writer.execute(insert(_progress).values(source=self._source_name))
        with self.target.reading("cannot read the target") as reader:
            _refuse_old(reader, "the target")
        return begun is not None

    def copy(self, reader: Connection, report: Report) -> dict[str, Tally]:
        """Copy all tables, those first to which others point; the tally of each."""
        step = _Step("copying", _count_rows(reader), report)
        return {
            table.name: copy_table(reader, self.target, table, step)
            for table in metadata.sorted_tables
        }

    def compare(self, tallies: dict[str, Tally], report: Report) -> list[ComparedTable]:
        """The tables of the target beside the tallies of the source."""
        compared = []
        with self.target.reading("cannot read the copy") as reader:
            _refuse_old(reader, "the target")
            step = _Step("comparing", _count_rows(reader), report)
            for table in metadata.sorted_tables:
                mine, other = tallies[table.name], tally_table(reader, table, step)
                compared.append(
                    ComparedTable(table.name, mine.rows, mine.digest, other.rows, other.digest)
                )
        return compared

    def finish(self, numbers: dict[str, int]) -> None:
        """Make the copy an archive like any other; whoever opens it makes its index."""
        with self.target.writing("cannot finish the copy") as writer:
            write_numbers(writer, numbers)
            _drop_index(writer)
            _progress.drop(writer)
            if writer.dialect.name == "postgresql":
                # The planner knows nothing of tables that were filled a moment ago.
                writer.execute(text("ANALYZE"))

    def _read_progress(self) -> str | None:
        with self.target.reading("cannot read the target") as reader:
            if not inspect(reader).has_table(_progress.name):
                return None
            return reader.execute(select(_progress.c.source)).scalar()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        _dispose(self.source.engine)
        _dispose(self.target.engine)


def _dispose(engine: Engine) -> None:
    with own_errors("cannot close the database"):
        engine.dispose()


def _server_name(url: str) -> str:
    parts = parse_url(url)
    return f"{parts.host or parts.query.get('host', '')}:{parts.port or 5432}/{parts.database}"


def _refuse_missing(path: Path | None) -> None:
    if path is not None and not path.exists():
        raise ArchiveError(f"there is no archive at {path}")


def _refuse_unfinished(reader: Connection, what: str) -> None:
    if inspect(reader).has_table(COPY_TABLE):
        raise ArchiveError(
            f"{what} is an unfinished copy; make it once more, with: aggregator db copy"
        )


def _refuse_old(reader: Connection, what: str) -> None:
    revision = current_revision(reader)
    if revision != HEAD:
        raise ArchiveError(
            f"{what} has schema {revision or 'none'}, this program wants {HEAD}; "
            "bring it there first: aggregator db upgrade --db URL"
        )


def _refuse_full(connection: Connection) -> None:
    for table in metadata.sorted_tables:
        if connection.execute(select(literal(1)).select_from(table).limit(1)).first():
            raise ArchiveError(
                "the target holds an archive already; name an empty database, "
                "or compare the two with --verify-only"
            )


def _count_rows(connection: Connection) -> int:
    return sum(
        connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
    )


def _drop_index(connection: Connection) -> None:
    """Drop the tables of a search index that knows nothing of what was copied."""
    names = [name for name in inspect(connection).get_table_names() if name.startswith("search_")]
    if connection.dialect.name == "sqlite":
        # The tables behind a virtual one go with it, and cannot go before.
        virtual = "SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL TABLE%'"
        first = set(connection.execute(text(virtual)).scalars())
        names = sorted(names, key=lambda name: name not in first)
    for name in names:
        connection.execute(text(f'DROP TABLE IF EXISTS "{name}"'))
