"""Leases by host: one poller at a time has a host, and with it feeds of that host that are due.

So the spacing of a host's requests stays inside one poller, and leasing costs little for each feed.
The same token proves the leases of the feeds and that of the host.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import (
    ColumnElement,
    Connection,
    Result,
    RowMapping,
    and_,
    bindparam,
    case,
    or_,
    select,
    update,
)

from aggregator.archive._hosts import add_hosts, first_start, is_later
from aggregator.archive._leases import Lease, hold_feeds, is_free, release_leases
from aggregator.archive._tables import answer, feed, host
from aggregator.archive._types import Instant
from aggregator.archive._values import feed_from
from aggregator.model import GONE_AFTER, GONE_STATUS, Feed

FEEDS_PER_BATCH = 50

GapFor = Callable[[str], float]
"""Says how many seconds must lie between the starts of two requests to a host."""


class Batch(Protocol):
    """Feeds of one host that were leased together."""

    @property
    def host(self) -> str:
        """Of which host they are."""

    @property
    def leases(self) -> Sequence[Lease]:
        """The leases of the feeds."""

    @property
    def token(self) -> str:
        """Proves the lease of the host."""

    @property
    def start_at(self) -> datetime:
        """From when on the starts of the requests are reserved."""


EndedBatch = tuple[Batch, Sequence[Lease]]
"""A batch that nobody works on any more, with the leases of the feeds that were not polled."""


@dataclass(frozen=True, slots=True)
class LeasedBatch:
    """Feeds of one host that were leased together until `until`.

    Their first request may start at `start_at`, each further one a gap later.
    """

    host: str
    leases: tuple[Lease, ...]
    token: str
    until: datetime
    start_at: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which feeds are to be leased at `now`: those due at `due_at`, or those of `feed_ids`.

    `is_failing` chooses those whose last poll has failed, or the others; None takes both.
    """

    now: datetime
    due_at: datetime
    feed_ids: Sequence[int] | None = None
    is_failing: bool | None = None

    def due(self) -> list[ColumnElement[bool]]:
        """The conditions on a feed that is asked."""
        if self.feed_ids is not None:
            return [feed.c.id.in_(self.feed_ids)]
        is_there = or_(
            feed.c.last_status.is_distinct_from(GONE_STATUS), feed.c.failures < GONE_AFTER
        )
        return [feed.c.next_poll_at <= self.due_at, is_there, *self.polled()]

    def free(self) -> list[ColumnElement[bool]]:
        """The conditions on a feed that can be leased at all."""
        return [is_free(feed, self.now), feed.c.merged_into.is_(None)]

    def polled(self) -> list[ColumnElement[bool]]:
        """The conditions on a feed that is leased though it is not asked: its answer is here."""
        conditions: list[ColumnElement[bool]] = [feed.c.is_enabled.is_(True)]
        if self.is_failing is not None:
            conditions.append(feed.c.failures > 0 if self.is_failing else feed.c.failures == 0)
        return conditions


def lease_batches(
    connection: Connection, wanted: Wanted, *, hosts: int, lease_s: float, gap_for: GapFor
) -> list[LeasedBatch]:
    """At most `hosts` batches, longest overdue first, taken for `lease_s` seconds.

    Feeds whose answer is kept are due whenever, and though their host rests; before all others.
    """
    kept = _find_kept(connection, wanted, hosts)
    names = list(dict.fromkeys([*kept, *_find_hosts(connection, wanted, hosts)]))[:hosts]
    if not names:
        return []
    rows = _lock_hosts(connection, names, wanted.now)
    leases = _lock_feeds(connection, wanted, rows, kept)
    token = secrets.token_hex(16)
    until = wanted.now + timedelta(seconds=lease_s)
    batches = [
        LeasedBatch(
            name,
            tuple(Lease(one.feed, token, one.has_answer) for one in leases[name]),
            token,
            until,
            first_start(rows[name], wanted.now, gap_for(name)),
        )
        for name in names
        if leases.get(name)
    ]
    if batches:
        _take(connection, batches, gap_for)
    return batches


