"""What is kept of a feed's documents: what the next one is read by, and how the last were read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, text

from aggregator.archive._tables import feed, fetch, snapshot
from aggregator.archive._values import links_from
from aggregator.model import (
    Extras,
    Feed,
    FeedLinks,
    FetchRecord,
    Memory,
    PollResult,
    extras_from_json,
)

FETCHES_KEPT = 20
"""How many fetch records each feed has; older ones make room."""

_MAX_WARNINGS = 50

_KEEP_SNAPSHOT = text(
    "INSERT INTO snapshot (feed_id, state) VALUES (:feed_id, :state)"
    " ON CONFLICT (feed_id) DO UPDATE SET state = excluded.state"
)
_OF_FEED = fetch.c.feed_id == bindparam("of_feed")
_LAST_KEPT = select(fetch.c.id).where(_OF_FEED).order_by(fetch.c.id.desc())
_INSERT_FETCH = insert(fetch)
_DELETE_OLDER = delete(fetch).where(
    _OF_FEED, fetch.c.id < _LAST_KEPT.offset(FETCHES_KEPT - 1).limit(1).scalar_subquery()
)
_MEMORY = select(snapshot.c.state).where(snapshot.c.feed_id == bindparam("of_feed"))


@dataclass(frozen=True, slots=True)
class FeedDetails:
    """What a feed says of itself beside title and site; None or empty where it says nothing."""

    description: str | None = None
    language: str | None = None
    format: str | None = None
    links: FeedLinks = field(default_factory=FeedLinks)
    extras: Extras = field(default_factory=Extras)


def read_details(connection: Connection, feed_id: int) -> FeedDetails:
    """What a feed said of itself when it was last read; all empty for one that never was."""
    chosen = select(
        feed.c.description, feed.c.language, feed.c.format, feed.c.links, feed.c.extras
    ).where(feed.c.id == feed_id)
    row = connection.execute(chosen).one_or_none()
    if row is None:
        return FeedDetails()
    return FeedDetails(
        row.description,
        row.language,
        row.format,
        links_from(row.links),
        extras_from_json(row.extras),
    )


def read_memory(connection: Connection, one: Feed) -> Memory:
    """What to read the next document of a feed by; the operator's word on identity is fixed."""
    state = connection.execute(_MEMORY, {"of_feed": one.id}).scalar_one_or_none()
    return Memory(
        identity=one.identity or one.learnt_identity,
        is_fixed=one.identity is not None,
        snapshot=None if state is None else bytes(state),
    )


def write_snapshots(connection: Connection, results: Iterable[PollResult]) -> None:
    """Put what was read in the place of what was read before; a 304 leaves that as it is."""
    kept: list[dict[str, Any]] = []
    for result in results:
        state = result.parsed.memory.snapshot if result.parsed else None
        if result.forgets_document or (result.parsed and state is None):
            forget_snapshot(connection, result.feed_id)
        elif state is not None:
            kept.append({"feed_id": result.feed_id, "state": state})
    if kept:
        connection.execute(_KEEP_SNAPSHOT, kept)


def forget_snapshot(connection: Connection, feed_id: int) -> None:
    """Have the next document of a feed read as a whole."""
    connection.execute(delete(snapshot).where(snapshot.c.feed_id == feed_id))


def write_fetches(connection: Connection, results: Iterable[PollResult]) -> None:
    """Keep how answers were read, or why none was; 304 and unchanged bodies tell nothing."""
    told = [one for one in results if one.parsed or one.error]
    if told:
        connection.execute(_INSERT_FETCH, [_fetch_row(one) for one in told])
        connection.execute(_DELETE_OLDER, [{"of_feed": one.feed_id} for one in told])


def read_fetches(connection: Connection, feed_id: int, limit: int) -> list[FetchRecord]:
    """The last fetch records of a feed, the newest first."""
    chosen = select(fetch).where(fetch.c.feed_id == feed_id).order_by(fetch.c.id.desc())
    rows = connection.execute(chosen.limit(limit)).mappings()
    names = [one.name for one in fields(FetchRecord)]
    return [
        FetchRecord(**{name: row[name] for name in names} | {"warnings": tuple(row["warnings"])})
        for row in rows
    ]


def _fetch_row(result: PollResult) -> dict[str, Any]:
    parsed = result.parsed
    read = ("path", "format", "encoding", "encoding_source")
    return {
        "feed_id": result.feed_id,
        "fetched_at": result.polled_at,
        "status": result.status,
        "body_bytes": result.body_bytes,
        "duration_s": result.duration_s,
        "error": result.error,
        **{name: getattr(parsed, name, None) for name in read},
        "warnings": list(parsed.warnings[:_MAX_WARNINGS]) if parsed else [],
        "new": len(result.new),
        "edited": len(result.edited) + len(result.overwritten),
        "unchanged": result.same + len(result.renamed),
    }
