"""When feeds are visited: what they and their servers state, what is learnt, what was decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

PUSH_DELAY = timedelta(hours=1)
"""A hub that has not sent an entry so long after it was published does not send it any more."""

SILENT_HUB = "its hub did not send what polling has found"
"""The error of a subscription that is not relied upon until something comes by it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a feed itself says that it is worth asking.

    `ttl_s` (RSS ``ttl``) and `period_s` (``sy:updatePeriod`` divided by ``sy:updateFrequency``) in
    seconds, 0 where it says nothing; `skip_hours` 0 to 23 (UTC) and `skip_days` 0 (Monday) to 6,
    sorted, in which it does not want to be asked.
    """

    ttl_s: int = 0
    period_s: int = 0
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What was learnt of when a feed publishes, as of `at`; None before the first document.

    `posts` is the number of posts seen, each counting half as much after a half-life; `days` how
    much time they were seen in, decayed likewise. `hours` (24) and `weekdays` (7, Monday first)
    are posts by hour and day of the week (UTC), decayed.
    """

    at: datetime | None = None
    posts: float = 0.0
    days: float = 0.0
    hours: tuple[float, ...] = ()
    weekdays: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Visit:
    """The next visit of a feed, and why then.

    `not_before` is what its server or the feed itself has stated, None if nothing: whatever may
    make the feed due sooner, it is not asked before. `reason` completes "next visit at 12:00: ".
    """

    at: datetime
    reason: str
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class HostPolicy:
    """What is known of some hosts beforehand: how far apart requests to them must start.

    `match` is a host name; ``*.example.org`` means its subdomains, too. `gap_s` seconds between
    the starts of two requests, `interval_s` the least seconds between two polls of one feed there
    (0: nothing special), `note` says why.
    """

    match: str
    gap_s: float = 1.0
    interval_s: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class HostState:
    """What the archive knows of a host.

    Requests may start from `next_start_at` on; until `rest_until` it is left alone, since it has
    answered `rest_status` (429 or 503) for the `refusals`-th time in a row.
    """

    host: str
    next_start_at: datetime | None = None
    rest_until: datetime | None = None
    rest_status: int | None = None
    refusals: int = 0


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed's news as a hub sends them (WebSub): asked for, confirmed, or refused.

    `token` is the unguessable part of the callback's address, `secret` signs what is sent.
    `state` is ``pending``, ``active``, ``denied`` or ``gone`` (we want no more of it); `expires_at`
    ends an active one. Without a `secret` what comes is only a reason to poll. `failures` counts
    requests since `hub` has last confirmed one. An active one with an `error` is not relied upon.
    """

    feed_id: int
    hub: str
    topic: str
    token: str
    secret: str
    state: str = "pending"
    requested_at: datetime | None = None
    expires_at: datetime | None = None
    failures: int = 0
    error: str | None = None

    def is_relied_upon(self, now: datetime) -> bool:
        """Whether news come without being asked for, so that polling may be slow."""
        is_running = self.expires_at is not None and now < self.expires_at
        return self.state == "active" and is_running and self.error is None

    def has_missed(self, published: Iterable[datetime], now: datetime) -> bool:
        """Whether entries published then, and found by polling, should have been sent by `hub`."""
        if not self.is_relied_upon(now) or self.requested_at is None:
            return False
        return any(self.requested_at < one < now - PUSH_DELAY for one in published)