def _find_kept(connection: Connection, wanted: Wanted, hosts: int) -> dict[str, list[int]]:
    """Feeds whose answer waits to be read, by host, of hosts that nobody holds."""
    oldest = select(answer.c.feed_id).order_by(answer.c.fetched_at)
    ids = connection.execute(oldest.limit(hosts * FEEDS_PER_BATCH)).scalars().all()
    if not ids:
        return {}
    if wanted.feed_ids is not None:
        conditions = [*wanted.due(), *wanted.free()]
    else:
        conditions = [*wanted.polled(), *wanted.free()]
    # Asked by number, and unordered: SQLite would rather go through all feeds in their order.
    chosen = select(feed.c.host, feed.c.id).where(
        feed.c.id.in_(ids), *conditions, _not_held(wanted.now)
    )
    found: defaultdict[str, list[int]] = defaultdict(list)
    for row in connection.execute(chosen):
        found[row.host].append(row.id)
    return dict(found)


def _find_hosts(connection: Connection, wanted: Wanted, hosts: int) -> list[str]:
    """Hosts of due feeds that nobody holds and that do not rest, longest overdue first."""
    resting = select(host.c.host).where(host.c.rest_until > wanted.now)
    is_open = and_(_not_held(wanted.now), feed.c.host.not_in(resting))
    chosen = select(feed.c.host).where(*wanted.due(), is_open).order_by(feed.c.next_poll_at)
    if wanted.feed_ids is not None:
        own = chosen.where(*wanted.free())
        return list(dict.fromkeys(connection.execute(own).scalars()))
    found: dict[str, None] = {}
    # Of many feeds of one host only the first are looked at, by the index alone.
    portion = 2 * hosts + FEEDS_PER_BATCH
    while len(found) < hosts:
        further = chosen.where(feed.c.host.not_in(list(found))) if found else chosen
        names = connection.execute(further.limit(portion)).scalars().all()
        found |= dict.fromkeys(names)
        if len(names) < portion:
            break
    return list(found)[:hosts]


def _not_held(now: datetime) -> ColumnElement[bool]:
    held = select(host.c.host).where(host.c.leased_until > now)
    return feed.c.host.not_in(held)


def _lock_hosts(
    connection: Connection, names: Sequence[str], now: datetime
) -> dict[str, RowMapping]:
    """The rows of those hosts that nobody has taken meanwhile, locked."""
    if not names:
        return {}
    named = host.c.host.in_(names)
    there = set(connection.execute(select(host.c.host).where(named)).scalars())
    if missing := sorted(set(names) - there):
        add_hosts(connection, missing)
    free = select(host).where(named, is_free(host, now))
    rows = connection.execute(free.with_for_update(skip_locked=True)).mappings()
    return {row["host"]: row for row in rows}


def _lock_feeds(
    connection: Connection,
    wanted: Wanted,
    rows: Mapping[str, RowMapping],
    kept: Mapping[str, Sequence[int]],
) -> dict[str, list[Lease]]:
    """The feeds of each host that are to be leased, locked, without a token yet."""
    found: defaultdict[str, list[Lease]] = defaultdict(list)
    answered = frozenset(one for name in rows for one in kept.get(name, ()))
    if answered:
        of_answers = select(feed).where(feed.c.id.in_(answered), *wanted.free())
        locked = of_answers.with_for_update(skip_locked=True)
        for one in _feeds_of(connection.execute(locked)):
            found[one.host].append(Lease(one, "", has_answer=True))
    awake = [name for name, row in rows.items() if not is_later(row["rest_until"], wanted.now)]
    for one in _read_due(connection, wanted, awake):
        is_room = wanted.feed_ids is not None or len(found[one.host]) < FEEDS_PER_BATCH
        if is_room and one.id not in answered:
            found[one.host].append(Lease(one, ""))
    return found


def _read_due(connection: Connection, wanted: Wanted, names: Sequence[str]) -> Iterator[Feed]:
    """The feeds of some hosts that are due, longest overdue first, at most a batch of each."""
    conditions = [*wanted.due(), *wanted.free()]
    order = (feed.c.next_poll_at, feed.c.id)
    if wanted.feed_ids is not None:
        named = select(feed).where(*conditions, feed.c.host.in_(names)).order_by(*order)
        locked = named.with_for_update(skip_locked=True)
        yield from _feeds_of(connection.execute(locked)) if names else ()
        return
    # Put together once: that takes longer than asking for one host.
    of_host = select(feed).where(feed.c.host == bindparam("name"), *conditions).order_by(*order)
    locked = of_host.limit(FEEDS_PER_BATCH).with_for_update(skip_locked=True)
    for name in names:
        yield from _feeds_of(connection.execute(locked, {"name": name}))


def _feeds_of(rows: Result[Any]) -> Iterator[Feed]:
    return (feed_from(row) for row in rows.mappings())


