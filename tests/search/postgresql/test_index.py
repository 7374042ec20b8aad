"""The index of PostgreSQL is always what a fresh one of the same entries would be."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import ArchiveError
from aggregator.search.plan import Phrase
from aggregator.search.postgresql import PostgresEngine
from aggregator.search.postgresql._spans import SPAN_BITS, cover, span_lexemes, steps
from aggregator.search.postgresql._vector import vector_of
from tests.search.postgresql.archives import Store, document, make


def found(engine: PostgresEngine, token: str) -> tuple[int, ...]:
    """The ids of the documents that have a word."""
    return engine.find(Phrase(((token,),)), 99).ids


def test_a_new_archive_has_an_index(store: Store, engine: PostgresEngine) -> None:
    """It is whole from the start, and nothing is wrong with it."""
    assert store.problems() == []
    assert not engine.unfinished


def test_edits_and_deletions_leave_nothing_behind(
    store: Store, make_postgresql: Callable[..., str]
) -> None:
    """Long texts, whose words stand in a table of their own, among them."""
    long = make(1, "word " * 20_000, title="Long")
    store.put(long, make(2, "kept"), make(3, "gone"))
    with store.writing() as connection:
        store.index.remove(connection, [long])
        store.index.add(connection, [make(1, "short")])
    store.drop(make(3, "gone"))

    with closing(Store(make_postgresql(has_tables=True))) as fresh:
        fresh.put(make(1, "short"), make(2, "kept"))
        assert store.content() == fresh.content()
    assert store.problems() == []


def test_a_transaction_that_fails_indexes_nothing(store: Store, engine: PostgresEngine) -> None:
    """The index is written with the entry or not at all."""
    store.put(make(1, "word"))
    before = store.content()

    with pytest.raises(ArchiveError, match="cannot write"):
        store.put(make(2, "word"), make(1, "word"))

    assert found(engine, "word") == (1,)
    assert store.content() == before


def test_an_index_is_filled_beside_the_one_that_is_searched(
    store: Store, engine: PostgresEngine
) -> None:
    """What is written meanwhile is in both as far as the new one has come; then they swap."""
    entries = [make(number, "word") for number in range(1, 6)]
    store.put(*entries)
    store.begin()
    store.fill(*entries[:2])
    store.drop(entries[0])
    store.fill(*entries[2:4])
    store.put(make(6, "word"))
    assert found(engine, "word") == (6, 5, 4, 3, 2)

    store.fill(entries[4], make(6, "word"))
    store.fill()

    assert found(engine, "word") == (6, 5, 4, 3, 2)
    assert store.problems() == []
    assert store.run("SELECT FROM pg_tables WHERE starts_with(tablename, 'search_1_')") == []


def test_missing_and_spare_streams_are_told(store: Store) -> None:
    """A check of the archive finds what searches would stumble over."""
    store.put(make(1, "word " * 300), make(2, "word"))
    assert store.problems() == []
    store.run("DELETE FROM search_1_long")
    store.run("INSERT INTO search_1_long VALUES (2, 'x')")

    assert store.problems() == ["2 long texts of the search index are wrong (generation 1)"]


def test_writers_do_not_wait_for_ever(store: Store, engine: PostgresEngine) -> None:
    """Several at once, in whatever order they come to the same languages."""
    languages = ["en", "de", "fr", "ru"]

    def write(first: int) -> None:
        for number in range(first, first + 10):
            order = languages if first % 2 else languages[::-1]
            store.put(
                *(make(number * 4 + at, "wort", language=one) for at, one in enumerate(order))
            )

    writers = [Thread(target=write, args=(first,)) for first in (1, 12, 23, 34)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert engine.statistics().languages == dict.fromkeys(languages, 40)
    assert store.problems() == []


def test_the_ends_of_the_calendar_are_read_wherever_the_server_is(store: Store) -> None:
    """In its own zone they would be in years that Python does not have."""
    ends = [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)]
    store.put(*(replace(make(at), sort_at=moment) for at, moment in enumerate(ends, 1)))

    for zone in ("Asia/Tokyo", "America/New_York"):
        name = store.database.engine.url.database
        store.run(f"ALTER DATABASE {name} SET timezone = '{zone}'")
        with closing(PostgresEngine(store.url)) as engine:
            assert [one.sort_at for one in engine.entries([1, 2])] == ends


def test_places_end_where_the_database_ends() -> None:
    """Up to its last place and as many of one word as it takes, a document is not long."""
    short = [document(1, [str(number % 70) for number in range(16_383)])]
    short.append(document(1, ["a"] * 255, title=["b"] * 255))
    long = [document(1, [str(number % 70) for number in range(16_384)])]
    long += [document(1, ["a"] * 255, title=["a"]), document(1, ["b"] * 16_382, lead=["a"])]

    assert [vector_of(one).stream is None for one in short + long] == [True] * 2 + [False] * 3


@given(st.integers(0, 2**14), st.integers(0, 2**14), st.integers(1, 20))
def test_steps_have_each_id_once(first: int, count: int, size: int) -> None:
    """And their lexemes are of the documents in them, and of no others."""
    first_id, last_id = first << SPAN_BITS, (first + count << SPAN_BITS) + 1
    ranges = list(steps(first_id, last_id, size))

    assert ranges[0][1] == first + count + 1
    assert ranges[-1][0] == first
    assert [one[0] for one in ranges[:-1]] == [one[1] for one in ranges[1:]]
    assert len(ranges) <= 16
    for start, end in ranges:
        lexemes = set(cover(start, end))
        inside = {start, (start + end) // 2, end - 1}
        assert all(lexemes & set(span_lexemes(one << SPAN_BITS)) for one in inside)
        outside = [one for one in (start - 1, end) if one >= 0]
        assert not any(lexemes & set(span_lexemes(one << SPAN_BITS)) for one in outside)
