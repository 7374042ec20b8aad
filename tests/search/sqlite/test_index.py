"""The index of SQLite is always what a fresh one of the same entries would be."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.archive import IndexEntry
from tests.search.sqlite.archives import NOW, Store, make

SHARD = 1 << 16
WORDS = ["said", "says", "café", "小米手机", "3.11", "example.com", "C++", "\0", "-", "'\"", "ß"]

texts = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)
ids = st.sampled_from([1, 2, 3, SHARD - 1, SHARD, SHARD + 1, 9 * SHARD])


@st.composite
def entries(draw: st.DrawFn) -> IndexEntry:
    """Small entries of few words, of several shards."""
    return make(
        draw(ids),
        draw(texts),
        title=draw(texts | st.none()),
        sections=draw(st.lists(st.tuples(texts, texts), max_size=2)),
        language=draw(st.sampled_from(["en", "de", "zh", ""])),
        tags=tuple(draw(st.lists(st.sampled_from(["a", "b", "c d"]), max_size=2))),
    )


def fresh(*archived: IndexEntry) -> dict[str, list[tuple[object, ...]]]:
    """What an index holds that has been given these entries and nothing else."""
    with TemporaryDirectory() as folder, closing(Store(Path(folder) / "fresh.db")) as store:
        if archived:
            store.put(*sorted(archived, key=lambda one: one.id))
        return store.content()


def test_a_new_archive_has_an_index(store: Store) -> None:
    """It is whole from the start, and nothing is wrong with it."""
    assert store.generations() == [(1, None, True)]
    assert store.problems() == []


@settings(max_examples=40)
@given(st.lists(entries(), max_size=12))
def test_the_index_does_not_tell_what_happened_before(written: list[IndexEntry]) -> None:
    """After any additions, edits and deletions it holds what a fresh one holds."""
    with TemporaryDirectory() as folder, closing(Store(Path(folder) / "archive.db")) as store:
        archived: dict[int, IndexEntry] = {}
        for one in written:
            before = archived.pop(one.id, None)
            if before is None:
                store.put(one)
                archived[one.id] = one
            elif before.entry.title == one.entry.title:
                store.drop(before)
            else:
                store.edit(before, one)
                archived[one.id] = one

        assert store.problems() == []
        assert store.content() == fresh(*archived.values())


def test_many_entries_are_edited_at_once(store: Store) -> None:
    """More entries than one statement can name, of several shards, come and go together."""
    many = [make(number * 100, f"word{number}") for number in range(1, 1500)]
    store.put(*many)

    with store.writing() as connection:
        store.index.remove(connection, many)
        store.index.add(connection, [replace(one, feed_id=2) for one in many])
    assert store.problems() == []
    store.drop(*many[1:])

    assert store.problems() == []
    assert store.content() == fresh(replace(many[0], feed_id=2))


def test_what_facets_were_then_is_taken_out(store: Store) -> None:
    """Facets and language are remembered, so that they may be stated otherwise at a removal."""
    one = make(1, "running dogs", tags=("old",), language="en", url="https://example.org/a")
    store.put(one)

    store.drop(make(1, "running dogs", tags=("new",), language="de", sort_at=NOW))

    assert store.content() == fresh()


def test_what_was_never_added_is_not_removed(store: Store) -> None:
    """An entry that the index lacks is passed over."""
    store.put(make(1, "there"))

    store.drop(make(2, "not there"))

    assert store.content() == fresh(make(1, "there"))


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    """Entries, shards and figures of a transaction that is rolled back are gone."""

    def fail() -> None:
        with store.writing() as connection:
            store.index.add(connection, [make(5 * SHARD, "words")])
            raise KeyError

    with pytest.raises(KeyError):
        fail()

    assert store.content() == fresh()


def test_an_enormous_entry_is_indexed_and_forgotten(store: Store) -> None:
    """Half a million words, and a word of half a million letters."""
    one = make(1, "word " * 500_000, title="w" * 500_000)
    store.put(one)
    assert store.problems() == []

    store.drop(one)

    assert store.content() == fresh()


def test_a_reindex_takes_in_what_is_written_meanwhile(store: Store) -> None:
    """Entries that come, change and go between its steps are in the end as in a fresh index."""
    first = [make(number, f"old{number}", sections=[("a", "b")]) for number in range(1, 9)]
    store.put(*first)
    store.begin()
    store.fill(*first[:4])
    changed = [make(2, "changed before"), make(7, "changed beyond")]
    for one in changed:
        store.edit(first[one.id - 1], one)
    store.drop(first[0], first[4])
    last = make(10, "came meanwhile")
    store.put(last)
    assert [number for number, _, is_active in store.generations() if is_active] == [1]

    store.fill(first[5], changed[1], first[7])
    store.fill(last)
    store.fill()

    there = [changed[0], *first[2:4], first[5], changed[1], first[7], last]
    assert store.generations() == [(2, None, True)]
    assert store.problems() == []
    assert store.content(2) == fresh(*there)
    assert store.run("SELECT name FROM sqlite_schema WHERE name GLOB 'search_1_*'") == []


def test_a_reindex_goes_on_after_a_crash(store: Store) -> None:
    """Who comes next goes on where the last whole step ended."""
    archived = [make(number, f"word{number}") for number in range(1, 7)]
    store.put(*archived)
    store.begin()
    store.fill(*archived[:2])

    def crash() -> None:
        with store.writing() as connection:
            store.index.fill(connection, archived[2:4])
            raise KeyError

    with pytest.raises(KeyError):
        crash()
    with closing(Store(store.path)) as following:  # which fills so few on opening
        assert following.generations() == [(2, None, True)]
        assert len(following.content(2)["documents"]) == len(archived)


def test_a_second_reindex_replaces_the_first(store: Store) -> None:
    """One that was begun and not finished is given up."""
    one = make(1, "word")
    store.put(one)
    store.begin()
    store.fill(one)

    store.begin()

    assert store.generations() == [(1, None, True), (2, 0, False)]
    store.fill(one)
    store.fill()
    assert store.content(2) == fresh(one)


def test_a_reindex_of_nothing_is_done_at_once(store: Store) -> None:
    """An archive without entries has its new index without a step."""
    store.begin()

    assert store.generations() == [(2, None, True)]


def test_an_archive_that_was_never_indexed_is_filled(store: Store) -> None:
    """Entries of the time before the index make the first generation an unfinished one."""
    one = make(1, "word")
    store.put(one)
    for table in ("search_1_0", "search_1_document", "search_1_language", "search_generation"):
        store.run(f"DROP TABLE {table}")

    with store.writing() as connection:
        assert not store.index.is_prepared(connection)
        store.index.prepare(connection)
        assert store.index.is_prepared(connection)

    assert store.generations() == [(1, 0, True)]
    store.fill(one)
    store.fill()
    assert store.content() == fresh(one)


@pytest.mark.parametrize("table", ["search_1_document", "search_1_language"])
def test_an_index_without_its_tables_is_made_anew(store: Store, table: str) -> None:
    """Half an index is none."""
    store.put(make(1, "word"))
    store.run(f"DROP TABLE {table}")

    with store.writing() as connection:
        assert not store.index.is_prepared(connection)
        store.index.prepare(connection)

    assert store.generations() == [(1, 0, True)]
    assert store.run("SELECT name FROM sqlite_schema WHERE name = 'search_1_0'") == []


def test_an_index_of_another_analysis_is_replaced(store: Store) -> None:
    """It is searched until the new one is filled; what changes meanwhile is found by old words."""
    archived = [make(number, f"word{number}") for number in range(1, 4)]
    store.put(*archived)
    before = store.content()
    store.run("UPDATE search_generation SET analyzer_version = -1")
    changed, added = make(1, "changed"), make(4, "added")
    store.edit(archived[0], changed)
    store.drop(archived[1])
    store.put(added)
    old = store.content()
    assert [one for one in old["0"] if one[1] != added.id] == before["0"]
    assert store.problems() == [
        "there is no search index for this program; run: aggregator search reindex"
    ]

    with store.writing() as connection:
        store.index.prepare(connection)

    assert store.generations() == [(1, None, True), (2, 0, False)]
    store.fill(changed, archived[2], added)
    store.fill()
    assert store.generations() == [(2, None, True)]
    assert store.content(2) == fresh(changed, archived[2], added)


def test_a_reindex_by_another_program_is_begun_anew(store: Store) -> None:
    """What another analysis has half filled cannot be finished by this one."""
    one = make(1, "word")
    store.put(one)
    store.begin()
    store.run("UPDATE search_generation SET analyzer_version = -1 WHERE number = 2")

    with store.writing() as connection:
        assert not store.index.is_prepared(connection)
        store.index.prepare(connection)

    assert store.generations() == [(1, None, True)]
    assert store.problems() == []


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        ("DELETE FROM search_1_0_docsize WHERE id = 1", "search_1_0 lacks 1 documents"),
        ("DELETE FROM search_1_document WHERE entry_id = 1", "1 entries are not in the search"),
        ("DELETE FROM search_1_document WHERE entry_id = 1", "search_1_0 has in surplus 1"),
        (
            "UPDATE search_1_document SET entry_id = 9 WHERE entry_id = 1",
            "1 rows of the search index belong to no entry",
        ),
        ("UPDATE search_1_language SET tokens = 0", "1 languages of the search index are counted"),
        ("UPDATE search_1_document SET is_stale = TRUE", "2 entries are found by the words of an"),
        ("DROP TABLE search_1_0", "2 documents of generation 1 are in no shard"),
    ],
)
def test_damage_is_told(store: Store, damage: str, sentence: str) -> None:
    """Each kind of it has a sentence."""
    store.put(make(1, "one"), make(2, "two"))

    store.run(damage)

    assert [one for one in store.problems() if one.startswith(sentence)]


def test_reading_loads_no_sqlalchemy() -> None:
    """The room can be imported for a search without what only writing needs."""
    code = (
        "import sys; import aggregator.search.sqlite; "
        "print(sorted({'sqlalchemy', 'pydantic', 'numpy', 'alembic'} & set(sys.modules)))"
    )

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout == "[]\n"
