"""Addresses at which a feed was polled before it went to where it is now."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from aggregator.archive._tables import feed_address


def leave_address(connection: Connection, feed_id: int, url: str, now: datetime) -> None:
    """Note that a feed is no longer polled at `url`; of several times the last one counts."""
    left = (feed_address.c.feed_id == feed_id) & (feed_address.c.url == url)
    connection.execute(delete(feed_address).where(left))
    connection.execute(insert(feed_address).values(feed_id=feed_id, url=url, left_at=now))


def read_addresses(connection: Connection, feed_id: int) -> list[tuple[str, datetime]]:
    """The addresses that a feed has left, and when, the last one first."""
    chosen = (
        select(feed_address.c.url, feed_address.c.left_at)
        .where(feed_address.c.feed_id == feed_id)
        .order_by(feed_address.c.left_at.desc(), feed_address.c.url)
    )
    return [(row.url, row.left_at) for row in connection.execute(chosen)]
