"""Taking from the blocks of an article the lines that sites print around its text."""

from __future__ import annotations

import re
from itertools import zip_longest

from aggregator.articles import _labels
from aggregator.articles._blocks import (
    BOLD_LEVEL,
    Block,
    Kind,
    weight,
    without_pull_quotes,
    without_repeats,
)
from aggregator.articles._headings import settle_bold_lines, settle_headings
from aggregator.text import count_words

_MARKER = re.compile(r"\s*(?:-|\d{1,9}\.) ")
_SENTENCE_WORDS = 12
"""What a paragraph needs to be text for sure; bylines, dates and labels have fewer words."""

_SENTENCE_CHARS = 600
"""How much of a paragraph is looked at for that: 50 letters a word, more than in any language."""


def trim(
    blocks: list[Block], headline: str | None, byline: str | None = None
) -> tuple[list[Block], int | None]:
    """The blocks that are the article's text, and the read time that one of the others states.

    Left out are: the headline said again, read time, date, labels and byline (any that begins as
    bylines do, and `byline` itself) above the first sentence, lines such as "Share" and "Read more:
    ...", repeated paragraphs, and at the end headings with nothing below, related links and a
    "Comments" heading with its form. What is left of the headings heads something.
    """
    once = without_pull_quotes(without_repeats(blocks))
    kept, minutes = _without_labels(once, headline, byline)
    kept = _without_orphans(_without_tail(settle_bold_lines(kept)))
    return settle_headings(kept), minutes


def _without_labels(
    blocks: list[Block], headline: str | None, byline: str | None
) -> tuple[list[Block], int | None]:
    begin = next((i for i, block in enumerate(blocks) if _is_sentence(block, headline)), 0)
    minutes: int | None = None
    kept = []
    for i, block in enumerate(blocks):
        # what directly follows the first sentence may stand between a standfirst and the text
        is_between = i == begin + 1 < len(blocks) - 1
        is_fact = i < begin or (is_between and block.kind is Kind.PARAGRAPH)
        stated = _stated_minutes(block, is_above=is_fact)
        minutes = minutes or stated
        is_credit = i < begin and _is_credit(block, headline, byline)
        is_credit = is_credit or (is_between and _is_byline(block, byline))
        if not stated and not is_credit and not _is_label(block, headline):
            kept.append(block)
    return kept, minutes


def _is_sentence(block: Block, headline: str | None) -> bool:
    is_text = block.kind not in {Kind.HEADING, Kind.FIGURE}
    words = sum(count_words(block.text[:_SENTENCE_CHARS])) if is_text else 0
    is_long = words >= _SENTENCE_WORDS
    return is_long and not _labels.is_same_line(block.text, headline)


def _stated_minutes(block: Block, *, is_above: bool) -> int | None:
    if block.kind is Kind.LIST and is_above:
        return next((m for line in _items(block) if (m := _labels.find_minutes(line))), None)
    if block.kind is not Kind.PARAGRAPH and block.level != BOLD_LEVEL:
        return None
    minutes = _labels.find_minutes(block.text)
    return minutes or (_labels.find_minutes_inside(block.text) if is_above else None)


def _items(block: Block) -> list[str]:
    return [_MARKER.sub("", line, count=1) for line in block.text.split("\n")]


def _is_label(block: Block, headline: str | None) -> bool:
    if block.kind not in {Kind.PARAGRAPH, Kind.HEADING}:
        return False
    if block.kind is Kind.HEADING and _labels.is_same_line(block.text, headline):
        return True
    is_line = block.kind is Kind.PARAGRAPH or block.level == BOLD_LEVEL
    is_action = is_line and _labels.is_action_label(block.text)
    return is_action or (is_line and _labels.is_more_label(block.text))


def _is_credit(block: Block, headline: str | None, byline: str | None) -> bool:
    """Whether `block`, which stands above the text, says what the article's other fields say.

    Of a list of facts (who, when, how long) one item shows what the others are.
    """
    is_line = block.kind is Kind.PARAGRAPH or block.level == BOLD_LEVEL
    if not is_line and block.kind is not Kind.LIST:
        return False
    if is_line and _labels.is_same_line(block.text, headline):
        return True
    lines = [block.text] if is_line else _items(block)
    return _is_byline(block, byline) or any(map(_labels.is_credit_line, lines))


def _is_byline(block: Block, byline: str | None) -> bool:
    """Whether `block` is the known `byline`, or a list that holds it."""
    if block.kind is Kind.LIST:
        return any(_labels.is_byline(line, byline) for line in _items(block))
    is_line = block.kind is Kind.PARAGRAPH or block.level == BOLD_LEVEL
    return is_line and _labels.is_byline(block.text, byline)


def _without_tail(blocks: list[Block]) -> list[Block]:
    """`blocks` without comments, related links and empty headings at their end."""
    kept = list(blocks)
    headings = [i for i, block in enumerate(kept) if block.kind is Kind.HEADING]
    first = next((i for i, block in enumerate(kept) if block.kind is not Kind.HEADING), len(kept))
    while len(kept) > first:
        while headings and headings[-1] >= len(kept):
            headings.pop()
        last = headings[-1] if headings else -1
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


def _is_text(block: Block | None) -> bool:
    return block is not None and _is_sentence(block, None)


def _without_orphans(blocks: list[Block]) -> list[Block]:
    """`blocks` without headings that announced what was taken out from under them."""
    kept = []
    for block, after in zip_longest(blocks, blocks[1:]):
        is_heading = block.kind is Kind.HEADING
        is_empty = after is not None and after.kind is Kind.HEADING
        is_comments = is_heading and is_empty and _labels.is_comments_label(block.text)
        is_more = is_heading and _labels.is_more_label(block.text) and not _is_text(after)
        if not is_comments and not is_more:
            kept.append(block)
    return kept
