"""The engine finds what is archived, of one state, in the order asked for."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from aggregator.archive import Archive
from aggregator.model import Article, Entry, FeedSpec, Item, PollResult, Section, Validators
from aggregator.search.plan import EVERYTHING, NOTHING, Phrase, Token
from aggregator.search.sqlite import SqliteEngine, SqliteIndex
from aggregator.search.sqlite._dates import RARE
from aggregator.search.terms import Column
from tests.search.sqlite.archives import NOW, Store, make

SHARD = 1 << 16
LARGE = 2 * RARE


def word(text: str, *columns: Column, is_prefix: bool = False) -> Phrase:
    """The plan for one word."""
    return Phrase(((text,),), columns, is_prefix)


def test_the_last_archived_are_found_first(store: Store, engine: SqliteEngine) -> None:
    """Over all shards, as many as asked for, and whether there are more."""
    ids = [1, 2, SHARD - 1, SHARD, 5 * SHARD, 5 * SHARD + 1]
    store.put(*(make(number, "word") for number in ids))
    newest_first = tuple(reversed(ids))

    found = [engine.find(word("word"), most) for most in (1, 3, 5, 6, 7)]

    assert [one.ids for one in found] == [newest_first[:most] for most in (1, 3, 5, 6, 7)]
    assert [one.has_more for one in found] == [True, True, True, False, False]
    assert engine.find(NOTHING, 5).ids == ()
    assert engine.find(EVERYTHING, 9).ids == newest_first


def test_a_word_is_worth_more_in_a_title(store: Store, engine: SqliteEngine) -> None:
    """Title before headings, lead and sections; the newest among equals; facets count nothing."""
    parts = [("padding", "padding padding")]
    store.put(
        make(1, "padding", sections=[("padding", "word padding")], title="padding"),
        make(2, "word", sections=parts, title="padding"),
        make(3, "padding", sections=[("word", "padding padding")], title="padding"),
        make(4, "padding", sections=parts, title="word"),
        make(SHARD, "padding", sections=parts, title="word"),
        make(SHARD + 1, "padding", sections=parts, title="padding", tags=("word",)),
        *(make(SHARD + number, "padding") for number in range(2, 30)),
        *(make(number, "padding") for number in range(5, 30)),
    )

    assert [one for one in engine.score(word("word"), 0, 9) if one < SHARD] == [4, 3, 2, 1]
    assert engine.score(word("word"), 3, 9)[-1] == 3
    assert engine.score(word("word"), 0, 2) == engine.score(word("word"), 0, 9)[:2]
    assert engine.score(word("word"), SHARD, 9) == [SHARD]
    assert engine.score(Token("tag:word"), 0, 9) == [SHARD + 1]


def test_equal_dates_are_in_the_order_of_archiving(store: Store, engine: SqliteEngine) -> None:
    """The last archived is the newest of one second."""
    store.put(*(make(number, "word", sort_at=NOW) for number in (1, 2, 3)))

    assert engine.newest(EVERYTHING, 9, 0) == engine.newest(word("word"), 9, 0) == [3, 2, 1]
    assert engine.newest(word("word"), 9, 0, is_oldest=True) == [1, 2, 3]


def test_the_shortest_come_first(store: Store, engine: SqliteEngine) -> None:
    """By read minutes, then the newest; of the ids that are given."""
    store.put(*(make(number, "word", read_minutes=number % 3) for number in range(1, 7)))

    assert engine.shortest([1, 2, 3, 4, 5, 6, 99], 9, 0) == [6, 3, 4, 1, 5, 2]
    assert engine.shortest(iter([1, 2, 3]), 1, 1) == [1]
    assert engine.shortest([], 9, 0) == []


def test_figures_of_the_index(store: Store, engine: SqliteEngine) -> None:
    """Documents by language; a language without documents is none."""
    last = make(4, "vier", language="de")
    store.put(make(1, "one"), make(2, "two words"), make(3, "drei", language="de"), last)
    assert engine.statistics().languages == {"en": 2, "de": 2}
    assert (engine.statistics().documents, engine.statistics().tokens) == (4, 5)

    store.drop(make(3, "drei", language="de"), last)

    assert engine.statistics().languages == {"en": 2}
    assert (engine.statistics().documents, engine.statistics().tokens) == (2, 3)


def test_entries_come_as_they_are_stored(tmp_path: Path) -> None:
    """In the order asked for, with their sections, and with facets and language of the index."""
    path = tmp_path / "archive.db"
    sections = (Section(1, 2, "First", "One.", "<p>One.</p>", "first"),)
    with Archive(f"sqlite:///{path}", SqliteIndex()) as archive:
        archive.feeds.sync([FeedSpec("https://example.org/feed", name="A feed")], NOW)
        (lease,) = archive.feeds.lease(NOW, limit=1, lease_s=60, feed_ids=[1])
        items = tuple(
            Item(
                Entry(
                    f"{number:032x}",
                    "0" * 32,
                    title=f"Title {number}",
                    url="https://example.org/1",
                    authors=("Ann", "Bob"),
                    tags=("x",),
                    language="de",
                    published_at=NOW,
                ),
                Article("Headline", "Lead", "<p>", sections, 12, 3, "feed"),
            )
            for number in (2, 1)
        )
        archive.entries.record(PollResult(1, lease.token, NOW, NOW, Validators(), None, new=items))
    with closing(SqliteEngine(path)) as engine:
        second, first = engine.entries([2, 77, 1])

    assert (first.id, second.id, first.title, second.title) == (1, 2, "Title 1", "Title 2")
    assert first.sections == (Section(1, 2, "First", "One.", "", "first"),)
    assert (first.headline, first.lead, first.url) == ("Headline", "Lead", "https://example.org/1")
    assert (first.authors, first.tags, first.language) == (("Ann", "Bob"), ("x",), "de")
    assert (first.sort_at, first.read_minutes, first.word_count) == (NOW, 3, 12)
    assert {"all", "tag:x", "feed:1", "lang:de"} <= set(first.facets)


def test_merged_feeds_answer_to_the_one_that_stayed(store: Store, engine: SqliteEngine) -> None:
    """Their numbers are its own, over several merges, and even if they go round."""
    with Archive(store.url, SqliteIndex()) as archive:
        specs = [FeedSpec(f"https://example.org/{number}", tags=("t",)) for number in range(5)]
        archive.feeds.sync(specs, NOW)
    store.run("UPDATE feed SET merged_into = id - 1 WHERE id IN (3, 4)")
    store.run("UPDATE feed SET merged_into = 11 - id WHERE id IN (5, 6)")

    first, second = engine.feeds()

    assert (first.id, first.ids, first.name, first.tags) == (1, (1,), "A feed", ())
    assert (second.id, second.ids, second.url) == (2, (2, 3, 4), "https://example.org/0")


def test_saved_searches_are_read(store: Store, engine: SqliteEngine) -> None:
    """By name."""
    with Archive(store.url, SqliteIndex()) as archive:
        archive.saved.save("cars", "xiaomi tag:cars", replace=False)

    assert engine.saved() == {"cars": "xiaomi tag:cars"}


def test_words_of_texts_are_listed(store: Store, engine: SqliteEngine) -> None:
    """The commonest first, of all newest shards; what only facets have is no word of a text."""
    store.put(
        make(1, "cart car", title="car", tags=("carpet",)),
        make(2, "car", language="de"),
        make(SHARD, "cards", language=""),
        make(SHARD + 1, "ca 小米手机"),
    )

    assert engine.words_like("car", 9) == [("car", 2), ("card", 1), ("cart", 1)]
    assert engine.words_like("car", 1) == [("car", 2)]
    assert [token for token, _ in engine.words_like("小", 9)] == ["小米"]
    assert engine.words_like("tag", 9) == engine.words_like("al", 9) == []
    assert engine.words_like("\U0010ffff", 9) == engine.words_like("\ud800", 9) == []


def test_a_reading_is_of_one_state(store: Store, engine: SqliteEngine) -> None:
    """Whatever is written meanwhile, even if another index takes over."""
    archived = [make(1, "word"), make(2, "word")]
    store.put(*archived)
    added = make(3, "word")
    with engine.reading():
        before = engine.find(word("word"), 9), engine.statistics()
        store.put(added)
        store.begin()
        store.fill(*archived, added)
        store.fill()

        assert (engine.find(word("word"), 9), engine.statistics()) == before
        assert engine.newest(word("word"), 9, 0) == [2, 1]
        assert engine.score(word("word"), 0, 9) == [2, 1]
        assert engine.words_like("word", 1) == [("word", 2)]

    assert engine.find(word("word"), 9).ids == (3, 2, 1)


def test_the_engine_cannot_write(store: Store, engine: SqliteEngine) -> None:
    """Not even after it has listed words, for which it needs a table of its own."""
    store.put(make(1, "word"))
    engine.words_like("w", 1)

    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        engine._connection.execute("DELETE FROM entry")


def test_an_unfinished_index_is_searched_as_far_as_it_is(store: Store) -> None:
    """What is in it is found, and the engine says that there is more."""
    archived = [make(1, "word"), make(2, "word")]
    store.put(*archived)
    for table in ("search_1_0", "search_1_document", "search_1_language", "search_generation"):
        store.run(f"DROP TABLE {table}")
    with closing(SqliteEngine(store.path)) as engine:
        assert engine.unfinished
        assert engine.find(EVERYTHING, 9).ids == ()
        assert engine.newest(EVERYTHING, 9, 0) == engine.shortest([1], 9, 0) == []
        assert engine.statistics().documents == engine.frequency(EVERYTHING) == 0
        assert engine.score(word("word"), 0, 9) == []
        assert engine.words_like("w", 9) == []
        with store.writing() as connection:
            store.index.prepare(connection)
            store.index.fill(connection, archived[:1])

        assert engine.find(word("word"), 9).ids == (1,)
        assert engine.unfinished
        store.fill(archived[1])
        store.fill()

        assert engine.find(word("word"), 9).ids == (2, 1)
        assert not engine.unfinished


def test_an_empty_archive_is_finished(engine: SqliteEngine) -> None:
    """Nothing is missing from the index of nothing."""
    assert not engine.unfinished
    assert engine.newest(EVERYTHING, 9, 0) == engine.newest(word("word"), 9, 0) == []
    assert engine.frequency(word("word")) == 0
    assert engine.entries([]) == engine.entries([1]) == []
