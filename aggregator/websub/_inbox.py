"""What hubs ask and send, applied to the archive."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from aggregator.archive import Archive
from aggregator.model import Response, Subscription
from aggregator.websub._receiving import Judgement, as_response, judge
from aggregator.websub._recent import READ_GAP, Hints, Recent
from aggregator.websub._verifying import Verdict, verify

logger = logging.getLogger("aggregator.websub")

InArchive = Callable[..., Awaitable[Any]]
"""Does work in the archive's one thread, so that what it reads is still so when it writes."""


class Inbox:
    """Takes what hubs ask and send; methods raise ArchiveError when nothing could be kept."""

    def __init__(
        self, archive: Archive, in_archive: InArchive, clock: Callable[[], datetime]
    ) -> None:
        self._archive, self._in_archive, self._clock = archive, in_archive, clock
        self._recent, self._hints = Recent(), Hints()

    async def find(self, token: str) -> Subscription | None:
        """The subscription of a callback, in whatever state; None if there is none."""
        found: Subscription | None = await self._in_archive(self._archive.subscriptions.find, token)
        return found

    async def verify(self, token: str, query: Mapping[str, Sequence[str]]) -> Verdict:
        """The verdict on a hub's question, whose consequences are kept before it is answered."""
        verdict: Verdict = await self._in_archive(self._verify, token, query, self._clock())
        return verdict

    async def take(
        self, subscription: Subscription, body: bytes, headers: Mapping[str, str]
    ) -> None:
        """Do with what was sent what is right; nothing tells its sender what that was."""
        judgement = judge(subscription, body, headers)
        feed_id, now = subscription.feed_id, self._clock()
        if judgement is Judgement.DROP:
            logger.warning("push dropped, not signed as agreed: feed=%s", feed_id)
            return
        if judgement is Judgement.HINT:
            self._hints.note(feed_id, now)
        elif self._recent.is_known(feed_id, body):
            return
        elif self._recent.may_read(feed_id, now):
            response = as_response(subscription, body, headers["content-type"], now)
            try:
                await self._keep(feed_id, response)
            except BaseException:
                # Also where the deadline of the request ends it: its hub will send it again.
                self._recent.forget(feed_id, body)
                raise
        else:
            self._hints.note(feed_id, now + READ_GAP)
        logger.info("push: feed=%s bytes=%s %s", feed_id, len(body), judgement)
        if subscription.error is not None:
            await self._in_archive(self._note, subscription.token, None)
        await self.poll_hinted()

    async def poll_hinted(self) -> None:
        """Make the feeds due for which a hub has hinted, where that may be now."""
        now = self._clock()
        if due := self._hints.take(now):
            await self._in_archive(self._archive.feeds.make_due, due, now)

    async def distrust(self, subscription: Subscription, reason: str) -> None:
        """Have a feed polled as if there were no hub, until something good comes from that."""
        await self._in_archive(self._note, subscription.token, reason)

    async def _keep(self, feed_id: int, response: Response) -> None:
        push = self._archive.feeds.push_answer
        if not await self._in_archive(push, feed_id, response, self._clock()):
            self._hints.note(feed_id, self._clock() + READ_GAP)

    def _verify(self, token: str, query: Mapping[str, Sequence[str]], now: datetime) -> Verdict:
        found = self._archive.subscriptions.find(token)
        if found is None:
            return Verdict(is_meant=False, text="", changed=None)
        verdict = verify(found, query, now)
        if verdict.changed is None:
            self._archive.subscriptions.remove(found.feed_id)
        elif verdict.changed != found:
            self._archive.subscriptions.save(verdict.changed)
        return verdict

    def _note(self, token: str, error: str | None) -> None:
        found = self._archive.subscriptions.find(token)
        if found is not None and found.error != error:
            self._archive.subscriptions.save(replace(found, error=error))
