"""All entries of one feed given to another; what both have becomes one entry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from aggregator.archive._aliases import add_names
from aggregator.archive._deleting import delete_entries, drop_entries
from aggregator.archive._editing import revision_row
from aggregator.archive._entries import read_entries
from aggregator.archive._index import Index
from aggregator.archive._indexing import index_anew
from aggregator.archive._known import KnownEntry, read_bearer_ids, read_known
from aggregator.archive._matching import Likeness, compare
from aggregator.archive._tables import alias, entry, revision, tombstone
from aggregator.model import ArchivedEntry, sort_instant

_ENTRIES_PER_STEP = 200
"""So many entries are compared at once, with their texts: what a merge holds in memory."""


def merge_entries(
    connection: Connection, source_id: int, target_id: int, now: datetime, index: Index
) -> None:
    """Make the entries, aliases and tombstones of one feed those of another.

    An entry that both have, by key or by an alias that means it alone, stays under the number of
    the target: the earlier arrival counts, another state of it becomes a revision. All others keep
    their numbers, unless they were deleted in the target.
    """
    delete_entries(connection, _find_deleted(connection, source_id, target_id), now, index)
    ours_by_theirs: dict[int, int] = {}
    for ours in _steps(connection, source_id):
        for own_id, other_id in _find_doubles(connection, ours, source_id, target_id):
            ours_by_theirs.setdefault(other_id, own_id)
    pairs = [(own_id, other_id) for other_id, own_id in ours_by_theirs.items()]
    for start in range(0, len(pairs), _ENTRIES_PER_STEP):
        _unite(connection, dict(pairs[start : start + _ENTRIES_PER_STEP]), now, index)
    _give_entries(connection, source_id, target_id, index)
    for table in (alias, tombstone):
        of_source = update(table).where(table.c.feed_id == source_id)
        connection.execute(of_source.values(feed_id=target_id))
    alive = select(entry.c.key).where(entry.c.feed_id == target_id)
    of_target = tombstone.c.feed_id == target_id
    connection.execute(delete(tombstone).where(of_target, tombstone.c.key.in_(alive)))


def _give_entries(connection: Connection, source_id: int, target_id: int, index: Index) -> None:
    """Let all entries of one feed be of another, in portions, and be found there."""
    of_source = select(entry.c.id).where(entry.c.feed_id == source_id).order_by(entry.c.id)
    while ids := list(connection.execute(of_source.limit(_ENTRIES_PER_STEP)).scalars()):
        before = read_entries(connection, _are(ids))
        connection.execute(update(entry).where(_are(ids)).values(feed_id=target_id))
        index_anew(connection, before, index)


def drop_doubles(connection: Connection, source_id: int, target_id: int, index: Index) -> None:
    """Drop those entries of one feed that another has as well, under one key and with one text."""
    theirs = entry.alias("theirs")
    doubles = select(entry.c.id).join(
        theirs, (theirs.c.key == entry.c.key) & (theirs.c.content_hash == entry.c.content_hash)
    )
    of_both = (entry.c.feed_id == source_id) & (theirs.c.feed_id == target_id)
    ids = list(connection.execute(doubles.where(of_both)).scalars())
    for start in range(0, len(ids), _ENTRIES_PER_STEP):
        step = read_entries(connection, _are(ids[start : start + _ENTRIES_PER_STEP]))
        drop_entries(connection, step, index)


def _find_deleted(connection: Connection, source_id: int, target_id: int) -> set[int]:
    """The ids of those of the source's entries that were deleted in the target."""
    stones = select(tombstone.c.key).where(
        tombstone.c.feed_id == target_id, tombstone.c.is_key.is_(True)
    )
    by_key = select(entry.c.id).where(entry.c.feed_id == source_id, entry.c.key.in_(stones))
    by_former_key = select(alias.c.entry_id).where(
        alias.c.feed_id == source_id, alias.c.is_key.is_(True), alias.c.key.in_(stones)
    )
    return {
        entry_id
        for chosen in (by_key, by_former_key)
        for entry_id in connection.execute(chosen).scalars()
    }


