"""Generations of the index: one is searched while the next is filled beside it.

Generation g is the tables whose names begin with `search_g_`. Whoever writes an entry writes it to
every generation that has come so far, so that a new one is whole when it takes the old one's place.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from aggregator.search import _generation_rows as _rows
from aggregator.search._generation_rows import Generation, Row
from aggregator.search.terms import ANALYZER_VERSION, Analyzed, Document, analyze, document_of

if TYPE_CHECKING:
    # Reading must start fast: nothing here may load SQLAlchemy.
    from sqlalchemy import Connection

    from aggregator.archive import IndexEntry


class GenerationTables(ABC):
    """The tables of a generation in one kind of database; all of it in the caller's transaction.

    The table `search_g_document` has a row for each document, with at least the columns `entry_id`
    (the key), `language`, `length` (tokens of text) and `is_stale` (a boolean, false at first).
    """

    @abstractmethod
    def create(self, connection: Connection, number: int) -> None:
        """Make the tables of the generation, but not `search_g_language`."""

    @abstractmethod
    def drop(self, connection: Connection, number: int) -> None:
        """Drop the tables of the generation, as many as there are."""

    @abstractmethod
    def insert(self, connection: Connection, number: int, analyzed: Sequence[Analyzed]) -> None:
        """Write these documents, by ascending id; none is there yet."""

    @abstractmethod
    def delete(self, connection: Connection, number: int, documents: Sequence[Document]) -> None:
        """Take out these documents; all are there, none is stale, their texts are as inserted."""

    @abstractmethod
    def problems_of(self, connection: Connection, number: int) -> list[str]:
        """What is wrong with the database's own part of the generation, a sentence each."""

    def lock_counts(self, connection: Connection) -> None:  # noqa: B027 - see `lock`
        """Keep others from counting languages until the transaction ends.

        Who counts several, in whatever order, waits for nobody who waits for it.
        """

    def lock(self, connection: Connection, *, is_alone: bool) -> None:  # noqa: B027 - see there
        """Keep others away until the transaction ends: who fills an index `is_alone`.

        Writers share the lock with one another. Where a database has one writer at a time,
        there is nothing to do.
        """


