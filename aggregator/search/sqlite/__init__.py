"""Search in SQLite: the index in the archive's own file, written with it and read beside it.

What reads and what writes is loaded when it is asked for: a search needs no SQLAlchemy, and a poll
nothing that searches.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.search.sqlite._engine import SqliteEngine
    from aggregator.search.sqlite._index import SqliteIndex

__all__ = ["SqliteEngine", "SqliteIndex"]

_HOMES = {"SqliteEngine": "_engine", "SqliteIndex": "_index"}


def __getattr__(name: str) -> object:
    """The public name `name`, its module imported now."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
