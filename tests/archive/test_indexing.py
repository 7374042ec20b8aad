"""The index beside the archive: filled when it is opened, step by step, and by every change."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from aggregator.archive import Archive, Selection
from aggregator.model import ArchivedEntry, Enclosure, Entry, Extras, FeedSpec, Item
from tests.archive.strict_index import StrictIndex
from tests.archive.test_moves import poll_feed

if TYPE_CHECKING:
    from tests.archive.conftest import OneFeed

MakeItem = Callable[..., Item]

TARGET = "https://example.org/target"


def _drop_index(one_feed: OneFeed) -> None:
    one_feed.rows("DROP TABLE search_strict")
    one_feed.rows("DROP TABLE search_strict_generation")
    one_feed.is_undamaged = True


def _indexed(one_feed: OneFeed) -> list[tuple[int, int]]:
    """How many entries each generation of the index has."""
    counted = "SELECT number, count(*) FROM search_strict GROUP BY number ORDER BY number"
    return one_feed.rows(counted)


def _restate(one: ArchivedEntry, **changes: Any) -> tuple[int, Entry]:
    return one.id, replace(one.entry, **changes)


def test_an_archive_without_an_index_gets_it_when_it_is_opened(
    one_feed: OneFeed, make_item: MakeItem
) -> None:
    """All that was archived before is found, also where a number is missing."""
    one_feed.poll(*(make_item(number, lead="word") for number in range(450)))
    one_feed.archive.entries.delete([7, 450])
    _drop_index(one_feed)

    with Archive(one_feed.url, StrictIndex()) as archive:
        assert archive.check() == []
        assert archive.index_step() is None

    assert len(one_feed.found("word")) == 448


def test_a_great_archive_is_opened_at_once_and_filled_in_steps(
    one_feed: OneFeed, make_item: MakeItem
) -> None:
    """Each step says how much is to come; polls between them are missed by nothing."""
    one_feed.poll(*(make_item(number, lead="old") for number in range(2100)))
    _drop_index(one_feed)

    with Archive(one_feed.url, StrictIndex()) as archive:
        assert _indexed(one_feed) == []
        assert archive.index_step(1000) == 1100
        one_feed.poll(
            make_item(5000, lead="new"),
            edited=((5, make_item(1, lead="early")), (1500, make_item(2, lead="late"))),
        )
        archive.entries.delete([10, 1600])
        assert archive.check() == []
        assert [archive.index_step(600) for _ in range(3)] == [500, 0, None]
        assert archive.check() == []

    assert len(one_feed.found("old")) == 2100 - 4
    assert len(one_feed.found("new OR early OR late")) == 3


def test_an_index_is_begun_anew_beside_the_one_in_use(
    one_feed: OneFeed, make_item: MakeItem
) -> None:
    """Until the new one is whole both follow every change; whoever opens goes on with it."""
    one_feed.poll(*(make_item(number) for number in range(30)))

    one_feed.archive.begin_index()
    assert one_feed.archive.index_step(10) == 20
    one_feed.poll(make_item(100), edited=((3, make_item(3, lead="x")), (25, make_item(9))))
    assert _indexed(one_feed) == [(1, 31), (2, 10)]
    assert one_feed.archive.check() == []
    with Archive(one_feed.url, StrictIndex()) as other:
        assert other.index_step() is None

    assert _indexed(one_feed) == [(2, 31)]
    assert one_feed.archive.check() == []


def test_an_index_that_is_begun_twice_is_filled_from_its_start(
    one_feed: OneFeed, make_item: MakeItem
) -> None:
    """What the first attempt had filled in is not taken for the second."""
    one_feed.poll(*(make_item(number) for number in range(30)))
    one_feed.archive.begin_index()
    one_feed.archive.index_step(10)

    one_feed.archive.begin_index()

    assert [one_feed.archive.index_step(batch) for batch in (0, 15, 20, 1)] == [29, 14, 0, None]
    assert [count for _, count in _indexed(one_feed)] == [30]


def test_an_archive_that_needs_nothing_is_opened_without_the_write_lock(
    tmp_path: Path,
) -> None:
    """Whoever only looks waits for no writer."""
    url = f"sqlite:///{tmp_path}/a.db"
    Archive(url, StrictIndex()).close()

    with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with Archive(f"{url}?timeout=0", StrictIndex()) as archive:
            assert archive.entries.select(Selection()) == []


def test_an_entry_without_an_article_keeps_no_other_from_being_found(
    one_feed: OneFeed, make_item: MakeItem
) -> None:
    """Such damage is told by a check, and stops no index."""
    one_feed.poll(*(make_item(number, lead="word") for number in range(5)))
    one_feed.rows("DELETE FROM article WHERE entry_id IN (2, 5)")
    _drop_index(one_feed)
    one_feed.is_undamaged = False

    with Archive(one_feed.url, StrictIndex()) as archive:
        assert archive.index_step() is None
        assert "2 entries have no article" in archive.check()

    assert one_feed.found("word") == [1, 3, 4]


@pytest.mark.parametrize(
    "changes",
    [
        {"published_at": datetime(2020, 1, 2, tzinfo=UTC)},
        {"language": "de"},
        {"enclosures": (Enclosure("https://example.org/1.mp3", "audio/mpeg"),)},
        {"extras": Extras(images=("https://example.org/1.png",))},
    ],
    ids="".join,
)
def test_the_index_follows_what_a_feed_states_without_an_edit(
    changes: dict[str, Any], one_feed: OneFeed, make_item: MakeItem
) -> None:
    """Dates, languages, files and pictures are asked for by searches."""
    one_feed.poll(make_item(1), make_item(2))
    before = one_feed.rows("SELECT facts FROM search_strict WHERE id = 1")

    one_feed.poll(kept=(_restate(one_feed.get(1), **changes),))

    assert one_feed.archive.check() == []
    assert one_feed.rows("SELECT facts FROM search_strict WHERE id = 1") != before


def test_the_index_follows_a_new_link(one_feed: OneFeed, make_item: MakeItem) -> None:
    """Its words and its site are asked for."""
    one_feed.poll(make_item(1, url="http://old.example/1"))

    one_feed.poll(renamed=((1, replace(make_item(1).entry, url="https://new.example/1")),))

    assert one_feed.archive.check() == []
    assert "new.example" in str(one_feed.rows("SELECT facts FROM search_strict"))


class _CountingIndex(StrictIndex):
    """An index that counts what it is asked to write."""

    def __init__(self) -> None:
        self.writes = 0

    def add(self, connection: Any, entries: Any) -> None:
        """Count, and write."""
        self.writes += len(entries)
        super().add(connection, entries)

    def remove(self, connection: Any, entries: Any) -> None:
        """Count, and write."""
        self.writes += len(entries)
        super().remove(connection, entries)


def test_what_is_the_same_to_every_search_is_not_indexed_anew(
    one_feed: OneFeed, make_item: MakeItem, now: datetime
) -> None:
    """Files signed anew at each poll, dates behind the arrival, new ids: no work for the index."""
    file = Enclosure("https://example.org/1.mp3?signed=1", "audio/mpeg", 5)
    one_feed.poll(make_item(1, enclosures=(file,), url="https://example.org/1"))
    one = one_feed.get(1)
    again = replace(file, url="https://example.org/1.mp3?signed=2", length_bytes=6)
    later = now + timedelta(days=1)
    index = _CountingIndex()

    one_feed.archive.close()
    with Archive(one_feed.url, index) as one_feed.archive:
        one_feed.poll()
        one_feed.poll(kept=(_restate(one),))
        one_feed.poll(kept=(_restate(one, enclosures=(again,), updated_at=later),))
        one_feed.poll(renamed=(_restate(one, guid="new", key="new"),))
        one_feed.poll(completed=((1, Item(one.entry, None, page_misses=3)),))
        assert index.writes == 0
        assert one_feed.get(1).entry.enclosures == (again,)
        one_feed.poll(make_item(2))
        assert index.writes == 1


def test_texts_that_no_database_holds_are_removed_as_they_were_added(
    one_feed: OneFeed, make_item: MakeItem
) -> None:
    """What is stored has other characters in their place, and so has the index."""
    odd = "a\0b \ud800 c"
    article = {"headline": odd, "byline": odd}
    one_feed.poll(make_item(1, title=odd, lead=odd, tags=(odd,), authors=(odd,), article=article))
    assert one_feed.archive.check() == []

    one_feed.poll(edited=((1, make_item(1, title=odd, sections=[(odd, odd)])),))
    assert one_feed.archive.check() == []
    one_feed.archive.entries.delete([1])

    assert one_feed.rows("SELECT * FROM search_strict") == []


def test_merged_entries_are_found_in_their_new_feed(
    one_feed: OneFeed, make_item: MakeItem, now: datetime
) -> None:
    """Those that were given away, in portions, and those that became one with another."""
    url = one_feed.archive.feeds.all()[0].url
    one_feed.archive.feeds.sync([FeedSpec(url), FeedSpec(TARGET)], now)
    earlier = now - timedelta(days=3)
    poll_feed(one_feed, 1, *(make_item(at) for at in range(500)), polled_at=earlier)
    poll_feed(one_feed, 2, *(make_item(at, content_hash="other") for at in range(100)))

    poll_feed(one_feed, 1, moved_to=TARGET)

    assert one_feed.archive.check() == []
    assert one_feed.rows("SELECT count(*) FROM search_strict WHERE facts LIKE '%\"feed\": 2%'") == [
        (500,)
    ]


class _Life:
    """What happens to an archive of two feeds, at random."""

    def __init__(self, shelf: OneFeed, make_item: MakeItem, chance: random.Random) -> None:
        self._shelf, self._make, self._chance = shelf, make_item, chance

    def step(self) -> None:
        """One poll with everything that a poll can bring, and sometimes a deletion."""
        entries = self._shelf.archive.entries.select(Selection())
        feed_id = self._chance.choice([1, 2])
        mine = [one for one in entries if one.feed.id == feed_id]
        self._chance.shuffle(mine)
        parts = [mine[at::5] for at in range(5)]
        new = {key: self._item(key) for key in self._chance.choices(range(2000, 3000), k=4)}
        present = {one.entry.key for one in mine}
        poll_feed(
            self._shelf,
            feed_id,
            *(item for item in new.values() if item.entry.key not in present),
            edited=tuple((one.id, self._item()) for one in parts[0]),
            overwritten=tuple((one.id, self._item()) for one in parts[1]),
            completed=tuple((one.id, self._completed(one)) for one in parts[2]),
            renamed=tuple(_restate(one, url=self._word()) for one in parts[3]),
            kept=tuple(_restate(one, language=self._word(), **self._date()) for one in parts[4]),
        )
        if entries and self._chance.random() < 0.3:
            self._shelf.archive.entries.delete([self._chance.choice(entries).id])

    def _word(self) -> str:
        return self._chance.choice(["one", "zwei", "三", "four\0", "", "six six"])

    def _date(self) -> dict[str, Any]:
        return {"published_at": datetime(2020, 1, self._chance.randint(1, 28), tzinfo=UTC)}

    def _item(self, key: int | None = None) -> Item:
        number = self._chance.randrange(10**6) if key is None else key
        made = {"byline": self._word(), "image": self._word(), "word_count": number}
        return self._make(
            number,
            lead=self._word(),
            sections=[(self._word(), self._word())],
            article=made,
            tags=(self._word(),),
            **self._date(),
        )

    def _completed(self, one: ArchivedEntry) -> Item:
        article = self._chance.choice([None, one.article, self._item().article])
        return Item(one.entry, article)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_the_index_has_what_the_archive_has(
    seed: int, one_feed: OneFeed, make_item: MakeItem, now: datetime
) -> None:
    """Edits, pages that came, new links and dates, deletions, a merge, a reindex: all at once."""
    chance = random.Random(seed)  # noqa: S311 - nothing is to be kept secret
    url = one_feed.archive.feeds.all()[0].url
    one_feed.archive.feeds.sync([FeedSpec(url), FeedSpec(TARGET)], now)
    life = _Life(one_feed, make_item, chance)

    for number in range(12):
        if number == 6:
            one_feed.archive.begin_index()
        life.step()
        assert one_feed.archive.check() == []
        if number >= 6:
            one_feed.archive.index_step(7)
            assert one_feed.archive.check() == []
    poll_feed(one_feed, 1, moved_to=TARGET)

    assert one_feed.archive.check() == []
    assert {one.feed.id for one in one_feed.archive.entries.select(Selection())} == {2}
