"""Answers that were fetched, or sent by a hub, and are not read yet.

They are kept before they are read, so that a poller that dies over one costs its server no second
request, and so that the time before which the server wants no other outlives the poller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import zstandard
from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    bindparam,
    case,
    delete,
    insert,
    select,
    update,
)

from aggregator.archive._tables import answer, feed
from aggregator.model import Redirect, Response, Validators

_FORGET_TAKEN = delete(answer).where(
    answer.c.feed_id.in_(bindparam("feed_ids", expanding=True)), answer.c.is_taken.is_(True)
)


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer that waits to be read; one that `is_pushed` was sent by a hub, unasked."""

    response: Response
    is_pushed: bool


def keep_answer(
    connection: Connection,
    feed_id: int,
    token: str,
    response: Response,
    not_before: datetime | None,
) -> bool:
    """Keep what was fetched for a leased feed; False, and nothing kept, if the lease is lost.

    The feed is not asked again before `not_before`, whatever becomes of the answer; None: its
    server has stated no time.
    """
    later: ColumnElement[datetime] = feed.c.next_poll_at
    if not_before is not None:
        later = case((feed.c.next_poll_at < not_before, not_before), else_=feed.c.next_poll_at)
    proven = (feed.c.id == feed_id) & (feed.c.lease_token == token)
    change = update(feed).where(proven).values(not_before=not_before, next_poll_at=later)
    if connection.execute(change).rowcount != 1:
        return False
    _write(connection, feed_id, response, is_pushed=False)
    return True


def push_answer(connection: Connection, feed_id: int, response: Response) -> bool:
    """Keep what a hub has sent of a feed, in place of what it sent before; the feed is due then.

    False, and nothing kept, for a feed that is not polled.
    """
    polled = (feed.c.id == feed_id) & feed.c.is_enabled.is_(True) & feed.c.merged_into.is_(None)
    # Locked, so that of two that push one comes after the other.
    if connection.execute(select(feed.c.id).where(polled).with_for_update()).first() is None:
        return False
    _write(connection, feed_id, response, is_pushed=True)
    return True


def read_answer(connection: Connection, feed_id: int) -> KeptAnswer | None:
    """The answer of a feed that is not recorded yet, None if there is none.

    One that was asked for comes before one that was pushed. It stays until a poll is recorded.
    """
    of_feed = select(answer).where(answer.c.feed_id == feed_id).order_by(answer.c.is_pushed)
    row = connection.execute(of_feed).mappings().first()
    return None if row is None else KeptAnswer(_response_from(row), row["is_pushed"])


def mark_taken(connection: Connection, feed_id: int, kept: KeptAnswer) -> None:
    """Have the next recorded poll of a feed take this answer away, if it is there still."""
    is_it = _is(feed_id, is_pushed=kept.is_pushed)
    is_it &= answer.c.fetched_at == kept.response.fetched_at
    connection.execute(update(answer).where(is_it).values(is_taken=True))


def forget_taken(connection: Connection, feed_ids: Sequence[int]) -> None:
    """Drop the answers that were read; what was pushed meanwhile stays."""
    connection.execute(_FORGET_TAKEN, {"feed_ids": feed_ids})


def forget_answer(connection: Connection, feed_id: int) -> None:
    """Drop all answers of a feed: they are of an address that is not its own any more."""
    connection.execute(delete(answer).where(answer.c.feed_id == feed_id))


def _is(feed_id: int, *, is_pushed: bool) -> ColumnElement[bool]:
    return and_(answer.c.feed_id == feed_id, answer.c.is_pushed.is_(is_pushed))


def _write(connection: Connection, feed_id: int, response: Response, *, is_pushed: bool) -> None:
    """Put an answer in place of the one of its kind; who has fetched one reads it, too."""
    connection.execute(delete(answer).where(_is(feed_id, is_pushed=is_pushed)))
    # One a call: a compressor is no two threads' at once. Level 1 takes a tenth of a millisecond
    # for a usual feed.
    body = zstandard.ZstdCompressor(level=1).compress(response.body)
    row = {"feed_id": feed_id, "is_pushed": is_pushed, "is_taken": not is_pushed, "body": body}
    row |= {"fetched_at": response.fetched_at, "state": _state(response)}
    connection.execute(insert(answer).values(row))


def _state(response: Response) -> dict[str, Any]:
    return {
        "url": response.url,
        "final_url": response.final_url,
        "status": response.status,
        "headers": dict(response.headers),
        "etag": response.validators.etag,
        "last_modified": response.validators.last_modified,
        "redirects": [[hop.status, hop.url] for hop in response.redirects],
        "wire_bytes": response.wire_bytes,
        "fresh_until": response.fresh_until.isoformat() if response.fresh_until else None,
    }


def _response_from(row: RowMapping) -> Response:
    state = row["state"]
    fresh_until = state["fresh_until"]
    return Response(
        url=state["url"],
        final_url=state["final_url"],
        status=state["status"],
        headers=state["headers"],
        body=zstandard.ZstdDecompressor().decompress(bytes(row["body"])),
        validators=Validators(state["etag"], state["last_modified"]),
        fetched_at=row["fetched_at"],
        redirects=tuple(Redirect(status, url) for status, url in state["redirects"]),
        wire_bytes=state["wire_bytes"],
        fresh_until=datetime.fromisoformat(fresh_until) if fresh_until else None,
    )
