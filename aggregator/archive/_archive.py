"""The archive as other rooms see it: values in, values out, one transaction a call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from aggregator.archive import (
    _feeds,
    _leases,
    _maintenance,
    _migrations,
    _recording,
    _templates,
)
from aggregator.archive._engine import Database, parse_url, sqlite_path
from aggregator.archive._entries import read_entries
from aggregator.archive._index import Index
from aggregator.archive._leases import Lease
from aggregator.archive._recording import KnownEntry
from aggregator.archive._selection import Selection
from aggregator.errors import NotFoundError
from aggregator.model import ArchivedEntry, Feed, FeedSpec, PollResult, Template


class Archive:
    """Everything stored, in the database behind one URL, brought to the newest schema on opening.

        with Archive("sqlite:////home/me/archive.db", SqliteIndex()) as archive:
            archive.feeds.all()
            archive.entries.get(17)

    Every method of `feeds` and `entries` is one transaction and raises ArchiveError when it cannot
    be done; nothing of it was, then. Threads may share an archive.
    """

    def __init__(self, database_url: str, index: Index) -> None:
        url = parse_url(database_url)
        self.path = sqlite_path(url)
        self._database = Database(url)
        try:
            _migrations.upgrade(self._database.engine)
        except BaseException:
            self.close()
            raise
        self.feeds = Feeds(self._database)
        self.entries = Entries(self._database, index)

    def check(self) -> list[str]:
        """What is wrong with the archive, a sentence each; empty when all is well."""
        with self._database.reading("cannot check the archive") as connection:
            return _maintenance.check_archive(connection)

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


class Feeds:
    """The feeds of an archive and the leases on them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sync(self, specs: Sequence[FeedSpec], now: datetime) -> _feeds.FeedChanges:
        """Make the polled feeds equal to `specs`; feeds that are not listed are paused."""
        with self._database.writing("cannot update the feeds") as connection:
            return _feeds.sync_feeds(connection, specs, now)

    def all(self, *, counted: bool = False) -> list[Feed]:
        """All feeds, oldest first; `counted` fills in their number of entries."""
        with self._database.reading("cannot read the feeds") as connection:
            return _feeds.read_feeds(connection, counted=counted)

    def lease(
        self,
        now: datetime,
        *,
        limit: int,
        lease_s: float,
        feed_ids: Sequence[int] | None = None,
    ) -> list[Lease]:
        """Take up to `limit` due feeds that nobody else holds; with `feed_ids` those, due or not.

        Longest overdue first. A lease ends when its poll is recorded, or after `lease_s` seconds.
        """
        with self._database.writing("cannot lease feeds") as connection:
            return _leases.lease_feeds(
                connection, now, limit=limit, lease_s=lease_s, feed_ids=feed_ids
            )

    def renew(self, leases: Sequence[Lease], now: datetime, lease_s: float) -> None:
        """Hold leased feeds for `lease_s` seconds from now."""
        with self._database.writing("cannot renew leases") as connection:
            _leases.renew_leases(connection, leases, now, lease_s)

    def release(self, leases: Sequence[Lease]) -> None:
        """Give feeds back unpolled; they are as due as they were."""
        with self._database.writing("cannot release feeds") as connection:
            _leases.release_leases(connection, leases)

    def release_abandoned(self) -> int:
        """End the leases of dead pollers, and say how many; only for who holds the ArchiveLock."""
        with self._database.writing("cannot release feeds") as connection:
            return _leases.release_abandoned(connection)

    def template(self, feed_id: int) -> Template | None:
        """What was learnt of the pages of a feed, None if nothing was."""
        with self._database.reading("cannot read what was learnt of a feed") as connection:
            return _templates.read_template(connection, feed_id)

    def forget_template(self, feed_id: int) -> bool:
        """Forget what was learnt of a feed's pages; False if there was nothing."""
        with self._database.writing("cannot forget what was learnt of a feed") as connection:
            return _templates.forget_template(connection, feed_id)


class Entries:
    """The entries of an archive with their articles, sections and revisions."""

    def __init__(self, database: Database, index: Index) -> None:
        self._database = database
        self._index = index

    def known(self, feed_id: int, keys: Sequence[str]) -> dict[str, KnownEntry]:
        """Which of a feed's entries are archived, with what is needed to tell a change."""
        with self._database.reading("cannot read entries") as connection:
            return _recording.known_entries(connection, feed_id, keys)

    def record(self, result: PollResult) -> bool:
        """Write one poll, all or nothing; False if another poller has taken the feed since."""
        with self._database.writing("cannot record a poll") as connection:
            return _recording.record_poll(connection, result, self._index)

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
