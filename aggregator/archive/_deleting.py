"""Entries that leave the archive: deleted by the operator, or one with another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select

from aggregator.archive._aliases import forget_aliases, write_tombstones
from aggregator.archive._entries import read_entries
from aggregator.archive._index import Index, index_entry
from aggregator.archive._known import portions
from aggregator.archive._selection import possible_ids
from aggregator.archive._tables import article, entry, feed, revision, section
from aggregator.model import ArchivedEntry


def delete_entries(connection: Connection, ids: Iterable[int], now: datetime, index: Index) -> int:
    """How many of these entries were deleted, with all that was kept of them.

    Their keys and aliases stay as tombstones, so that their feed does not bring them back.
    """
    count = 0
    wanted = list(dict.fromkeys(possible_ids(ids)))
    _hold_feeds(connection, wanted)
    for part in portions(wanted):
        entries = read_entries(connection, entry.c.id.in_(part))
        write_tombstones(connection, entries, now)
        drop_entries(connection, entries, index)
        count += len(entries)
    return count


def _hold_feeds(connection: Connection, ids: Sequence[int]) -> None:
    """Keep other writers of these entries away until the transaction ends, as a poll does.

    Who writes entries has the row of their feed; a merge that was under way may have given them to
    another, so it is looked once more.
    """
    held: set[int] = set()
    while True:
        found: set[int] = set()
        for part in portions(ids):
            of_part = select(entry.c.feed_id).where(entry.c.id.in_(part)).distinct()
            found |= set(connection.execute(of_part).scalars())
        if found <= held:
            return
        chosen = select(feed.c.id).where(feed.c.id.in_(found)).order_by(feed.c.id)
        connection.execute(chosen.with_for_update()).all()
        held |= found


def drop_entries(connection: Connection, entries: Sequence[ArchivedEntry], index: Index) -> None:
    """Take entries out of every table and of the index; nothing is left of them."""
    index.remove(connection, [index_entry(one) for one in entries])
    ids = [one.id for one in entries]
    forget_aliases(connection, ids)
    for column in (revision.c.entry_id, section.c.entry_id, article.c.entry_id, entry.c.id):
        connection.execute(delete(column.table).where(column.in_(ids)))
