"""The results in which a poll can end, and when each of them lets the feed be visited next."""

from __future__ import annotations

from datetime import UTC, datetime

from aggregator.archive import Lease
from aggregator.errors import FetchError
from aggregator.model import PollResult, Response
from aggregator.polling._schedule import freshness_s, next_visit


class Visit:
    """What is known of one poll while it goes on, and the results it can end in."""

    def __init__(self, lease: Lease) -> None:
        self.feed, self._token = lease.feed, lease.token
        self.now = datetime.now(UTC)
        self.response: Response | None = None

    def good(self, *, body_hash: str | None) -> PollResult:
        """A poll that brought an answer, with nothing new in it yet."""
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
        )

    def failed(self, error: Exception) -> PollResult:
        """A poll that changes nothing but the next visit; old validators stay."""
        failures = self.feed.failures + 1
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
            status=error.status if isinstance(error, FetchError) else self._status(),
            error=str(error) or type(error).__name__,
            failures=failures,
        )

    def _status(self) -> int | None:
        return self.response.status if self.response else None
