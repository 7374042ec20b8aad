"""What is recorded and what is read back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from aggregator.model._article import Article, Template
from aggregator.model._feed import Entry, Feed, Move, ParsedFeed, Validators
from aggregator.model._polling import Rhythm
from aggregator.model._section import Section

# The zero of spreadsheets, of old Macs, of Unix (in all time zones) and of DOS.
_ZERO_DAYS = frozenset(
    {
        date(1899, 12, 30),
        date(1899, 12, 31),
        date(1900, 1, 1),
        date(1904, 1, 1),
        date(1969, 12, 31),
        date(1970, 1, 1),
        date(1980, 1, 1),
    }
)


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
    that did not change, but whose missing page was asked for again, `overwritten` for those whose
    older state is not kept, `renamed` for those that only came under another id or link, `buried`
    for those of them that were deleted, `kept` for all others that were read again. `parsed` is
    None when nothing was parsed (304, same body, error). `error` is None for a good poll.
    `template` takes the place of what was learnt before; None leaves that as it is. `move` is
    written as it is; a poll that says nothing of a pending one ends it. `moved_to` is a believed
    one. `forgets_document` has the next document read as a whole. `rhythm` and `refreshed_at` take
    the place of the archived ones; None leaves those as they are. `keeps_answer` leaves an answer
    that was kept for the next poll: this one has not read it.
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
    overwritten: tuple[tuple[int, Item], ...] = ()
    renamed: tuple[tuple[int, Entry], ...] = ()
    buried: tuple[tuple[int, Entry], ...] = ()
    kept: tuple[tuple[int, Entry], ...] = ()
    same: int = 0
    template: Template | None = None
    move: Move | None = None
    moved_to: str | None = None
    forgets_document: bool = False
    body_bytes: int = 0
    duration_s: float = 0.0
    not_before: datetime | None = None
    why: str | None = None
    error_kind: str | None = None
    rhythm: Rhythm | None = None
    refreshed_at: datetime | None = None
    keeps_answer: bool = False


@dataclass(frozen=True, slots=True)
class FetchRecord:
    """How one answer of a feed was read; 304 and unchanged bodies leave none.

    `path`, `format`, `encoding` and `encoding_source` as in `ParsedFeed`; None when the answer was
    an error, which `error` then names. `unchanged` counts entries that were there before.
    """

    fetched_at: datetime
    status: int | None
    body_bytes: int
    duration_s: float
    error: str | None = None
    path: str | None = None
    format: str | None = None
    encoding: str | None = None
    encoding_source: str | None = None
    warnings: tuple[str, ...] = ()
    new: int = 0
    edited: int = 0
    unchanged: int = 0


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
    """When an entry counts as published: its own date, if it has one that can be meant.

    What lies ahead of us, and the day at which a clock or a table begins to count, are not; they
    stay as they are and only the order of entries takes no notice of them.
    """
    stated_at = entry.published_at or entry.updated_at
    if stated_at is None or stated_at.date() in _ZERO_DAYS:
        return first_seen_at
    return min(stated_at, first_seen_at)


@dataclass(frozen=True, slots=True)
class Revision:
    """A state of an entry and its article that another has replaced; `number` counts from 1.

    `is_silent`: only the content told of the change, no date of the feed. Of the article its text
    is kept and nothing else: sections have no `html`, no anchor, and nobody knows which were
    pseudo. Where two feeds became one, the states of the entry that went follow those of the other.
    """

    number: int
    replaced_at: datetime
    is_silent: bool
    entry: Entry
    headline: str | None
    lead: str
    sections: tuple[Section, ...] = ()

    @property
    def text(self) -> str:
        """The whole article as plain text, as `Article.text` has it."""
        told = (part for one in self.sections for part in (one.heading, one.text))
        return "\n\n".join(part for part in (self.lead, *told) if part)
