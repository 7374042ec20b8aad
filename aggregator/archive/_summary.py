"""All feeds at a glance: how many are due, since when, and how they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, case, false, func, or_, select

from aggregator.archive._tables import feed, host
from aggregator.model import GONE_AFTER, GONE_STATUS

STATES = ("new", "ok", "failing", "blocked", "resting", "gone", "paused", "merged")


@dataclass(frozen=True, slots=True)
class FeedSummary:
    """How all feeds are.

    `due` of them wait for their visit, the first since `oldest_due_at`; the next of the others
    comes at `next_at`. `by_state` counts each feed once: ``merged`` into another, ``paused`` by the
    operator, ``gone`` for good, ``resting`` with its host, ``new`` and not visited yet, ``blocked``
    by its server, ``failing`` otherwise, ``ok``.
    """

    due: int = 0
    oldest_due_at: datetime | None = None
    by_state: Mapping[str, int] = field(default_factory=dict)
    next_at: datetime | None = None


class KeptRhythm(NamedTuple):
    """By what the budget is shared among feeds: `posts` and `days` as of `at`, as in `Rhythm`.

    `interval_s` is the operator's, None where visits are learnt.
    """

    weight: float
    interval_s: int | None
    posts: float
    days: float
    at: datetime | None


def read_summary(connection: Connection, now: datetime) -> FeedSummary:
    """How all feeds are; it reads what is due by the index, the states from all rows."""
    ripe = select(func.count(), func.min(feed.c.next_poll_at)).where(_is_polled())
    due, oldest = connection.execute(ripe.where(feed.c.next_poll_at <= now)).one()
    coming = select(func.min(feed.c.next_poll_at)).where(_is_polled(), feed.c.next_poll_at > now)
    state = _state(connection, now).label("state")
    counted = select(state, func.count().label("n")).group_by(state)
    by_state = dict.fromkeys(STATES, 0) | {row.state: row.n for row in connection.execute(counted)}
    return FeedSummary(due, oldest, by_state, connection.execute(coming).scalar())


def read_rhythms(connection: Connection) -> list[KeptRhythm]:
    """What the budget is shared by, of each feed that is polled."""
    posts, days = (feed.c.rhythm[name].as_float() for name in ("posts", "days"))
    at = feed.c.rhythm["at"].as_string()
    chosen = select(feed.c.weight, feed.c.interval_s, posts, days, at)
    rows = connection.execute(chosen.where(_is_polled(), feed.c.merged_into.is_(None)))
    return [
        KeptRhythm(
            weight,
            interval_s or None,
            seen or 0.0,
            within or 0.0,
            datetime.fromisoformat(at) if at else None,
        )
        for weight, interval_s, seen, within, at in rows
    ]


def _is_polled() -> ColumnElement[bool]:
    is_there = or_(feed.c.last_status.is_distinct_from(GONE_STATUS), feed.c.failures < GONE_AFTER)
    return and_(feed.c.is_enabled.is_(True), is_there)


def _state(connection: Connection, now: datetime) -> ColumnElement[str]:
    """The state of a feed: the first that holds."""
    names = connection.execute(select(host.c.host).where(host.c.rest_until > now)).scalars().all()
    return case(
        (feed.c.merged_into.is_not(None), "merged"),
        (feed.c.is_enabled.is_(False), "paused"),
        (~_is_polled(), "gone"),
        (feed.c.host.in_(names) if names else false(), "resting"),
        (feed.c.last_polled_at.is_(None), "new"),
        (feed.c.error_kind == "blocked", "blocked"),
        (feed.c.failures > 0, "failing"),
        else_="ok",
    )
