"""One poll, from leased to recorded: the way of the design, read top to bottom."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable, Sequence
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
    PollResult,
    ReadingSpeed,
    Template,
    Validators,
)
from aggregator.polling._changes import find_changes
from aggregator.polling._items import ItemMaker
from aggregator.polling._tasks import read_feed
from aggregator.polling._visit import Visit
from aggregator.polling._workers import Workers

logger = logging.getLogger("aggregator.poll")

_Result = TypeVar("_Result")

PARSE_DEADLINE_S = 20.0


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
            edited=len(result.edited),
            same=result.same,
            pages=_count_pages(result),
            duration_s=time.monotonic() - started,
            error=result.error if is_ours else "lease lost: another poller took this feed",
            warnings=result.parsed.warnings if result.parsed else (),
        )

    async def in_archive(self, work: Callable[..., _Result], *args: object) -> _Result:
        """What `work` returns, done in the archive's thread."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, work, *args)

    def close(self) -> None:
        """End the archive's thread when its work is done."""
        self._writer.shutdown()

    async def _visit(self, visit: Visit) -> PollResult:
        feed = visit.feed
        response = await self._fetcher.get(feed.url, validators=feed.validators, accept=FEED_ACCEPT)
        visit.response = response
        if response.is_unchanged:
            return visit.good(body_hash=feed.body_hash)
        body_hash = hashlib.blake2b(response.body, digest_size=16).hexdigest()
        if body_hash == feed.body_hash:
            return visit.good(body_hash=body_hash)
        parsed = await self._workers.run(
            PARSE_DEADLINE_S,
            read_feed,
            response.body,
            response.final_url,
            response.headers.get("content-type"),
        )
        keys = [entry.key for entry in parsed.entries]
        known = await self.in_archive(self._archive.entries.known, feed.id, keys)
        changes = find_changes(parsed.entries, known, max_new=self._max_new_entries)
        archived = [*changes.edited, *changes.unread]
        entries = [*changes.new, *(entry for _, entry in archived)]
        template = await self._find_template(feed, entries)
        items, learnt = await self._items.make(feed, entries, known, template)
        remade = list(zip((was for was, _ in archived), items[len(changes.new) :], strict=True))
        edited, unread = remade[: len(changes.edited)], remade[len(changes.edited) :]
        result = replace(
            visit.good(body_hash=body_hash),
            parsed=parsed,
            new=tuple(items[: len(changes.new)]),
            edited=tuple((was.id, item) for was, item in edited),
            completed=tuple(
                (was.id, item) for was, item in unread if item.page_misses != was.page_misses
            ),
            same=changes.same,
            template=learnt,
        )
        if changes.left_for_later:
            # Without validators the next poll gets the whole document, and the rest with it.
            return replace(result, validators=Validators(), body_hash=None)
        return result

    async def _find_template(self, feed: Feed, entries: Sequence[Entry]) -> Template | None:
        """What is known of the feed's pages, asked for only where one may be read."""
        if not entries or feed.full_text is FullText.NEVER:
            return None
        return await self.in_archive(self._archive.feeds.template, feed.id)


def _count_pages(result: PollResult) -> int:
    """How many articles were made from pages."""
    items = [*result.new, *(item for _, item in (*result.edited, *result.completed))]
    return sum(item.fetched_at is not None for item in items)
