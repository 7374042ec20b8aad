"""Searching: typed text -> hits, in the order that it asks for. The same for every database.

A search costs what it shows, not what the archive holds: of very common words only the last
archived articles are looked at, a few dozen candidates are ranked from their text, and snippets
are made for the rows of one page.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Self

from aggregator.model import SearchResult, Suggestion
from aggregator.search._choosing import ENOUGH_CHECKED, Chosen, Page, choose
from aggregator.search._engine import Engine
from aggregator.search._hits import make_hits
from aggregator.search._matching import Matchers
from aggregator.search._reading import Reading, read_query
from aggregator.search._suggestions import suggest
from aggregator.search._texts import Texts
from aggregator.search.plan import Context, widen
from aggregator.search.query import (
    Facet,
    Query,
    Saved,
    Sort,
    explain,
    leaves_of,
    parse_query,
    resolve_saved,
)

MAX_LIMIT = 30_000
"""How many hits one search returns."""
_MAX_OFFSET = 2**40
_UNFINISHED = "The index does not have all articles yet (see: aggregator search reindex)."
_CUT_SHORT = "Not all articles could be looked through; more words, or a date, leave fewer of them."
_FACETS_OF_FEEDS = frozenset({"feed", "site", "tag"})


class Searcher:
    """A search of one archive; any number may work beside the daemon, each in one thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def search(
        self,
        typed: str,
        *,
        limit: int = 20,
        offset: int = 0,
        sort: Sort | None = None,
        recency: float = 0.0,
    ) -> SearchResult:
        """The entries that answer what was typed, best first unless it, or `sort`, says otherwise.

        Any text is a query (docs/search.md). Without one everything is found, for signs alone
        nothing. Where fewer than ten entries have all its words, those that have some follow; in
        another order than by rank only those that have all are found.
        `total` counts all hits, of which `limit` are returned from `offset` on; neither is taken as
        less than 0, nor `limit` as more than `MAX_LIMIT`. `recency` (0 to 0.3) is the share of an
        entry's score that halves with every year of its age.
        """
        page = Page(_bounded(limit, MAX_LIMIT), _bounded(offset, _MAX_OFFSET), recency)
        with self._engine.reading():
            query = self._read(typed)
            reading = read_query(query, self._context(query))
            return self._result(reading, sort or query.sort or Sort.RANK, page)

    def newest(self, typed: str = "", *, limit: int = 20, offset: int = 0) -> SearchResult:
        """The newest entries first: all, or those that answer the whole of what was typed."""
        page = Page(_bounded(limit, MAX_LIMIT), _bounded(offset, _MAX_OFFSET))
        with self._engine.reading():
            query = self._read(typed)
            reading = read_query(query, self._context(query))
            return self._result(reading, query.sort or Sort.NEW, page)

    def suggest(self, typed: str) -> list[Suggestion]:
        """Queries that find something where what was typed finds nothing; the best first."""
        with self._engine.reading():
            query = self._read(typed)
            return suggest(self._engine, query, self._context(query))

    def explain(self, typed: str) -> list[str]:
        """How what was typed is read, a line each."""
        with self._engine.reading():
            return explain(self._read(typed))

    def close(self) -> None:
        """Close the connection."""
        self._engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _read(self, typed: str) -> Query:
        query = parse_query(typed)
        asks_saved = any(isinstance(leaf, Saved) for leaf in leaves_of(query.node))
        return resolve_saved(query, self._engine.saved()) if asks_saved else query

    def _context(self, query: Query) -> Context:
        facets = (leaf for leaf in leaves_of(query.node) if isinstance(leaf, Facet))
        asks_feeds = any(facet.name in _FACETS_OF_FEEDS for facet in facets)
        return Context(
            languages=tuple(self._engine.statistics().languages),
            feeds=self._engine.feeds() if asks_feeds else (),
        )

    def _result(self, reading: Reading, sort: Sort, page: Page) -> SearchResult:
        texts = Texts(self._engine, page.end)
        chosen = choose(self._engine, texts, reading, sort, page)
        return SearchResult(
            query=reading.query.typed,
            total=chosen.total,
            hits=make_hits(texts.get(chosen.ids), Matchers(reading.terms), page.offset),
            has_more=chosen.has_more,
            notes=(*reading.query.notes, *self._shortfalls(reading, chosen, page)),
        )

    def _shortfalls(self, reading: Reading, chosen: Chosen, page: Page) -> Iterator[str]:
        """Why there may be more than was found, but for there being enough."""
        if self._engine.unfinished:
            yield _UNFINISHED
        is_short = chosen.has_more and chosen.total < max(ENOUGH_CHECKED, page.end)
        if is_short and not widen(reading.strict)[1]:
            yield _CUT_SHORT


def _bounded(number: int, most: int) -> int:
    return min(max(number, 0), most)
