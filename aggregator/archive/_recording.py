"""Recording polls: entries, articles, sections, index, validators and the next visit at once.

Everything happens in the caller's transaction. It begins by proving the leases: a poller that was
too slow finds another token on the feed, and nothing of its poll is written. Polls that are
recorded together share their statements: each costs more than a row that it writes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from aggregator.archive._aliases import bury, insert_aliases
from aggregator.archive._answers import forget_taken
from aggregator.archive._documents import write_fetches, write_snapshots
from aggregator.archive._editing import (
    write_articles,
    write_completed,
    write_edited,
    write_overwritten,
    write_renamed,
    write_restated,
)
from aggregator.archive._index import Index, IndexEntry
from aggregator.archive._known import portions
from aggregator.archive._leases import Lease
from aggregator.archive._moves import settle_move
from aggregator.archive._tables import entry, feed
from aggregator.archive._templates import write_template
from aggregator.archive._types import as_stored
from aggregator.archive._values import entry_row, links_row, move_row, pace_row, rhythm_row
from aggregator.model import Item, ParsedFeed, PollResult, extras_to_json, sort_instant

_MAX_KIND = 16  # characters of its column

_ENTRIES_TOGETHER = 500
"""Of so many new entries the texts are taken apart at once for the index, or of one poll."""

# Put together once: that takes longer than writing a row.
_PROVEN = (feed.c.id == bindparam("proven_id")) & (feed.c.lease_token == bindparam("proof"))
_UPDATE_FEED = update(feed).where(_PROVEN)
_INSERT_ENTRY = insert(entry)
_LAST_ID = select(func.max(entry.c.id))
_INSERTED = select(entry.c.id, entry.c.feed_id, entry.c.key).where(
    entry.c.id > bindparam("last_id")
)


@dataclass(frozen=True, slots=True)
class _News:
    """The new entries of one feed, and when they were seen."""

    feed_id: int
    items: Sequence[Item]
    now: datetime


def record_polls(
    connection: Connection, results: Sequence[PollResult], index: Index
) -> list[bool] | None:
    """Write what many polls changed, in their order whether the lease of each was still ours.

    None where the lease of one of those is lost that are written together: which one is not known,
    so the caller has to write each alone.
    """
    # By feed, so that of two who record at once none waits for the other in turn.
    ordered = sorted(range(len(results)), key=lambda at: results[at].feed_id)
    # A feed that moves to the address of another ends the lease of that.
    together = [results[at] for at in ordered if not results[at].moved_to]
    if not _record(connection, together, index):
        return None
    moved = {
        at: record_poll(connection, results[at], index) for at in ordered if results[at].moved_to
    }
    return [moved.get(at, True) for at in range(len(results))]


def record_poll(connection: Connection, result: PollResult, index: Index) -> bool:
    """Write all that a poll changed; False, and nothing written, if its lease is no longer ours."""
    if not _record(connection, [result], index):
        return False
    if result.moved_to:
        settle_move(connection, result.feed_id, result.moved_to, result.polled_at, index)
    return True


def record_older(
    connection: Connection, lease: Lease, items: Sequence[Item], now: datetime, index: Index
) -> bool:
    """Add entries of an older document; False, and nothing written, if the lease is lost.

    The lease stays, and so does all that the next poll of the feed relies on.
    """
    held = (feed.c.id == lease.feed.id) & (feed.c.lease_token == lease.token)
    # An update, since it also locks the row until the end of the transaction.
    if connection.execute(update(feed).where(held).values(lease_token=lease.token)).rowcount != 1:
        return False
    if items:
        _insert(connection, [_News(lease.feed.id, items, now)], index)
    return True


def _record(connection: Connection, results: Sequence[PollResult], index: Index) -> bool:
    """Write polls, but not where their feeds move to; False if the lease of one is lost."""
    if not _write_feeds(connection, results):
        return False
    for part in portions(one.feed_id for one in results if not one.keeps_answer):
        forget_taken(connection, part)
    news = (_News(one.feed_id, one.new, one.polled_at) for one in results if one.new)
    for share in _shares(news):
        _insert(connection, share, index)
    for result in results:
        _write_archived(connection, result, index)
    write_snapshots(connection, results)
    write_fetches(connection, results)
    return True


def _write_feeds(connection: Connection, results: Sequence[PollResult]) -> bool:
    """Write the rows of the feeds and end their leases; False if one of these is lost."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for result in results:
        row = _feed_row(result)
        proof = {"proven_id": result.feed_id, "proof": result.token}
        alike[tuple(row)].append(row | proof)
    return all(
        connection.execute(_UPDATE_FEED, rows).rowcount == len(rows) for rows in alike.values()
    )