def _take(connection: Connection, batches: Sequence[LeasedBatch], gap_for: GapFor) -> None:
    """Write the leases, and that the starts of so many requests are taken."""
    connection.execute(
        update(host).where(host.c.host == bindparam("name")),
        [
            {
                "name": batch.host,
                "lease_token": batch.token,
                "leased_until": batch.until,
                "next_start_at": _last_start(batch, gap_for(batch.host)),
            }
            for batch in batches
        ],
    )
    ids = [lease.feed.id for batch in batches for lease in batch.leases]
    hold_feeds(connection, ids, batches[0].token, batches[0].until)


def renew_batches(
    connection: Connection, batches: Sequence[Batch], now: datetime, lease_s: float
) -> None:
    """Hold batches for `lease_s` seconds from now; what another poller took is left alone."""
    until = now + timedelta(seconds=lease_s)
    held: list[tuple[Any, dict[str, Any]]] = []
    for batch in batches:
        held.append((host, {"key": batch.host, "proof": batch.token}))
        held += [(feed, {"key": one.feed.id, "proof": one.token}) for one in batch.leases]
    for table, key in ((host, host.c.host), (feed, feed.c.id)):
        rows = [{**row, "leased_until": until} for of, row in held if of is table]
        if rows:
            proven = (key == bindparam("key")) & (table.c.lease_token == bindparam("proof"))
            connection.execute(update(table).where(proven), rows)


def end_batches(
    connection: Connection, ended: Sequence[EndedBatch], now: datetime, gap_for: GapFor
) -> None:
    """Let others have the hosts of batches, a gap after now, and the feeds that were left unpolled.

    Starts that a batch did not use are given back, unless somebody has reserved later ones
    meanwhile.
    """
    proven = (host.c.host == bindparam("name")) & (host.c.lease_token == bindparam("proof"))
    is_later_reserved = host.c.next_start_at > bindparam("latest")
    next_at = case(
        (is_later_reserved, host.c.next_start_at), else_=bindparam("soon", type_=Instant)
    )
    change = {"lease_token": None, "leased_until": None, "next_start_at": next_at}
    # Hosts before feeds, as in leasing, and by name: nobody waits for another in turn.
    ordered = sorted(ended, key=lambda one: one[0].host)
    rows = [_end_row(batch, now, gap_for(batch.host)) for batch, _ in ordered]
    connection.execute(update(host).where(proven).values(**change), rows)
    release_leases(connection, [lease for _, left in ordered for lease in left])


def _end_row(batch: Batch, now: datetime, gap_s: float) -> dict[str, Any]:
    soon = now + timedelta(seconds=gap_s)
    latest = max(_last_start(batch, gap_s), soon)
    return {"name": batch.host, "proof": batch.token, "latest": latest, "soon": soon}


def _last_start(batch: Batch, gap_s: float) -> datetime:
    """When the next request may start after all those of a batch."""
    return batch.start_at + timedelta(seconds=gap_s) * len(batch.leases)


def find_left(
    connection: Connection, feed_ids: Sequence[int], now: datetime
) -> tuple[dict[int, datetime], list[int]]:
    """Why some feeds cannot be leased: the ends of their hosts' rests, and those held by others."""
    chosen = (
        select(feed.c.id, host.c.rest_until, feed.c.leased_until, host.c.leased_until.label("held"))
        .outerjoin(host, host.c.host == feed.c.host)
        .where(feed.c.id.in_(feed_ids), feed.c.merged_into.is_(None))
        .order_by(feed.c.id)
    )
    rows = connection.execute(chosen).all()
    resting = {row.id: row.rest_until for row in rows if is_later(row.rest_until, now)}
    held = [row.id for row in rows if is_later(row.leased_until, now) or is_later(row.held, now)]
    return resting, held


def release_hosts(connection: Connection, now: datetime, gap_for: GapFor) -> int:
    """End the leases of dead pollers on hosts, and say how many.

    A request may have been on its way when they died, so that the next one waits for a gap.
    """
    held = select(host.c.host).where(host.c.lease_token.is_not(None))
    rows = [
        {"name": name, "soon": now + timedelta(seconds=gap_for(name))}
        for name in connection.execute(held).scalars()
    ]
    if rows:
        ended: dict[str, Any] = {
            "lease_token": None,
            "leased_until": None,
            "next_start_at": bindparam("soon"),
        }
        connection.execute(update(host).where(host.c.host == bindparam("name")).values(ended), rows)
    return len(rows)
