"""One poll, from leased to recorded: the way of the design, read top to bottom."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aggregator.archive import Archive, Lease
from aggregator.errors import (
    AggregatorError,
    ArchiveError,
    FetchError,
    NoWorkersError,
    RestingError,
)
from aggregator.fetch import FEED_ACCEPT, Fetcher
from aggregator.model import (
    SILENT_HUB,
    Feed,
    Item,
    PollResult,
    Response,
    Validators,
)
from aggregator.polling._attempt import Attempt
from aggregator.polling._changes import Changes, Pair, find_changes
from aggregator.polling._documents import Document, Documents, PollLimits
from aggregator.polling._items import ItemMaker
from aggregator.polling._moves import is_lost
from aggregator.polling._network import Network
from aggregator.polling._older import lend_credentials
from aggregator.polling._pacing import Pacer
from aggregator.polling._quarantine import Quarantine, digest_of
from aggregator.polling._recorder import Recorder
from aggregator.polling._results import failed, kept_offline, postponed, read, unchanged
from aggregator.polling._workers import Workers
from aggregator.polling._writer import Writer

logger = logging.getLogger("aggregator.poll")

NO_WORKERS_S = 60.0
"""A machine without memory or processes for a worker may have some a minute later."""

LEASE_LOST = "lease-lost"
"""The `error_kind` of a report whose poll was not recorded: another poller had taken the feed."""

POSTPONED = "postponed"
"""The `error_kind` of a report of a poll that could not be, through no fault of the feed."""

_LEASE_LOST = "lease lost: another poller took this feed"

_MAX_RESTATED = 1000
"""Of so many entries that were read again without any change the details are compared."""


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
    error_kind: str | None = None
    next_poll_at: datetime | None = None


class Poller:
    """Visits leased feeds: fetches, parses, reads articles and records, one feed a call.

    It holds no state of feeds between polls; all that it learns is in the archive, in whose thread
    `in_archive` works, so that a slow disk never holds up the loop.
    """

    def __init__(
        self,
        archive: Archive,
        writer: Writer,
        fetcher: Fetcher,
        workers: Workers,
        pacer: Pacer,
        limits: PollLimits,
    ) -> None:
        self._archive, self._fetcher = archive, fetcher
        self.pacer, self._limits = pacer, limits
        self._in_archive = writer.in_archive
        self.recorder = Recorder(archive, writer.in_archive, pacer.clock)
        quarantine = Quarantine(writer.in_archive, archive.poison)
        self.items = ItemMaker(
            fetcher,
            workers,
            max_pages=limits.max_pages,
            speed=limits.reading_speed,
            quarantine=quarantine,
        )
        self._documents = Documents(archive, writer, fetcher, workers, quarantine, limits)
        self.network = Network()

    async def poll(self, lease: Lease) -> PollReport:
        """Poll one feed and record it; never raises for what a server or a feed does wrong.

        Raises ArchiveError when the result cannot be recorded; nothing of it was, then, and the
        feed is due again when its lease runs out.
        """
        started = time.monotonic()
        attempt = Attempt(lease, self.pacer)
        try:
            result = await self._visit(attempt, has_answer=lease.has_answer)
            is_ours = await self.recorder.record(result, attempt.moved)
        except ArchiveError:
            raise
        except Exception as error:  # the one border at which a feed's faults end
            if not isinstance(error, AggregatorError):
                logger.exception("poll failed: feed=%s", lease.feed.id)
            result = self._judge(attempt, error)
            is_ours = await self.recorder.record(result, attempt.moved)
        await self._mind_network(attempt)
        if attempt.is_hub_silent:
            await self._in_archive(self._distrust_hub, lease.feed.id)
        return PollReport(
            feed=lease.feed,
            status=result.status,
            new=len(result.new),
            edited=len(result.edited) + len(result.overwritten),
            same=result.same,
            pages=_count_pages(result),
            duration_s=time.monotonic() - started,
            error=attempt.excuse or result.error if is_ours else _LEASE_LOST,
            warnings=result.parsed.warnings if result.parsed else (),
            error_kind=_kind_of(attempt, result) if is_ours else LEASE_LOST,
            next_poll_at=result.next_poll_at,
        )

    def _judge(self, attempt: Attempt, error: Exception) -> PollResult:
        """The result of a poll that has failed: of whom it is the fault."""
        if isinstance(error, NoWorkersError):
            return postponed(attempt, str(error), attempt.now + timedelta(seconds=NO_WORKERS_S))
        if isinstance(error, RestingError) and error.retry_at is not None:
            return postponed(attempt, str(error), error.retry_at)
        kind = error.kind if isinstance(error, FetchError) else None
        feed = attempt.feed
        was_well = feed.failures == 0
        self.network.note(feed.host, feed.id, kind, time.monotonic(), was_well=was_well)
        return kept_offline(attempt) if self.network.is_down else failed(attempt, error)

    async def _mind_network(self, attempt: Attempt) -> None:
        """Learn from one outcome how the network is; pardon the feeds that it has failed."""
        if attempt.response is not None:
            self.network.note(attempt.feed.host, attempt.feed.id, None, time.monotonic())
        elif self.network.is_down and (failed := self.network.take_failed()):
            pardon = self._archive.feeds.pardon
            await self._in_archive(pardon, failed, self.pacer.clock.now())

    def _distrust_hub(self, feed_id: int) -> None:
        """Rely no longer on a hub that did not send what polling has found."""
        found = self._archive.subscriptions.of(feed_id)
        if found is not None and found.error is None:
            self._archive.subscriptions.save(replace(found, error=SILENT_HUB))
        self.pacer.pushed.pop(feed_id, None)

    async def _visit(self, attempt: Attempt, *, has_answer: bool) -> PollResult:
        feed = attempt.feed
        if has_answer:
            kept = await self._in_archive(self._archive.feeds.take_answer, feed.id)
            if kept is not None:
                attempt.is_pushed = kept.is_pushed
                return await self._digest(attempt, kept.response, is_kept=True)
            if feed.next_poll_at is not None and feed.next_poll_at > attempt.now:
                return postponed(attempt, "its kept answer is gone")
        if (until := attempt.skipped_until()) is not None:
            return postponed(attempt, "the feed asks to be left alone now (skipHours)", until)
        if not is_lost(feed):
            return await self._ask(attempt, lend_credentials(feed.url, feed.current_url))
        result = await self._ask(attempt, feed.url)
        # Good again where it came from, and sent on nowhere: it has not moved after all.
        is_back = attempt.response is not None and not attempt.response.redirects
        return replace(result, moved_to=feed.url) if is_back else result

    async def _ask(self, attempt: Attempt, url: str) -> PollResult:
        response = await self._fetcher.get(
            url,
            validators=attempt.validators,
            accept=FEED_ACCEPT,
            wants_delta=True,
        )
        return await self._digest(attempt, response)

    async def _digest(
        self, attempt: Attempt, response: Response, *, is_kept: bool = False
    ) -> PollResult:
        """What an answer changes; it is kept before it is read if it must not be asked for again.

        Whoever is killed while pages are read would have either to ask before the time that the
        server has stated, or to go without the news until then.
        """
        feed = attempt.feed
        attempt.take(response, is_kept=is_kept)
        body_hash = feed.body_hash if response.is_unchanged else digest_of(response.body)
        if body_hash == feed.body_hash:
            return unchanged(attempt)
        if not is_kept and (stated_until := attempt.stated_until()) is not None:
            keep = self._archive.feeds.keep_answer
            await self._in_archive(keep, attempt.lease, response, stated_until)
        document = await self._documents.read(feed, response)
        parsed, known = document.parsed, document.basis.known
        changes = find_changes(parsed, known, max_new=self._limits.max_new_entries)
        if changes.is_reidentified:
            logger.warning("feed.reidentified: feed=%s gives new ids to its entries", feed.id)
        attempt.history = document.basis.dates
        result = read(attempt, parsed, changes, body_hash, has_any=known.has_any)
        result = await self._make_items(feed, changes, result, document)
        announced = await self._documents.find_announced(feed, parsed)
        if announced:
            logger.warning("feed has moved, as it says itself: feed=%s to %s", feed.id, announced)
            result = replace(result, move=None, moved_to=announced)
        if announced or changes.left_for_later:
            # Without validators the next poll gets a whole document: the rest, or the new feed's.
            return replace(result, validators=Validators(), body_hash=None, forgets_document=True)
        if parsed.left_out and changes.new:
            # So it does here, and brings what the snapshot does not name.
            return replace(result, validators=Validators(), body_hash=None)
        return result

    async def _make_items(
        self, feed: Feed, changes: Changes, result: PollResult, document: Document
    ) -> PollResult:
        """`result` with the articles of all that changed, and of what waits for its page."""
        changed = (*changes.edited, *changes.overwritten)
        ids = {was.id for was, _ in changed}
        unread = [pair for pair in document.basis.waiting if pair[0].id not in ids]
        archived = [*changed, *unread]
        entries = [*changes.new, *(entry for _, entry in archived)]
        items, learnt = await self.items.make(
            feed,
            entries,
            known={entry.key: was for was, entry in archived},
            template=document.basis.template,
            settled={entry.key for _, entry in changes.overwritten},
            made=document.articles,
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


def _kind_of(attempt: Attempt, result: PollResult) -> str | None:
    return POSTPONED if attempt.excuse else result.error_kind


def _with_ids(pairs: Sequence[Pair], made: Mapping[str, Item]) -> tuple[tuple[int, Item], ...]:
    return tuple((was.id, made[entry.key]) for was, entry in pairs)


def _count_pages(result: PollResult) -> int:
    """How many articles were made from pages."""
    items = [*result.new, *(item for _, item in (*result.edited, *result.completed))]
    return sum(item.fetched_at is not None for item in items)
