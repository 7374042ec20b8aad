"""The value between cleaning and sectioning: one block of an article, in reading order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from aggregator.text import count_words, fold


class Kind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    QUOTE = "quote"
    CODE = "code"
    TABLE = "table"
    FIGURE = "figure"


BOLD_LEVEL = 7
"""The level of a heading that is only a bold line: below every real one."""


@dataclass(frozen=True, slots=True)
class Block:
    """One block: its plain text and its HTML, not yet sanitised.

    `text` may have several lines (items of a list, rows of a table, line breaks); it is empty for
    a figure without caption. `level` is that of a heading (1 to 6, `BOLD_LEVEL`), else 0. `places`
    are the names under which links inside the article lead to it.
    """

    kind: Kind
    text: str
    html: str
    level: int = 0
    places: tuple[str, ...] = ()


_MAX_PULLED_CHARS = 500
_MAX_PULLED = 50
"""A page with more quotations is made of them; looking each up would take long."""

_QUOTE_MARKS = " \"'“”„«»‘’‚‹›「」『』…."
_REPEATABLE_CHARS = 30
"""Shorter paragraphs ("Yes.", "Ingredients") may well be meant twice."""


def without_repeats(blocks: list[Block]) -> list[Block]:
    """`blocks` without the second appearance of the same longer paragraph, list or figure.

    Pages print some paragraphs once for narrow and once for wide screens.
    """
    seen: set[tuple[Kind, str]] = set()
    kept = []
    for block in blocks:
        is_figure = block.kind is Kind.FIGURE
        mark = (block.kind, block.html if is_figure else fold(block.text))
        if is_figure or len(mark[1]) >= _REPEATABLE_CHARS:
            if mark in seen:
                continue
            seen.add(mark)
        kept.append(block)
    return kept


def without_pull_quotes(blocks: list[Block]) -> list[Block]:
    """`blocks` without the quotations that only repeat words of the article in large letters."""
    quotes = [i for i, block in enumerate(blocks) if _may_be_pulled(block)]
    if not quotes or len(quotes) > _MAX_PULLED:
        return blocks
    text = "\n".join(fold(block.text) for block in blocks if block.kind is Kind.PARAGRAPH)
    pulled = {i for i in quotes if fold(blocks[i].text).strip(_QUOTE_MARKS) in text}
    return [block for i, block in enumerate(blocks) if i not in pulled]


def _may_be_pulled(block: Block) -> bool:
    return block.kind is Kind.QUOTE and _REPEATABLE_CHARS <= len(block.text) <= _MAX_PULLED_CHARS


def as_paragraph(block: Block) -> Block:
    """A heading taken back to the paragraph it was; `html` is that of the bold line."""
    return replace(block, kind=Kind.PARAGRAPH, level=0)


def weight(blocks: list[Block]) -> int:
    """How many words and ideographs all `blocks` have together."""
    return sum(sum(count_words(block.text)) for block in blocks)
