"""Full-text search: what is typed -> hits, each with its section and a snippet.

Importing this room costs nothing: a poll, which only writes the index, loads nothing that searches.
Searching loads neither SQLAlchemy nor anything that fetches, so that it answers at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.search._choosing import MOST_FOUND
    from aggregator.search._opening import open_searcher
    from aggregator.search._ranking import MAX_RECENCY
    from aggregator.search._searcher import Searcher
    from aggregator.search._snippet import MARK_END, MARK_START
    from aggregator.search.plan import matches
    from aggregator.search.query import Query, Sort, parse_query

__all__ = [
    "MARK_END",
    "MARK_START",
    "MAX_RECENCY",
    "MOST_FOUND",
    "Query",
    "Searcher",
    "Sort",
    "matches",
    "open_searcher",
    "parse_query",
]

_HOMES = {
    "MARK_END": "_snippet",
    "MARK_START": "_snippet",
    "MAX_RECENCY": "_ranking",
    "MOST_FOUND": "_choosing",
    "Query": "query",
    "Searcher": "_searcher",
    "Sort": "query",
    "matches": "plan",
    "open_searcher": "_opening",
    "parse_query": "query",
}


def __getattr__(name: str) -> object:
    """The public name `name`, its module imported now."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
