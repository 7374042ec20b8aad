"""Feeds that have gone for good: to a new address, or to that of another feed of ours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select, update

from aggregator.archive._addresses import leave_address
from aggregator.archive._answers import forget_answer
from aggregator.archive._documents import forget_snapshot
from aggregator.archive._index import Index
from aggregator.archive._merging import drop_doubles, merge_entries
from aggregator.archive._pairing import surviving_feed
from aggregator.archive._syncing import forget_list
from aggregator.archive._tables import feed
from aggregator.archive._values import move_row
from aggregator.urls import host_of, normalize_link

_OPERATORS = (
    "name",
    "tags",
    "interval_s",
    "weight",
    "full_text",
    "rules",
    "identity",
    "next_poll_at",
)


def settle_move(
    connection: Connection, feed_id: int, url: str, now: datetime, index: Index
) -> None:
    """Poll a feed at `url` from now on; if that is another feed of ours, make the two one.

    Called when the answer of the new address has been recorded: its validators are those to keep.
    """
    rows = connection.execute(select(feed)).mappings().all()
    by_id = {row["id"]: row for row in rows}
    own = by_id[feed_id]
    # Back at the address that the operator wrote, it has moved nowhere.
    moved_to = None if normalize_link(url) == normalize_link(own["url"]) else url
    leave_address(connection, feed_id, own["moved_to"] or own["url"], now)
    values = {"moved_to": moved_to, "host": host_of(moved_to or own["url"]), **move_row(None)}
    connection.execute(update(feed).where(feed.c.id == feed_id).values(**values))
    if own["moved_to"] is not None:
        # What feeds.toml says of the address that is left was for this feed until now.
        forget_list(connection)
    target_id = _find_feed_at(rows, feed_id, url)
    if target_id is not None:
        _merge(connection, own, by_id[target_id], now, index)


def _find_feed_at(rows: Sequence[RowMapping], feed_id: int, url: str) -> int | None:
    """The other feed that is polled at `url`, in whatever spelling; the oldest of several."""
    merged_into = {row["id"]: row["merged_into"] for row in rows}
    wanted = normalize_link(url)
    there = [
        surviving_feed(merged_into, row["id"])
        for row in rows
        if wanted in {normalize_link(row["url"]), normalize_link(row["moved_to"] or row["url"])}
    ]
    return min((one for one in there if one != feed_id), default=None)


def _merge(
    connection: Connection, source: RowMapping, target: RowMapping, now: datetime, index: Index
) -> None:
    """Give all that `source` has to `target`; its row stays, for who looks for the old number.

    From another host nothing is taken: whoever can answer for one feed could put entries, names and
    tombstones into any other by naming its address. There only what both have to the letter is
    dropped, and the rest stays where it is.
    """
    # First of all, so that who is recording there comes to its end before.
    values = {"lease_token": None, "leased_until": None}
    if source["is_enabled"] and not target["is_enabled"]:
        values |= {name: source[name] for name in _OPERATORS} | {"is_enabled": True}
    # A poll of the target that is under way does not know what comes to it now.
    connection.execute(update(feed).where(feed.c.id == target["id"]).values(**values))
    # Now that the row is locked: whoever held it may have merged the target away.
    further = select(feed.c.merged_into).where(feed.c.id == target["id"])
    if (further_id := connection.execute(further).scalar_one()) is not None:
        row = connection.execute(select(feed).where(feed.c.id == further_id)).mappings().one()
        _merge(connection, source, row, now, index)
        return
    if host_of(source["url"]) == host_of(target["url"]):
        merge_entries(connection, source["id"], target["id"], now, index)
    else:
        drop_doubles(connection, source["id"], target["id"], index)
    forget_snapshot(connection, source["id"])
    forget_answer(connection, source["id"])
    gone = {"merged_into": target["id"], "is_enabled": False, "body_hash": None}
    connection.execute(update(feed).where(feed.c.id == source["id"]).values(**gone))
    also = update(feed).where(feed.c.merged_into == source["id"])
    connection.execute(also.values(merged_into=target["id"]))
    # The address of the source means the target now: what feeds.toml says of it holds for that.
    forget_list(connection)
