"""A document as the index knows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Column(StrEnum):
    """The columns of text of the index, in the order of their weight."""

    TITLE = "title"
    HEADINGS = "headings"
    LEAD = "lead"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Document:
    """One archived entry as it was written, with all that a query can ask of it.

    `title` has the entry's title and the article's headline where it differs, a line each;
    `headings` and `body` (the texts of the sections) a line or more each. `facets` are tokens,
    see `facets_of`; `language` is the one whose stems are used, "" for none.
    """

    id: int
    title: str
    headings: str
    lead: str
    body: str
    language: str
    facets: tuple[str, ...]
    sort_at: datetime
    read_minutes: int
    word_count: int


@dataclass(frozen=True, slots=True)
class Analyzed:
    """The tokens of a document in their order, column by column; `length` counts them all."""

    id: int
    language: str
    title: tuple[str, ...]
    headings: tuple[str, ...]
    lead: tuple[str, ...]
    body: tuple[str, ...]
    facets: tuple[str, ...]
    sort_at: datetime
    read_minutes: int

    @property
    def length(self) -> int:
        """How many tokens of text there are."""
        return len(self.title) + len(self.headings) + len(self.lead) + len(self.body)
