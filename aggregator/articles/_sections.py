"""Blocks -> the lead and the sections of an article, their HTML sanitised."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from aggregator.articles._anchors import Anchors
from aggregator.articles._blocks import BOLD_LEVEL, Block, Kind
from aggregator.articles._sanitise import sanitise
from aggregator.articles._trim import trim
from aggregator.model import Section
from aggregator.text import strip_unsafe

_FIRST_LEVEL, _LAST_LEVEL = 2, 6
_TAG_NAME = re.compile(r"<[a-z]+")
_OWN_LINK = re.compile(r'href="#([^"]*)"')


@dataclass(frozen=True, slots=True)
class Outline:
    """The text of an article, parted."""

    lead: str
    lead_html: str
    sections: tuple[Section, ...]
    stated_minutes: int | None


def outline(blocks: list[Block], headline: str | None, byline: str | None = None) -> Outline:
    """The lead and the sections that `blocks` make below `headline` and `byline`, without labels.

    Levels follow the nesting, not the numbers: the first heading has level 2, one that is deeper
    than the heading before it one more, none more than 6. Links inside the article lead to the
    anchors of its sections.
    """
    kept, minutes = trim(blocks, headline, byline)
    starts = [i for i, block in enumerate(kept) if block.kind is Kind.HEADING]
    headings = [kept[start] for start in starts]
    anchors = Anchors()
    names = [anchors.name(heading.text) for heading in headings]
    places = _places_of(kept, dict(zip(starts, names, strict=True)))
    sections = []
    bounds = pairwise([*starts, len(kept)])
    parts = zip(headings, names, _levels_of(headings), bounds, strict=True)
    for position, (heading, name, level, (start, end)) in enumerate(parts, 1):
        under = kept[start + 1 : end]
        section = Section(
            position=position,
            level=level,
            heading=strip_unsafe(heading.text),
            text=_text_of(under),
            html=_html_of(under, places),
            anchor=name,
            is_pseudo=heading.level == BOLD_LEVEL,
        )
        sections.append(section)
    lead = kept[: starts[0]] if starts else kept
    return Outline(_text_of(lead), _html_of(lead, places), tuple(sections), minutes)


def _levels_of(headings: list[Block]) -> list[int]:
    levels = []
    open_levels: list[int] = []
    for heading in headings:
        while open_levels and open_levels[-1] >= heading.level:
            open_levels.pop()
        levels.append(min(_FIRST_LEVEL + len(open_levels), _LAST_LEVEL))
        open_levels.append(heading.level)
    return levels


def _places_of(blocks: list[Block], anchors: Mapping[int, str]) -> dict[str, str]:
    """For each name of a block under which it is linked, the one that it has in the article."""
    return {
        place: anchors.get(i, block.places[0])
        for i, block in enumerate(blocks)
        for place in block.places
    }


def _text_of(blocks: list[Block]) -> str:
    return strip_unsafe("\n\n".join(block.text for block in blocks if block.text))


def _html_of(blocks: list[Block], places: Mapping[str, str]) -> str:
    html = sanitise("\n".join(_named(block) for block in blocks)).strip()
    if not places:
        return html
    return _OWN_LINK.sub(lambda link: f'href="#{places.get(link[1], link[1])}"', html)


def _named(block: Block) -> str:
    """The HTML of `block`, with the first of its places as its name."""
    if not block.places:
        return block.html
    name = f' id="{block.places[0]}"'
    return _TAG_NAME.sub(lambda tag: tag[0] + name, block.html, count=1)
