"""Reading the index and the texts of an SQLite archive, with the standard library's driver alone.

SQLAlchemy costs 17 times a bare Python start, and a search has to answer at once
(docs/decisions/0004-search.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from aggregator.search._values import FeedNames, Found, Statistics, StoredEntry
from aggregator.search.plan import Plan
from aggregator.search.sqlite._connection import open_connection, own_errors
from aggregator.search.sqlite._dates import read_newest, read_shortest
from aggregator.search.sqlite._snapshot import Snapshot
from aggregator.search.sqlite._state import read_state
from aggregator.search.sqlite._stored import read_entries, read_feeds, read_saved
from aggregator.search.sqlite._words import read_words

_LANGUAGES = "SELECT language, documents, tokens FROM search_{number}_language WHERE documents > 0"


class SqliteEngine:
    """The `Engine` of an archive in a file; any number may work beside the daemon.

    `unfinished`: the index does not have all entries yet; what it has is searched.
    """

    def __init__(self, path: Path) -> None:
        self._connection = open_connection(path)
        self.unfinished = False
        with self.reading():
            pass

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Within it, all that is read is of one state of the archive; it may stand in another."""
        if self._connection.in_transaction:
            yield
            return
        with own_errors():
            self._connection.execute("BEGIN")
            try:
                self._snapshot = Snapshot(self._connection, read_state(self._connection))
                self.unfinished = self._snapshot.state.is_unfinished
                yield
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def statistics(self) -> Statistics:
        """The figures of the active index."""
        with self.reading():
            if not (number := self._snapshot.state.number):
                return Statistics(0, 0, {})
            rows = self._connection.execute(_LANGUAGES.format(number=number)).fetchall()
        documents = sum(row[1] for row in rows)
        return Statistics(documents, sum(row[2] for row in rows), {row[0]: row[1] for row in rows})

    def feeds(self) -> Sequence[FeedNames]:
        """All feeds that were not merged into another."""
        with self.reading():
            return read_feeds(self._connection)

    def saved(self) -> dict[str, str]:
        """The saved searches, by name."""
        with self.reading():
            return read_saved(self._connection)

    def find(self, plan: Plan, most: int) -> Found:
        """The last archived `most` entries of which `plan` is true."""
        with self.reading():
            return self._snapshot.find(plan, most)

    def score(self, plan: Plan, oldest: int, most: int) -> list[int]:
        """The best `most` ids from `oldest` on of which `plan` is true, by FTS5's BM25."""
        with self.reading():
            return self._snapshot.score(plan, oldest, most)

    def frequency(self, plan: Plan) -> int:
        """In how many documents `plan` is true; estimated where it is in very many."""
        with self.reading():
            return self._snapshot.frequency(plan)

    def newest(self, plan: Plan, limit: int, offset: int, *, is_oldest: bool = False) -> list[int]:
        """A page of the ids of which `plan` is true, by date of publication."""
        with self.reading():
            return read_newest(self._snapshot, plan, limit, offset, is_oldest=is_oldest)

    def shortest(self, ids: Iterable[int], limit: int, offset: int) -> list[int]:
        """A page of these ids, those with the shortest read time first, then the newest."""
        with self.reading():
            return read_shortest(self._snapshot, list(ids), limit, offset)

    def entries(self, ids: Sequence[int]) -> list[StoredEntry]:
        """These entries, in this order; those that are not there are left out."""
        with self.reading():
            return read_entries(self._connection, self._snapshot.state.number, ids)

    def words_like(self, beginning: str, most: int) -> list[tuple[str, int]]:
        """The commonest tokens of text that begin so, with about how many documents have them."""
        with self.reading():
            return read_words(self._connection, self._snapshot.state, beginning, most)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
