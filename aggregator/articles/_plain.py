"""Plain text -> a headline and the same blocks as HTML gives."""

from __future__ import annotations

import re
from html import escape
from itertools import pairwise, zip_longest

from aggregator.articles import _labels
from aggregator.articles._blocks import Block, Kind
from aggregator.text import collapse_whitespace, count_words

_MAX_CHARS = 300_000
_MAX_LINES = 20_000
"""Where a text is cut off: six times the longest article measured, as for pages."""

_MAX_TITLE_WORDS = 30
_MAX_HEADING_WORDS = 14
"""Longer lines without a full stop are sentences that lost it."""

_HEADING_LEVEL = 2
_SENTENCE_ENDS = (".", ",", ";", ":", "。", "，", "；", "”.", '."', "،", "؛", "…")
_BULLET = re.compile(r"\s*(?:[-*•‣–]|\d{1,3}[.)])\s+(?=\S)")
_RULE = re.compile(r"\s*[-=_*~#]{3,}\s*")
_MARKS = re.compile(r"#{1,6}\s+")
_WRAPPED_CHARS = (50, 100)
"""Text broken by hand has lines of about 72 characters; whole paragraphs are longer."""


def read_plain(text: str, title: str | None = None) -> tuple[str | None, list[Block]]:
    """The headline of `text` (None if no line looks like one) and the blocks of the other lines.

    `title` is what the feed calls it: an early line that says the same is the headline for sure,
    else the first line that looks like a title is.
    """
    lines = _paragraphs(text)
    place = _headline_place(lines, title)
    if place is None:
        return None, _blocks(lines)
    return _bare(lines[place]), _blocks(lines[:place] + lines[place + 1 :])


def read_lines(text: str) -> list[Block]:
    """The blocks of all lines of `text`, which has no headline of its own.

    A short line without a full stop, followed by a longer one, is a sub-heading.
    """
    return _blocks(_paragraphs(text))


def _blocks(lines: list[str]) -> list[Block]:
    pairs = zip_longest(lines, lines[1:], fillvalue="")
    return _joined_lists([_block(line, after) for line, after in pairs])


def _paragraphs(text: str) -> list[str]:
    """The paragraphs: the lines, or what blank lines part where lines were broken by hand."""
    lines = text[:_MAX_CHARS].replace("\r\n", "\n").replace("\r", "\n").split("\n")[:_MAX_LINES]
    rows = ["" if _RULE.fullmatch(line[:200]) else line.strip() for line in lines]
    if not _is_wrapped(rows):
        return [collapse_whitespace(row) for row in rows if row]
    paragraphs: list[list[str]] = [[]]
    for row in rows:
        if not row or _BULLET.match(row):
            paragraphs.append([])
        if row:
            paragraphs[-1].append(row)
    return [collapse_whitespace(" ".join(rows)) for rows in paragraphs if rows]


def _is_wrapped(rows: list[str]) -> bool:
    """Whether most lines that are followed by another end near one right margin."""
    inner = [len(row) for row, after in pairwise(rows) if row and after]
    least, most = _WRAPPED_CHARS
    near = sum(least <= length <= most for length in inner)
    return len(inner) > 2 and near > len(inner) * 2 / 3 and max(map(len, rows)) <= most


def _headline_place(lines: list[str], title: str | None) -> int | None:
    """Where the headline stands: the line that says `title`, else the first title-like one."""
    for i, line in enumerate(lines[:10]):
        if _labels.is_same_line(_bare(line), title):
            return i
    for i, line in enumerate(lines[:5]):
        if _is_title_like(line) and not _is_label(line):
            return i if len(lines) > i + 1 else None
        if not _is_label(line):
            return None
    return None


def _is_title_like(line: str) -> bool:
    is_short = sum(count_words(line)) <= _MAX_TITLE_WORDS
    return is_short and not line.endswith(_SENTENCE_ENDS) and not _BULLET.match(line)


def _is_label(line: str) -> bool:
    tests = (_labels.find_minutes, _labels.find_minutes_inside, _labels.is_credit_line)
    return any(test(line) for test in tests) or _labels.is_action_label(line)


def _block(line: str, after: str) -> Block:
    if _BULLET.match(line):
        item = _BULLET.sub("", line, count=1)
        return Block(Kind.LIST, f"- {item}", f"<ul><li>{escape(item, quote=False)}</li></ul>")
    html = f"<p>{escape(_bare(line), quote=False)}</p>"
    if _is_heading(line, after):
        return Block(Kind.HEADING, _bare(line), html, _HEADING_LEVEL)
    return Block(Kind.PARAGRAPH, _bare(line), html)


def _is_heading(line: str, after: str) -> bool:
    """Whether `line` is short, ends as no sentence does and stands above a longer line."""
    if _MARKS.match(line):
        return True
    is_short = sum(count_words(line)) <= _MAX_HEADING_WORDS and not line.endswith(_SENTENCE_ENDS)
    if not is_short or _is_label(line) or _labels.is_comments_label(line):
        return False
    return len(after) > 2 * len(line) and after.endswith((*_SENTENCE_ENDS, "!", "?", "”", '"'))


def _bare(line: str) -> str:
    return _MARKS.sub("", line, count=1)


def _joined_lists(blocks: list[Block]) -> list[Block]:
    """`blocks` with each row of single items made one list."""
    joined: list[Block] = []
    for block in blocks:
        if block.kind is Kind.LIST and joined and joined[-1].kind is Kind.LIST:
            before = joined.pop()
            html = before.html.removesuffix("</ul>") + block.html.removeprefix("<ul>")
            joined.append(Block(Kind.LIST, f"{before.text}\n{block.text}", html))
        else:
            joined.append(block)
    return joined
