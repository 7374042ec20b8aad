"""What happens in an archive right now, read without touching it: for who watches."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, case, func, select, text
from sqlalchemy.sql.selectable import Subquery

from aggregator.archive._engine import Database
from aggregator.archive._migrations import current_revision
from aggregator.archive._tables import answer, entry, feed, fetch
from aggregator.model import feed_title

RECENT_ROWS = 5000
"""So many of the newest entries and answers are looked at: a picture each second must stay cheap
however large the archive is. What came before them within the hour is not counted."""

_SLOW_HOSTS = 5
_LAST_ERRORS = 5
_ANSWERS_OF_SLOW = 3
"""One slow answer makes no slow host."""


@dataclass(frozen=True, slots=True)
class SlowHost:
    """A host whose last answers took long: how many they were, and their mean in seconds."""

    host: str
    answers: int
    mean_s: float


@dataclass(frozen=True, slots=True)
class LastError:
    """A feed whose last poll failed; `failures` in a row, the last at `at`."""

    feed_id: int
    title: str
    error: str
    failures: int
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Activity:
    """What was done in the minute, the hour and the day before `at`, and what is under way.

    `polled_minute` and `polled_hour` count feeds that were polled at least once. `new_minute`,
    `new_hour` and `new_day` count entries, at most RECENT_ROWS; `entries` is about all of them.
    `leased` feeds are being polled; `waiting` answers were fetched and not yet read. `size_bytes`
    is the whole database, on SQLite without `wal_bytes`, its log.
    """

    at: datetime
    polled_minute: int
    polled_hour: int
    new_minute: int
    new_hour: int
    new_day: int
    entries: int
    leased: int
    waiting: int
    size_bytes: int
    wal_bytes: int
    slow_hosts: tuple[SlowHost, ...] = ()
    last_errors: tuple[LastError, ...] = ()


class Watching:
    """Looking at an archive while others work in it; nothing of it is changed by that."""

    def __init__(self, database: Database, path: Path | None) -> None:
        self._database, self._path = database, path

    def activity(self, now: datetime) -> Activity:
        """What happens at `now`; 0.15 s of CPU with 100,000 feeds."""
        with self._database.reading("cannot look at the archive") as connection:
            found = _read_activity(connection, now)
        return replace(found, wal_bytes=wal_bytes(self._path))

    def revision(self) -> str | None:
        """The schema that the archive has, None where there is none; it costs one look-up."""
        with self._database.reading("cannot reach the archive") as connection:
            return current_revision(connection)


def wal_bytes(path: Path | None) -> int:
    """The size of the write-ahead log beside an SQLite archive; 0 where there is none."""
    if path is None:
        return 0
    log = path.resolve()
    with suppress(OSError):
        return log.with_name(log.name + "-wal").stat().st_size
    return 0


def _read_activity(connection: Connection, now: datetime) -> Activity:
    minute, hour, day = (now - timedelta(seconds=past_s) for past_s in (60, 3600, 86_400))
    polled = connection.execute(
        select(
            func.count(case((feed.c.last_polled_at > minute, 1))),
            func.count(case((feed.c.last_polled_at > hour, 1))),
            func.count(case((feed.c.leased_until > now, 1))),
        )
    ).one()
    newest = _newest_entries()
    new = connection.execute(
        select(
            func.count(case((newest.c.first_seen_at > minute, 1))),
            func.count(case((newest.c.first_seen_at > hour, 1))),
            func.count(case((newest.c.first_seen_at > day, 1))),
            func.max(newest.c.id),
        )
    ).one()
    return Activity(
        at=now,
        polled_minute=polled[0],
        polled_hour=polled[1],
        new_minute=new[0],
        new_hour=new[1],
        new_day=new[2],
        entries=new[3] or 0,
        leased=polled[2],
        waiting=connection.execute(select(func.count()).select_from(answer)).scalar_one(),
        size_bytes=_size_bytes(connection),
        wal_bytes=0,
        slow_hosts=_slow_hosts(connection, hour),
        last_errors=_last_errors(connection),
    )


def _newest_entries() -> Subquery:
    newest = select(entry.c.id, entry.c.first_seen_at).order_by(entry.c.id.desc())
    return newest.limit(RECENT_ROWS).subquery()


def _slow_hosts(connection: Connection, since: datetime) -> tuple[SlowHost, ...]:
    recent = (
        select(fetch.c.feed_id, fetch.c.duration_s, fetch.c.fetched_at)
        .order_by(fetch.c.id.desc())
        .limit(RECENT_ROWS)
        .subquery()
    )
    mean_s = func.avg(recent.c.duration_s)
    rows = connection.execute(
        select(feed.c.host, func.count(), mean_s)
        .join(recent, recent.c.feed_id == feed.c.id)
        .where(recent.c.fetched_at > since)
        .group_by(feed.c.host)
        .having(func.count() >= _ANSWERS_OF_SLOW)
        .order_by(mean_s.desc(), feed.c.host)
        .limit(_SLOW_HOSTS)
    )
    return tuple(SlowHost(host, answers, float(mean)) for host, answers, mean in rows)


def _last_errors(connection: Connection) -> tuple[LastError, ...]:
    rows = connection.execute(
        select(
            feed.c.id,
            feed.c.name,
            feed.c.title,
            feed.c.url,
            feed.c.error,
            feed.c.failures,
            feed.c.last_polled_at,
        )
        .where(feed.c.error.is_not(None), feed.c.is_enabled, feed.c.last_polled_at.is_not(None))
        .order_by(feed.c.last_polled_at.desc(), feed.c.id)
        .limit(_LAST_ERRORS)
    )
    return tuple(
        LastError(one.id, feed_title(one.name, one.title, one.url), one.error, one.failures, at)
        for one in rows
        for at in (one.last_polled_at,)
    )


def _size_bytes(connection: Connection) -> int:
    if connection.dialect.name == "sqlite":
        sizes = text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        return int(connection.execute(sizes).scalar_one())
    return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
