"""Reading the documents of feeds in workers: what is new in them, and articles made on the way."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from aggregator.archive import Archive, Basis
from aggregator.errors import AggregatorError, WorkerDiedError
from aggregator.feeds import add_header_links
from aggregator.fetch import FEED_ACCEPT, Fetcher
from aggregator.model import (
    Article,
    Entry,
    Feed,
    FullText,
    Memory,
    ParsedFeed,
    ReadingSpeed,
    Response,
)
from aggregator.polling._quarantine import Quarantine, digest_of
from aggregator.polling._tasks import read_feed, read_with_articles
from aggregator.polling._workers import Workers
from aggregator.polling._writer import Writer
from aggregator.urls import normalize_link, without_credentials

logger = logging.getLogger("aggregator.poll")

PARSE_DEADLINE_S = 20.0

_AT_ONCE_DEADLINE_S = 5.0
"""A second of computing: ten times what the largest of such documents takes."""

_MOST_BYTES_AT_ONCE = 1_000_000
"""Only of smaller documents articles are made in the same go: what kills the worker is read twice,
the second time without articles."""


@dataclass(frozen=True, slots=True)
class PollLimits:
    """How much one poll takes on, and how fast its articles are read."""

    max_new_entries: int = 5000
    max_pages: int = 50
    reading_speed: ReadingSpeed = field(default_factory=ReadingSpeed)


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was read, with what the archive knows for it.

    `articles` has by key those of entries whose page is not wanted, as far as they could be made in
    the same go.
    """

    parsed: ParsedFeed
    articles: Mapping[str, Article]
    basis: Basis


class Documents:
    """Reads the documents of feeds, each by what is remembered of the last one."""

    def __init__(
        self,
        archive: Archive,
        writer: Writer,
        fetcher: Fetcher,
        workers: Workers,
        quarantine: Quarantine,
        limits: PollLimits,
    ) -> None:
        self._archive, self._in_archive = archive, writer.in_archive
        self._fetcher, self._workers, self._quarantine = fetcher, workers, quarantine
        self._limits = limits

    async def read(self, feed: Feed, response: Response) -> Document:
        """The document in `response`, without what is the same as in the last one if that is sure.

        An item that had taken the place of another is an entry of its own when that comes back.
        """
        memory = await self._in_archive(self._archive.feeds.memory, feed)
        document = await self._read_by(feed, response, memory)
        if not document.basis.bears_unread:
            return document
        return await self._read_by(feed, response, replace(memory, snapshot=None))

    async def _read_by(self, feed: Feed, response: Response, memory: Memory) -> Document:
        parsed, articles = await self._parse(feed, response, memory)
        most = self._limits.max_pages
        basis = await self._in_archive(self._archive.entries.basis, feed, parsed, most)
        return Document(parsed, articles, basis)

    async def find_announced(self, feed: Feed, parsed: ParsedFeed) -> str | None:
        """The address that the feed itself says it has moved to, if entries of it are there.

        Where it does not answer it is asked again when the feed has changed, and not before: many
        feeds name a place that has long been gone.
        """
        url = parsed.links.new_url
        if url is None or normalize_link(url) == normalize_link(feed.current_url):
            return None
        names = {*parsed.unchanged, *(name for one in parsed.entries for name in _names_of(one))}
        try:
            response = await self._fetcher.get(url, accept=FEED_ACCEPT)
            there = await self._parse_only(response, Memory(parsed.memory.identity, is_fixed=True))
        except AggregatorError as error:
            logger.info("no move: feed=%s to %s: %s", feed.id, without_credentials(url), error)
            return None
        is_there = any(names.intersection(_names_of(one)) for one in there.entries)
        return url if is_there else None

    async def _parse(
        self, feed: Feed, response: Response, memory: Memory
    ) -> tuple[ParsedFeed, Mapping[str, Article]]:
        # Whoever reads no pages needs the article that the feed gives of each entry.
        full_text = feed.full_text if self._limits.max_pages else FullText.NEVER
        is_alone = full_text is FullText.ALWAYS or len(response.body) > _MOST_BYTES_AT_ONCE
        if is_alone or await self._quarantine.holds(response.body):
            return await self._parse_only(response, memory), {}
        speed = self._limits.reading_speed
        work = partial(read_with_articles, *_asked(response), memory, full_text, speed)
        try:
            parsed, articles = await self._workers.run(_AT_ONCE_DEADLINE_S, work)
        except WorkerDiedError as error:
            logger.warning("read once more without articles: feed=%s %s", feed.id, error)
            return await self._parse_only(response, memory), {}
        return _with_header_links(parsed, response), articles

    async def _parse_only(self, response: Response, memory: Memory) -> ParsedFeed:
        work = partial(read_feed, *_asked(response), memory)
        digest = digest_of(response.body)
        parsed = await self._quarantine.run(self._workers, digest, PARSE_DEADLINE_S, work)
        return _with_header_links(parsed, response)


def _asked(response: Response) -> tuple[bytes, str, str | None]:
    return response.body, response.final_url, response.headers.get("content-type")


def _with_header_links(parsed: ParsedFeed, response: Response) -> ParsedFeed:
    header = response.headers.get("link", "")
    return replace(parsed, links=add_header_links(parsed.links, header, response.final_url))


def _names_of(entry: Entry) -> tuple[str, ...]:
    """Every key under which an entry may be known."""
    return (entry.key, *entry.aliases)
