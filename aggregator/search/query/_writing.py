"""A tree as it would be typed."""

from __future__ import annotations

import re
from datetime import date

from aggregator.search.query._dates import write_span
from aggregator.search.query._nodes import (
    And,
    Dates,
    Facet,
    Node,
    Not,
    Number,
    Or,
    Pattern,
    Saved,
    TextField,
    Words,
)
from aggregator.search.query._normal import NOTHING, normal_form
from aggregator.search.query._parser import parse_query
from aggregator.search.query._signs import OPENING_ANYWHERE, escape, escape_quoted

_PAIR_OR_SLASH = re.compile(r"\\.|/", re.DOTALL)
_GOING_ON = "'/／"
_NOTHING = "date:0001-01-02/0001-01-01"
"""A span without days, for what no entry can be."""


def write_query(node: Node) -> str:
    """The text of `node`: `parse_query` makes its normal form of it, if it is not cut.

    >>> write_query(And((Words("xiaomi"), Not(Facet("tag", "press release")))))
    'xiaomi -tag:"press release"'
    """
    return _written(normal_form(node))


def _written(node: Node) -> str:
    match node:
        case And(parts):
            return " ".join(map(_grouped_or, parts))
        case Or(parts):
            return " OR ".join(map(_grouped_and, parts)) if node != NOTHING else _NOTHING
        case Not(part):
            return f"-{_grouped_and(part)}" if isinstance(part, And) else f"-{_grouped_or(part)}"
    return _written_leaf(node)


def _grouped_or(node: Node) -> str:
    return f"({_written(node)})" if isinstance(node, Or) and node.parts else _written(node)


def _grouped_and(node: Node) -> str:
    return f"({_written(node)})" if isinstance(node, And) else _written(node)


def _written_leaf(node: Words | Pattern | Facet | Dates | Number | Saved) -> str:
    match node:
        case Words(text, field, is_quoted, is_prefix):
            star = "*" if is_prefix else ""
            return _named(field) + (_quoted(text) if is_quoted else _bare(node, text, star))
        case Pattern(pattern, field):
            return f"{_named(field)}/{_with_slashes(pattern)}/"
        case Facet(name, value):
            return f"{name}:{_value(node, name, value)}"
        case Saved(name):
            return f"search:{_value(node, 'search', name)}"
        case Dates(start, end):
            return _days(start, end)
    return f"{node.name}:{_numbers(node.low, node.high)}"


def _named(field: TextField | None) -> str:
    return f"{field}:" if field else ""


def _quoted(text: str) -> str:
    return f'"{escape_quoted(text)}"'


def _bare(node: Words, text: str, star: str) -> str:
    """A word as it is, or with backslashes where it would be read as something else."""
    is_plain = _reads_as(_named(node.field) + text + star, text, node)
    return (text if is_plain else escape(text)) + star


def _value(node: Facet | Saved, name: str, value: str) -> str:
    return value if _reads_as(f"{name}:{value}", value, node) else _quoted(value)


def _reads_as(typed: str, text: str, node: Node) -> bool:
    """Whether `typed`, which has `text` behind its field, means `node` wherever it stands.

    It is tried alone and between a minus and a bracket. What might go on in the words behind it, a
    quotation or a pattern, is left to signs that cannot.
    """
    if text[0] in _GOING_ON or not OPENING_ANYWHERE.isdisjoint(text):
        return False
    query, negated = parse_query(typed), parse_query(f"(-{typed})")
    return query.node == node and negated.node == Not(node) and not query.notes


def _with_slashes(pattern: str) -> str:
    r"""The pattern with ``\/`` for each slash; a backslash takes the next character with it."""
    return _PAIR_OR_SLASH.sub(lambda part: "\\/" if part[0] == "/" else part[0], pattern)


def _days(start: date | None, end: date | None) -> str:
    if start and end:
        return f"date:{write_span(start, end)}"
    return f"after:{start}" if start else f"before:{end}"


def _numbers(low: int | None, high: int | None) -> str:
    if low is None:
        return f"<={high}"
    if high is None:
        return f">={low}"
    return str(low) if low == high else f"{low}..{high}"
