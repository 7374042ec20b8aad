"""What is recorded, what is read back, and what a search finds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from aggregator.model._article import Article, Template
from aggregator.model._feed import Entry, Feed, ParsedFeed, Validators


@dataclass(frozen=True, slots=True)
class Item:
    """An entry and the article made of it; `fetched_at` is when its page came, if one did.

    Without an article it leaves the archived one as it is: the page could not be had (again), and
    the feed alone says nothing better. `page_misses` counts how often the page was asked for in
    vain; None: it is not wanted, or it was had.
    """

    entry: Entry
    article: Article | None
    fetched_at: datetime | None = None
    page_misses: int | None = None

    @property
    def new_article(self) -> Article:
        """The article; ValueError for an item that has none."""
        if self.article is None:
            raise ValueError("a new entry needs an article")
        return self.article


@dataclass(frozen=True, slots=True)
class PollResult:
    """All that one poll changes, to be recorded in one transaction.

    `edited` pairs the id of an archived entry with its new state; `completed` does so for entries
    that did not change, but whose missing page was asked for again. `parsed` is None when nothing
    was parsed (304, same body, error). `error` is None for a good poll. `template` takes the place
    of what was learnt before; None leaves that as it is.
    """

    feed_id: int
    token: str
    polled_at: datetime
    next_poll_at: datetime
    validators: Validators
    body_hash: str | None
    status: int | None = None
    error: str | None = None
    failures: int = 0
    parsed: ParsedFeed | None = None
    new: tuple[Item, ...] = ()
    edited: tuple[tuple[int, Item], ...] = ()
    completed: tuple[tuple[int, Item], ...] = ()
    same: int = 0
    template: Template | None = None


@dataclass(frozen=True, slots=True)
class ArchivedEntry:
    """An entry with its article as the archive holds them; `id` grows with time of arrival."""

    id: int
    feed: Feed
    entry: Entry
    article: Article
    first_seen_at: datetime
    revision_count: int = 0

    @property
    def sort_at(self) -> datetime:
        """When it counts as published, see `sort_instant`."""
        return sort_instant(self.entry, self.first_seen_at)


def sort_instant(entry: Entry, first_seen_at: datetime) -> datetime:
    """When an entry counts as published: its own date unless it has none or lies ahead of us."""
    stated_at = entry.published_at or entry.updated_at
    return min(stated_at, first_seen_at) if stated_at else first_seen_at


@dataclass(frozen=True, slots=True)
class SectionRef:
    """Where in an article a hit stands; position 0 with an empty heading is the lead."""

    position: int
    heading: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result. `rank` counts from 1.

    `snippet` is plain text in which a match stands between U+0002 and U+0003.
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


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The hits of one page of results, and how many there are in all."""

    query: str
    total: int
    hits: tuple[Hit, ...]
