"""What the databases answer a search with; the values that all rooms of search share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.model import Section


@dataclass(frozen=True, slots=True)
class Statistics:
    """How many documents there are, how many tokens, and how many documents in each language."""

    documents: int
    tokens: int
    languages: dict[str, int]


@dataclass(frozen=True, slots=True)
class FeedNames:
    """A feed as queries name it; `ids` are its own and those of feeds that were merged into it."""

    id: int
    ids: tuple[int, ...]
    url: str
    name: str | None
    title: str | None
    site_url: str | None
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Ids of entries, the last archived first; `has_more`: the search ended at its bound."""

    ids: tuple[int, ...]
    has_more: bool


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry as it is stored, with what hits and checks need; `sections` have no HTML.

    `feed` is what its feed is called; `language`, `facets` and `length` (tokens) are as indexed.
    """

    id: int
    feed_id: int
    feed: str
    url: str | None
    title: str | None
    headline: str | None
    lead: str
    sections: tuple[Section, ...]
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    language: str
    facets: tuple[str, ...]
    length: int
    sort_at: datetime
    read_minutes: int
    word_count: int
