"""Recording one poll: entries, articles, sections, index, validators and the next visit at once.

Everything happens in the caller's transaction. It begins by proving the lease: a poller that was
too slow finds another token on the feed, and nothing of its poll is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from aggregator.archive._entries import read_entries
from aggregator.archive._index import Index, index_text
from aggregator.archive._tables import article, entry, feed, revision, section
from aggregator.archive._templates import write_template
from aggregator.archive._values import (
    article_row,
    entry_row,
    revision_state,
    section_rows,
)
from aggregator.model import ArchivedEntry, Entry, Item, PollResult, sort_instant

_KEYS_PER_QUERY = 500


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """What must be known of an archived entry to decide whether it changed.

    `has_page` says whether its article was made from the page, `page_misses` how often that was
    tried in vain (None: the page is not wanted, or was had).
    """

    id: int
    content_hash: str
    has_page: bool = False
    page_misses: int | None = None


def known_entries(
    connection: Connection, feed_id: int, keys: Sequence[str]
) -> dict[str, KnownEntry]:
    """Those of `keys` that the feed's archive has, by key."""
    known: dict[str, KnownEntry] = {}
    has_page = article.c.fetched_at.is_not(None).label("has_page")
    columns = select(
        entry.c.key, entry.c.id, entry.c.content_hash, has_page, article.c.page_misses
    ).outerjoin(article)
    for start in range(0, len(keys), _KEYS_PER_QUERY):
        part = keys[start : start + _KEYS_PER_QUERY]
        rows = connection.execute(columns.where(entry.c.feed_id == feed_id, entry.c.key.in_(part)))
        for key, entry_id, digest, is_page, page_misses in rows:
            known[key] = KnownEntry(entry_id, digest, bool(is_page), page_misses)
    return known


def record_poll(connection: Connection, result: PollResult, index: Index) -> bool:
    """Write all that a poll changed; False, and nothing written, if its lease is no longer ours."""
    if not _record_feed(connection, result):
        return False
    if result.new:
        _insert(connection, result.feed_id, result.new, result.polled_at, index)
    for part in _portions(result.edited):
        _replace(connection, part, result.polled_at, index)
    for part in _portions(result.completed):
        _complete(connection, part, index)
    if result.template:
        write_template(connection, result.feed_id, result.template, result.polled_at)
    return True


def _portions(pairs: Iterable[tuple[int, Item]]) -> Iterator[dict[int, Item]]:
    """The items by entry id, in portions that one statement can name."""
    items = list(dict(pairs).items())
    for start in range(0, len(items), _KEYS_PER_QUERY):
        yield dict(items[start : start + _KEYS_PER_QUERY])


def _record_feed(connection: Connection, result: PollResult) -> bool:
    values: dict[str, Any] = {
        "etag": result.validators.etag,
        "last_modified": result.validators.last_modified,
        "body_hash": result.body_hash,
        "next_poll_at": result.next_poll_at,
        "lease_token": None,
        "leased_until": None,
        "last_polled_at": result.polled_at,
        "last_status": result.status,
        "failures": result.failures,
        "error": result.error,
    }
    if result.parsed:
        values |= {
            "title": result.parsed.title,
            "site_url": result.parsed.url,
            "description": result.parsed.description,
            "language": result.parsed.language,
            "format": result.parsed.format,
        }
    proven = (feed.c.id == result.feed_id) & (feed.c.lease_token == result.token)
    return connection.execute(update(feed).where(proven).values(**values)).rowcount == 1


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
    _write_articles(connection, numbered)
    index.add(connection, [index_text(key, one.entry, one.new_article) for key, one in numbered])


def _replace(
    connection: Connection, items: Mapping[int, Item], now: datetime, index: Index
) -> None:
    """Write edited entries: their old state is kept as a revision."""
    before = read_entries(connection, entry.c.id.in_(list(items)))
    connection.execute(insert(revision), [_revision_row(old, now) for old in before])
    connection.execute(
        update(entry).where(entry.c.id == bindparam("edited_id")),
        [_edited_row(old, items[old.id].entry) for old in before],
    )
    _remake(connection, before, items, index)


def _complete(connection: Connection, items: Mapping[int, Item], index: Index) -> None:
    """Write articles whose page came at last, and count the misses of the others."""
    made = {key: item for key, item in items.items() if item.article}
    missed = [
        {"missed_id": key, "page_misses": item.page_misses}
        for key, item in items.items()
        if not item.article
    ]
    if made:
        before = read_entries(connection, entry.c.id.in_(list(made)))
        _remake(connection, before, made, index)
    if missed:
        connection.execute(
            update(article).where(article.c.entry_id == bindparam("missed_id")), missed
        )


def _remake(
    connection: Connection,
    before: Sequence[ArchivedEntry],
    items: Mapping[int, Item],
    index: Index,
) -> None:
    """Put new articles in place of the old ones where there are any, and index them all anew."""
    index.remove(connection, [index_text(old.id, old.entry, old.article) for old in before])
    made = {key: item for key, item in items.items() if item.article}
    connection.execute(delete(section).where(section.c.entry_id.in_(list(made))))
    connection.execute(delete(article).where(article.c.entry_id.in_(list(made))))
    _write_articles(connection, list(made.items()))
    index.add(
        connection,
        [
            index_text(old.id, items[old.id].entry, items[old.id].article or old.article)
            for old in before
        ],
    )


def _edited_row(old: ArchivedEntry, new: Entry) -> dict[str, Any]:
    sort_at = sort_instant(new, old.first_seen_at)
    return {"edited_id": old.id, "sort_at": sort_at, **entry_row(new)}


def _revision_row(old: ArchivedEntry, now: datetime) -> dict[str, Any]:
    return {
        "entry_id": old.id,
        "number": old.revision_count + 1,
        "replaced_at": now,
        "content_hash": old.entry.content_hash,
        "state": revision_state(old.entry, old.article),
    }


def _write_articles(connection: Connection, items: Sequence[tuple[int, Item]]) -> None:
    if not items:
        return
    connection.execute(insert(article), [article_row(key, item) for key, item in items])
    sections = [row for key, item in items for row in section_rows(key, item)]
    if sections:
        connection.execute(insert(section), sections)
