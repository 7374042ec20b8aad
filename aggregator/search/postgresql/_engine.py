"""Reading the index and the texts of a PostgreSQL archive, with its driver alone.

SQLAlchemy costs 17 times a bare Python start, and a search has to answer at once
(docs/decisions/0004-search.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from aggregator.search._values import FeedNames, Found, Statistics, StoredEntry
from aggregator.search.plan import Plan
from aggregator.search.postgresql._connection import Connection
from aggregator.search.postgresql._dates import read_newest, read_shortest
from aggregator.search.postgresql._entries import read_entries, read_feeds, read_saved
from aggregator.search.postgresql._finding import Finder
from aggregator.search.postgresql._scoring import best_of
from aggregator.search.postgresql._words import read_words

_LANGUAGES = "SELECT language, documents, tokens FROM search_{g}_language WHERE documents > 0"


class PostgresEngine:
    """The `Engine` of an archive in a PostgreSQL database; one thread at a time uses it.

    `url` is a database URL as the settings have it; ArchiveError for one that cannot be reached or
    is no archive of this program. `unfinished`: the index does not have all entries yet; what it
    has is searched.
    """

    def __init__(self, url: str) -> None:
        self._connection = Connection(url)
        self._finder: Finder | None = None

    @property
    def unfinished(self) -> bool:
        """Whether there were entries, at the last reading, that the index did not have."""
        return self._connection.unfinished

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Within it, all that is read is of one state of the archive; it may stand in another.

        A connection that was lost is made anew, once, and the rest is read of the state of then.
        """
        with self._finding():
            yield

    def statistics(self) -> Statistics:
        """The figures of the active index."""
        rows = self._connection.rows(_LANGUAGES)
        documents = sum(row[1] for row in rows)
        return Statistics(documents, sum(row[2] for row in rows), {row[0]: row[1] for row in rows})

    def feeds(self) -> Sequence[FeedNames]:
        """All feeds that were not merged into another."""
        return read_feeds(self._connection)

    def saved(self) -> dict[str, str]:
        """The saved searches, by name."""
        return read_saved(self._connection)

    def find(self, plan: Plan, most: int) -> Found:
        """The last archived `most` entries of which `plan` is true."""
        with self._finding() as finder:
            return finder.find(plan, most)

    def score(self, plan: Plan, oldest: int, most: int) -> list[int]:
        """The best `most` ids from `oldest` on of which `plan` is true, see `_scoring.py`."""
        with self._finding() as finder:
            return best_of(finder, self.statistics(), plan, oldest, most)

    def frequency(self, plan: Plan) -> int:
        """In how many documents `plan` is true; estimated where it is in very many."""
        with self._finding() as finder:
            return finder.frequency(plan)

    def newest(self, plan: Plan, limit: int, offset: int, *, is_oldest: bool = False) -> list[int]:
        """A page of the ids of which `plan` is true, by date of publication."""
        with self._finding() as finder:
            return read_newest(finder, plan, limit, offset, is_oldest=is_oldest)

    def shortest(self, ids: Iterable[int], limit: int, offset: int) -> list[int]:
        """A page of these ids, those with the shortest read time first, then the newest."""
        with self._finding() as finder:
            return read_shortest(finder, list(ids), limit, offset)

    def entries(self, ids: Sequence[int]) -> list[StoredEntry]:
        """These entries, in this order; those that are not there are left out."""
        with self._finding():
            return read_entries(self._connection, ids)

    def words_like(self, beginning: str, most: int) -> list[tuple[str, int]]:
        """The commonest tokens of text that begin so, with about how many documents have them."""
        with self._finding() as finder:
            return read_words(finder, beginning, most)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    @contextmanager
    def _finding(self) -> Iterator[Finder]:
        """What finds in the state of the archive that is being read; one inside another is one."""
        if self._finder is not None:
            yield self._finder
            return
        with self._connection.reading():
            self._finder = Finder(self._connection)
            try:
                yield self._finder
            finally:
                self._finder = None
