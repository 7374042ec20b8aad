"""Which entries a digest has, in what order, and what it is called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aggregator.digest._fields import feed_title
from aggregator.model import ArchivedEntry, Feed
from aggregator.text import fold

_DAY = timedelta(days=1)
_INSTANT = timedelta.resolution


@dataclass(frozen=True, slots=True)
class Digest:
    """What happened from `since` up to, but without, `until`.

    `entries` stand newest first, `feeds` are those that occur among them, by title. `query` is
    what the entries were searched with, None if it was nothing; it is told, not applied.
    """

    title: str
    since: datetime
    until: datetime
    query: str | None
    entries: tuple[ArchivedEntry, ...]
    feeds: tuple[Feed, ...]

    @property
    def read_minutes(self) -> int:
        """How long it takes to read every article of it."""
        return sum(archived.article.read_minutes for archived in self.entries)


def build_digest(
    entries: Iterable[ArchivedEntry],
    *,
    since: datetime,
    until: datetime,
    query: str | None = None,
    title: str | None = None,
) -> Digest:
    """The digest of those `entries` with `since` <= `sort_at` < `until`.

    An entry that comes twice, as it does in the results of several searches, stands in it once.
    The order of `entries` plays no part. Without a `title` it is called by its day, or by its
    first and last day where it spans more than 24 hours. Raises ValueError for bounds without a
    time zone and for an empty span.
    """
    start, end = _in_utc(since), _in_utc(until)
    if start >= end:
        raise ValueError(f"a digest must begin before it ends: {start} is not before {end}")
    by_id = {archived.id: archived for archived in entries if start <= archived.sort_at < end}
    newest_first = sorted(by_id.values(), key=_age, reverse=True)
    feeds = {archived.feed.id: archived.feed for archived in reversed(newest_first)}
    return Digest(
        title=title or _default_title(start, end),
        since=start,
        until=end,
        query=query,
        entries=tuple(newest_first),
        feeds=tuple(sorted(feeds.values(), key=lambda feed: (fold(feed_title(feed)), feed.id))),
    )


def _age(archived: ArchivedEntry) -> tuple[datetime, int]:
    return archived.sort_at, archived.id


def _in_utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"{instant} has no time zone; digests are bounded by aware instants")
    return instant.astimezone(UTC)


def _default_title(since: datetime, until: datetime) -> str:
    # The end is not part of the span: one that ends at midnight ends on the day before.
    last = (until - _INSTANT).date()
    if until - since <= _DAY:
        return f"Digest {last.isoformat()}"
    return f"Digest {since.date().isoformat()} to {last.isoformat()}"
