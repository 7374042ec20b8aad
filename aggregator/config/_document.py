"""Edits of a TOML text that leave every other line, and every comment, as it was.

A `[[feeds]]` table is cut out by its lines, changed by itself and put back. tomlkit alone does not
do: it counts a comment above a table to the table before, so that removing one feed takes the
next one's comment along, and it reorders files whose `[[feeds]]` stand apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import tomlkit
from tomlkit.items import AoT, Array, InlineTable

from aggregator.config._lines import Layout, scan


def append_feeds(text: str, feeds: Sequence[Mapping[str, object]]) -> str:
    """`text` with more feeds at its end."""
    if _is_inline(scan(text)):
        document = tomlkit.parse(text)
        for values in feeds:
            cast("Array", document["feeds"]).append(_on_one_line(values))
        return document.as_string()
    addition = "\n".join(render_feed(values) for values in feeds)
    return _join_paragraphs(text, _like(text, addition))


def render_feed(values: Mapping[str, object]) -> str:
    """A `[[feeds]]` table that says `values`; tables in it stand on one line each."""
    flat = {
        key: _on_one_line(value) if isinstance(value, Mapping) else value
        for key, value in values.items()
    }
    return "[[feeds]]\n" + tomlkit.dumps(flat)


def _on_one_line(values: Mapping[str, object]) -> InlineTable:
    table = tomlkit.inline_table()
    for key, value in values.items():
        table[key] = _on_one_line(value) if isinstance(value, Mapping) else value
    return table


def remove_feed(text: str, index: int) -> str:
    """`text` without the feed at `index`; comments above and below its tables stay."""
    layout = scan(text)
    if _is_inline(layout):
        document = tomlkit.parse(text)
        del cast("Array", document["feeds"])[index]
        return document.as_string()
    lines = text.split("\n")
    for start, end in reversed(_find_blocks(layout, index)):
        is_apart = start == 0 or _is_blank(lines[start - 1])
        has_gap = is_apart and end < len(lines) and _is_blank(lines[end])
        del lines[start : end + has_gap]
    return "\n".join(lines)


def set_enabled(text: str, index: int, *, is_enabled: bool) -> str:
    """`text` with `enabled` of the feed at `index` set, on its own line or behind its last key."""
    layout = scan(text)
    if _is_inline(layout):
        document = tomlkit.parse(text)
        cast("Array", document["feeds"])[index]["enabled"] = is_enabled
        return document.as_string()
    lines = text.split("\n")
    start, end = _find_block(layout, index)
    block = tomlkit.parse("\n".join(lines[start:end]) + "\n")
    cast("AoT", block["feeds"])[0]["enabled"] = is_enabled
    edited = _like(text, block.as_string()).removesuffix("\n")
    return "\n".join([*lines[:start], edited, *lines[end:]])


def _is_inline(layout: Layout) -> bool:
    """Whether the feeds are one list (``feeds = []``) and not tables of their own."""
    line = layout.lines.get(("feeds",))
    return line is not None and line not in layout.tables


def _find_block(layout: Layout, index: int) -> tuple[int, int]:
    """The first line of a feed's table and the one behind its last key, counted from 0."""
    header = layout.lines["feeds", index]
    return header - 1, layout.tables[header]


def _find_blocks(layout: Layout, index: int) -> list[tuple[int, int]]:
    """The blocks of a feed's table and of all tables inside it (`[feeds.extract]`), in order."""
    headers = {line for path, line in layout.lines.items() if path[:2] == ("feeds", index)}
    return [(line - 1, layout.tables[line]) for line in sorted(headers & layout.tables.keys())]


def _is_blank(line: str) -> bool:
    return not line.strip()


def _like(text: str, addition: str) -> str:
    """`addition` with the line endings of `text`."""
    ending = "\r\n" if "\r\n" in text else "\n"
    return addition.replace("\r\n", "\n").replace("\n", ending)


def _join_paragraphs(text: str, addition: str) -> str:
    """`addition` behind `text`, one blank line between them."""
    ending = _like(text, "\n")
    if text and not text.endswith("\n"):
        text += ending
    is_apart = not text or _is_blank(text.split("\n")[-2])
    return text + ("" if is_apart else ending) + addition
