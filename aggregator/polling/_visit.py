"""The results in which a poll can end, and when each of them lets the feed be visited next."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from datetime import UTC, datetime

from aggregator.archive import Lease
from aggregator.errors import FetchError
from aggregator.model import GONE_STATUS, ParsedFeed, PollResult, Response
from aggregator.polling._changes import Changes
from aggregator.polling._moves import find_target, is_believed, note_move
from aggregator.polling._schedule import freshness_s, next_visit

logger = logging.getLogger("aggregator.poll")


class Visit:
    """What is known of one poll while it goes on, and the results it can end in."""

    def __init__(self, lease: Lease) -> None:
        self.feed, self._token = lease.feed, lease.token
        self.now = datetime.now(UTC)
        self.response: Response | None = None
        self._started = time.monotonic()

    def unchanged(self) -> PollResult:
        """A poll that brought nothing that was not there before."""
        return self._follow(self._good(self.feed.body_hash), is_ours=True)

    def parsed(
        self, parsed: ParsedFeed, changes: Changes, body_hash: str | None, *, has_any: bool
    ) -> PollResult:
        """A poll that brought a document, with none of its articles yet."""
        result = self._good(body_hash)
        is_ours = changes.has_known or not has_any
        same = changes.same + len(changes.renamed)
        return self._follow(replace(result, parsed=parsed, same=same), is_ours=is_ours)

    def _good(self, body_hash: str | None) -> PollResult:
        assert self.response is not None  # noqa: S101 - an answer has come
        return PollResult(
            feed_id=self.feed.id,
            token=self._token,
            polled_at=self.now,
            # From the answer on: it may have taken long to come, and its freshness begins with it.
            next_poll_at=next_visit(
                self.response.fetched_at,
                feed_id=self.feed.id,
                interval_s=self.feed.interval_s,
                fresh_s=freshness_s(self.response.headers),
            ),
            validators=self.response.validators,
            body_hash=body_hash,
            status=self.response.status,
            body_bytes=len(self.response.body),
            duration_s=time.monotonic() - self._started,
        )

    def _follow(self, result: PollResult, *, is_ours: bool) -> PollResult:
        """`result` with the move that its redirects tell of; `is_ours` if we know its entries."""
        assert self.response is not None  # noqa: S101 - an answer has come
        target = find_target(self.response.redirects)
        move = note_move(self.feed, target, self.now, is_ours=is_ours)
        if move and is_ours and is_believed(move, self.now):
            logger.warning("feed has moved: feed=%s to %s", self.feed.id, move.url)
            return replace(result, moved_to=move.url)
        return replace(result, move=move)

    def failed(self, error: Exception) -> PollResult:
        """A poll that changes nothing but the next visit; old validators stay."""
        status = error.status if isinstance(error, FetchError) else self._status()
        # That a feed is gone must be said again and again; other failures do not count for it.
        is_news = status == GONE_STATUS and self.feed.last_status != GONE_STATUS
        failures = 1 if is_news else self.feed.failures + 1
        return PollResult(
            feed_id=self.feed.id,
            token=self._token,
            polled_at=self.now,
            next_poll_at=next_visit(
                self.now,
                feed_id=self.feed.id,
                interval_s=self.feed.interval_s,
                failures=failures,
                retry_at=error.retry_at if isinstance(error, FetchError) else None,
            ),
            validators=self.feed.validators,
            body_hash=self.feed.body_hash,
            status=status,
            error=str(error) or type(error).__name__,
            failures=failures,
            move=self.feed.move,
            duration_s=time.monotonic() - self._started,
            body_bytes=len(self.response.body) if self.response else 0,
        )

    def _status(self) -> int | None:
        return self.response.status if self.response else None
