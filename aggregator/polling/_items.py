"""From entries to items: their pages where they are wanted and can be had, and the articles."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from typing import TypeVar

from aggregator.archive import KnownEntry
from aggregator.errors import WorkerError
from aggregator.fetch import Fetcher
from aggregator.model import (
    Article,
    Entry,
    Feed,
    Item,
    PageKind,
    PageSource,
    ReadingSpeed,
    Template,
)
from aggregator.polling._pages import PageReader
from aggregator.polling._quarantine import Quarantine, digest_of
from aggregator.polling._tasks import (
    Page,
    find_next_pages,
    make_articles,
    make_plain_articles,
    wants_page,
)
from aggregator.polling._workers import Workers
from aggregator.urls import normalize_link, without_credentials

logger = logging.getLogger("aggregator.poll")

ARTICLE_DEADLINE_S = 10.0

PORTION_DEADLINE_S = 20.0
"""Of all that is handed over at once: real pages take 0.05 s each, so that one who needs more than
that is known soon, and each of the others has its own time then."""

ENTRIES_PER_CALL = 8
"""Pages are handed to a worker in eights: one at a time doubles the main process's cost."""

BYTES_PER_CALL = 2_000_000
"""So many bytes of pages at once: a worker holds the trees of all, many times their size."""

FROM_PAGE = frozenset({"page", "jsonld", "text"})
"""The methods of articles that were made of the page and not of what the feed says."""

_NONE_MADE: Mapping[str, Article] = MappingProxyType({})

_Source = TypeVar("_Source")


class ItemMaker:
    """Makes the articles of a feed's entries; what fails costs only itself.

    `on_article` hears of each from what it was made, ``page`` or ``feed``, and in how many seconds,
    the wait for a worker included; of articles that came with their document it does not.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        workers: Workers,
        *,
        max_pages: int,
        speed: ReadingSpeed,
        quarantine: Quarantine | None = None,
    ) -> None:
        self._workers, self._speed, self._quarantine = workers, speed, quarantine
        self._pages = PageReader(fetcher, self._find_next, max_pages=max_pages)
        self.on_article: Callable[[str, float], None] | None = None

    async def make(
        self,
        feed: Feed,
        entries: Sequence[Entry],
        *,
        known: Mapping[str, KnownEntry],
        template: Template | None,
        settled: Collection[str] = (),
        made: Mapping[str, Article] = _NONE_MADE,
    ) -> tuple[list[Item], Template | None]:
        """An item for each entry, in order, and what was learnt beyond `template`, None if nothing.

        `fetched_at` is set on those whose article was made from the page. `known` has those of the
        entries that are archived, by key. One whose page is wanted and cannot be had gets no
        article if the archived one is as good: made from the page as it was, or unchanged. The
        pages of `settled` entries (keys) are not asked for again. `made` has articles that were
        made of what the feed gives, by key.
        """
        wanted = [
            entry
            for entry in entries
            if entry.key not in settled and wants_page(feed.full_text, entry)
        ]
        found, tried = await self._pages.read(feed, wanted)
        pages = mark_known(found, known)
        fetched_at = datetime.now(UTC)
        missing = {entry.key for entry in wanted} - pages.keys()
        kept = _find_kept(entries, known, settled=settled, missing=missing)
        plain = [one for one in entries if one.key not in pages and one.key not in kept]
        (from_pages, learnt), from_feed = await asyncio.gather(
            self._make_from_pages(list(pages.values()), template),
            self._make_from_feed(plain, made),
        )
        articles = dict(zip(pages, from_pages, strict=True)) | from_feed
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
                deadline_s = _deadline_s(portion)
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
        for portion in await self._part(sources):
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
        if len(portion) == 1:
            return await self._make_alone(portion[0], template)
        try:
            return await self._run(portion, template)
        except WorkerError as error:
            logger.warning("articles failed: pages=%s %s", len(portion), error)
        articles: list[Article] = []
        for source in portion:
            made, template = await self._make_alone(source, template)
            articles += made
        return articles, template

    async def _make_alone(
        self, source: PageSource, template: Template | None
    ) -> tuple[list[Article], Template | None]:
        """The article of one page, of the feed's text if the page cannot be read."""
        try:
            return await self._run([source], template)
        except WorkerError as error:
            logger.warning("no article: %s: %s", without_credentials(source.url), error)
        return await self._make_portion([source.entry] if source.entry else []), template

    async def _run(
        self, portion: Sequence[PageSource], template: Template | None
    ) -> tuple[list[Article], Template | None]:
        """The articles of a portion; WorkerError. Whose fault a death is is known of one alone."""
        deadline_s = _deadline_s(portion)
        work = partial(make_articles, portion, template, self._speed)
        with self._timing("page", len(portion)):
            if self._quarantine is None or len(portion) > 1:
                return await self._workers.run(deadline_s, work)
            digest = digest_of(portion[0].body, *portion[0].more)
            return await self._quarantine.run(self._workers, digest, deadline_s, work)

    @contextmanager
    def _timing(self, engine: str, count: int) -> Iterator[None]:
        """Tell of `count` articles that the block makes; of those that fail nothing is told."""
        started_s = time.monotonic()
        yield
        if self.on_article is not None:
            for _ in range(count):
                self.on_article(engine, (time.monotonic() - started_s) / count)

    async def _part(self, sources: Sequence[PageSource]) -> list[Sequence[PageSource]]:
        """`sources` in portions; those that have killed workers before are each alone."""
        portions: list[Sequence[PageSource]] = []
        safe: list[PageSource] = []
        for source in sources:
            if self._quarantine and await self._quarantine.holds(source.body, *source.more):
                portions += [*_portions(safe), [source]]
                safe = []
            else:
                safe.append(source)
        return [*portions, *_portions(safe)]

    async def _make_from_feed(
        self, entries: Sequence[Entry], made: Mapping[str, Article]
    ) -> dict[str, Article]:
        """The article of each entry by key, of which some are `made` already."""
        to_make = [one for one in entries if one.key not in made]
        portions = await asyncio.gather(*map(self._make_portion, _portions(to_make)))
        articles = {one.key: made[one.key] for one in entries if one.key in made}
        return articles | dict(
            zip((one.key for one in to_make), (a for part in portions for a in part), strict=True)
        )

    async def _make_portion(self, portion: Sequence[Entry]) -> list[Article]:
        """The articles of a portion; if it kills its worker, each alone, then only its title."""
        try:
            with self._timing("feed", len(portion)):
                return await self._workers.run(
                    _deadline_s(portion), make_plain_articles, portion, self._speed
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


def _deadline_s(portion: Sequence[object]) -> float:
    return min(ARTICLE_DEADLINE_S * len(portion), PORTION_DEADLINE_S)


def _size(source: object) -> int:
    return len(source.body) + sum(map(len, source.more)) if isinstance(source, PageSource) else 0


def _find_kept(
    entries: Sequence[Entry],
    known: Mapping[str, KnownEntry],
    *,
    settled: Collection[str],
    missing: Collection[str],
) -> set[str]:
    """The keys of entries whose archived article stays: nothing better can be made now."""
    of_page = {one.key for one in entries if one.key in settled and known[one.key].has_page}
    as_good = {one.key for one in entries if _is_as_good(known.get(one.key), one)}
    return of_page | (as_good & set(missing))


def _is_as_good(was: KnownEntry | None, entry: Entry) -> bool:
    return was is not None and (was.has_page or was.content_hash == entry.content_hash)


def _misses(was: KnownEntry | None, is_tried: bool) -> int:  # noqa: FBT001 - private, one call
    return (was.page_misses or 0 if was else 0) + is_tried


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
