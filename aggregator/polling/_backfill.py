"""Backfill: the older documents of one feed, read one after another, each recorded as it comes.

Only what is unknown is added. What the next poll relies on stays as it was: validators, snapshot,
schedule, and all that the feed says of itself; nor is an archived entry edited, since an old
document may have an older state of it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from aggregator.archive import Archive, Lease
from aggregator.config import Settings
from aggregator.errors import AggregatorError, ArchiveError, FetchError
from aggregator.fetch import FEED_ACCEPT, Fetcher, make_fetcher
from aggregator.model import Feed, FullText, Memory, ParsedFeed, Response, Template
from aggregator.polling._clock import Clock
from aggregator.polling._documents import PARSE_DEADLINE_S
from aggregator.polling._hosts import ArchiveBook
from aggregator.polling._items import ItemMaker
from aggregator.polling._older import Stop, Trail, Way, find_unknown, lend_credentials
from aggregator.polling._tasks import read_feed
from aggregator.polling._tick import LEASE_S, RENEW_S
from aggregator.polling._workers import Workers
from aggregator.urls import without_credentials

logger = logging.getLogger("aggregator.poll")

GRACE_S = 20.0
"""How long the document under way may take to end after `stop`."""

_GONE = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class BackfillLimits:
    """How far one backfill goes.

    `max_documents` counts the feed itself, `max_new` entries that were added. The deadline is
    looked at between documents, before which there is a pause of `pause_s`. Without pages, new
    entries get the text that their feed has.
    """

    max_documents: int = 100
    max_new: int = 10_000
    deadline_s: float = 3600.0
    pause_s: float = 1.0
    reads_pages: bool = True


@dataclass(frozen=True, slots=True)
class OlderDocument:
    """One document that was recorded; `number` counts from 1, the feed itself.

    `known` of its entries were archived before, or deleted; `pages` articles were made from pages.
    `url` has no credentials.
    """

    number: int
    url: str
    new: int
    known: int
    pages: int


@dataclass(frozen=True, slots=True)
class BackfillReport:
    """What a backfill did; the numbers are those of all documents together.

    `way` is how the feed leads to its older documents, None if it does not, or was not read.
    `last_url` is the last document that was recorded. `error` is there if it failed, `retry_at`
    if the server said when to come back.
    """

    feed: Feed
    documents: int
    new: int
    known: int
    pages: int
    way: Way | None
    stopped: Stop
    last_url: str | None = None
    error: str | None = None
    retry_at: datetime | None = None


Reporter = Callable[[OlderDocument], None]


@dataclass(slots=True)
class _Walk:
    """What is known of one backfill while it goes on."""

    lease: Lease
    memory: Memory
    template: Template | None
    trail: Trail = field(default_factory=Trail)
    recorded: list[OlderDocument] = field(default_factory=list)
    new: int = 0
    left_out: int = 0
    error: AggregatorError | None = None

    def to_report(self, stopped: Stop) -> BackfillReport:
        """The report of a walk that has ended."""
        return BackfillReport(
            feed=self.lease.feed,
            documents=len(self.recorded),
            new=self.new,
            known=sum(one.known for one in self.recorded),
            pages=sum(one.pages for one in self.recorded),
            way=self.trail.way,
            stopped=stopped,
            last_url=self.recorded[-1].url if self.recorded else None,
            error=None if self.error is None else str(self.error),
            retry_at=self.error.retry_at if isinstance(self.error, FetchError) else None,
        )


class DocumentReader:
    """Reads feed documents: fetched politely, parsed in a worker process."""

    def __init__(self, fetcher: Fetcher, workers: Workers) -> None:
        self._fetcher, self._workers = fetcher, workers

    async def read(self, url: str, memory: Memory) -> tuple[Response, ParsedFeed]:
        """The answer at `url` and the feed in it; FetchError, FeedError or WorkerError."""
        response = await self._fetcher.get(url, accept=FEED_ACCEPT)
        content_type = response.headers.get("content-type")
        parsed = await self._workers.run(
            PARSE_DEADLINE_S, read_feed, response.body, response.final_url, content_type, memory
        )
        return response, parsed


class Backfill:
    """Walks through the older documents of a feed; `report` hears of each that is recorded."""

    def __init__(
        self,
        archive: Archive,
        reader: DocumentReader,
        items: ItemMaker,
        limits: BackfillLimits,
        report: Reporter,
    ) -> None:
        self._archive, self._reader, self._items = archive, reader, items
        self._limits, self._report = limits, report
        self._stopping = asyncio.Event()
        self._allowance: asyncio.Timeout | None = None

    async def run(self, feed: Feed) -> BackfillReport:
        """What was done when there is nothing more to do; never raises for what a server does.

        Raises AggregatorError if another poller has the feed, ArchiveError if a document cannot
        be recorded; those before it were. Doing it again goes on: what is known costs nothing but
        the request for its document.
        """
        lease = await self._take(feed)
        walk = _Walk(
            lease,
            Memory(feed.identity or feed.learnt_identity, is_fixed=feed.identity is not None),
            await asyncio.to_thread(self._archive.feeds.template, feed.id),
        )
        try:
            async with asyncio.timeout(None) as self._allowance, self._holding(lease):
                stopped = await self._walk(walk)
        except TimeoutError:
            if not self._stopping.is_set():
                raise
            stopped = Stop.INTERRUPTED
        finally:
            self._allowance = None
        return walk.to_report(stopped)

    def stop(self) -> None:
        """End before the next document, and `GRACE_S` from now at the latest; again: at once."""
        if self._allowance and not self._allowance.expired():
            wait_s = 0.0 if self._stopping.is_set() else GRACE_S
            self._allowance.reschedule(asyncio.get_running_loop().time() + wait_s)
        self._stopping.set()

    async def _walk(self, walk: _Walk) -> Stop:
        ends_at_s = time.monotonic() + self._limits.deadline_s
        feed = walk.lease.feed
        url: str | None = lend_credentials(feed.url, feed.current_url)
        while url is not None:
            try:
                response, parsed = await self._reader.read(url, walk.memory)
            except AggregatorError as error:
                return _end_at(error, walk)
            if not await self._record(walk, parsed, url):
                return Stop.LEASE_LOST
            url = walk.trail.find_next(response, parsed)
            # The archive's documents are to agree on who is who, whatever a single one looks like.
            walk.memory = Memory(parsed.memory.identity, is_fixed=True)
            if stop := self._find_limit(walk, ends_at_s, has_more=url is not None):
                return stop
            if url is not None and await self._is_stopped_while_pausing():
                return Stop.INTERRUPTED
        return walk.trail.stop

    async def _record(self, walk: _Walk, parsed: ParsedFeed, url: str) -> bool:
        """Add what is unknown of a document; False if the feed is no longer ours."""
        feed, entries = walk.lease.feed, self._archive.entries
        known = await asyncio.to_thread(entries.known, feed.id, parsed.entries)
        new, left_out = find_unknown(parsed, known, max_new=self._limits.max_new - walk.new)
        wanted = feed if self._limits.reads_pages else replace(feed, full_text=FullText.NEVER)
        items, learnt = await self._items.make(wanted, new, known={}, template=walk.template)
        now = datetime.now(UTC)
        if not await asyncio.to_thread(entries.record_older, walk.lease, items, now):
            return False
        # Of use on the other old pages; what polls have learnt of the new ones stays theirs.
        walk.template = learnt or walk.template
        walk.new += len(items)
        walk.left_out += left_out + parsed.left_out
        document = OlderDocument(
            number=len(walk.recorded) + 1,
            url=without_credentials(url),
            new=len(items),
            known=len(parsed.entries) - len(items) - left_out,
            pages=sum(item.fetched_at is not None for item in items),
        )
        walk.recorded.append(document)
        self._report(document)
        return True

    def _find_limit(self, walk: _Walk, ends_at_s: float, *, has_more: bool) -> Stop | None:
        if walk.left_out or (has_more and walk.new >= self._limits.max_new):
            return Stop.ENTRIES
        if has_more and len(walk.recorded) >= self._limits.max_documents:
            return Stop.DOCUMENTS
        return Stop.DEADLINE if has_more and time.monotonic() >= ends_at_s else None

    async def _is_stopped_while_pausing(self) -> bool:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), self._limits.pause_s)
        return self._stopping.is_set()

    async def _take(self, feed: Feed) -> Lease:
        if feed.merged_into is not None:
            raise AggregatorError(
                f"{feed.display_title} was merged into feed {feed.merged_into}: backfill that one"
            )
        now = datetime.now(UTC)
        lease = await asyncio.to_thread(self._archive.feeds.lease_one, feed.id, now, LEASE_S)
        if lease is None:
            raise AggregatorError(
                f"{feed.display_title} is being polled at this moment; try again later"
            )
        return lease

    @asynccontextmanager
    async def _holding(self, lease: Lease) -> AsyncIterator[None]:
        """Keep a feed while the block goes on, then give it back as due as it was."""
        renewing = asyncio.create_task(self._renew(lease))
        try:
            yield
        finally:
            renewing.cancel()
            await asyncio.to_thread(self._archive.feeds.release, [lease])

    async def _renew(self, lease: Lease) -> None:
        while True:
            await asyncio.sleep(RENEW_S)
            try:
                now = datetime.now(UTC)
                await asyncio.to_thread(self._archive.feeds.renew_one, lease, now, LEASE_S)
            except ArchiveError as error:
                logger.warning("lease not renewed: feed=%s %s", lease.feed.id, error)


@asynccontextmanager
async def open_backfill(
    archive: Archive, settings: Settings, limits: BackfillLimits, report: Reporter
) -> AsyncIterator[Backfill]:
    """A backfill with its connections and worker processes, which end with the block."""
    book = ArchiveBook(archive, asyncio.to_thread, Clock())
    async with make_fetcher(settings, book) as fetcher, Workers(settings.workers) as workers:
        items = ItemMaker(
            fetcher,
            workers,
            max_pages=settings.max_pages_per_poll,
            speed=settings.reading_speed,
        )
        yield Backfill(archive, DocumentReader(fetcher, workers), items, limits, report)


def _end_at(error: AggregatorError, walk: _Walk) -> Stop:
    """Why the walk ends at a document that could not be had."""
    is_gone = isinstance(error, FetchError) and error.status in _GONE
    if is_gone and walk.trail.way is Way.PAGED:
        return Stop.END
    walk.error = error
    return Stop.FAILED
