"""The tables that every generation of the index has, in SQL that SQLite and PostgreSQL share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # Reading must start fast: nothing here may load SQLAlchemy.
    from sqlalchemy import Connection, CursorResult, TextClause

IDS_PER_STATEMENT = 500
"""How many ids one statement names; any build of any database takes so many."""


@dataclass(frozen=True, slots=True)
class Generation:
    """One index of the archive.

    `filled_to` is None when it is whole, else the last id that it has been filled with;
    `analyzer_version` is that of the program that began it.
    """

    number: int
    analyzer_version: int
    filled_to: int | None
    is_active: bool

    def reaches(self, entry_id: int) -> bool:
        """Whether the entry belongs into it by now."""
        return self.filled_to is None or entry_id <= self.filled_to


@dataclass(frozen=True, slots=True)
class Row:
    """What the index remembers of a document; a stale one has the words of an older text."""

    language: str
    length: int
    is_stale: bool


_CREATE = """
CREATE TABLE IF NOT EXISTS search_generation (
    number INTEGER PRIMARY KEY,
    analyzer_version INTEGER NOT NULL,
    filled_to BIGINT,
    is_active BOOLEAN NOT NULL
)
"""
_CREATE_LANGUAGE = """
CREATE TABLE search_{number}_language (
    language VARCHAR(64) PRIMARY KEY,
    documents BIGINT NOT NULL,
    tokens BIGINT NOT NULL
)
"""
_INSERT = "INSERT INTO search_generation VALUES (:number, :version, :filled_to, :is_active)"
_DROP_LANGUAGE = "DROP TABLE IF EXISTS search_{number}_language"
_DELETE = "DELETE FROM search_generation WHERE number = :number"
_FILLED = "UPDATE search_generation SET filled_to = :filled_to WHERE number = :number"
_ACTIVATE = "UPDATE search_generation SET filled_to = NULL, is_active = TRUE WHERE number = :number"
_GENERATIONS = """
SELECT number, analyzer_version, filled_to, is_active FROM search_generation ORDER BY number
"""
_ROWS = """
SELECT entry_id, language, length, is_stale FROM search_{number}_document WHERE entry_id IN ({ids})
"""
_STALE = "UPDATE search_{number}_document SET is_stale = TRUE WHERE entry_id IN ({ids})"
_COUNT = """
INSERT INTO search_{number}_language (language, documents, tokens)
VALUES (:language, :documents, :tokens)
ON CONFLICT (language) DO UPDATE SET
    documents = search_{number}_language.documents + excluded.documents,
    tokens = search_{number}_language.tokens + excluded.tokens
