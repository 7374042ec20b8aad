"""A query in plain words, for who wants to know how it was read."""

from __future__ import annotations

from datetime import date, timedelta

from aggregator.search.query._fields import FACETS
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
)

_INDENT = "  "

_PLACES = {
    None: "",
    TextField.TITLE: " in the title",
    TextField.HEADING: " in a heading",
    TextField.BODY: " in the text",
}

_ORDERS = {
    Sort.RANK: "the best match first",
    Sort.NEW: "the newest first",
    Sort.OLD: "the oldest first",
    Sort.READTIME: "the shortest first",
}

_NUMBERS = {"readtime": "minutes to read", "words": "words long"}


def explain(query: Query) -> list[str]:
    """The lines that say how `query` is read: its parts, a step in for each group; order; notes.

    >>> from aggregator.search.query import parse_query
    >>> explain(parse_query("-title:xiaomi sort:new"))
    ['not the word “xiaomi”, in any form, in the title', 'order: the newest first']
    """
    lines = _lines(query.node, "")
    if query.sort:
        lines.append(f"order: {_ORDERS[query.sort]}")
    return [*lines, *(f"note: {note}" for note in query.notes)]


def _lines(node: Node, before: str) -> list[str]:
    match node:
        case And(()):
            return [f"{before}everything"]
        case Or(()):
            return [f"{before}nothing"]
        case And(parts) | Or(parts):
            head = "all of:" if isinstance(node, And) else "at least one of:"
            return [f"{before}{head}", *(_INDENT + line for p in parts for line in _lines(p, ""))]
        case Not(part):
            return _lines(part, f"{before}not ")
    return [before + _leaf(node)]


def _leaf(node: Words | Pattern | Facet | Dates | Number | Saved) -> str:
    match node:
        case Words():
            return _words(node)
        case Pattern(pattern, field):
            return f"text that matches /{pattern}/{_PLACES[field]}"
        case Facet(name, value):
            return f"{FACETS.get(name, name + ':')} “{value}”"
        case Dates(start, end):
            return _days(start, end)
        case Saved(name):
            return f"what the saved search “{name}” finds"
    return f"{_span(node.low, node.high)} {_NUMBERS.get(node.name, node.name)}"


def _words(words: Words) -> str:
    place = _PLACES[words.field]
    if words.is_quoted:
        return f"exactly “{words.text}”{place}"
    if words.is_prefix:
        return f"a word that begins with “{words.text}”{place}"
    return f"the word “{words.text}”, in any form" + (place and f",{place}")


def _days(start: date | None, end: date | None) -> str:
    last = end - timedelta(days=1) if end and end > date.min else end
    if start and last:
        return f"published on {start}" if start == last else f"published from {start} to {last}"
    if start:
        return f"published on {start} or later"
    return f"published before {end}" if end else "published on any day"


def _span(low: int | None, high: int | None) -> str:
    if low is not None and high is not None:
        return f"{low}" if low == high else f"{low} to {high}"
    if low is not None:
        return f"at least {low}"
    return f"at most {high}" if high is not None else "any number of"
