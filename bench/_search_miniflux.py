"""Storing on PostgreSQL in Miniflux's way and in ours: CPU of an entry, rows that are rewritten.

Miniflux's way, after its storage of entries: every refresh goes through all entries of the feed's
document, each in a transaction of its own; one that is there is written anew, its search vector
with it, whether it has changed or not. Ours goes through the archive's public calls, with what the
poll of an unchanged entry hands over.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg

from aggregator.archive import Archive
from aggregator.library import open_archive
from bench._search_filling import (
    FEEDS,
    Backends,
    make_item,
    prepare_feeds,
    record,
    scratch_database,
)
from bench._search_values import Text

ITEMS = 20
_STATISTICS_LATE_S = 11.0  # an idle process of PostgreSQL tells its own every ten seconds
_TABLE = """
CREATE TABLE entries (
    id bigserial PRIMARY KEY, user_id int NOT NULL, feed_id bigint NOT NULL, hash text NOT NULL,
    published_at timestamptz NOT NULL, changed_at timestamptz NOT NULL, title text NOT NULL,
    url text NOT NULL, author text, comments_url text, content text, status text DEFAULT 'unread',
    reading_time int NOT NULL DEFAULT 0, tags text[], document_vectors tsvector,
    UNIQUE (feed_id, hash)
);
CREATE INDEX ON entries (feed_id);
CREATE INDEX ON entries (user_id, status);
CREATE INDEX ON entries (user_id, feed_id);
CREATE INDEX ON entries USING gin (document_vectors)
"""
_VECTOR = (
    "setweight(to_tsvector(left(%(title)s, 500000)), 'A')"
    " || setweight(to_tsvector(left(%(content)s, 500000)), 'B')"
)
_EXISTS = "SELECT 1 FROM entries WHERE user_id = 1 AND feed_id = %(feed)s AND hash = %(hash)s"
_INSERT = f"""
INSERT INTO entries (user_id, feed_id, hash, published_at, changed_at, title, url, author,
    comments_url, content, reading_time, tags, document_vectors)
VALUES (1, %(feed)s, %(hash)s, %(published)s, now(), %(title)s, %(url)s, %(author)s, '',
    %(content)s, 3, %(tags)s, {_VECTOR})
"""  # noqa: S608 - all of it stands here
_UPDATE = f"""
UPDATE entries SET title = %(title)s, url = %(url)s, comments_url = '', content = %(content)s,
    author = %(author)s, reading_time = 3, tags = %(tags)s, document_vectors = {_VECTOR}
WHERE user_id = 1 AND feed_id = %(feed)s AND hash = %(hash)s
"""  # noqa: S608 - all of it stands here
_WRITTEN = (
    "SELECT coalesce(sum(n_tup_upd), 0), coalesce(sum(n_tup_ins), 0) FROM pg_stat_user_tables"
)

Figures = dict[str, float | None]
Poll = Callable[[int, Sequence[Text], Sequence[Text]], None]
"""Stores one poll: the feed, its new texts, and those that it still shows."""


@dataclass(frozen=True, slots=True)
class _State:
    cpu_s: float
    updated: int
    inserted: int
    size: int


def compare(texts: Sequence[Text], server_url: str) -> dict[str, Figures]:
    """The figures of both ways: first polls of feeds with `ITEMS` entries, then one new in each.

    Of the texts of a feed the last is the new one.
    """
    feeds = [texts[at : at + ITEMS + 1] for at in range(0, len(texts), ITEMS + 1)]
    feeds = [feed for feed in feeds if len(feed) == ITEMS + 1][:FEEDS]
    rows: dict[str, Figures] = {}
    with scratch_database(server_url) as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_TABLE)
        rows["Miniflux's way"] = _run(url, feeds, _miniflux_poll(connection))
    with scratch_database(server_url) as url, open_archive(url) as archive:
        prepare_feeds(archive)
        rows["ours"] = _run(url, feeds, _our_poll(archive))
    return rows


def _run(url: str, feeds: Sequence[Sequence[Text]], poll: Poll) -> Figures:
    backends = Backends(url)
    try:
        start = _state(url, backends)
        for number, texts in enumerate(feeds):
            poll(number, texts[:-1], ())
        cold = _state(url, backends)
        for number, texts in enumerate(feeds):
            poll(number, texts[-1:], texts[1:-1])
        warm = _state(url, backends)
    finally:
        backends.close()
    return {
        "CPU ms per entry, first poll": 1000 * (cold.cpu_s - start.cpu_s) / len(feeds) / ITEMS,
        "CPU ms per feed, one new": 1000 * (warm.cpu_s - cold.cpu_s) / len(feeds),
        "rows updated per feed, one new": (warm.updated - cold.updated) / len(feeds),
        "rows inserted per feed, one new": (warm.inserted - cold.inserted) / len(feeds),
        "MB after first polls": cold.size / 1e6,
        "growth %, one new": 100 * (warm.size / cold.size - 1),
    }


def _state(url: str, backends: Backends) -> _State:
    spent = time.process_time() + backends.cpu_s()
    time.sleep(_STATISTICS_LATE_S)
    with psycopg.connect(url, autocommit=True) as connection:
        updated, inserted = _one(connection, _WRITTEN)
        (size,) = _one(connection, "SELECT pg_database_size(current_database())")
    return _State(spent, int(updated), int(inserted), int(size))


def _one(connection: psycopg.Connection[Any], statement: str) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = connection.execute(statement).fetchone()
    if row is None:
        raise LookupError(statement)
    return row


def _miniflux_poll(connection: psycopg.Connection[Any]) -> Poll:
    def poll(feed: int, new: Sequence[Text], kept: Sequence[Text]) -> None:
        for text in (*new, *kept):
            values = _values(feed, text)
            with connection.transaction():
                is_there = connection.execute(_EXISTS, values).fetchone()
                connection.execute(_UPDATE if is_there else _INSERT, values)

    return poll


def _values(feed: int, text: Text) -> dict[str, object]:
    return {
        "feed": feed,
        "hash": hashlib.sha256(text.key.encode()).hexdigest(),
        "published": datetime.fromtimestamp(text.published or 0, UTC),
        "title": text.title,
        "content": text.body,
        "url": f"https://www.example.org/{text.key}",
        "author": ", ".join(text.authors),
        "tags": list(text.tags),
    }


def _our_poll(archive: Archive) -> Poll:
    ids = [feed.id for feed in archive.feeds.all()]

    def poll(feed: int, new: Sequence[Text], kept: Sequence[Text]) -> None:
        feed_id = ids[feed]
        items = tuple(make_item(text) for text in new)
        entries = [make_item(text).entry for text in kept]
        known = archive.entries.known(feed_id, [*(one.entry for one in items), *entries])
        pairs = tuple((known.by_key[one.key].id, one) for one in entries)
        record(archive, feed_id, items, pairs)

    return poll