"""
_MISSING = """
SELECT count(*) FROM entry
WHERE id <= :last AND id NOT IN (SELECT entry_id FROM search_{number}_document)
"""
_SURPLUS = """
SELECT count(*) FROM search_{number}_document
WHERE NOT is_stale AND entry_id NOT IN (SELECT id FROM entry)
"""
_MISCOUNTED = """
WITH counted AS (SELECT language, documents, tokens FROM search_{number}_language)
SELECT count(*) FROM (
    SELECT language, count(*), sum(length) FROM search_{number}_document GROUP BY language
    EXCEPT SELECT language, documents, tokens FROM counted
) AS miscounted
"""
_STALE_ROWS = "SELECT count(*) FROM search_{number}_document WHERE is_stale"
# The languages come first, as for whoever drops or searches a generation: so nobody waits in turn.
_PROBLEMS = (
    (_MISCOUNTED, "languages of the search index are counted wrongly"),
    (_MISSING, "entries are not in the search index"),
    (_SURPLUS, "rows of the search index belong to no entry"),
    (_STALE_ROWS, "entries are found by the words of an older text"),
)
_LAST_ID = 2**63 - 1


def has_table(connection: Connection, name: str) -> bool:
    """Whether there is such a table."""
    return connection.dialect.has_table(connection, name)


def is_there(connection: Connection, number: int) -> bool:
    """Whether the generation has its tables."""
    names = (f"search_{number}_document", f"search_{number}_language")
    return all(has_table(connection, name) for name in names)


def has_entries(connection: Connection) -> bool:
    """Whether anything is archived."""
    return _run(connection, "SELECT 1 FROM entry LIMIT 1").first() is not None


def create_generations(connection: Connection) -> None:
    """Make the list of generations, if it is not there."""
    _run(connection, _CREATE)


def create_generation(connection: Connection, made: Generation) -> None:
    """Put a generation on the list, and make its table of languages."""
    _run(connection, _CREATE_LANGUAGE.format(number=made.number))
    _run(
        connection,
        _INSERT,
        number=made.number,
        version=made.analyzer_version,
        filled_to=made.filled_to,
        is_active=made.is_active,
    )


def drop_generation(connection: Connection, number: int) -> None:
    """Take a generation from the list, with its table of languages."""
    _run(connection, _DROP_LANGUAGE.format(number=number))
    _run(connection, _DELETE, number=number)


def activate(connection: Connection, number: int) -> None:
    """Have the generation searched from now on; it is whole."""
    _run(connection, _ACTIVATE, number=number)


def set_filled_to(connection: Connection, number: int, filled_to: int) -> None:
    """Remember how far the generation has come."""
    _run(connection, _FILLED, number=number, filled_to=filled_to)


def generations(connection: Connection) -> list[Generation]:
    """All generations, the oldest first."""
    found = _run(connection, _GENERATIONS)
    return [Generation(row[0], row[1], row[2], bool(row[3])) for row in found]


def find_unfinished(connection: Connection) -> Generation | None:
    """The newest generation that is not whole."""
    unfinished = [one for one in generations(connection) if one.filled_to is not None]
    return unfinished[-1] if unfinished else None


def in_steps(ids: Sequence[int]) -> Iterator[str]:
    """The ids as lists for ``IN (...)``, at most `IDS_PER_STATEMENT` in each."""
    for start in range(0, len(ids), IDS_PER_STATEMENT):
        yield ", ".join(str(int(key)) for key in ids[start : start + IDS_PER_STATEMENT])


def find_rows(connection: Connection, number: int, ids: Sequence[int]) -> dict[int, Row]:
    """What the generation remembers of these entries, by id; nothing of those that it lacks."""
    found = {}
    for listed in in_steps(ids):
        rows = connection.exec_driver_sql(_ROWS.format(number=number, ids=listed))
        for entry_id, language, length, is_stale in rows:
            found[entry_id] = Row(language, length, bool(is_stale))
    return found


def mark_stale(connection: Connection, number: int, ids: Sequence[int]) -> None:
    """Remember that the generation has the words of older texts of these entries."""
    for listed in in_steps(ids):
        connection.exec_driver_sql(_STALE.format(number=number, ids=listed))


def add_counts(connection: Connection, number: int, rows: Iterable[Row], sign: int) -> None:
    """Count these documents in the figures of their languages, or with `sign` -1 out of them."""
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        counted[row.language][0] += sign
        counted[row.language][1] += sign * row.length
    for language, (documents, tokens) in counted.items():
        values = {"language": language, "documents": documents, "tokens": tokens}
        _run(connection, _COUNT.format(number=number), **values)


def problems_of(connection: Connection, one: Generation) -> list[str]:
    """What is wrong with the tables that every generation has, a sentence each."""
    last = _LAST_ID if one.filled_to is None else one.filled_to
    found = []
    for statement, sentence in _PROBLEMS:
        values = {"last": last} if statement is _MISSING else {}
        count = _run(connection, statement.format(number=one.number), **values).scalar_one()
        if count:
            found.append(f"{count} {sentence} (generation {one.number})")
    return found


def _run(
    connection: Connection, statement: str, **values: object
) -> CursorResult[*tuple[Any, ...]]:
    return connection.execute(_text(statement), values)


@lru_cache(maxsize=256)
def _text(statement: str) -> TextClause:
    from sqlalchemy import text  # noqa: PLC0415 - a reader of the index never needs it

    return text(statement)
