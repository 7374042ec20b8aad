"""Saved searches inside a query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from aggregator.search.query._nodes import (
    And,
    Node,
    Not,
    Or,
    Query,
    Saved,
    Sort,
    Words,
    leaves_of,
)
from aggregator.search.query._normal import normal_form
from aggregator.search.query._parser import parse_query
from aggregator.text import fold

MAX_NESTING = 4
MAX_RESOLVED_LEAVES = 128
"""Four searches of full length; more would make one short query cost as much as many."""


def resolve_saved(query: Query, saved: Mapping[str, str], today: date | None = None) -> Query:
    """`query` with what is saved in the place of each `Saved`, at most `MAX_NESTING` deep.

    `saved` has the typed text of each by name; names are compared as `text.fold` makes them. A name
    that is unknown or that leads back to itself is looked for as words, and a note says so. The
    order of a saved search counts if it is all that is asked, and nothing else orders it.
    """
    leaves = list(leaves_of(query.node))
    if not any(isinstance(leaf, Saved) for leaf in leaves):
        return query
    by_name = {fold(name): text for name, text in saved.items()}
    resolution = _Resolution(by_name, today, list(query.notes), len(leaves))
    node = normal_form(resolution.of(query.node, ()))
    sort = query.sort or resolution.sort_of(query.node)
    return replace(query, node=node, sort=sort, notes=tuple(dict.fromkeys(resolution.notes)))


class _Resolution:
    """What is saved, the notes so far, and how many leaves the resolved query has."""

    def __init__(
        self, saved: Mapping[str, str], today: date | None, notes: list[str], leaves: int
    ) -> None:
        self.saved = saved
        self.today = today
        self.notes = notes
        self.leaves = leaves

    def of(self, node: Node, path: tuple[str, ...]) -> Node:
        """`node` without `Saved`; `path` are the names inside of which it stands."""
        match node:
            case And(parts) | Or(parts):
                return type(node)(tuple(self.of(part, path) for part in parts))
            case Not(part):
                return Not(self.of(part, path))
            case Saved(name):
                return self._expanded(name, path)
        return node

    def sort_of(self, node: Node) -> Sort | None:
        """The order of the saved search that `node` is, or of the one that this one is."""
        for _ in range(MAX_NESTING):
            text = self.saved.get(fold(node.name)) if isinstance(node, Saved) else None
            if text is None:
                return None
            inner = parse_query(text, today=self.today)
            if inner.sort:
                return inner.sort
            node = inner.node
        return None

    def _expanded(self, name: str, path: tuple[str, ...]) -> Node:
        key = fold(name)
        reason = self._refusal(key, path)
        if not reason:
            inner = parse_query(self.saved[key], today=self.today)
            count = sum(1 for _ in leaves_of(inner.node))
            if self.leaves + count <= MAX_RESOLVED_LEAVES:
                self.leaves += count
                self.notes += [f"In search:{name}: {note}" for note in inner.notes]
                return self.of(inner.node, (*path, key))
            reason = f"makes more than {MAX_RESOLVED_LEAVES} parts"
        self.notes.append(f"“search:{name}” {reason}; it is looked for as words.")
        return Words(name)

    def _refusal(self, key: str, path: tuple[str, ...]) -> str:
        if key not in self.saved:
            return "is not saved"
        if key in path:
            return "leads back to itself"
        return f"is nested deeper than {MAX_NESTING}" if len(path) >= MAX_NESTING else ""
