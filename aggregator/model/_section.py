"""Sections of an article, and how they are pointed at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """A sub-heading and what stands under it; `position` counts from 1.

    `text` and `html` (sanitised) are without the heading. `anchor` names the section in links and
    stays the same when other sections come or go; `is_pseudo` marks a heading that the page wrote
    as a bold line, not as a heading.
    """

    position: int
    level: int
    heading: str
    text: str
    html: str
    anchor: str = ""
    is_pseudo: bool = False


@dataclass(frozen=True, slots=True)
class SectionRef:
    """Where in an article a hit stands; position 0 with an empty heading is the lead."""

    position: int
    heading: str
