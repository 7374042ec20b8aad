"""The feeds of an archive as other rooms see them: one transaction a call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from aggregator.archive import (
    _addresses,
    _documents,
    _feeds,
    _icons,
    _summary,
    _syncing,
    _templates,
)
from aggregator.archive._documents import FeedDetails
from aggregator.archive._lease_access import Access, Answering, Leasing, Timing
from aggregator.archive._summary import FeedSummary, KeptRhythm
from aggregator.archive._syncing import FeedChanges, FeedList
from aggregator.model import Feed, FeedSpec, FetchRecord, Icon, Memory, Template


class Remembering(Access):
    """What is kept of each feed beside its entries."""

    def template(self, feed_id: int) -> Template | None:
        """What was learnt of the pages of a feed, None if nothing was."""
        with self._database.reading("cannot read what was learnt of a feed") as connection:
            return _templates.read_template(connection, feed_id)

    def forget_template(self, feed_id: int) -> bool:
        """Forget what was learnt of a feed's pages; False if there was nothing."""
        with self._database.writing("cannot forget what was learnt of a feed") as connection:
            return _templates.forget_template(connection, feed_id)

    def memory(self, feed: Feed) -> Memory:
        """What the next document of a feed is read by."""
        with self._database.reading("cannot read what is remembered of a feed") as connection:
            return _documents.read_memory(connection, feed)

    def fetches(self, feed_id: int, limit: int = _documents.FETCHES_KEPT) -> list[FetchRecord]:
        """How the last answers of a feed were read, the newest first."""
        with self._database.reading("cannot read how a feed was read") as connection:
            return _documents.read_fetches(connection, feed_id, limit)

    def details(self, feed_id: int) -> FeedDetails:
        """What a feed says of itself beside title and site; all empty for one never read."""
        with self._database.reading("cannot read what a feed says of itself") as connection:
            return _documents.read_details(connection, feed_id)

    def addresses(self, feed_id: int) -> list[tuple[str, datetime]]:
        """The addresses that a feed has left, and when, the last one first."""
        with self._database.reading("cannot read the addresses of a feed") as connection:
            return _addresses.read_addresses(connection, feed_id)

    def icon(self, feed_id: int) -> Icon | None:
        """The icon of a feed; without `data` if there was none, None if nobody has looked."""
        with self._database.reading("cannot read an icon") as connection:
            return _icons.read_icon(connection, feed_id)

    def write_icon(self, feed_id: int, icon: Icon, fetched_at: datetime) -> None:
        """Keep the icon of a feed; one without `data` says that there is none."""
        with self._database.writing("cannot write an icon") as connection:
            _icons.write_icon(connection, feed_id, icon, fetched_at)

    def stale_icons(self, before: datetime) -> list[Feed]:
        """The polled feeds whose icon nobody has looked for since `before`."""
        with self._database.reading("cannot read the feeds") as connection:
            return _icons.read_stale_icons(connection, before)


class Feeds(Leasing, Answering, Timing, Remembering):
    """The feeds of an archive, the leases on them and what is remembered of them."""

    def sync(self, specs: Sequence[FeedSpec], now: datetime) -> FeedChanges:
        """Make the polled feeds equal to `specs`; feeds that are not listed are paused."""
        with self._database.writing("cannot update the feeds") as connection:
            return _syncing.sync_feeds(connection, specs, now)

    def follow(self, listed: FeedList, now: datetime) -> FeedChanges:
        """As `sync`, with the feeds of a list; those of the list that was followed last stay."""
        with self._database.writing("cannot update the feeds") as connection:
            return _syncing.follow_list(connection, listed, now)

    def are_any(self) -> bool:
        """Whether there is any feed."""
        with self._database.reading("cannot read the feeds") as connection:
            return _feeds.has_feeds(connection)

    def all(self, *, counted: bool = False) -> list[Feed]:
        """All feeds, oldest first; `counted` fills in their number of entries."""
        with self._database.reading("cannot read the feeds") as connection:
            return _feeds.read_feeds(connection, counted=counted)

    def summary(self, now: datetime) -> FeedSummary:
        """How many feeds are due, since when, and how all of them are."""
        with self._database.reading("cannot read the feeds") as connection:
            return _summary.read_summary(connection, now)

    def rhythms(self) -> list[KeptRhythm]:
        """What the budget is shared by, of each polled feed."""
        with self._database.reading("cannot read the feeds") as connection:
            return _summary.read_rhythms(connection)
