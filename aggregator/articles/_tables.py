"""Which tables of a soup hold data, and which only lay out the page."""

from __future__ import annotations

from collections.abc import Mapping

from bs4.element import Tag

from aggregator.articles._soup import Holds, tags_of

_CELLS = frozenset(("td", "th"))
_HEADS = frozenset(("th", "caption", "thead"))
_PARTS = frozenset(("p", "div", "ul", "ol", "dl", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"))


def is_data(table: Tag, inside: Mapping[int, int]) -> bool:
    """Whether `table` holds data in rows and columns: it has a head, or cells without paragraphs.

    A table in which another one stands is layout, and one of a single row or column without a head.
    """
    if table.get("role") in {"presentation", "none"} or inside.get(id(table), 0) & Holds.TABLE:
        return False
    tags = tags_of(table)
    names = [tag.name for tag in tags]
    rows = names.count("tr")
    cells = [tag for tag in tags if tag.name in _CELLS]
    if not _HEADS.isdisjoint(names):
        return bool(cells)
    if rows < 2 or len(cells) < 2 * rows - 1:
        return False
    return not any(_has_parts(cell, inside) for cell in cells)


def _has_parts(cell: Tag, inside: Mapping[int, int]) -> bool:
    """Whether `cell` holds two paragraphs, lists or the like, or a heading with text below it."""
    if not inside.get(id(cell), 0) & Holds.BLOCK:
        return False
    return sum(tag.name in _PARTS for tag in tags_of(cell)) > 1
