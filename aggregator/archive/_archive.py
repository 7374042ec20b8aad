"""The archive as other rooms see it: values in, values out, one transaction a call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from aggregator.archive import (
    _basis,
    _deleting,
    _indexing,
    _known,
    _maintenance,
    _migrations,
    _recording,
)
from aggregator.archive._activity import Watching
from aggregator.archive._basis import Basis
from aggregator.archive._engine import Database, parse_url, sqlite_path
from aggregator.archive._entries import read_entries
from aggregator.archive._feed_access import Feeds
from aggregator.archive._host_access import Hosts
from aggregator.archive._index import Index
from aggregator.archive._known import Known
from aggregator.archive._leases import Lease
from aggregator.archive._notes import Notes, Poisons, Subscriptions
from aggregator.archive._revisions import read_revisions
from aggregator.archive._saved import SavedSearches
from aggregator.archive._selection import Selection
from aggregator.errors import ArchiveError, NotFoundError, UnreachableError, UnwritableError
from aggregator.model import (
    ArchivedEntry,
    Entry,
    Feed,
    Item,
    ParsedFeed,
    PollResult,
    Revision,
)


class Archive:
    """Everything stored, in the database behind one URL, brought to the newest schema on opening.

        with Archive("sqlite:////home/me/archive.db", SqliteIndex()) as archive:
            archive.feeds.all()
            archive.entries.get(17)

    Every method of `feeds`, `entries`, `hosts` and the others is one transaction and raises
    ArchiveError when it cannot be done; nothing of it was, then. Threads may share an archive.
    """

    def __init__(self, database_url: str, index: Index) -> None:
        url = parse_url(database_url)
        self.path = sqlite_path(url)
        self._database = Database(url)
        self._index = index
        try:
            _migrations.upgrade(self._database.engine)
            _indexing.open_index(self._database, index)
        except BaseException:
            self.close()
            raise
        self.feeds = Feeds(self._database)
        self.entries = Entries(self._database, index)
        self.saved = SavedSearches(self._database)
        self.hosts = Hosts(self._database)
        self.notes = Notes(self._database)
        self.poison = Poisons(self._database)
        self.subscriptions = Subscriptions(self._database)
        self.watching = Watching(self._database, self.path)

    def check(self) -> list[str]:
        """What is wrong with the archive, a sentence each; empty when all is well."""
        problems: list[str] = []
        try:
            with self._database.reading("cannot check the archive") as connection:
                problems = _maintenance.check_archive(connection, self._index)
        except ArchiveError:
            # Damage may end even a transaction that only reads, after it has been told of.
            if not problems:
                raise
        return problems

    def check_index(self) -> list[str]:
        """What is wrong with the search index alone, as `check` says it."""
        with self._database.reading("cannot check the search index") as connection:
            return self._index.problems(connection)

    def count_unfilled(self) -> int | None:
        """How many entries an unfinished index lacks, None if none is unfinished."""
        with self._database.reading("cannot check the search index") as connection:
            return _indexing.count_unfilled(connection, self._index)

    def begin_index(self) -> None:
        """Begin the search index anew beside the present one, which is searched until the end."""
        with self._database.writing("cannot begin a new index") as connection:
            self._index.begin(connection)

    def index_step(self, batch: int = 200) -> int | None:
        """Fill the next `batch` entries into an unfinished index; how many are still to come.

        That is exact up to 2,000, above it may count numbers of deleted entries. 0: the index is
        finished now and in use; None: none was unfinished. Whoever is killed between two steps goes
        on with the next.
        """
        with self._database.writing("cannot fill the index") as connection:
            return _indexing.fill_next(connection, self._index, batch)

    def backup(self, target: Path) -> None:
        """Write a consistent copy of the archive to the new file `target` while it is in use."""
        _maintenance.backup_archive(self._database.engine, target)

    def close(self) -> None:
        """Close all connections."""
        self._database.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Entries:
    """The entries of an archive with their articles, sections and revisions."""

    def __init__(self, database: Database, index: Index) -> None:
        self._database = database
        self._index = index

    def known(self, feed_id: int, entries: Sequence[Entry]) -> Known:
        """Which of a feed's entries are archived, with what is needed to tell a change."""
        with self._database.reading("cannot read entries") as connection:
            return _known.known_entries(connection, feed_id, entries)

    def basis(self, feed: Feed, parsed: ParsedFeed, max_pages: int) -> Basis:
        """What a document of a feed is judged by, with at most `max_pages` that are waited for."""
        with self._database.reading("cannot read entries") as connection:
            return _basis.read_basis(connection, feed, parsed, max_pages)

    def record(self, result: PollResult) -> bool:
        """Write one poll, all or nothing; False if another poller has taken the feed since."""
        with self._database.writing("cannot record a poll") as connection:
            return _recording.record_poll(connection, result, self._index)

    def record_all(self, results: Sequence[PollResult]) -> list[bool | Exception]:
        """Write many polls in one transaction, each as `record` does; what became of each.

        An error of one is in its place in the list, and costs the others nothing. Raises only what
        is the fault of none, UnreachableError and UnwritableError; nothing was written then.
        """
        outcomes: list[bool] | None = None
        try:
            with self._database.writing("cannot record polls") as connection:
                outcomes = _recording.record_polls(connection, results, self._index)
                if outcomes is None:
                    connection.rollback()
        except (UnreachableError, UnwritableError):
            raise
        except (ArchiveError, ValueError):
            outcomes = None
        return [self._outcome(one) for one in results] if outcomes is None else [*outcomes]

    def _outcome(self, result: PollResult) -> bool | Exception:
        """What becomes of a poll that is recorded alone."""
        try:
            return self.record(result)
        except (ArchiveError, ValueError) as error:
            return error

    def record_older(self, lease: Lease, items: Sequence[Item], now: datetime) -> bool:
        """Add entries of an older document of a leased feed; False if it is not ours any more.

        Nothing else of the feed changes, and the lease goes on.
        """
        with self._database.writing("cannot record older entries") as connection:
            return _recording.record_older(connection, lease, items, now, self._index)

    def delete(self, ids: Iterable[int]) -> int:
        """Delete entries with all that was kept of them, and say how many; they never come back."""
        now = datetime.now(UTC)
        with self._database.writing("cannot delete entries") as connection:
            return _deleting.delete_entries(connection, ids, now, self._index)

    def select(self, selection: Selection) -> list[ArchivedEntry]:
        """The selected entries, in the order of their ids."""
        with self._database.reading("cannot read entries") as connection:
            return selection.narrow(read_entries(connection, *selection.conditions()))

    def get(self, entry_id: int) -> ArchivedEntry:
        """One entry; NotFoundError if there is none of that number."""
        found = self.select(Selection(ids=(entry_id,)))
        if not found:
            raise NotFoundError(f"no entry {entry_id} (see: aggregator list)")
        return found[0]

    def revisions(self, entry_id: int) -> list[Revision]:
        """The older states of one entry by number; NotFoundError if there is no such entry."""
        self.get(entry_id)
        with self._database.reading("cannot read revisions") as connection:
            return read_revisions(connection, entry_id)
