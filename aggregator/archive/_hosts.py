"""What is known of hosts: when the next request may start, who rests, what robots.txt said.

All of it holds for every process that asks, and over restarts: it is read and written under a lock
on the host's row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from zlib import crc32

from sqlalchemy import Connection, RowMapping, bindparam, select, text, update

from aggregator.archive._tables import feed, host
from aggregator.archive._types import Prose
from aggregator.model import HostState
from aggregator.urls import host_of

SHORTEST_REST = timedelta(minutes=15)
"""So long a host rests at least: stated seconds are those of one request, not of a poller."""

LONGEST_REST = timedelta(days=31)
"""A stated time is believed so far; whoever states years means "not like this", not "never"."""

FIRST_BARE_REST = timedelta(hours=1)
LONGEST_BARE_REST = timedelta(hours=24)
"""A refusal without a time: an hour, doubled with each in a row, up to a day."""

STARTS_AHEAD = 100
"""So many gaps ahead starts may be reserved, and an hour; more was written by a wrong clock."""

_REFUSALS = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
_SPREAD = 5
"""After a rest the feeds of a host come back over so many minutes."""

_MAX_ORIGINS = 20
"""So many robots.txt are kept of one host: its schemes and ports."""

_ADD = text("INSERT INTO host (host) VALUES (:name) ON CONFLICT DO NOTHING").bindparams(
    bindparam("name", type_=Prose)
)


def reserve_start(connection: Connection, name: str, now: datetime, gap_s: float) -> HostState:
    """The host, with the start of this request as `next_start_at`; later ones start after it.

    Nothing is reserved while the host rests, whose state tells until when.
    """
    row = lock_host(connection, name)
    if is_later(row["rest_until"], now):
        return host_from(row)
    start_at = first_start(row, now, gap_s)
    write_host(connection, name, next_start_at=start_at + timedelta(seconds=gap_s))
    return replace(host_from(row), next_start_at=start_at)


def first_start(row: RowMapping, now: datetime, gap_s: float) -> datetime:
    """When the next request to a host may start."""
    reserved: datetime | None = row["next_start_at"]
    latest = now + timedelta(hours=1, seconds=STARTS_AHEAD * gap_s)
    return now if reserved is None or reserved > latest else max(now, reserved)


def begin_rest(
    connection: Connection, name: str, *, status: int, now: datetime, until: datetime | None
) -> datetime:
    """Let a host rest that has answered `status`; until when, which a rest at hand may prolong.

    `until` is the time that it has stated. None of its feeds is due before.
    """
    row = lock_host(connection, name)
    is_resting = is_later(row["rest_until"], now)
    # What was under way when a rest began says nothing new.
    refusals = row["refusals"] + int(status in _REFUSALS and not is_resting)
    end_at = _rest_end(name, refusals, now, until)
    if is_resting:
        end_at = max(end_at, row["rest_until"])
    rest = {"rest_until": end_at, "rest_since": now, "rest_status": status}
    write_host(connection, name, refusals=refusals, **rest)
    _postpone_feeds(connection, name, status, end_at)
    return end_at


def _rest_end(name: str, refusals: int, now: datetime, until: datetime | None) -> datetime:
    if until is not None:
        return min(max(until, now + SHORTEST_REST), now + LONGEST_REST)
    bare: timedelta = min(FIRST_BARE_REST * 2 ** min(max(refusals, 1) - 1, 10), LONGEST_BARE_REST)
    # Up to a tenth more, so that hosts which refused together are not asked together.
    return now + bare * (1 + crc32(name.encode("utf-8", "replace")) % 100 / 1000)


def _postpone_feeds(connection: Connection, name: str, status: int, end_at: datetime) -> None:
    """Let the feeds of a host be due when its rest is over, some minutes one after another."""
    why = f"its host has answered {status} and rests" if status else "its host is left alone"
    of_host = (feed.c.host == name) & (feed.c.next_poll_at < end_at)
    # In one order, so that of two who change the feeds of a host none waits for the other in turn.
    ids = connection.execute(
        select(feed.c.id).where(of_host).order_by(feed.c.id).with_for_update()
    ).scalars()
    if rows := [
        {"number": one, "next_poll_at": end_at + timedelta(minutes=one % _SPREAD), "why": why}
        for one in ids
    ]:
        connection.execute(update(feed).where(feed.c.id == bindparam("number")), rows)


def end_refusals(connection: Connection, name: str) -> None:
    """Forget how often a host has refused: it answers again."""
    refused = (host.c.host == name) & (host.c.refusals > 0)
    connection.execute(update(host).where(refused).values(refusals=0))


def read_resting(connection: Connection, now: datetime) -> list[HostState]:
    """The hosts that rest, the one that ends first first."""
    chosen = select(host).where(host.c.rest_until > now).order_by(host.c.rest_until, host.c.host)
    return [host_from(row) for row in connection.execute(chosen).mappings()]


def read_host(connection: Connection, name: str) -> HostState | None:
    """One host, None if it was never asked."""
    row = connection.execute(select(host).where(host.c.host == name)).mappings().first()
    return None if row is None else host_from(row)


def read_robots(connection: Connection, origin: str) -> dict[str, Any] | None:
    """What was kept of the robots.txt of an origin (``https://example.org``), None if nothing."""
    chosen = select(host.c.robots).where(host.c.host == host_of(origin))
    kept: dict[str, Any] = connection.execute(chosen).scalar() or {}
    return kept.get(origin)


def write_robots(connection: Connection, origin: str, state: Mapping[str, Any]) -> None:
    """Keep what is to be remembered of a robots.txt; of many of one host the last written ones."""
    name = host_of(origin)
    kept = dict(lock_host(connection, name)["robots"])
    kept.pop(origin, None)
    newest = list(kept.items())[1 - _MAX_ORIGINS :]
    write_host(connection, name, robots={**dict(newest), origin: dict(state)})


def lock_host(connection: Connection, name: str) -> RowMapping:
    """The row of a host, made if there is none, that nobody else changes in this transaction."""
    chosen = select(host).where(host.c.host == name).with_for_update()
    row = connection.execute(chosen).mappings().first()
    if row is None:
        add_hosts(connection, [name])
        row = connection.execute(chosen).mappings().one()
    return row


def add_hosts(connection: Connection, names: list[str]) -> None:
    """Make the rows of hosts that have none."""
    connection.execute(_ADD, [{"name": name} for name in names])


def write_host(connection: Connection, name: str, **values: Any) -> None:  # noqa: ANN401
    """Change columns of a host."""
    connection.execute(update(host).where(host.c.host == name).values(**values))


def is_later(instant: datetime | None, now: datetime) -> bool:
    """Whether there is an instant, and it is still to come."""
    return instant is not None and instant > now


def host_from(row: RowMapping) -> HostState:
    """The host of a row of the table `host`."""
    return HostState(
        row["host"], row["next_start_at"], row["rest_until"], row["rest_status"], row["refusals"]
    )
