"""Leases: a feed that is due belongs to one poller until it is recorded or the lease runs out.

Correctness rests on the token: whatever happens to a poller, only the holder of the newest lease
may record a poll (`_recording.record_poll`), so nothing is ever written twice.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Table, and_, or_, select, update

from aggregator.archive._known import portions
from aggregator.archive._tables import feed
from aggregator.archive._values import feed_from
from aggregator.model import GONE_AFTER, GONE_STATUS, Feed


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to poll `feed` once; `token` proves it when the poll is recorded.

    Where it `has_answer`, the feed's server is not to be asked: what it, or a hub, has sent is in
    the archive and waits to be read (`Feeds.take_answer`).
    """

    feed: Feed
    token: str
    has_answer: bool = False


def is_free(table: Table, now: datetime) -> ColumnElement[bool]:
    """Whether nobody holds a row of a table of what is leased."""
    return or_(table.c.leased_until.is_(None), table.c.leased_until <= now)


def hold_feeds(connection: Connection, ids: Sequence[int], token: str, until: datetime) -> None:
    """Write a lease on feeds whose rows are locked."""
    for part in portions(ids):
        taken = update(feed).where(feed.c.id.in_(part))
        connection.execute(taken.values(lease_token=token, leased_until=until))


def lease_feeds(
    connection: Connection,
    now: datetime,
    *,
    limit: int,
    lease_s: float,
    feed_ids: Sequence[int] | None = None,
) -> list[Lease]:
    """At most `limit` feeds, longest overdue first, taken for `lease_s` seconds.

    Without `feed_ids` those that are enabled, due and not gone; with them exactly those. A feed
    that somebody holds is never given out, nor one that was merged into another.
    """
    is_own = feed.c.merged_into.is_(None)
    wanted: ColumnElement[bool]
    if feed_ids is None:
        is_there = or_(
            feed.c.last_status.is_distinct_from(GONE_STATUS), feed.c.failures < GONE_AFTER
        )
        wanted = and_(feed.c.is_enabled.is_(True), feed.c.next_poll_at <= now, is_there)
    else:
        wanted = feed.c.id.in_(feed_ids)
    chosen = select(feed).where(wanted, is_free(feed, now), is_own)
    ordered = chosen.order_by(feed.c.next_poll_at, feed.c.id).limit(limit)
    rows = connection.execute(ordered.with_for_update(skip_locked=True)).mappings()
    feeds = [feed_from(row) for row in rows]
    token = secrets.token_hex(16)
    hold_feeds(connection, [one.id for one in feeds], token, now + timedelta(seconds=lease_s))
    return [Lease(one, token) for one in feeds]


def renew_leases(
    connection: Connection, leases: Sequence[Lease], now: datetime, lease_s: float
) -> None:
    """Hold feeds for `lease_s` seconds from now; those that another poller took are left alone."""
    until = now + timedelta(seconds=lease_s)
    for token, ids in _by_token(leases).items():
        for part in portions(ids):
            held = update(feed).where(feed.c.id.in_(part), feed.c.lease_token == token)
            connection.execute(held.values(leased_until=until))


def release_leases(connection: Connection, leases: Sequence[Lease]) -> None:
    """Give feeds back unpolled; they are as due as they were."""
    for token, ids in _by_token(leases).items():
        for part in portions(ids):
            held = update(feed).where(feed.c.id.in_(part), feed.c.lease_token == token)
            connection.execute(held.values(lease_token=None, leased_until=None))


def _by_token(leases: Sequence[Lease]) -> dict[str, list[int]]:
    ids: dict[str, list[int]] = defaultdict(list)
    for lease in leases:
        ids[lease.token].append(lease.feed.id)
    return ids


def release_abandoned(connection: Connection) -> int:
    """How many leases of dead pollers were ended; only for who holds the archive's lock."""
    ended = connection.execute(
        update(feed)
        .where(feed.c.lease_token.is_not(None))
        .values(lease_token=None, leased_until=None)
    )
    return ended.rowcount
