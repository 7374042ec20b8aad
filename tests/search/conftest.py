"""An archive in a real database of each kind, filled with what a test chooses, and its searches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from aggregator import open_archive
from aggregator.model import Article, Entry, FeedSpec, Item, PollResult, Section, Validators
from aggregator.search import Searcher, open_searcher
from tests.databases import Server

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def make_item(
    number: int,
    lead: str = "",
    *,
    title: str | None = None,
    sections: Sequence[tuple[str, str]] = (),
    article: dict[str, Any] | None = None,
    **entry: Any,
) -> Item:
    """An entry with its article; `article` and the rest are fields of the two."""
    parts = tuple(
        Section(position, 2, heading, text, "")
        for position, (heading, text) in enumerate(sections, 1)
    )
    made = Article(None, lead, "", parts, word_count=1, read_minutes=1, method="feed")
    return Item(
        Entry(f"{number:032x}", "0" * 32, title=title, **entry), replace(made, **(article or {}))
    )


class Shelf:
    """An archive with two feeds, written poll by poll; entries get the numbers 1, 2, 3 … in order.

    `is_damaged` is set by who does to the database what no program of ours does.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.archive = open_archive(url)
        specs = [
            FeedSpec("https://example.org/feed", name="A feed"),
            FeedSpec("https://other.example/atom", name="Harbour Wire", tags=("news",)),
        ]
        self.archive.feeds.sync(specs, NOW)
        self.path = self.archive.path or Path()
        self.is_damaged = False
        self._count = 0

    def put(self, *leads: str, feed: int = 1, **fields: Any) -> None:
        """Archive an entry for each lead, all with the given title, sections or other fields."""
        self.put_items(*({"lead": lead, **fields} for lead in leads), feed=feed)

    def put_items(self, *entries: dict[str, Any], feed: int = 1) -> None:
        """Archive these entries, given by the arguments of `make_item`, in one poll."""
        items = []
        for fields in entries:
            self._count += 1
            items.append(make_item(self._count, **fields))
        self.record(feed, new=tuple(reversed(items)))

    def edit(self, number: int, lead: str = "", **fields: Any) -> None:
        """Replace the text of entry `number`."""
        self.record(edited=((number, make_item(number, lead, **fields)),))

    def record(self, feed: int = 1, **changes: Any) -> None:
        """Record one poll."""
        (lease,) = self.archive.feeds.lease(NOW, limit=1, lease_s=60, feed_ids=[feed])
        result = PollResult(feed, lease.token, NOW, NOW, Validators(), None, **changes)
        assert self.archive.entries.record(result)

    def close(self) -> None:
        """Close the archive; whatever a test did, the index has followed."""
        problems = [] if self.is_damaged else self.archive.check()
        self.archive.close()
        assert problems == []


@lru_cache
def _new_file() -> bytes:
    """The file of an archive that is empty."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "archive.db"
        open_archive(path).close()
        return path.read_bytes()


@pytest.fixture
def shelf(database_url: str, tmp_path: Path) -> Iterator[Shelf]:
    """An archive without entries; in a database of each kind, one after the other."""
    if database_url.startswith("sqlite"):
        (tmp_path / "archive.db").write_bytes(_new_file())
    made = Shelf(database_url)
    yield made
    made.close()


@contextmanager
def _shared(kind: str, request: pytest.FixtureRequest) -> Iterator[Shelf]:
    """An archive without entries in a database of that kind, gone afterwards."""
    if kind == "sqlite":
        folder: Path = request.getfixturevalue("tmp_path_factory").mktemp("shared")
        (folder / "archive.db").write_bytes(_new_file())
        with closing(Shelf(f"sqlite:///{folder / 'archive.db'}")) as made:
            yield made
        return
    server: Server = request.getfixturevalue("postgresql_server")
    url = server.make(has_tables=True)
    with closing(Shelf(url)) as made:
        yield made
    server.drop(url)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_shelf(request: pytest.FixtureRequest) -> Iterator[Shelf]:
    """An archive for all tests of a module, which fill it once and only read it then."""
    with _shared(request.param, request) as made:
        yield made


@pytest.fixture(scope="module")
def both_shelves(request: pytest.FixtureRequest) -> Iterator[tuple[Shelf, Shelf]]:
    """Two archives for all tests of a module: in SQLite and in PostgreSQL."""
    with _shared("sqlite", request) as one, _shared("postgresql", request) as other:
        yield one, other


@pytest.fixture
def searcher(shelf: Shelf) -> Iterator[Searcher]:
    """A searcher of the archive, opened before anything is in it."""
    with open_searcher(shelf.url) as opened:
        yield opened


@pytest.fixture
def find(shelf: Shelf) -> Iterator[Callable[..., list[int]]]:
    """The ids that a search finds, best first: `find("words", limit=20, offset=0)`."""
    with ExitStack() as opened:
        searchers: list[Searcher] = []

        def search(typed: str, **page: Any) -> list[int]:
            if not searchers:
                searchers.append(opened.enter_context(open_searcher(shelf.url)))
            return [hit.id for hit in searchers[0].search(typed, **page).hits]

        yield search
