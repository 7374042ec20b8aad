"""Full-text search: what is typed -> hits, each with its section and a snippet.

Importing this room loads neither SQLAlchemy nor anything that fetches: a search answers at once.
"""

from aggregator.search._connection import check_exists
from aggregator.search._index import SqliteIndex
from aggregator.search._query import Query, parse_query
from aggregator.search._reader import SearchReader
from aggregator.search._snippet import MARK_END, MARK_START

__all__ = [
    "MARK_END",
    "MARK_START",
    "Query",
    "SearchReader",
    "SqliteIndex",
    "check_exists",
    "parse_query",
]