def _write_archived(connection: Connection, result: PollResult, index: Index) -> None:
    """Write what a poll changed of entries that are archived already, and of their feed's pages."""
    write_edited(connection, result.edited, result.polled_at, index)
    write_overwritten(connection, result.overwritten, index)
    write_renamed(connection, result.feed_id, result.renamed, index)
    write_restated(connection, result.kept, index)
    bury(connection, result.feed_id, result.buried)
    write_completed(connection, result.completed, index)
    if result.template:
        write_template(connection, result.feed_id, result.template, result.polled_at)


def _feed_row(result: PollResult) -> dict[str, Any]:
    """The columns of the feed that a poll decides."""
    values: dict[str, Any] = {
        "etag": result.validators.etag,
        "last_modified": result.validators.last_modified,
        "body_hash": result.body_hash,
        "next_poll_at": result.next_poll_at,
        "not_before": result.not_before,
        "why": result.why,
        "lease_token": None,
        "leased_until": None,
        "last_polled_at": result.polled_at,
        "last_status": result.status,
        "failures": result.failures,
        "error": result.error,
        "error_kind": result.error_kind[:_MAX_KIND] if result.error_kind else None,
        **move_row(result.move),
    }
    if result.rhythm is not None:
        values["rhythm"] = rhythm_row(result.rhythm)
    if result.refreshed_at is not None:
        values["refreshed_at"] = result.refreshed_at
    return values | (_document_row(result.parsed) if result.parsed else {})


def _document_row(parsed: ParsedFeed) -> dict[str, Any]:
    """The columns that the feed's own document decides."""
    stated = {
        "title": parsed.title,
        "site_url": parsed.url,
        "description": parsed.description,
        "language": parsed.language,
        "format": parsed.format,
        "links": links_row(parsed.links),
        "extras": extras_to_json(parsed.extras),
        "pace": pace_row(parsed.pace),
    }
    # What the operator has fixed says nothing about the feed.
    learnt = {} if parsed.memory.is_fixed else {"learnt_identity": parsed.memory.identity.value}
    return stated | learnt


def _shares(news: Iterable[_News]) -> Iterator[list[_News]]:
    """`news` in order, so much at once as is written together."""
    share: list[_News] = []
    count = 0
    for one in news:
        if share and count + len(one.items) > _ENTRIES_TOGETHER:
            yield share
            share, count = [], 0
        share.append(one)
        count += len(one.items)
    if share:
        yield share


def _insert(connection: Connection, news: Sequence[_News], index: Index) -> None:
    ordered = [(one, item) for one in news for item in _oldest_first(one)]
    rows = [
        {
            "feed_id": one.feed_id,
            "first_seen_at": one.now,
            "sort_at": sort_instant(item.entry, one.now),
            **entry_row(item.entry),
        }
        for one, item in ordered
    ]
    last_id = connection.execute(_LAST_ID).scalar() or 0
    connection.execute(_INSERT_ENTRY, rows)
    # Others may have inserted entries of their feeds, which are not asked for by these keys.
    inserted = connection.execute(_INSERTED, {"last_id": last_id})
    ids = {(feed_id, key): entry_id for entry_id, feed_id, key in inserted}
    numbered = [(ids[one.feed_id, item.entry.key], one, item) for one, item in ordered]
    insert_aliases(connection, [(key, one.feed_id, item.entry) for key, one, item in numbered])
    write_articles(connection, [(key, item) for key, _, item in numbered])
    index.add(connection, [_new_in_index(*each) for each in numbered])


def _oldest_first(news: _News) -> list[Item]:
    # So that within a poll, too, a greater id means a later article; of equals the one that the
    # feed names first is the latest.
    newest_first = sorted(
        news.items, key=lambda item: sort_instant(item.entry, news.now), reverse=True
    )
    return newest_first[::-1]


def _new_in_index(entry_id: int, news: _News, item: Item) -> IndexEntry:
    # As it will be read back when it is to be removed from the index.
    return IndexEntry(
        id=entry_id,
        feed_id=news.feed_id,
        entry=as_stored(item.entry),
        article=as_stored(item.new_article),
        sort_at=sort_instant(item.entry, news.now),
    )
