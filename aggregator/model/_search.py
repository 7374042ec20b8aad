"""What a search finds, and what is searched for again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from aggregator.model._section import SectionRef


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result. `rank` counts from 1.

    `snippet` is plain text in which a match stands between U+0002 and U+0003, and so is
    `marked_title`: the headline, or the title where there is none.
    """

    rank: int
    id: int
    url: str | None
    title: str | None
    headline: str | None
    feed: str
    published_at: datetime
    read_minutes: int
    section: SectionRef
    snippet: str
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    word_count: int = 0
    marked_title: str = ""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The hits of one page of results, and how many there are in all.

    `has_more`: there are more than `total`, nobody counted how many. `notes` say, a sentence each,
    what of the query was taken otherwise than it may have been meant.
    """

    query: str
    total: int
    hits: tuple[Hit, ...]
    has_more: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A query that finds something where another found nothing.

    `kind` is ``spelling`` (words that the archive has) or ``relaxed`` (less is asked for); `total`
    is what it finds, and with `has_more` there is more.
    """

    query: str
    kind: str
    total: int
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A query kept under a name, as it was typed; names differ in more than case."""

    name: str
    query: str
    created_at: datetime
    changed_at: datetime