class GenerationIndex(GenerationTables):
    """The archive's `Index`, whatever the database: who writes what to which generation.

    `filled_to` is asked before the entries for `fill` are read, in the same transaction.
    """

    def is_prepared(self, connection: Connection) -> bool:
        """Whether `prepare` has nothing to do; cheap, it only reads."""
        if not _rows.has_table(connection, "search_generation"):
            return False
        generations = _rows.generations(connection)
        return (
            any(one.is_active for one in generations)
            and any(one.analyzer_version == ANALYZER_VERSION for one in generations)
            and not any(map(_is_outdated, generations))
            and all(_rows.is_there(connection, one.number) for one in generations)
        )

    def prepare(self, connection: Connection) -> None:
        """Make the first generation, or the next one for an analysis that is not this program's."""
        self.lock(connection, is_alone=True)
        _rows.create_generations(connection)
        for one in _rows.generations(connection):
            if _is_outdated(one) or not _rows.is_there(connection, one.number):
                self._forget(connection, one)
        generations = _rows.generations(connection)
        if not any(one.is_active for one in generations):
            self._make(connection, is_active=True)
        elif all(one.analyzer_version != ANALYZER_VERSION for one in generations):
            self.begin(connection)

    def begin(self, connection: Connection) -> None:
        """Begin a generation beside the active one; another that was begun is given up."""
        self.lock(connection, is_alone=True)
        for one in _rows.generations(connection):
            if not one.is_active:
                self._forget(connection, one)
        made = self._make(connection, is_active=False)
        if made.filled_to is None:
            self._activate(connection, made)

    def add(self, connection: Connection, entries: Sequence[IndexEntry]) -> None:
        """Make these entries findable; those that only have a stale row keep it."""
        if not entries:
            return
        self.lock(connection, is_alone=False)
        analysis = _Analysis(entries)
        for one in _rows.generations(connection):
            ids = [key for key in analysis.ids if one.reaches(key)]
            present = _rows.find_rows(connection, one.number, ids)
            self._insert(connection, one, [analysis[key] for key in ids if key not in present])

    def remove(self, connection: Connection, entries: Sequence[IndexEntry]) -> None:
        """Forget these entries, as far as they are in the index.

        What another analysis has added cannot be taken out by its words, so it becomes stale: it
        is found by its old words until the next generation takes over.
        """
        if not entries:
            return
        self.lock(connection, is_alone=False)
        by_id = {entry.id: entry for entry in entries}
        for one in _rows.generations(connection):
            found = _rows.find_rows(connection, one.number, list(by_id))
            fresh = {key: row for key, row in found.items() if not row.is_stale}
            if one.analyzer_version != ANALYZER_VERSION:
                _rows.mark_stale(connection, one.number, list(fresh))
            elif fresh:
                documents = [document_of(by_id[key]) for key in sorted(fresh)]
                self.delete(connection, one.number, documents)
                self._count(connection, one, fresh.values(), -1)

    def filled_to(self, connection: Connection) -> int | None:
        """The id up to which the unfinished generation is filled; None if none is unfinished."""
        if _rows.find_unfinished(connection) is None:
            return None  # nobody is kept away for nothing
        self.lock(connection, is_alone=True)
        unfinished = _rows.find_unfinished(connection)
        return unfinished.filled_to if unfinished else None

    def fill(self, connection: Connection, entries: Sequence[IndexEntry]) -> None:
        """Add the next entries to the unfinished generation; without any, it becomes active."""
        unfinished = _rows.find_unfinished(connection)
        if unfinished is None:
            return
        if not entries:
            self._activate(connection, unfinished)
            return
        analysis = _Analysis([one for one in entries if not unfinished.reaches(one.id)])
        self._insert(connection, unfinished, [analysis[key] for key in analysis.ids])
        if analysis.ids:
            _rows.set_filled_to(connection, unfinished.number, analysis.ids[-1])

    def problems(self, connection: Connection) -> list[str]:
        """What is wrong with any generation, a sentence each."""
        if not self.is_prepared(connection):
            return ["there is no search index for this program; run: aggregator search reindex"]
        found = []
        for one in _rows.generations(connection):
            found += _rows.problems_of(connection, one)
            found += self.problems_of(connection, one.number)
        return found

    def _make(self, connection: Connection, *, is_active: bool) -> Generation:
        number = 1 + max((one.number for one in _rows.generations(connection)), default=0)
        filled_to = 0 if _rows.has_entries(connection) else None
        made = Generation(number, ANALYZER_VERSION, filled_to, is_active)
        _rows.create_generation(connection, made)
        self.create(connection, number)
        return made

    def _forget(self, connection: Connection, one: Generation) -> None:
        # In the order in which searches read them, so that neither waits for the other in turn.
        _rows.drop_generation(connection, one.number)
        self.drop(connection, one.number)

    def _activate(self, connection: Connection, finished: Generation) -> None:
        for one in _rows.generations(connection):
            if one.number != finished.number:
                self._forget(connection, one)
        _rows.activate(connection, finished.number)

    def _insert(self, connection: Connection, one: Generation, analyzed: list[Analyzed]) -> None:
        if analyzed:
            self.insert(connection, one.number, analyzed)
            counted = [Row(each.language, each.length, is_stale=False) for each in analyzed]
            self._count(connection, one, counted, 1)

    def _count(
        self, connection: Connection, one: Generation, rows: Iterable[Row], sign: int
    ) -> None:
        self.lock_counts(connection)
        _rows.add_counts(connection, one.number, rows, sign)


def _is_outdated(one: Generation) -> bool:
    return not one.is_active and one.analyzer_version != ANALYZER_VERSION


class _Analysis:
    """The entries analysed, by id, each once and only when it is asked for."""

    def __init__(self, entries: Iterable[IndexEntry]) -> None:
        self._entries = {entry.id: entry for entry in entries}
        self._analyzed: dict[int, Analyzed] = {}
        self.ids = sorted(self._entries)

    def __getitem__(self, entry_id: int) -> Analyzed:
        if entry_id not in self._analyzed:
            self._analyzed[entry_id] = analyze(document_of(self._entries[entry_id]))
        return self._analyzed[entry_id]
