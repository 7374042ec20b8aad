"""Taking from the blocks of an article the lines that sites print around its text."""

from __future__ import annotations

from itertools import zip_longest

from aggregator.articles import _labels
from aggregator.articles._blocks import (
    BOLD_LEVEL,
    Block,
    Kind,
    as_paragraph,
    weight,
    without_repeats,
)

_SENTENCE_WORDS = 12
"""What a paragraph needs to be text for sure; bylines, dates and labels have fewer words."""


def trim(blocks: list[Block], headline: str | None) -> tuple[list[Block], int | None]:
    """The blocks that are the article's text, and the read time that one of the others states.

    Left out are: the headline said again, read time, byline, date and labels above the first
    sentence, lines such as "Share" and "Read more: ...", repeated paragraphs, and at the end
    headings with nothing below, related links and a "Comments" heading with its form. A bold line
    stays a heading only where text follows it.
    """
    kept, minutes = _without_labels(without_repeats(blocks), headline)
    return _without_orphans(_without_tail(_settle_bold(kept))), minutes


def _without_labels(blocks: list[Block], headline: str | None) -> tuple[list[Block], int | None]:
    begin = next((i for i, block in enumerate(blocks) if _is_sentence(block, headline)), 0)
    minutes: int | None = None
    kept = []
    for i, block in enumerate(blocks):
        stated = _stated_minutes(block, is_above=i < begin)
        minutes = minutes or stated
        if not stated and not _is_label(block, headline, is_above=i < begin):
            kept.append(block)
    return kept, minutes


def _is_sentence(block: Block, headline: str | None) -> bool:
    is_text = block.kind not in {Kind.HEADING, Kind.FIGURE}
    is_long = is_text and weight([block]) >= _SENTENCE_WORDS
    return is_long and not _labels.is_same_line(block.text, headline)


def _stated_minutes(block: Block, *, is_above: bool) -> int | None:
    if block.kind is not Kind.PARAGRAPH and block.level != BOLD_LEVEL:
        return None
    minutes = _labels.find_minutes(block.text)
    return minutes or (_labels.find_minutes_inside(block.text) if is_above else None)


def _is_label(block: Block, headline: str | None, *, is_above: bool) -> bool:
    if block.kind not in {Kind.PARAGRAPH, Kind.HEADING}:
        return False
    is_heading = block.kind is Kind.HEADING
    if _labels.is_same_line(block.text, headline):
        return is_above or is_heading
    if is_heading and block.level != BOLD_LEVEL:
        return False
    if _labels.is_action_label(block.text) or _labels.is_more_label(block.text):
        return True
    return is_above and _labels.is_credit_line(block.text)


def _settle_bold(blocks: list[Block]) -> list[Block]:
    """`blocks` in which a bold line is a heading only if text follows it directly."""
    settled = []
    for block, after in zip_longest(blocks, blocks[1:]):
        has_text = after is not None and after.kind not in {Kind.HEADING, Kind.FIGURE}
        is_weak = block.level == BOLD_LEVEL and not has_text
        settled.append(as_paragraph(block) if is_weak else block)
    return settled


def _without_tail(blocks: list[Block]) -> list[Block]:
    """`blocks` without comments, related links and empty headings at their end."""
    kept = list(blocks)
    while any(block.kind is not Kind.HEADING for block in kept):
        last = max((i for i, block in enumerate(kept) if block.kind is Kind.HEADING), default=-1)
        if _is_lone_label(kept[-1]):
            kept.pop()
        elif last > 0 and _is_tail(kept[last], kept[last + 1 :]):
            del kept[last:]
        else:
            break
    return kept


def _is_lone_label(block: Block) -> bool:
    is_line = block.kind is Kind.PARAGRAPH and "\n" not in block.text
    tests = (_labels.is_comments_label, _labels.is_more_label, _labels.is_action_label)
    is_note = is_line and not _labels.without_source_note(block.text)
    return is_note or (is_line and any(test(block.text) for test in tests))


def _is_tail(heading: Block, under: list[Block]) -> bool:
    if not under:
        return True
    if _labels.is_comments_label(heading.text):
        text = "\n".join(block.text for block in under)
        return weight(under) < _SENTENCE_WORDS or _labels.has_comment_marks(text)
    if _labels.is_more_label(heading.text) or _labels.is_action_label(heading.text):
        return not any(_is_sentence(block, None) and block.kind is not Kind.LIST for block in under)
    return False


def _without_orphans(blocks: list[Block]) -> list[Block]:
    """`blocks` without headings that announced what was taken out from under them."""
    kept = []
    for block, after in zip_longest(blocks, blocks[1:]):
        is_heading = block.kind is Kind.HEADING
        is_empty = after is not None and after.kind is Kind.HEADING
        is_comments = is_heading and is_empty and _labels.is_comments_label(block.text)
        if not is_comments and not (is_heading and _labels.is_more_label(block.text)):
            kept.append(block)
    return kept
