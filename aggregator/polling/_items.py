"""From entries to items: their pages where they are wanted and can be had, and the articles."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from aggregator.archive import KnownEntry
from aggregator.articles import is_whole
from aggregator.errors import FetchError
from aggregator.fetch import PAGE_ACCEPT, Fetcher
from aggregator.model import Article, Entry, Feed, FullText, Item
from aggregator.polling._tasks import Page, make_articles
from aggregator.polling._workers import WorkerError, Workers
from aggregator.urls import without_credentials

logger = logging.getLogger("aggregator.poll")

ARTICLE_DEADLINE_S = 10.0
PAGES_DEADLINE_S = 240.0
"""A poll gives its pages so long in all, well inside its lease; then the feed's text must do."""

ENTRIES_PER_CALL = 8
"""Pages are handed to a worker in eights: one at a time doubles the main process's cost."""

_TEXT_TYPES = ("text/html", "application/xhtml+xml", "text/plain")


class ItemMaker:
    """Makes the articles of a feed's entries; pages are fetched one after another."""

    def __init__(self, fetcher: Fetcher, workers: Workers, *, max_pages: int) -> None:
        self._fetcher, self._workers, self._max_pages = fetcher, workers, max_pages

    async def make(
        self, feed: Feed, entries: Sequence[Entry], known: Mapping[str, KnownEntry]
    ) -> list[Item]:
        """An item for each entry, in order; what fails costs only itself.

        `fetched_at` is set on those whose article was made from the page. `known` has those of the
        entries that are archived, by key. One whose page is wanted and cannot be had gets no
        article if the archived one is as good: made from the page as it was, or unchanged.
        """
        wanted = {entry.key for entry in entries if _wants_page(feed, entry)}
        asked = [entry for entry in entries if entry.key in wanted][: self._max_pages]
        pages, tried = await self._fetch_pages(feed, asked)
        fetched_at = datetime.now(UTC)
        missing = wanted - pages.keys()
        sources = [
            (entry, pages.get(entry.key))
            for entry in entries
            if entry.key not in missing or not _is_as_good(known.get(entry.key), entry)
        ]
        made = await self._make_articles(sources)
        articles = {source[0].key: article for source, article in zip(sources, made, strict=True)}
        return [
            Item(
                entry,
                article := articles.get(entry.key),
                fetched_at if article and article.method == "page" else None,
                _misses(known.get(entry.key), entry.key in tried) if entry.key in missing else None,
            )
            for entry in entries
        ]

    async def _fetch_pages(
        self, feed: Feed, entries: Sequence[Entry]
    ) -> tuple[dict[str, Page], set[str]]:
        """The pages that can be had, by the key of their entry, and the keys that were tried."""
        pages: dict[str, Page] = {}
        tried: set[str] = set()
        try:
            async with asyncio.timeout(PAGES_DEADLINE_S):
                for entry in entries:
                    tried.add(entry.key)
                    page = await self._fetch_page(entry)
                    if page:
                        pages[entry.key] = page
        except TimeoutError:
            logger.warning("pages given up: feed=%s had=%s", feed.id, len(pages))
        return pages, tried

    async def _fetch_page(self, entry: Entry) -> Page | None:
        try:
            response = await self._fetcher.get(entry.url or "", accept=PAGE_ACCEPT)
        except FetchError as error:
            logger.info("no page: %s: %s", without_credentials(entry.url or ""), error)
            return None
        content_type = response.headers.get("content-type")
        if content_type and not content_type.lower().startswith(_TEXT_TYPES):
            return None
        return Page(response.body, response.final_url, content_type)

    async def _make_articles(self, sources: Sequence[tuple[Entry, Page | None]]) -> list[Article]:
        portions = [
            sources[start : start + ENTRIES_PER_CALL]
            for start in range(0, len(sources), ENTRIES_PER_CALL)
        ]
        made = await asyncio.gather(*(self._make_portion(portion) for portion in portions))
        return [article for portion in made for article in portion]

    async def _make_portion(self, portion: Sequence[tuple[Entry, Page | None]]) -> list[Article]:
        """The articles of a portion; if it kills its worker, each alone, then without its page."""
        try:
            return await self._workers.run(
                ARTICLE_DEADLINE_S * len(portion), make_articles, portion
            )
        except WorkerError as error:
            logger.warning("articles failed: entries=%s %s", len(portion), error)
        if len(portion) > 1:
            return [(await self._make_portion([source]))[0] for source in portion]
        entry, page = portion[0]
        return await self._make_portion([(entry, None)]) if page else [_title_only(entry)]


def _is_as_good(was: KnownEntry | None, entry: Entry) -> bool:
    return was is not None and (was.has_page or was.content_hash == entry.content_hash)


def _misses(was: KnownEntry | None, is_tried: bool) -> int:  # noqa: FBT001 - private, one call
    return (was.page_misses or 0 if was else 0) + is_tried


def _wants_page(feed: Feed, entry: Entry) -> bool:
    if entry.url is None or feed.full_text is FullText.NEVER:
        return False
    return feed.full_text is FullText.ALWAYS or not is_whole(entry)


def _title_only(entry: Entry) -> Article:
    """What remains of an entry whose own body no worker survives: its title."""
    return Article(
        headline=entry.title,
        lead="",
        lead_html="",
        sections=(),
        word_count=0,
        read_minutes=0,
        method="title",
        url=entry.url,
    )
