"""Which entries are wanted: the question that a digest or a page asks of the archive."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement

from aggregator.archive._tables import entry
from aggregator.model import ArchivedEntry

_MAX_ID = 2**63 - 1
"""No database gives out a greater number, and some raise when they are asked for one."""


@dataclass(frozen=True, slots=True)
class Selection:
    """All entries for which every given part holds; None asks for nothing.

    `since` <= sort instant < `until`; `feed_ids` and `ids` name the only ones wanted; `tag` is one
    of the entry's or of its feed's, compared without case.
    """

    since: datetime | None = None
    until: datetime | None = None
    feed_ids: tuple[int, ...] | None = None
    ids: tuple[int, ...] | None = None
    tag: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The parts that the database decides."""
        found: list[ColumnElement[bool]] = []
        if self.since is not None:
            found.append(entry.c.sort_at >= self.since)
        if self.until is not None:
            found.append(entry.c.sort_at < self.until)
        if self.feed_ids is not None:
            found.append(entry.c.feed_id.in_(possible_ids(self.feed_ids)))
        if self.ids is not None:
            found.append(entry.c.id.in_(possible_ids(self.ids)))
        return found

    def narrow(self, entries: Iterable[ArchivedEntry]) -> list[ArchivedEntry]:
        """The entries that also have the wanted tag."""
        if self.tag is None:
            return list(entries)
        wanted = self.tag.casefold()
        return [
            one
            for one in entries
            if wanted in {tag.casefold() for tag in (*one.entry.tags, *one.feed.tags)}
        ]


def possible_ids(ids: Iterable[int]) -> list[int]:
    """Those of `ids` that an entry or a feed can have."""
    return [one for one in ids if 0 < one <= _MAX_ID]
