"""Times of visits and rests, moved: by a clock that was set, a network that was down, an operator.

What a server has stated is a time to wait. So when the clock is set it is the wait that stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    RowMapping,
    Table,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    type_coerce,
    update,
)

from aggregator.archive._known import portions
from aggregator.archive._tables import feed, host
from aggregator.archive._types import Instant

SLACK = timedelta(minutes=5)
"""A past instant that lies further ahead was written by a clock that has gone back since."""

LONGEST_WAIT = timedelta(days=32)
"""No visit is further ahead: a stated time is believed for 31 days, and there is some jitter."""

LONGEST_LEASE = timedelta(days=1)

_PARDON_WAIT = timedelta(seconds=60)

# Times to come, and when they were decided. Hosts before feeds, as in leasing: nobody waits for
# another in turn.
_TIMES = (
    (host, ("rest_until", "leased_until", "next_start_at", "rest_since")),
    (feed, ("next_poll_at", "not_before", "leased_until", "last_polled_at")),
)


def shift_times(connection: Connection, by: timedelta) -> None:
    """Move all times by as much as the clock was set, in either way.

    Those that have passed, too: what was overdue stays so, and what was decided stays as long ago.
    """
    for table, names in _TIMES:
        moved = {name: _moved(connection, table.c[name], by) for name in names}
        connection.execute(update(table).values(**moved))


def _moved(connection: Connection, column: Column[Any], by: timedelta) -> ColumnElement[Any]:
    if connection.dialect.name != "sqlite":
        return type_coerce(column + literal(by), Instant)
    # As it is stored there: to the millisecond, which is what SQLite reckons in.
    seconds = f"{by.total_seconds():+.3f} seconds"
    return type_coerce(func.strftime("%Y-%m-%d %H:%M:%f000", column, seconds), Instant)


def heal_times(connection: Connection, now: datetime) -> int:
    """Bring what a wrong clock has written back to where it can be; how many rows that were.

    Where the past lies ahead the clock has gone back since: what was to be waited for then is
    waited for from now. Nothing is further ahead than it could have been stated.
    """
    last, added, latest = feed.c.last_polled_at, feed.c.created_at, now + LONGEST_WAIT
    is_ahead = or_(last > now + SLACK, added > now + SLACK)
    odd = or_(is_ahead, feed.c.next_poll_at > latest, feed.c.not_before > latest)
    chosen = select(feed.c.id, last, added, feed.c.next_poll_at, feed.c.not_before).where(odd)
    feeds = _write(connection, feed, [_healed_feed(row, now) for row in _read(connection, chosen)])
    since, until = host.c.rest_since, host.c.rest_until
    odd = or_(since > now + SLACK, until > latest)
    chosen = select(host.c.host, since, until).where(odd)
    hosts = _write(connection, host, [_healed_host(row, now) for row in _read(connection, chosen)])
    for table in (feed, host):
        endless = table.c.leased_until > now + LONGEST_LEASE
        ended = update(table).where(endless).values(lease_token=None, leased_until=None)
        connection.execute(ended)
    return feeds + hosts


def _healed_feed(row: RowMapping, now: datetime) -> dict[str, Any]:
    decided_at = row["last_polled_at"]
    if decided_at is None:
        # Never visited, so nobody has stated a time.
        due = {"last_polled_at": None, "next_poll_at": now, "not_before": None}
        return {"key": row["id"], "created_at": _passed(row["created_at"], now), **due}
    base = decided_at if decided_at > now + SLACK else now
    return {
        "key": row["id"],
        "created_at": _passed(row["created_at"], now),
        "last_polled_at": min(decided_at, now),
        "next_poll_at": _from_now(row["next_poll_at"], base, now),
        "not_before": _from_now(row["not_before"], base, now),
    }


def _passed(instant: datetime | None, now: datetime) -> datetime | None:
    return instant and min(instant, now)


def _healed_host(row: RowMapping, now: datetime) -> dict[str, Any]:
    began_at = row["rest_since"]
    base = began_at if began_at is not None and began_at > now + SLACK else now
    until = _from_now(row["rest_until"], base, now)
    return {"key": row["host"], "rest_since": now, "rest_until": until}


def _from_now(instant: datetime | None, base: datetime, now: datetime) -> datetime | None:
    """As far from now as `instant` is from `base`, within what can be."""
    if instant is None:
        return None
    return now + min(max(instant - base, timedelta()), LONGEST_WAIT)


def pardon_feeds(connection: Connection, feed_ids: Iterable[int], now: datetime) -> None:
    """Take back the last failure of feeds, of which we were the cause; they are due soon again."""
    columns = [feed.c.id, feed.c.failures, feed.c.next_poll_at, feed.c.not_before]
    for part in portions(feed_ids):
        chosen = select(*columns).where(feed.c.id.in_(part)).order_by(feed.c.id)
        pardoned = [
            {
                "key": row["id"],
                "failures": max(row["failures"] - 1, 0),
                "error": None,
                "error_kind": None,
                "why": "our own network was down, no feed is to blame for that",
                "next_poll_at": min(
                    row["next_poll_at"], _allowed(now + _PARDON_WAIT, row["not_before"])
                ),
            }
            for row in _read(connection, chosen.with_for_update())
        ]
        _write(connection, feed, pardoned)


def make_due(connection: Connection, feed_ids: Iterable[int], now: datetime) -> None:
    """Let feeds be due now, or when their servers allow it."""
    for part in portions(feed_ids):
        later = case((feed.c.not_before > now, feed.c.not_before), else_=now)
        change = update(feed).where(feed.c.id.in_(part))
        connection.execute(change.values(next_poll_at=later, why="it was asked for"))


def _allowed(at: datetime, not_before: datetime | None) -> datetime:
    return at if not_before is None else max(at, not_before)


def _read(connection: Connection, chosen: Any) -> Sequence[RowMapping]:  # noqa: ANN401
    rows: Sequence[RowMapping] = connection.execute(chosen).mappings().all()
    return rows


def _write(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> int:
    if rows:
        key = next(iter(table.primary_key.columns))
        connection.execute(update(table).where(key == bindparam("key")), rows)
    return len(rows)
