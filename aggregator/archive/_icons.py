"""The icons of feeds' sites, and which of them are to be looked for again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, or_, select, update

from aggregator.archive._tables import feed, icon
from aggregator.archive._values import feed_from
from aggregator.model import Feed, Icon


def read_icon(connection: Connection, feed_id: int) -> Icon | None:
    """The icon of a feed, without `data` if there was none to be had; None if nobody has looked."""
    row = connection.execute(select(icon).where(icon.c.feed_id == feed_id)).one_or_none()
    if row is None:
        return None
    return Icon(row.url, row.media_type, bytes(row.data), row.fetched_at)


def write_icon(connection: Connection, feed_id: int, found: Icon, fetched_at: datetime) -> None:
    """Put what was found in the place of what was there."""
    values = {
        "url": found.url,
        "media_type": found.media_type,
        "data": found.data,
        "fetched_at": fetched_at,
    }
    # Locked, so that of two who look at once the second replaces what the first has written.
    connection.execute(select(feed.c.id).where(feed.c.id == feed_id).with_for_update())
    if not connection.execute(
        update(icon).where(icon.c.feed_id == feed_id).values(**values)
    ).rowcount:
        connection.execute(insert(icon).values(feed_id=feed_id, **values))


def read_stale_icons(connection: Connection, before: datetime) -> list[Feed]:
    """The polled feeds whose icon nobody has looked for since `before`, the longest ago first."""
    stale = or_(icon.c.fetched_at.is_(None), icon.c.fetched_at < before)
    chosen = (
        select(feed)
        .outerjoin(icon, icon.c.feed_id == feed.c.id)
        .where(feed.c.is_enabled.is_(True), feed.c.merged_into.is_(None), stale)
        .order_by(icon.c.fetched_at.is_not(None), icon.c.fetched_at, feed.c.id)
    )
    return [feed_from(row) for row in connection.execute(chosen).mappings()]
