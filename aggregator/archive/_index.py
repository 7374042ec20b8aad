"""What the archive asks of a search index, and the entries it hands over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from aggregator.model import ArchivedEntry, Article, Entry


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One archived entry as the index is told of it; nothing is analysed yet."""

    id: int
    feed_id: int
    entry: Entry
    article: Article
    sort_at: datetime
    is_updated: bool = False


class Index(Protocol):
    """A full-text index that is written in the archive's own transactions."""

    def is_prepared(self, connection: Connection) -> bool:
        """Whether `prepare` would find nothing to do; this only reads, and cheaply."""

    def prepare(self, connection: Connection) -> None:
        """Make what the index needs in the database, if it is not there."""

    def add(self, connection: Connection, entries: Sequence[IndexEntry]) -> None:
        """Make these entries findable; none of them is in the index yet."""

    def remove(self, connection: Connection, entries: Sequence[IndexEntry]) -> None:
        """Forget these entries; their texts are those that were added."""

    def begin(self, connection: Connection) -> None:
        """Begin a second index beside the first; `fill` fills it, and at its end they swap.

        One that was begun and is unfinished gives way to it.
        """

    def filled_to(self, connection: Connection) -> int | None:
        """The id up to which an unfinished index is filled; None if none is unfinished.

        Where several can write at once, they wait from here to the end of the transaction: the
        entries for `fill` are read in the same one.
        """

    def fill(self, connection: Connection, entries: Sequence[IndexEntry]) -> None:
        """Add the next entries to the unfinished index, by id; no entries: it is finished."""

    def problems(self, connection: Connection) -> list[str]:
        """What is wrong with the index, a sentence each."""


def is_found_alike(one: IndexEntry, other: IndexEntry) -> bool:
    """Whether two states of an entry are the same to every search, so that neither is indexed anew.

    What a feed states anew at each poll does not count: sizes of files, and the parts of their
    addresses with which they are signed.
    """
    return _found_by(one) == _found_by(other)


def is_stated_alike(one: Entry, other: Entry) -> bool:
    """Whether what searches ask of an entry beside its article is the same; not its date."""
    return _stated(one) == _stated(other)


def _found_by(one: IndexEntry) -> tuple[object, ...]:
    made = one.article
    return (
        one.feed_id,
        one.sort_at,
        one.is_updated,
        _stated(one.entry),
        (made.headline, made.byline, made.language, made.image, made.url),
        (made.word_count, made.read_minutes, made.lead),
        [(part.heading, part.text) for part in made.sections],
    )


def _stated(one: Entry) -> tuple[object, ...]:
    files = [(_place(file.url), file.media_type, file.medium) for file in one.enclosures]
    pictures = [_place(url) for url in one.extras.images]
    return one.title, one.url, one.language, one.authors, one.tags, files, pictures


def _place(url: str) -> str:
    return url.partition("?")[0]


def index_entry(archived: ArchivedEntry) -> IndexEntry:
    """An archived entry as the index is told of it."""
    return IndexEntry(
        id=archived.id,
        feed_id=archived.feed.id,
        entry=archived.entry,
        article=archived.article,
        sort_at=archived.sort_at,
        is_updated=archived.revision_count > 0,
    )
