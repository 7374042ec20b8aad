"""An archive in a real file, filled with texts of the test's choosing, and a search on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from aggregator.archive import Archive
from aggregator.model import Article, Entry, FeedSpec, Item, PollResult, Section, Validators
from aggregator.search import SearchReader, SqliteIndex

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def _item(
    number: int,
    lead: str = "",
    title: str | None = None,
    sections: Sequence[tuple[str, str]] = (),
    **entry: Any,
) -> Item:
    parts = tuple(
        Section(position, 2, heading, text, "")
        for position, (heading, text) in enumerate(sections, 1)
    )
    made = Article(None, lead, "", parts, word_count=1, read_minutes=1, method="feed")
    return Item(Entry(f"{number:032x}", "0" * 32, title=title, **entry), made)


class Shelf:
    """An archive at `path`, written poll by poll; entries get the numbers 1, 2, 3 … in order."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.archive = Archive(f"sqlite:///{path}", SqliteIndex())
        self.archive.feeds.sync([FeedSpec("https://example.org/feed", name="A feed")], NOW)
        self._count = 0

    def put(self, *leads: str, **fields: Any) -> None:
        """Archive an entry for each lead, all with the given title, sections or other fields."""
        items = []
        for lead in leads:
            self._count += 1
            items.append(_item(self._count, lead, **fields))
        self.record(new=tuple(reversed(items)))

    def edit(self, number: int, lead: str = "", **fields: Any) -> None:
        """Replace the text of entry `number`."""
        self.record(edited=((number, _item(number, lead, **fields)),))

    def record(self, **changes: Any) -> None:
        """Record one poll."""
        (lease,) = self.archive.feeds.lease(NOW, limit=1, lease_s=60, feed_ids=[1])
        result = PollResult(1, lease.token, NOW, NOW, Validators(), None, **changes)
        assert self.archive.entries.record(result)


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """An empty archive."""
    made = Shelf(tmp_path / "archive.db")
    yield made
    made.archive.close()


@pytest.fixture
def find(shelf: Shelf) -> Iterator[Callable[..., list[int]]]:
    """The ids that a search finds, best first: `find("words", limit=20, offset=0)`."""
    with ExitStack() as opened:
        readers: list[SearchReader] = []

        def search(typed: str, **page: int) -> list[int]:
            if not readers:
                readers.append(opened.enter_context(SearchReader(shelf.path)))
            return [hit.id for hit in readers[0].search(typed, **page).hits]

        yield search
