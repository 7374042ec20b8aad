"""One poll, from leased to recorded: the way of the design, read top to bottom."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

from aggregator.archive import Archive, Lease
from aggregator.errors import AggregatorError, ArchiveError
from aggregator.fetch import FEED_ACCEPT, Fetcher
from aggregator.model import (
    Entry,
    Feed,
    FullText,
    Item,
    Memory,
    ParsedFeed,
    PollResult,
    ReadingSpeed,
    Response,
    Template,
    Validators,
)
from aggregator.polling._changes import Changes, Pair, find_changes
from aggregator.polling._items import ItemMaker
from aggregator.polling._moves import is_lost
from aggregator.polling._older import lend_credentials
from aggregator.polling._patience import with_patience
from aggregator.polling._tasks import read_feed
from aggregator.polling._visit import Visit
from aggregator.polling._workers import Workers
from aggregator.urls import normalize_link, without_credentials

logger = logging.getLogger("aggregator.poll")

_Result = TypeVar("_Result")

PARSE_DEADLINE_S = 20.0

_MAX_RESTATED = 1000
"""Of so many entries that were read again without any change the details are compared."""


@dataclass(frozen=True, slots=True)
class PollLimits:
    """How much one poll takes on."""

    max_new_entries: int = 5000
    max_pages: int = 50


@dataclass(frozen=True, slots=True)
class PollReport:
    """What one poll did, for people and logs; `error` is None for a good poll."""

    feed: Feed
    status: int | None
    new: int
    edited: int
    same: int
    pages: int
    duration_s: float
    error: str | None = None
    warnings: tuple[str, ...] = ()


class Poller:
    """Visits leased feeds: fetches, parses, reads articles and records, one feed a call.

    It holds no state between polls; all that it learns is in the archive. The archive is used in
    one thread of its own, so a slow disk never holds up the loop.
    """

    def __init__(
        self,
        archive: Archive,
        fetcher: Fetcher,
        workers: Workers,
        limits: PollLimits,
        speed: ReadingSpeed,
    ) -> None:
        self._archive, self._fetcher, self._workers = archive, fetcher, workers
        self._max_new_entries = limits.max_new_entries
        self._max_pages = limits.max_pages
        self._items = ItemMaker(fetcher, workers, max_pages=limits.max_pages, speed=speed)
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="archive")

    async def poll(self, lease: Lease) -> PollReport:
        """Poll one feed and record it; never raises for what a server or a feed does wrong.

        Raises ArchiveError when the result cannot be recorded; nothing of it was, then, and the
        feed is due again when its lease runs out.
        """
        started = time.monotonic()
        visit = Visit(lease)
        try:
            result = await self._visit(visit)
            is_ours = await self.in_archive(self._archive.entries.record, result)
        except ArchiveError:
            raise
        except Exception as error:  # the one border at which a feed's faults end
            if not isinstance(error, AggregatorError):
                logger.exception("poll failed: feed=%s", lease.feed.id)
            result = visit.failed(error)
            is_ours = await self.in_archive(self._archive.entries.record, result)
        return PollReport(
            feed=lease.feed,
            status=result.status,
            new=len(result.new),
            edited=len(result.edited) + len(result.overwritten),
            same=result.same,
            pages=_count_pages(result),
            duration_s=time.monotonic() - started,
            error=result.error if is_ours else "lease lost: another poller took this feed",
            warnings=result.parsed.warnings if result.parsed else (),
        )

    async def in_archive(self, work: Callable[..., _Result], *args: object) -> _Result:
        """What `work` returns, done in the archive's thread; a server may be away for a while.

        Reading twice changes nothing, nor does recording: a poll ends its lease, and without that
        it is refused.
        """
        return await with_patience(lambda: self.at_once(work, *args))

    async def at_once(self, work: Callable[..., _Result], *args: object) -> _Result:
        """What `work` returns, done in the archive's thread and tried no second time."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, work, *args)

    def close(self) -> None:
        """End the archive's thread when its work is done."""
        self._writer.shutdown()

    async def _visit(self, visit: Visit) -> PollResult:
        feed = visit.feed
        if not is_lost(feed):
            return await self._ask(visit, lend_credentials(feed.url, feed.current_url))
        result = await self._ask(visit, feed.url)
        # Good again where it came from, and sent on nowhere: it has not moved after all.
        is_back = visit.response is not None and not visit.response.redirects
        return replace(result, moved_to=feed.url) if is_back else result

    async def _ask(self, visit: Visit, url: str) -> PollResult:
        feed = visit.feed
        response = await self._fetcher.get(url, validators=feed.validators, accept=FEED_ACCEPT)
        visit.response = response
        body_hash = feed.body_hash if response.is_unchanged else _hash(response.body)
        if body_hash == feed.body_hash:
            return visit.unchanged()
        parsed = await self._read(feed, response)
        known = await self.in_archive(self._archive.entries.known, feed.id, parsed.entries)
        changes = find_changes(parsed, known, max_new=self._max_new_entries)
        if changes.is_reidentified:
            logger.warning("feed.reidentified: feed=%s gives new ids to its entries", feed.id)
        result = await self._make_items(
            feed, changes, visit.parsed(parsed, changes, body_hash, has_any=known.has_any)
        )
        announced = await self._find_announced(feed, parsed)
        if announced:
            logger.warning("feed has moved, as it says itself: feed=%s to %s", feed.id, announced)
            result = replace(result, move=None, moved_to=announced)
        if announced or changes.left_for_later:
            # Without validators the next poll gets a whole document: the rest, or the new feed's.
            return replace(result, validators=Validators(), body_hash=None, forgets_document=True)
        return result

    async def _read(self, feed: Feed, response: Response) -> ParsedFeed:
        """The document in `response`, without what is the same as in the last one if that is sure.

        An item that had taken the place of another is an entry of its own when that comes back.
        """
        memory = await self.in_archive(self._archive.feeds.memory, feed)
        parsed = await self._parse(response, memory)
        if not parsed.unchanged:
            return parsed
        came_as, keys = self._archive.entries.came_as, [entry.key for entry in parsed.entries]
        if not await self.in_archive(came_as, feed.id, keys, parsed.unchanged):
            return parsed
        return await self._parse(response, replace(memory, snapshot=None))

    async def _parse(self, response: Response, memory: Memory) -> ParsedFeed:
        content_type = response.headers.get("content-type")
        return await self._workers.run(
            PARSE_DEADLINE_S, read_feed, response.body, response.final_url, content_type, memory
        )

    async def _find_announced(self, feed: Feed, parsed: ParsedFeed) -> str | None:
        """The address that the feed itself says it has moved to, if entries of it are there.

        Where it does not answer it is asked again when the feed has changed, and not before: many
        feeds name a place that has long been gone.
        """
        url = parsed.links.new_url
        if url is None or normalize_link(url) == normalize_link(feed.current_url):
            return None
        names = {*parsed.unchanged, *(name for one in parsed.entries for name in _names_of(one))}
        try:
            response = await self._fetcher.get(url, accept=FEED_ACCEPT)
            there = await self._parse(response, Memory(parsed.memory.identity, is_fixed=True))
        except AggregatorError as error:
            logger.info("no move: feed=%s to %s: %s", feed.id, without_credentials(url), error)
            return None
        is_there = any(names.intersection(_names_of(one)) for one in there.entries)
        return url if is_there else None

    async def _make_items(self, feed: Feed, changes: Changes, result: PollResult) -> PollResult:
        """`result` with the articles of all that changed, and of what waits for its page."""
        changed = (*changes.edited, *changes.overwritten)
        ids = {was.id for was, _ in changed}
        waiting = await self.in_archive(self._archive.entries.unread, feed.id, self._max_pages)
        unread = [pair for pair in waiting if pair[0].id not in ids]
        archived = [*changed, *unread]
        entries = [*changes.new, *(entry for _, entry in archived)]
        items, learnt = await self._items.make(
            feed,
            entries,
            known={entry.key: was for was, entry in archived},
            template=await self._find_template(feed, entries),
            settled={entry.key for _, entry in changes.overwritten},
        )
        made = {item.entry.key: item for item in items}
        return replace(
            result,
            new=tuple(made[entry.key] for entry in changes.new),
            edited=_with_ids(changes.edited, made),
            overwritten=_with_ids(changes.overwritten, made),
            renamed=tuple((was.id, entry) for was, entry in changes.renamed),
            buried=tuple((was.id, entry) for was, entry in changes.buried),
            kept=tuple((was.id, entry) for was, entry in changes.kept[:_MAX_RESTATED]),
            completed=tuple(
                (was.id, item)
                for was, entry in unread
                if (item := made[entry.key]).page_misses != was.page_misses
            ),
            template=learnt,
        )

    async def _find_template(self, feed: Feed, entries: Sequence[Entry]) -> Template | None:
        """What is known of the feed's pages, asked for only where one may be read."""
        if not entries or feed.full_text is FullText.NEVER:
            return None
        return await self.in_archive(self._archive.feeds.template, feed.id)


def _names_of(entry: Entry) -> tuple[str, ...]:
    """Every key under which an entry may be known."""
    return (entry.key, *entry.aliases)


def _hash(body: bytes) -> str:
    # Faster than BLAKE2 where the processor has instructions for it, as most have.
    return hashlib.sha256(body).hexdigest()[:32]


def _with_ids(pairs: Sequence[Pair], made: Mapping[str, Item]) -> tuple[tuple[int, Item], ...]:
    return tuple((was.id, made[entry.key]) for was, entry in pairs)


def _count_pages(result: PollResult) -> int:
    """How many articles were made from pages."""
    items = [*result.new, *(item for _, item in (*result.edited, *result.completed))]
    return sum(item.fetched_at is not None for item in items)
