"""Blocks -> the lead and the sections of an article, their HTML sanitised."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import nh3

from aggregator.articles._blocks import Block, Kind
from aggregator.articles._trim import trim
from aggregator.model import Section
from aggregator.text import strip_unsafe

TAGS = frozenset((
    "a", "abbr", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code", "dd", "del",
    "dfn", "dl", "dt", "em", "figcaption", "figure", "h3", "h4", "h5", "h6", "hr", "i", "img",
    "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "small",
    "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u",
    "ul", "var",
))  # fmt: skip
"""The tags that an article's HTML may hold."""

_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "bdo": {"dir"},
    "*": {"lang", "dir"},
}
_FIRST_LEVEL, _LAST_LEVEL = 2, 6


@dataclass(frozen=True, slots=True)
class Outline:
    """The text of an article, parted."""

    lead: str
    lead_html: str
    sections: tuple[Section, ...]
    stated_minutes: int | None


def outline(blocks: list[Block], headline: str | None) -> Outline:
    """The lead and the sections that `blocks` make below `headline`, trimmed of labels.

    Levels follow the nesting, not the numbers: the first heading has level 2, one that is deeper
    than the heading before it one more, none more than 6.
    """
    kept, minutes = trim(blocks, headline)
    starts = [i for i, block in enumerate(kept) if block.kind is Kind.HEADING]
    lead = kept[: starts[0]] if starts else kept
    sections = []
    open_levels: list[int] = []
    for position, (start, end) in enumerate(pairwise([*starts, len(kept)]), 1):
        heading = kept[start]
        while open_levels and open_levels[-1] >= heading.level:
            open_levels.pop()
        level = min(_FIRST_LEVEL + len(open_levels), _LAST_LEVEL)
        open_levels.append(heading.level)
        under = kept[start + 1 : end]
        text, html = _text_of(under), _html_of(under)
        sections.append(Section(position, level, strip_unsafe(heading.text), text, html))
    return Outline(_text_of(lead), _html_of(lead), tuple(sections), minutes)


def sanitise(html: str) -> str:
    """`html` with nothing in it that could run, load a frame or style the page around it."""
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer",
    )


def _text_of(blocks: list[Block]) -> str:
    return strip_unsafe("\n\n".join(block.text for block in blocks if block.text))


def _html_of(blocks: list[Block]) -> str:
    return sanitise("\n".join(block.html for block in blocks)).strip()
