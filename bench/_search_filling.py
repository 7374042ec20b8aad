"""Texts -> an archive, as polls record them; the scratch databases that it needs on a server."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg.conninfo import conninfo_to_dict

from aggregator.archive import Archive
from aggregator.model import Article, Entry, FeedSpec, Item, PollResult, Section, Validators
from aggregator.text import count_words, read_minutes
from bench._search_values import Text

BATCH = 200
FEEDS = 50
_FIRST_POLL_AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Filled:
    """What was archived, and the CPU that it took, the server's included."""

    articles: int
    text_bytes: int
    cpu_s: float


class Backends:
    """The CPU of the server processes that work for one database; 0 for a file.

    The server runs on this machine: its processes are read under /proc.
    """

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True) if is_server(url) else None
        self._spent: dict[int, float] = {}

    def cpu_s(self) -> float:
        """CPU seconds of all that were seen until now; one that has ended keeps its last figure."""
        if self._connection is not None:
            asked = self._connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            for (pid,) in asked:
                self._spent[pid] = process_cpu_s(pid)
        return sum(self._spent.values())

    def close(self) -> None:
        """Close the connection that asks."""
        if self._connection is not None:
            self._connection.close()


def process_cpu_s(pid: int) -> float:
    """Seconds that a process was on a CPU, to the microsecond (Linux)."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except FileNotFoundError:
        return 0.0


def is_server(url: str) -> bool:
    """Whether the URL is of PostgreSQL, not of a file."""
    return url.startswith("postgresql")


@contextmanager
def scratch_database(server_url: str, name: str | None = None) -> Iterator[str]:
    """The URL of a new, empty database beside the one of `server_url`; without a `name` it goes."""
    made = name or f"bench_{uuid4().hex[:12]}"
    if name is not None:
        drop_database(server_url, name)
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{made}"')
        # Else a part of the CPU would be that of processes that are gone before they are asked.
        connection.execute(f'ALTER DATABASE "{made}" SET max_parallel_workers_per_gather = 0')
    try:
        yield url_of(server_url, made)
    finally:
        if name is None:
            drop_database(server_url, made)


def drop_database(server_url: str, name: str) -> None:
    """Remove a database, if it is there, and end what works in it."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def has_database(server_url: str, name: str) -> bool:
    """Whether the server has a database of this name."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        return bool(
            connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
        )


def url_of(server_url: str, name: str) -> str:
    """The URL of another database on the same server."""
    parts = conninfo_to_dict(server_url)
    user = parts.get("user", "")
    password = f":{parts['password']}" if parts.get("password") else ""
    host, port = parts.get("host", "127.0.0.1"), parts.get("port", "5432")
    return f"postgresql://{user}{password}@{host}:{port}/{name}"


def fill(archive: Archive, texts: Iterable[Text], url: str) -> Filled:
    """Archive all texts, up to `BATCH` of one feed in a poll; never more of them in memory.

    The making of the texts is no cost of ours.
    """
    prepare_feeds(archive)
    articles = text_bytes = 0
    with closing(Backends(url)) as backends:
        before = time.process_time() + backends.cpu_s()
        making = 0.0
        batches = _batches(texts)
        while True:
            started = time.process_time()
            batch = next(batches, [])
            items = tuple(make_item(text) for text in batch)
            making += time.process_time() - started
            if not batch:
                break
            record(archive, batch[0].feed, items)
            articles += len(batch)
            text_bytes += sum(text.size for text in batch)
            backends.cpu_s()
        spent = time.process_time() + backends.cpu_s() - before
    return Filled(articles, text_bytes, spent - making)


def prepare_feeds(archive: Archive) -> None:
    """Subscribe to `FEEDS` feeds, if nobody has yet; feed N is named so."""
    if not archive.feeds.all():
        specs = [
            FeedSpec(f"https://feed{number}.example/feed", name=f"Feed {number}")
            for number in range(1, FEEDS + 1)
        ]
        archive.feeds.sync(specs, _FIRST_POLL_AT)


def record(
    archive: Archive,
    feed_id: int,
    items: tuple[Item, ...],
    kept: tuple[tuple[int, Entry], ...] = (),
) -> None:
    """Record one poll of the feed that brought these new items, and these once more."""
    entries = (*(one.entry for one in items), *(entry for _, entry in kept))
    newest = max((one.published_at for one in entries if one.published_at), default=_FIRST_POLL_AT)
    now = max(newest, _FIRST_POLL_AT) + timedelta(minutes=1)
    (lease,) = archive.feeds.lease(now, limit=1, lease_s=3600, feed_ids=[feed_id])
    result = PollResult(feed_id, lease.token, now, now, Validators(), None, new=items, kept=kept)
    if not archive.entries.record(result):
        raise RuntimeError("the lease was lost")


def make_item(text: Text) -> Item:
    """The item that a poll would make of a text; its address ends in its key."""
    key = hashlib.blake2b(text.key.encode(), digest_size=16).hexdigest()
    body = f"{text.title}\n\n{text.body}"
    entry = Entry(
        key,
        key,
        guid=text.key,
        url=address_of(text.key),
        title=text.title or None,
        authors=text.authors,
        tags=text.tags,
        published_at=None
        if text.published is None
        else datetime.fromtimestamp(text.published, UTC),
        language=text.language,
    )
    return Item(entry, _article(text, body))


def _article(text: Text, body: str) -> Article:
    sections = tuple(
        Section(position, 2, heading, told, "", anchor=f"section-{position}")
        for position, (heading, told) in enumerate(text.sections, 1)
    )
    return Article(
        None,
        text.lead,
        "",
        sections,
        word_count=sum(count_words(body)),
        read_minutes=read_minutes(body),
        method="feed",
        language=text.language,
    )


def address_of(key: str) -> str:
    """The address of the document with this key."""
    return f"https://www.example.org/{key}"


def key_of(address: str | None) -> str:
    """The key that `address_of` was given."""
    return (address or "").removeprefix("https://www.example.org/")


def _batches(texts: Iterable[Text]) -> Iterator[list[Text]]:
    batch: list[Text] = []
    for text in texts:
        if batch and (len(batch) == BATCH or text.feed != batch[0].feed):
            yield batch
            batch = []
        batch.append(text)
    if batch:
        yield batch
