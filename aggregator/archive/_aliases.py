"""The further names of entries: written with them, taken along, kept as tombstones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from aggregator.archive._known import portions, read_aliases
from aggregator.archive._tables import alias, tombstone
from aggregator.model import ArchivedEntry, Entry

MAX_ALIASES = 32
"""With more names than this an entry keeps only its newest: some feeds make up a new id for each
entry at each request."""

_INSERT_ALIAS = insert(alias)


def write_aliases(
    connection: Connection, feed_id: int, items: Iterable[tuple[int, str, Entry]]
) -> None:
    """Keep all names under which entries came: of each its id, its own key and its newest state."""
    add_names(
        connection,
        feed_id,
        {
            entry_id: {name: name == entry.key for name in names_of(entry) if name != key}
            for entry_id, key, entry in items
        },
    )


def insert_aliases(connection: Connection, items: Iterable[tuple[int, int, Entry]]) -> None:
    """Write the aliases of entries, by id and feed, that were just archived and have none yet."""
    rows = [
        _alias_row(feed_id, entry_id, name, is_key=False)
        for entry_id, feed_id, entry in items
        for name in names_of(entry)
        if name != entry.key
    ]
    if rows:
        connection.execute(_INSERT_ALIAS, rows)


def names_of(entry: Entry) -> dict[str, None]:
    """The key and the aliases of an entry, each once, in their order."""
    return dict.fromkeys((entry.key, *entry.aliases))


def add_names(
    connection: Connection, feed_id: int, wanted: Mapping[int, Mapping[str, bool]]
) -> None:
    """Let entries, by id, bear these names beside the aliases that they have.

    Of each name is said whether it has been a key; what has been one once remains so.
    """
    present = read_aliases(connection, wanted)
    changed: dict[int, dict[str, bool]] = {}
    for entry_id, names in wanted.items():
        known = present[entry_id]
        if all(name in known and known[name] >= is_key for name, is_key in names.items()):
            continue
        is_crowded = len({*names, *known}) > MAX_ALIASES
        older = {} if is_crowded else known
        newer = {name: is_key or known.get(name, False) for name, is_key in names.items()}
        changed[entry_id] = {**older, **newer}
    forget_aliases(connection, changed)
    rows = [
        _alias_row(feed_id, entry_id, name, is_key=is_key)
        for entry_id, names in changed.items()
        for name, is_key in names.items()
    ]
    if rows:
        connection.execute(_INSERT_ALIAS, rows)


def _alias_row(feed_id: int, entry_id: int, name: str, *, is_key: bool) -> dict[str, Any]:
    return {"feed_id": feed_id, "key": name, "entry_id": entry_id, "is_key": is_key}


def forget_aliases(connection: Connection, ids: Iterable[int]) -> None:
    """Take all aliases from the entries of these ids."""
    for part in portions(ids):
        connection.execute(delete(alias).where(alias.c.entry_id.in_(part)))


def write_tombstones(
    connection: Connection, entries: Sequence[ArchivedEntry], now: datetime
) -> None:
    """Keep the names of entries that are about to be deleted; their aliases are still there."""
    aliases = read_aliases(connection, [one.id for one in entries])
    rows = [
        _stone(one, name, now, is_key=is_key)
        for one in entries
        for name, is_key in {**aliases[one.id], one.entry.key: True}.items()
    ]
    if rows:
        connection.execute(insert(tombstone), rows)


def bury(connection: Connection, feed_id: int, items: Iterable[tuple[int, Entry]]) -> None:
    """Keep the names under which deleted entries came again."""
    for entry_id, entry in items:
        of_entry = (tombstone.c.feed_id == feed_id) & (tombstone.c.entry_id == entry_id)
        stones = connection.execute(select(tombstone).where(of_entry)).mappings().all()
        if not stones:
            continue
        known = {stone["key"] for stone in stones}
        names = {**dict.fromkeys(entry.aliases, False), entry.key: True}
        added = [
            {**stones[0], "key": name, "is_key": is_key}
            for name, is_key in names.items()
            if name not in known
        ]
        if added and len(known) < MAX_ALIASES:
            connection.execute(insert(tombstone), added)
        as_key = of_entry & (tombstone.c.key == entry.key)
        connection.execute(update(tombstone).where(as_key).values(is_key=True))


def _stone(one: ArchivedEntry, name: str, now: datetime, *, is_key: bool) -> dict[str, Any]:
    return {
        "feed_id": one.feed.id,
        "key": name,
        "entry_id": one.id,
        "is_key": is_key,
        "deleted_at": now,
        "content_hash": one.entry.content_hash,
        "published_at": one.entry.published_at,
        "published_raw": one.entry.published_raw,
    }