def _steps(connection: Connection, feed_id: int) -> Iterator[list[KnownEntry]]:
    """What is known of a feed's entries, in portions."""
    last_id = 0
    ids = select(entry.c.id).where(entry.c.feed_id == feed_id).order_by(entry.c.id)
    while found := list(
        connection.execute(ids.where(entry.c.id > last_id).limit(_ENTRIES_PER_STEP)).scalars()
    ):
        yield read_known(connection, found)
        last_id = found[-1]


def _find_doubles(
    connection: Connection, ours: Sequence[KnownEntry], source_id: int, target_id: int
) -> Iterator[tuple[int, int]]:
    """The ids of those of these entries that the target has, each with the id that it has there."""
    theirs = _by_name(connection, target_id, {name for one in ours for name in one.names})
    keyed = {name: other for name, found in theirs.items() for other in found if other.key == name}
    meant = {name: found[0] for name, found in theirs.items() if len(found) == 1}
    shared = set(meant).union(other.key for other in meant.values())
    also_ours = _by_name(connection, source_id, shared)
    for one in ours:
        if one.key in keyed:
            yield one.id, keyed[one.key].id
            continue
        for name in sorted(one.names.intersection(meant)):
            other = meant[name]
            # Under its own key, too, the target's entry may be here.
            bearers = {bearer.id for bearer in (*also_ours[name], *also_ours[other.key])}
            if bearers == {one.id} and compare(one, other) >= Likeness.UNKNOWN:
                yield one.id, other.id
                break


def _by_name(
    connection: Connection, feed_id: int, names: Collection[str]
) -> dict[str, list[KnownEntry]]:
    found: defaultdict[str, list[KnownEntry]] = defaultdict(list)
    for one in read_known(connection, sorted(read_bearer_ids(connection, feed_id, names)[0])):
        for name in one.names.intersection(names):
            found[name].append(one)
    return found


def _unite(connection: Connection, doubles: dict[int, int], now: datetime, index: Index) -> None:
    """Make each pair one entry: the target's, with what the other knew."""
    going = {one.id: one for one in read_entries(connection, _are(list(doubles)))}
    staying = {one.id: one for one in read_entries(connection, _are(list(doubles.values())))}
    names = {
        one.id: {name: name in one.keys for name in one.names}
        for one in read_known(connection, doubles)
    }
    for source_id, target_id in doubles.items():
        source, target = going[source_id], staying[target_id]
        _keep_states(connection, source, target, now)
        first_seen_at = min(source.first_seen_at, target.first_seen_at)
        sort_at = sort_instant(target.entry, first_seen_at)
        connection.execute(
            update(entry)
            .where(entry.c.id == target_id)
            .values(first_seen_at=first_seen_at, sort_at=sort_at)
        )
    target_feed_id = next(iter(staying.values())).feed.id
    wanted = {}
    for source_id, target_id in doubles.items():
        names[source_id].pop(staying[target_id].entry.key, None)
        wanted[target_id] = names[source_id]
    drop_entries(connection, list(going.values()), index)
    index_anew(connection, list(staying.values()), index)
    add_names(connection, target_feed_id, wanted)


def _keep_states(
    connection: Connection, source: ArchivedEntry, target: ArchivedEntry, now: datetime
) -> None:
    """Give the older states of `source`, and its last one if it is another, to `target`."""
    count = target.revision_count
    connection.execute(
        update(revision)
        .where(revision.c.entry_id == source.id)
        .values(entry_id=target.id, number=revision.c.number + count)
    )
    if source.entry.content_hash != target.entry.content_hash:
        row = revision_row(source, count + source.revision_count + 1, now)
        connection.execute(insert(revision).values(**{**row, "entry_id": target.id}))


def _are(ids: Sequence[int]) -> ColumnElement[bool]:
    return entry.c.id.in_(ids)
