"""What a search has to know of the index before it asks it anything."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from aggregator.search.sqlite._shards import shards_among, shards_pattern

_HAS_INDEX = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'search_generation'"
_HAS_ENTRIES = "SELECT 1 FROM entry LIMIT 1"
_ACTIVE = """
SELECT number, filled_to IS NULL FROM search_generation WHERE is_active ORDER BY number DESC LIMIT 1
"""
_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB ?"


@dataclass(frozen=True, slots=True)
class State:
    """The active generation, 0 if there is none, and its shards, the newest first."""

    number: int
    shards: tuple[int, ...]
    is_unfinished: bool


def read_state(connection: sqlite3.Connection) -> State:
    """The index as it is now."""
    has_index = connection.execute(_HAS_INDEX).fetchone() is not None
    active = connection.execute(_ACTIVE).fetchone() if has_index else None
    if active is None:
        return State(0, (), connection.execute(_HAS_ENTRIES).fetchone() is not None)
    number, is_whole = active
    names = connection.execute(_TABLES, (shards_pattern(number),))
    shards = shards_among((name for (name,) in names), number)
    return State(number, tuple(reversed(shards)), not is_whole)
