"""What the document of a feed is judged by, and completed from: all of it read in one visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from aggregator.archive._known import (
    Known,
    KnownEntry,
    known_entries,
    known_from,
    read_aliases,
    read_bearer_ids,
)
from aggregator.archive._tables import article, entry
from aggregator.archive._templates import read_template
from aggregator.archive._values import entry_from
from aggregator.model import Entry, Feed, FullText, ParsedFeed, Template

MAX_PAGE_MISSES = 5
"""A page that could not be had so often, at as many changes of its feed, is given up."""

_MOST_DATES = 300

_OF_FEED = entry.c.feed_id == bindparam("of_feed")
_MISSED = select(article.c.entry_id).where(
    article.c.page_misses.is_not(None), article.c.page_misses < MAX_PAGE_MISSES
)
_WAITING = (
    select(entry, article.c.page_misses)
    .join(article)
    .where(_OF_FEED, entry.c.id.in_(_MISSED))
    .order_by(entry.c.sort_at.desc(), entry.c.id.desc())
    .limit(bindparam("most"))
)
_DATES = select(entry.c.sort_at).where(_OF_FEED).order_by(entry.c.sort_at.desc()).limit(_MOST_DATES)


@dataclass(frozen=True, slots=True)
class Basis:
    """All that the archive knows of a feed when a document of it has come.

    `known` has the entries that the document may mean. `waiting` are entries whose page is wanted
    still, the newest first. `template` is what was learnt of the feed's pages, None if nothing was.
    `dates` says when its last entries count as published, the newest first, where its rhythm was
    never learnt; it is empty else.

    Where it `bears_unread`, an entry of the document came under a key of one that was not read,
    too: they are two entries and no longer one under another name. Nothing else is there then.
    """

    known: Known
    waiting: Sequence[tuple[KnownEntry, Entry]] = ()
    template: Template | None = None
    dates: Sequence[datetime] = ()
    bears_unread: bool = False


def read_basis(connection: Connection, one: Feed, parsed: ParsedFeed, max_pages: int) -> Basis:
    """What a document of a feed is judged by; for who reads no pages nothing is said of them."""
    known = known_entries(connection, one.id, parsed.entries, has_any=bool(parsed.unchanged))
    if _bears_unread(connection, one.id, parsed, known):
        return Basis(known, bears_unread=True)
    return Basis(
        known,
        _read_waiting(connection, one.id, max_pages) if max_pages else (),
        read_template(connection, one.id)
        if max_pages and one.full_text is not FullText.NEVER
        else None,
        # Archived before anything was learnt of it.
        _read_dates(connection, one.id) if known.has_any and one.rhythm.at is None else (),
    )


def _bears_unread(connection: Connection, feed_id: int, parsed: ParsedFeed, known: Known) -> bool:
    if not parsed.unchanged:
        return False
    keys = [one.key for one in parsed.entries]
    named = (one for key in keys for one in known.by_name.get(key, ()) if not one.is_deleted)
    former = {name for one in named for name in one.former_keys}
    changed = [key for key in keys if key in known.by_key]
    bearers, _ = read_bearer_ids(connection, feed_id, changed)
    for names in read_aliases(connection, bearers).values():
        former.update(name for name, is_key in names.items() if is_key)
    return not former.isdisjoint(parsed.unchanged)


def _read_waiting(
    connection: Connection, feed_id: int, most: int
) -> list[tuple[KnownEntry, Entry]]:
    rows = connection.execute(_WAITING, {"of_feed": feed_id, "most": most}).mappings()
    return [(known_from(row), entry_from(row)) for row in rows]


def _read_dates(connection: Connection, feed_id: int) -> list[datetime]:
    return list(connection.execute(_DATES, {"of_feed": feed_id}).scalars())
