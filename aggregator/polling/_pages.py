"""The pages behind a feed's entries: fetched one after another, followed where they go on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from aggregator.errors import FetchError
from aggregator.fetch import Fetcher
from aggregator.model import Entry, Feed, PageSource
from aggregator.polling._tasks import Page
from aggregator.urls import host_of, normalize_link, without_credentials

logger = logging.getLogger("aggregator.poll")

PAGES_DEADLINE_S = 240.0
"""A poll gives its pages so long in all, well inside its lease; then the feed's text must do."""

MAX_PARTS = 10
"""Articles of more pages are galleries and threads, whose first pages are what one reads."""

MAX_ARTICLE_BYTES = 5_000_000
"""Of all pages of one article; no single page may have more either."""

_TEXT_TYPES = ("text/html", "application/xhtml+xml", "text/plain")

FindNext = Callable[[Sequence[Page]], Awaitable[Sequence[str | None]]]
"""Tells for each page at which address its article goes on, None where it does not."""


@dataclass(slots=True)
class _Trail:
    """The pages of one article so far, and the addresses at which it was already."""

    parts: list[Page]
    seen: set[str] = field(default_factory=set)

    def may_follow(self, link: str) -> bool:
        """Whether `link` is a place on the same host where we have not been, and there is room."""
        is_near = host_of(link) == host_of(self.parts[0].url)
        return is_near and normalize_link(link) not in self.seen and len(self.parts) < MAX_PARTS

    def mark(self, *urls: str) -> None:
        """Remember where we have been."""
        self.seen.update(map(normalize_link, urls))

    def may_add(self, page: Page) -> bool:
        """Whether a page that was fetched is on the same host still and not too much."""
        size = len(page.body) + sum(len(part.body) for part in self.parts)
        return host_of(page.url) == host_of(self.parts[0].url) and size <= MAX_ARTICLE_BYTES


class PageReader:
    """Fetches pages, at most `max_pages` of one feed in one poll."""

    def __init__(self, fetcher: Fetcher, find_next: FindNext, *, max_pages: int) -> None:
        self._fetcher, self._find_next, self._max_pages = fetcher, find_next, max_pages

    async def read(
        self, feed: Feed, entries: Sequence[Entry]
    ) -> tuple[dict[str, PageSource], set[str]]:
        """The pages that can be had, by the key of their entry, and the keys that were tried.

        The first pages of all articles come before the second page of one.
        """
        trails: dict[str, _Trail] = {}
        tried: set[str] = set()
        try:
            async with asyncio.timeout(PAGES_DEADLINE_S):
                for entry in entries[: self._max_pages]:
                    tried.add(entry.key)
                    page = await self._fetch(entry.url or "")
                    if page:
                        trails[entry.key] = _Trail([page])
                        trails[entry.key].mark(entry.url or "", page.url)
                await self._follow(list(trails.values()), self._max_pages - len(tried))
        except TimeoutError:
            logger.warning("pages given up: feed=%s had=%s", feed.id, len(trails))
        by_key = {entry.key: entry for entry in entries}
        return {key: _join(by_key[key], trails[key], feed) for key in trails}, tried

    async def _fetch(self, url: str) -> Page | None:
        try:
            response = await self._fetcher.get_page(url)
        except FetchError as error:
            logger.info("no page: %s: %s", without_credentials(url), error)
            return None
        content_type = response.headers.get("content-type")
        if content_type and not content_type.lower().startswith(_TEXT_TYPES):
            return None
        return Page(response.body, response.final_url, content_type)

    async def _follow(self, trails: Sequence[_Trail], left: int) -> None:
        """Add to all trails the pages on which they go on, at most `left` in all."""
        while trails and left > 0:
            links = await self._find_next([trail.parts[-1] for trail in trails])
            going_on = [
                (trail, link)
                for trail, link in zip(trails, links, strict=True)
                if link and trail.may_follow(link)
            ][:left]
            left -= len(going_on)
            trails = [trail for trail, link in going_on if await self._step(trail, link)]

    async def _step(self, trail: _Trail, link: str) -> bool:
        """Whether the page at `link` could be added; if not, the article is made without it."""
        trail.mark(link)
        page = await self._fetch(link)
        if page is None or not trail.may_add(page):
            logger.info(
                "article cut short: page %s of %s could not be had: %s",
                len(trail.parts) + 1,
                without_credentials(trail.parts[0].url),
                without_credentials(link),
            )
            return False
        trail.mark(page.url)
        trail.parts.append(page)
        return True


def _join(entry: Entry, trail: _Trail, feed: Feed) -> PageSource:
    first, *following = trail.parts
    return PageSource(
        entry=entry,
        body=first.body,
        url=first.url,
        content_type=first.content_type,
        rules=feed.rules,
        more=tuple(part.body for part in following),
    )
