"""What is known of one poll while it goes on, by the clock as it was when it began."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from aggregator.archive import Lease
from aggregator.model import Feed, Response, Validators, Visit
from aggregator.polling._pacing import Pacer
from aggregator.polling.schedule import Outcome, end_of_skipping, next_visit

REFRESH_DAYS = 14
"""After so many days without a whole answer, and up to as many more, one is asked for: a server
that always says that nothing has changed may be mistaken."""


class Attempt:
    """One poll of a leased feed while it goes on; `_results` tells in what it can end.

    `excuse` says why there was no request, if there was none. `history` are the dates of entries
    that were archived before the feed's rhythm was learnt. `fresh_until` is what the answer states.
    """

    def __init__(self, lease: Lease, pacer: Pacer) -> None:
        self.lease, self.feed = lease, lease.feed
        self.pacer = pacer
        self.now = pacer.clock.now()
        self.moved = pacer.clock.moved
        self.response: Response | None = None
        self.fresh_until: datetime | None = None
        self.excuse: str | None = None
        self.history: Sequence[datetime] = ()
        self.is_pushed = False
        self.is_hub_silent = False
        self._started = time.monotonic()

    @property
    def validators(self) -> Validators:
        """What to make the request conditional on; nothing where a whole answer is due again."""
        since = self.feed.refreshed_at
        age = timedelta(days=REFRESH_DAYS + self.feed.id % REFRESH_DAYS)
        is_old = since is not None and self.now - since >= age
        return Validators() if is_old else self.feed.validators

    @property
    def elapsed_s(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self._started

    def take(self, response: Response, *, is_kept: bool) -> None:
        """Begin to read an answer, which has come just now or was kept by another poll."""
        self.response, fresh_until = response, response.fresh_until
        self.fresh_until = fresh_until if is_kept else self.as_begun(fresh_until)

    def as_begun(self, instant: datetime | None) -> datetime | None:
        """What was reckoned by the wall clock just now, by the clock as it was at the start."""
        clock = self.pacer.clock
        return instant and instant - (clock.moved - self.moved) - clock.ahead()

    def visit(self, outcome: Outcome, feed: Feed) -> Visit:
        """When the feed is visited next after `outcome`, `feed` being what is known of it now."""
        return next_visit(feed, outcome, self.pacer.pacing_for(feed.host))

    def stated_until(self) -> datetime | None:
        """Before when its server or the feed itself does not want to be asked again, by now."""
        outcome = Outcome(self.now, fresh_until=self.fresh_until)
        until = self.visit(outcome, self.feed).not_before
        return until and until + (self.pacer.clock.moved - self.moved)

    def skipped_until(self) -> datetime | None:
        """When the hours end in which the feed wants no visits; None: there are none now.

        A feed that waited for us may have become due at any hour. Who asks for one that is not due
        knows what he does.
        """
        until = end_of_skipping(self.feed.pace, self.now)
        is_due = self.feed.next_poll_at is not None and self.feed.next_poll_at <= self.now
        return until if is_due and until > self.now else None
