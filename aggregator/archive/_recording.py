"""Recording polls: entries, articles, sections, index, validators and the next visit at once.

Everything happens in the caller's transaction. It begins by proving the lease: a poller that was
too slow finds another token on the feed, and nothing of its poll is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from aggregator.archive._aliases import bury, insert_aliases
from aggregator.archive._answers import forget_taken
from aggregator.archive._documents import write_fetch, write_snapshot
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


def record_polls(
    connection: Connection, results: Sequence[PollResult], index: Index
) -> list[bool] | None:
    """Write what many polls changed, in their order whether the lease of each was still ours.

    Those that brought nothing, by far the most, are one statement. None where the lease of one of
    these is lost: which one is not known, so the caller has to write each alone.
    """
    # By feed, so that of two who record at once none waits for the other in turn.
    ordered = sorted(range(len(results)), key=lambda at: results[at].feed_id)
    quiet = [results[at] for at in ordered if _is_quiet(results[at])]
    if not _record_quiet(connection, quiet):
        return None
    written = {
        at: record_poll(connection, results[at], index)
        for at in ordered
        if not _is_quiet(results[at])
    }
    return [written.get(at, True) for at in range(len(results))]


def record_poll(connection: Connection, result: PollResult, index: Index) -> bool:
    """Write all that a poll changed; False, and nothing written, if its lease is no longer ours."""
    if not _record_feed(connection, result):
        return False
    if not result.keeps_answer:
        forget_taken(connection, [result.feed_id])
    if result.new:
        _insert(connection, result.feed_id, result.new, result.polled_at, index)
    write_edited(connection, result.edited, result.polled_at, index)
    write_overwritten(connection, result.overwritten, index)
    write_renamed(connection, result.feed_id, result.renamed, index)
    write_restated(connection, result.kept, index)
    bury(connection, result.feed_id, result.buried)
    write_completed(connection, result.completed, index)
    if result.template:
        write_template(connection, result.feed_id, result.template, result.polled_at)
    write_snapshot(connection, result)
    write_fetch(connection, result)
    if result.moved_to:
        settle_move(connection, result.feed_id, result.moved_to, result.polled_at, index)
    return True


def _is_quiet(result: PollResult) -> bool:
    """Whether a poll changed nothing but the row of its feed."""
    items = (result.new, result.edited, result.completed, result.overwritten)
    entries = (result.renamed, result.buried, result.kept)
    others = (result.parsed, result.error, result.template, result.moved_to)
    return not any((*items, *entries, *others, result.forgets_document))


def _record_quiet(connection: Connection, results: Sequence[PollResult]) -> bool:
    """Write polls that brought nothing; False if the lease of one of them is lost."""
    proven = (feed.c.id == bindparam("proven_id")) & (feed.c.lease_token == bindparam("proof"))
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for result in results:
        row = _feed_row(result)
        proof = {"proven_id": result.feed_id, "proof": result.token}
        alike[tuple(row)].append(row | proof)
    for rows in alike.values():
        if connection.execute(update(feed).where(proven), rows).rowcount != len(rows):
            return False
    for part in portions(one.feed_id for one in results if not one.keeps_answer):
        forget_taken(connection, part)
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
        _insert(connection, lease.feed.id, items, now, index)
    return True


def _record_feed(connection: Connection, result: PollResult) -> bool:
    proven = (feed.c.id == result.feed_id) & (feed.c.lease_token == result.token)
    change = update(feed).where(proven).values(**_feed_row(result))
    return connection.execute(change).rowcount == 1


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


def _insert(
    connection: Connection, feed_id: int, items: Sequence[Item], now: datetime, index: Index
) -> None:
    # Oldest first, so that within a poll, too, a greater id means a later article; of equals the
    # one that the feed names first is the latest.
    newest_first = sorted(items, key=lambda item: sort_instant(item.entry, now), reverse=True)
    ordered = newest_first[::-1]
    rows = [
        {
            "feed_id": feed_id,
            "first_seen_at": now,
            "sort_at": sort_instant(item.entry, now),
            **entry_row(item.entry),
        }
        for item in ordered
    ]
    last_id = connection.execute(select(func.max(entry.c.id))).scalar() or 0
    connection.execute(insert(entry), rows)
    inserted = select(entry.c.key, entry.c.id).where(
        entry.c.feed_id == feed_id, entry.c.id > last_id
    )
    ids = {row.key: row.id for row in connection.execute(inserted)}
    numbered = [(ids[item.entry.key], item) for item in ordered]
    insert_aliases(connection, feed_id, [(key, item.entry) for key, item in numbered])
    write_articles(connection, numbered)
    index.add(connection, [_new_in_index(key, feed_id, one, now) for key, one in numbered])


def _new_in_index(entry_id: int, feed_id: int, item: Item, now: datetime) -> IndexEntry:
    # As it will be read back when it is to be removed from the index.
    return IndexEntry(
        id=entry_id,
        feed_id=feed_id,
        entry=as_stored(item.entry),
        article=as_stored(item.new_article),
        sort_at=sort_instant(item.entry, now),
    )
