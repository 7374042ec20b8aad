"""Nodes of a soup -> plain text: inline text, and whole lists, quotes and tables in lines."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bs4.element import NavigableString, PageElement, Tag

from aggregator.articles._code import code_of
from aggregator.articles._soup import BLOCK_TAGS, EMBED
from aggregator.text import collapse_whitespace

# Stand-ins for white space that is not collapsed: characters that Unicode reserves for such use.
INDENT, _BLANK, _NEWLINE = "\ufdd0", "\ufdd1", "\ufdd2"
_STAND_INS = str.maketrans({INDENT: "  ", _BLANK: " ", _NEWLINE: "\n"})
KEPT = str.maketrans({" ": _BLANK, "\t": _BLANK * 4, "\n": _NEWLINE})
_BARE_MARKER = re.compile(rf"(?m)^({INDENT}*(?:-|\d{{1,9}}\.))\n{INDENT}*")
_LISTS = frozenset(("ul", "ol", "menu"))
_CELLS = frozenset(("td", "th"))
_MAX_NOTE_MARK_CHARS = 4
_MAX_DIGITS = 6


def text_of(nodes: Iterable[PageElement]) -> str:
    """The text of `nodes`: breaks and block tags part lines, other white space is one blank.

    Items of lists have their dash or number and are indented as they are nested; the cells of a row
    have a bar between them. A ruby reading and the number of a note stand in brackets.
    """
    parts: list[str] = []
    for node in nodes:
        _add(node, parts, depth=0)
    return as_lines("".join(parts))


def as_lines(text: str) -> str:
    """`text` with its lines collapsed one by one, the blank ones gone, and no stand-ins."""
    if "\n" not in text:
        return collapse_whitespace(text)
    lines = (collapse_whitespace(line) for line in text.split("\n"))
    joined = "\n".join(line for line in lines if line.strip(INDENT))
    return _BARE_MARKER.sub(r"\1 ", joined).translate(_STAND_INS)


def _add(node: PageElement, parts: list[str], depth: int) -> None:
    """Put the text of `node`, which is inside `depth` lists, at the end of `parts`."""
    if isinstance(node, NavigableString):
        parts.append(str(node).replace("\n", " "))
        return
    if not isinstance(node, Tag):
        return
    name = node.name
    if EMBED in node.attrs:
        return
    if name == "br":
        parts.append("\n" + INDENT * depth)
    elif name == "pre":
        parts.append(f"\n{code_of(node).translate(KEPT)}\n")
    elif name in _LISTS:
        _add_list(node, parts, depth)
    elif name == "tr":
        _add_row(node, parts, depth)
    elif name in BLOCK_TAGS:
        _add_line(node, parts, depth)
    else:
        before, after = around(node)
        parts.append(before)
        for child in node.contents:
            _add(child, parts, depth)
        parts.append(after)


def _add_line(tag: Tag, parts: list[str], depth: int) -> None:
    parts.append("\n" + INDENT * depth)
    for child in tag.contents:
        _add(child, parts, depth)
    parts.append("\n" + INDENT * depth)


def _add_list(tag: Tag, parts: list[str], depth: int) -> None:
    is_ordered = tag.name == "ol"
    number = first_number(tag)
    for child in tag.contents:
        if isinstance(child, Tag) and child.name == "li":
            parts.append(f"\n{INDENT * depth}{f'{number}.' if is_ordered else '-'} ")
            for inner in child.contents:
                _add(inner, parts, depth + 1)
            number += 1
        elif isinstance(child, Tag):
            # a list that stands directly in a list belongs to the item before it
            _add(child, parts, depth + (child.name in _LISTS))
        else:
            _add(child, parts, depth)
    parts.append("\n" + INDENT * depth)


def _add_row(row: Tag, parts: list[str], depth: int) -> None:
    parts.append("\n" + INDENT * depth)
    is_first = True
    for cell in row.contents:
        if isinstance(cell, Tag) and cell.name in _CELLS:
            parts.append("" if is_first else " | ")
            is_first = False
            parts.append(text_of(cell.contents).replace("\n", " "))
        else:
            _add(cell, parts, depth)
    parts.append("\n" + INDENT * depth)


def first_number(tag: Tag) -> int:
    """The number of the first item of an ordered list: its `start`, else 1."""
    start = str(tag.get("start", ""))
    return int(start) if start.isdecimal() and len(start) <= _MAX_DIGITS else 1


def around(tag: Tag) -> tuple[str, str]:
    """What stands around the text of an inline tag where no HTML can show what it is."""
    if tag.name == "rt":
        before = tag.previous_sibling
        return ("", "") if isinstance(before, Tag) and before.name == "rp" else ("(", ")")
    if tag.name == "q":
        return "“", "”"
    if tag.name == "sup" and _is_note_mark(tag):
        return "[", "]"
    return "", ""


def _is_note_mark(sup: Tag) -> bool:
    """Whether `sup` is the bare number of a note: a short link inside the page."""
    links = [node for node in sup.contents if isinstance(node, Tag)]
    if len(links) != 1 or not str(links[0].get("href", "")).startswith("#"):
        return False
    text = sup.get_text().strip()
    return len(text) <= _MAX_NOTE_MARK_CHARS and not text.startswith(("[", "("))
