"""Entries, feeds and saved searches as the archive has stored them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from aggregator.search._rows import (
    ENTRY_COLUMNS,
    FEED_COLUMNS,
    SECTION_COLUMNS,
    Indexed,
    entry_from,
    feeds_from,
    sections_from,
)
from aggregator.search._values import FeedNames, StoredEntry

_LISTED = "IN (SELECT value FROM json_each(?))"
_ENTRIES = f"SELECT {ENTRY_COLUMNS} WHERE entry.id {_LISTED}"
_SECTIONS = f"SELECT {SECTION_COLUMNS} WHERE entry_id {_LISTED} ORDER BY entry_id, position"
_INDEXED = "SELECT entry_id, language, facets, length FROM search_{number}_document WHERE entry_id "
_FEEDS = f"SELECT {FEED_COLUMNS} ORDER BY id"
_SAVED = "SELECT name, query FROM saved_search ORDER BY name"
_AUTHORS, _TAGS, _SORT_AT, _FEED_TAGS = 6, 7, 8, 5  # columns that SQLite has as text


def read_entries(
    connection: sqlite3.Connection, number: int, ids: Sequence[int]
) -> list[StoredEntry]:
    """These entries in this order; those that are not there are left out.

    `number` is the generation whose language and facets are read, 0 for none.
    """
    listed = (json.dumps(list(ids)),)
    sections = sections_from(connection.execute(_SECTIONS, listed))
    indexed = _read_indexed(connection, number, listed[0])
    found = {
        row[0]: entry_from(_decoded(row), sections, indexed)
        for row in connection.execute(_ENTRIES, listed)
    }
    return [found[key] for key in ids if key in found]


def read_feeds(connection: sqlite3.Connection) -> list[FeedNames]:
    """All feeds that were not merged into another, each with the numbers of those that were."""
    rows = [list(row) for row in connection.execute(_FEEDS)]
    for row in rows:
        row[_FEED_TAGS] = json.loads(row[_FEED_TAGS])
    return feeds_from(rows)


def read_saved(connection: sqlite3.Connection) -> dict[str, str]:
    """The saved searches, by name."""
    return dict(connection.execute(_SAVED).fetchall())


def _decoded(row: Sequence[Any]) -> list[Any]:
    decoded = list(row)
    decoded[_AUTHORS] = json.loads(row[_AUTHORS])
    decoded[_TAGS] = json.loads(row[_TAGS])
    decoded[_SORT_AT] = datetime.fromisoformat(row[_SORT_AT]).replace(tzinfo=UTC)
    return decoded


def _read_indexed(connection: sqlite3.Connection, number: int, listed: str) -> dict[int, Indexed]:
    if not number:
        return {}
    rows = connection.execute(_INDEXED.format(number=number) + _LISTED, (listed,))
    return {row[0]: (row[1], tuple(row[2].split()), row[3]) for row in rows}
