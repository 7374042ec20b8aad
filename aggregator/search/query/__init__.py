"""The query language: what is typed -> a tree, from which everything that chooses articles works.

Parsing is total: what cannot be read is looked for as words, and a note says so.
"""

from aggregator.search.query._explain import explain
from aggregator.search.query._nodes import (
    And,
    Dates,
    Facet,
    Node,
    Not,
    Number,
    Or,
    Pattern,
    Query,
    Saved,
    Sort,
    TextField,
    Words,
    leaves_of,
)
from aggregator.search.query._normal import normal_form
from aggregator.search.query._parser import parse_query
from aggregator.search.query._saved import resolve_saved
from aggregator.search.query._writing import write_query

__all__ = [
    "And",
    "Dates",
    "Facet",
    "Node",
    "Not",
    "Number",
    "Or",
    "Pattern",
    "Query",
    "Saved",
    "Sort",
    "TextField",
    "Words",
    "explain",
    "leaves_of",
    "normal_form",
    "parse_query",
    "resolve_saved",
    "write_query",
]
