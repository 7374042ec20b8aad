"""Full-text search: what is typed -> hits, each with its section and a snippet.

Importing this room loads neither SQLAlchemy nor anything that fetches: a search answers at once.
"""

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
