"""Entries, feeds and saved searches as the archive has stored them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any

from aggregator.search._rows import (
    ENTRY_COLUMNS,
    FEED_COLUMNS,
    SECTION_COLUMNS,
    entry_from,
    feeds_from,
    sections_from,
)
from aggregator.search._values import FeedNames, StoredEntry

if TYPE_CHECKING:
    from aggregator.search.postgresql._connection import Connection

_LISTED = "= ANY(%s::bigint[])"
_ENTRIES = f"SELECT {ENTRY_COLUMNS} WHERE entry.id {_LISTED}"
_SECTIONS = f"SELECT {SECTION_COLUMNS} WHERE entry_id {_LISTED} ORDER BY entry_id, position"
_INDEXED = """
SELECT entry_id, language, facets, length FROM search_{g}_document
WHERE entry_id = ANY(%s::bigint[])
"""
_FEEDS = f"SELECT {FEED_COLUMNS} ORDER BY id"
_SAVED = "SELECT name, query FROM saved_search ORDER BY name"
_SORT_AT = 8


def read_entries(connection: Connection, ids: Sequence[int]) -> list[StoredEntry]:
    """These entries in this order; those that are not there are left out."""
    if not ids:
        return []
    listed = list(ids)
    sections = sections_from(connection.rows(_SECTIONS, listed))
    indexed = {
        row[0]: (row[1], tuple(row[2].split()), row[3]) for row in connection.rows(_INDEXED, listed)
    }
    found = {
        row[0]: entry_from(_in_utc(row), sections, indexed)
        for row in connection.rows(_ENTRIES, listed)
    }
    return [found[key] for key in ids if key in found]


def read_feeds(connection: Connection) -> list[FeedNames]:
    """All feeds that were not merged into another, each with the numbers of those that were."""
    return feeds_from(list(connection.rows(_FEEDS)))


def read_saved(connection: Connection) -> dict[str, str]:
    """The saved searches, by name."""
    return dict(connection.rows(_SAVED))


def _in_utc(row: Sequence[Any]) -> list[Any]:
    instant = row[_SORT_AT].astimezone(UTC)
    return [*row[:_SORT_AT], instant, *row[_SORT_AT + 1 :]]
