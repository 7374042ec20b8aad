"""The normal form of a query: one tree for all that mean the same by their shape."""

from __future__ import annotations

import re
from datetime import date

from aggregator.search.query._fields import MAX_NUMBER, facet_of
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
    Words,
)
from aggregator.search.query._signs import clean, has_letter, may_be_prefix

_MIN_PREFIX_CHARS = 3
_PAIR = re.compile(r"\\(.)", re.DOTALL)

NOTHING = Or(())


def normal_form(node: Node) -> Node:
    """`node` with nested And and Or flattened, and without double negations and duplicates.

    Parts in which there is nothing to look for are left out, so that what has none is `And(())`,
    the empty query; an interval that ends before it begins is `Or(())`. Words without quotes are
    parted at their blanks.
    """
    normal = _normal(node)
    return And(()) if normal is None else normal


def _normal(node: Node) -> Node | None:
    """The normal form; None if nothing is asked."""
    match node:
        case And(parts) | Or(parts):
            return _joined(type(node), parts)
        case Not(part):
            inner = _normal(part)
            return inner.part if isinstance(inner, Not) else inner and Not(inner)
    return _normal_leaf(node)


def _normal_leaf(node: Words | Pattern | Facet | Dates | Number | Saved) -> Node | None:
    match node:
        case Words():
            return _words(node)
        case Pattern(pattern, field):
            text = _pattern_text(pattern)
            return Pattern(text, field) if text else None
        case Facet(name, value):
            return facet_of(name, clean(value))
        case Saved(name):
            shown = " ".join(clean(name).split())
            return Saved(shown) if shown else None
    return _bounded(node)


def _joined(kind: type[And | Or], parts: tuple[Node, ...]) -> Node | None:
    asked = [normal for part in parts if (normal := _normal(part)) is not None]
    if not asked:
        return None if parts or kind is And else NOTHING
    flat: dict[Node, None] = {}
    for part in asked:
        flat.update(dict.fromkeys(part.parts if isinstance(part, kind) else (part,)))
    return next(iter(flat)) if len(flat) == 1 else kind(tuple(flat))


def _words(words: Words) -> Node | None:
    texts = clean(words.text).split()
    if words.is_quoted:
        text = " ".join(texts)
        return Words(text, words.field, is_quoted=True) if has_letter(text) else None
    parts: list[Node] = []
    for at, text in enumerate(texts, 1):
        is_last = at == len(texts)
        is_prefix = words.is_prefix and is_last and may_be_prefix(text, _MIN_PREFIX_CHARS)
        if has_letter(text):
            parts.append(Words(text, words.field, is_prefix=is_prefix))
    flat = tuple(dict.fromkeys(parts))
    return None if not flat else flat[0] if len(flat) == 1 else And(flat)


def _pattern_text(pattern: str) -> str:
    """The pattern as it can be typed: a slash needs no backslash, a blank at its start does."""
    text = _PAIR.sub(lambda pair: "/" if pair[1] == "/" else pair[0], clean(pattern))
    return f"\\x{{{ord(text[0]):x}}}{text[1:]}" if text[:1].isspace() else text


def is_empty(node: Dates | Number) -> bool:
    """Whether nothing can be in the span, whatever there is."""
    if isinstance(node, Dates):
        return node.start is not None and node.end is not None and node.end <= node.start
    low, high = node.low or 0, node.high
    return high is not None and (high < 0 or high < low)


def _bounded(node: Dates | Number) -> Node:
    if is_empty(node):
        return NOTHING
    if isinstance(node, Dates):
        return node if node != Dates(None, None) else Dates(date.min, None)
    low = None if node.low is None else max(node.low, 0)
    if low is None and node.high is None:
        low = 0
    if low == 0 and node.high is not None:
        low = None
    return Number(node.name, low and min(low, MAX_NUMBER), node.high)
