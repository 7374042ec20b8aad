"""From entries to items: their pages where they are wanted and can be had, and the articles."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

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
        self, feed: Feed, entries: Sequence[Entry], known_pages: Collection[str]
    ) -> list[Item]:
        """An item for each entry, in order; what fails costs only itself.

        `fetched_at` is set on those whose article was made from the page. `known_pages` are keys of
        entries whose archived article was: if the page is wanted and cannot be had this time, the
        item has no article, and the archived one stays.
        """
        pages = await self._fetch_pages(feed, entries)
        fetched_at = datetime.now(UTC)
        kept = {
            entry.key
            for entry in entries
            if entry.key in known_pages and entry.key not in pages and _wants_page(feed, entry)
        }
        sources = [(entry, pages.get(entry.key)) for entry in entries if entry.key not in kept]
        articles = dict(
            zip(
                (entry.key for entry, _ in sources), await self._make_articles(sources), strict=True
            )
        )
        return [_item(entry, articles.get(entry.key), fetched_at) for entry in entries]

    async def _fetch_pages(self, feed: Feed, entries: Sequence[Entry]) -> dict[str, Page]:
        """The pages that are wanted and can be had, by the key of their entry."""
        wanted = [entry for entry in entries if _wants_page(feed, entry)]
        pages: dict[str, Page] = {}
        try:
            async with asyncio.timeout(PAGES_DEADLINE_S):
                for entry in wanted[: self._max_pages]:
                    page = await self._fetch_page(entry)
                    if page:
                        pages[entry.key] = page
        except TimeoutError:
            logger.warning("pages given up: feed=%s had=%s of=%s", feed.id, len(pages), len(wanted))
        return pages

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


def _item(entry: Entry, article: Article | None, fetched_at: datetime) -> Item:
    is_page = article is not None and article.method == "page"
    return Item(entry, article, fetched_at if is_page else None)


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
