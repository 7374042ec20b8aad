"""From entries to items: their pages where they are wanted and can be had, and the articles."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from aggregator.archive import KnownEntry
from aggregator.articles import is_whole
from aggregator.fetch import Fetcher
from aggregator.model import (
    Article,
    Entry,
    Feed,
    FullText,
    Item,
    PageKind,
    PageSource,
    ReadingSpeed,
    Template,
)
from aggregator.polling._pages import PageReader
from aggregator.polling._tasks import Page, find_next_pages, make_articles, make_plain_articles
from aggregator.polling._workers import WorkerError, Workers
from aggregator.urls import normalize_link, without_credentials

logger = logging.getLogger("aggregator.poll")

ARTICLE_DEADLINE_S = 10.0

ENTRIES_PER_CALL = 8
"""Pages are handed to a worker in eights: one at a time doubles the main process's cost."""

BYTES_PER_CALL = 2_000_000
"""So many bytes of pages at once: a worker holds the trees of all, many times their size."""

FROM_PAGE = frozenset({"page", "jsonld", "text"})
"""The methods of articles that were made of the page and not of what the feed says."""

_Source = TypeVar("_Source")


class ItemMaker:
    """Makes the articles of a feed's entries; what fails costs only itself."""

    def __init__(
        self, fetcher: Fetcher, workers: Workers, *, max_pages: int, speed: ReadingSpeed
    ) -> None:
        self._workers, self._speed = workers, speed
        self._pages = PageReader(fetcher, self._find_next, max_pages=max_pages)

    async def make(
        self,
        feed: Feed,
        entries: Sequence[Entry],
        *,
        known: Mapping[str, KnownEntry],
        template: Template | None,
        settled: Collection[str] = (),
    ) -> tuple[list[Item], Template | None]:
        """An item for each entry, in order, and what was learnt beyond `template`, None if nothing.

        `fetched_at` is set on those whose article was made from the page. `known` has those of the
        entries that are archived, by key. One whose page is wanted and cannot be had gets no
        article if the archived one is as good: made from the page as it was, or unchanged. The
        pages of `settled` entries (keys) are not asked for again.
        """
        wanted = [
            entry for entry in entries if entry.key not in settled and _wants_page(feed, entry)
        ]
        found, tried = await self._pages.read(feed, wanted)
        pages = mark_known(found, known)
        fetched_at = datetime.now(UTC)
        missing = {entry.key for entry in wanted} - pages.keys()
        plain = [
            entry
            for entry in entries
            if entry.key not in pages
            and not (entry.key in settled and known[entry.key].has_page)
            and not (entry.key in missing and _is_as_good(known.get(entry.key), entry))
        ]
        (from_pages, learnt), from_feed = await asyncio.gather(
            self._make_from_pages(list(pages.values()), template), self._make_from_feed(plain)
        )
        articles = dict(zip(pages, from_pages, strict=True))
        articles |= {entry.key: made for entry, made in zip(plain, from_feed, strict=True)}
        items = [
            Item(
                entry,
                article := articles.get(entry.key),
                fetched_at if article and article.method in FROM_PAGE else None,
                _misses(known.get(entry.key), entry.key in tried) if entry.key in missing else None,
            )
            for entry in entries
        ]
        return items, learnt if learnt != template else None

    async def _find_next(self, pages: Sequence[Page]) -> list[str | None]:
        links: list[str | None] = []
        for portion in _portions(pages):
            try:
                deadline_s = ARTICLE_DEADLINE_S * len(portion)
                links += await self._workers.run(deadline_s, find_next_pages, portion)
            except WorkerError as error:
                logger.warning("articles are not followed: pages=%s %s", len(portion), error)
                links += [None] * len(portion)
        return links

    async def _make_from_pages(
        self, sources: Sequence[PageSource], template: Template | None
    ) -> tuple[list[Article], Template | None]:
        """The articles of pages, a portion after the other: each learns from those before it."""
        articles: list[Article] = []
        for portion in _portions(sources):
            made, template = await self._make_learning(portion, template)
            articles += made
        for source, article in zip(sources, articles, strict=True):
            if article.page_kind not in {None, PageKind.ARTICLE}:
                shown = without_credentials(source.url)
                logger.info("page is no article: %s: %s", shown, article.page_kind)
        return articles, template

    async def _make_learning(
        self, portion: Sequence[PageSource], template: Template | None
    ) -> tuple[list[Article], Template | None]:
        """The articles of a portion; if it kills its worker, each alone, then without its page."""
        try:
            return await self._workers.run(
                ARTICLE_DEADLINE_S * len(portion), make_articles, portion, template, self._speed
            )
        except WorkerError as error:
            logger.warning("articles failed: pages=%s %s", len(portion), error)
        if len(portion) == 1:
            return await self._make_portion([one.entry for one in portion if one.entry]), template
        articles: list[Article] = []
        for source in portion:
            made, template = await self._make_learning([source], template)
            articles += made
        return articles, template

    async def _make_from_feed(self, entries: Sequence[Entry]) -> list[Article]:
        made = await asyncio.gather(*map(self._make_portion, _portions(entries)))
        return [article for portion in made for article in portion]

    async def _make_portion(self, portion: Sequence[Entry]) -> list[Article]:
        """The articles of a portion; if it kills its worker, each alone, then only its title."""
        try:
            return await self._workers.run(
                ARTICLE_DEADLINE_S * len(portion), make_plain_articles, portion, self._speed
            )
        except WorkerError as error:
            logger.warning("articles failed: entries=%s %s", len(portion), error)
        if len(portion) == 1:
            return [_title_only(portion[0])]
        return [(await self._make_portion([entry]))[0] for entry in portion]


def mark_known(
    pages: Mapping[str, PageSource], known: Mapping[str, KnownEntry]
) -> dict[str, PageSource]:
    """`pages`, of which those are new that were not read before, for this or for another entry."""
    seen: set[str] = set()
    marked = {}
    for key, source in pages.items():
        address, was = normalize_link(source.url), known.get(key)
        is_new = address not in seen and (was is None or not was.has_page)
        seen.add(address)
        marked[key] = replace(source, is_new=is_new)
    return marked


def _portions(sources: Sequence[_Source]) -> Iterator[Sequence[_Source]]:
    """`sources` in order, so many at once as a worker may hold."""
    portion: list[_Source] = []
    size = 0
    for source in sources:
        size += _size(source)
        if portion and (len(portion) == ENTRIES_PER_CALL or size > BYTES_PER_CALL):
            yield portion
            portion, size = [], _size(source)
        portion.append(source)
    if portion:
        yield portion


def _size(source: object) -> int:
    return len(source.body) + sum(map(len, source.more)) if isinstance(source, PageSource) else 0


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
        confidence=0.0,
    )
