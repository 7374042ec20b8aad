"""Polls after polls: whatever came before, what was recorded brings nothing a second time."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.archive import Archive, KnownEntry, Selection
from aggregator.model import Article, Entry, FeedSpec, Item, PollResult, Validators
from aggregator.polling._changes import MAX_SILENT_REVISIONS, Changes, find_changes
from aggregator.search.sqlite import SqliteIndex
from tests.polling.test_changes import (
    NOW,
    document_of,
    entry_of,
    known_of,
    was_of,
)

_NAMES = st.sampled_from("abcdefgh")
_ENTRIES = st.builds(
    lambda key, digest, aliases, title, date: Entry(
        key, digest, title=title, published_raw=date, aliases=tuple(sorted(aliases - {key}))
    ),
    _NAMES,
    st.sampled_from("12"),
    st.frozensets(_NAMES, max_size=2),
    st.sampled_from([None, "T", "U"]),
    st.sampled_from([None, "x", "y"]),
)
_DOCUMENTS = st.lists(_ENTRIES, unique_by=lambda entry: entry.key, max_size=6)


def _record(archived: list[KnownEntry], changes: Changes) -> list[KnownEntry]:
    """The archive after a poll, as recording makes it."""
    after = {one.id: one for one in archived}
    for was, entry in (*changes.edited, *changes.overwritten, *changes.renamed):
        names = was.names | {entry.key, *entry.aliases}
        stated = was if (was, entry) in changes.renamed else was_of(was.id, entry)
        names |= after[was.id].names
        keys = after[was.id].keys | {entry.key}
        after[was.id] = replace(
            stated, key=was.key, aliases=names - {was.key}, former_keys=keys - {was.key}
        )
    numbered = enumerate(changes.new, 1 + max(after, default=0))
    return [*after.values(), *(was_of(number, entry) for number, entry in numbered)]


@given(_DOCUMENTS, _DOCUMENTS, st.lists(_NAMES, unique=True, max_size=2), st.integers(0, 6))
def test_every_entry_is_in_one_group_and_nothing_is_matched_twice(
    before: list[Entry], after: list[Entry], deleted: list[str], max_new: int
) -> None:
    """The groups add up to the document, and each archived entry is at most one of it."""
    archived = known_of(
        *(was_of(at, one, is_deleted=one.key in deleted) for at, one in enumerate(before))
    )

    changes = find_changes(document_of(*after, unchanged=("z",)), archived, max_new=max_new)

    pairs = [*changes.edited, *changes.overwritten, *changes.renamed]
    grouped = [entry.key for entry in changes.new] + [entry.key for _, entry in pairs]
    assert len(set(grouped)) == len(grouped)
    assert len(grouped) + changes.same + changes.left_for_later == len(after) + 1
    assert len({was.id for was, _ in pairs}) == len(pairs)
    assert not any(was.is_deleted for was, _ in pairs)
    assert len(changes.new) <= max_new


@given(st.lists(_DOCUMENTS, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_a_document_that_was_recorded_brings_nothing_again(
    documents: list[list[Entry]], random: object
) -> None:
    """Whatever came before it, the same document once more, shuffled, has nothing new or edited."""
    archived: list[KnownEntry] = []
    for entries in documents:
        found = find_changes(document_of(*entries), known_of(*archived), max_new=99)
        archived = _record(archived, found)
    again = list(documents[-1])
    random.shuffle(again)  # type: ignore[attr-defined]

    changes = find_changes(document_of(*again), known_of(*archived), max_new=99)

    assert (changes.new, changes.edited, changes.overwritten, changes.renamed) == ((), (), (), ())


@given(st.lists(_DOCUMENTS, min_size=2, max_size=4), st.frozensets(_NAMES))
def test_entries_recognised_by_their_bytes_change_nothing_for_the_others(
    documents: list[list[Entry]], recognised: frozenset[str]
) -> None:
    """Read anew or left unread, what is the same leads to the same groups of all others."""
    archived: list[KnownEntry] = []
    for entries in documents[:-1]:
        found = find_changes(document_of(*entries), known_of(*archived), max_new=99)
        archived = _record(archived, found)
    last = {entry.key: entry for entry in documents[-1]}
    seen = {entry.key: entry for entry in documents[-2]}
    unread = tuple(key for key in recognised if key in last and last[key] == seen.get(key))
    rest = [entry for entry in last.values() if entry.key not in unread]
    if any(one.names & {entry.key for entry in rest} and one.keys & {*unread} for one in archived):
        return  # then the whole document is read: see `came_as`

    whole = find_changes(document_of(*last.values()), known_of(*archived), max_new=99)
    delta = find_changes(document_of(*rest, unchanged=unread), known_of(*archived), max_new=99)

    assert replace(delta, kept=()) == replace(whole, kept=())
    assert all(pair in whole.kept for pair in delta.kept)


@pytest.fixture(scope="module")
def empty_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an archive with one feed, to be copied: making one takes its time."""
    path = tmp_path_factory.mktemp("empty") / "archive.db"
    with Archive(f"sqlite:///{path}", SqliteIndex()) as archive:
        archive.feeds.sync([FeedSpec("https://example.org/feed")], NOW)
    return path


def _poll(archive: Archive, entries: Sequence[Entry], unchanged: tuple[str, ...] = ()) -> Changes:
    """The changes that a document brought, which are recorded now."""
    known = archive.entries.known(1, entries)
    changes = find_changes(document_of(*entries, unchanged=unchanged), known, max_new=99)
    lease = archive.feeds.lease_one(1, NOW, 60)
    assert lease
    result = PollResult(1, lease.token, NOW, NOW, Validators(), None)
    brought = replace(
        result,
        new=tuple(map(_item, changes.new)),
        edited=tuple((was.id, _item(entry)) for was, entry in changes.edited),
        overwritten=tuple((was.id, _item(entry)) for was, entry in changes.overwritten),
        renamed=tuple((was.id, entry) for was, entry in changes.renamed),
        buried=tuple((was.id, entry) for was, entry in changes.buried),
        kept=tuple((was.id, entry) for was, entry in changes.kept),
    )
    assert archive.entries.record(brought)
    return changes


def _item(entry: Entry) -> Item:
    return Item(entry, Article(None, "", "", (), word_count=0, read_minutes=0, method="title"))


@settings(max_examples=30, deadline=None)
@given(st.lists(_DOCUMENTS, min_size=2, max_size=5), st.sets(st.integers(1, 6)), st.data())
def test_what_an_archive_has_had_comes_in_no_second_time(
    empty_archive: Path, documents: list[list[Entry]], deleted: set[int], data: st.DataObject
) -> None:
    """Recorded, deleted in part, shuffled, recognised in part: no entry is new or edited twice."""
    with TemporaryDirectory() as folder:
        path = shutil.copy(empty_archive, folder)
        with Archive(f"sqlite:///{path}", SqliteIndex()) as archive:
            for entries in documents:
                _poll(archive, entries)
            kept = len(archive.entries.select(Selection()))
            count = archive.entries.delete(deleted)
            again = data.draw(st.permutations(documents[-1]))
            unread = data.draw(st.sets(st.sampled_from([entry.key for entry in again] or [""])))
            rest = [entry for entry in again if entry.key not in unread]

            whole = _poll(archive, again)
            delta = _poll(archive, rest, tuple(unread))

            assert not any((whole.new, whole.edited, whole.overwritten, whole.renamed))
            assert not any((delta.new, delta.edited, delta.overwritten, delta.renamed))
            assert len(archive.entries.select(Selection())) == kept - count
            assert archive.check() == []


def test_a_deleted_entry_stays_away_under_each_further_id(tmp_path: Path) -> None:
    """Also if two of its later ids stand in one document."""
    with Archive(f"sqlite:///{tmp_path}/a.db", SqliteIndex()) as archive:
        archive.feeds.sync([FeedSpec("https://example.org/feed")], NOW)
        _poll(archive, [entry_of("a", "1", "link", title="T")])
        _poll(archive, [entry_of("b", "1", "link", title="T")])
        archive.entries.delete([1])
        _poll(archive, [entry_of("c", "1", "link", title="T")])

        both = [entry_of(key, "1", "link", title="T") for key in "bc"]
        changes = _poll(archive, both)

        assert (changes.new, changes.same) == ((), 2)


def test_a_counter_in_a_text_fills_no_archive(tmp_path: Path) -> None:
    """The first states stay, and the last; what the feed itself calls an update is always kept."""
    with Archive(f"sqlite:///{tmp_path}/a.db", SqliteIndex()) as archive:
        archive.feeds.sync([FeedSpec("https://example.org/feed")], NOW)
        for number in range(100):
            _poll(archive, [entry_of("a", str(number), title=f"Seen {number} times")])
        before = archive.entries.get(1)
        for day in (1, 2):
            updated_at = NOW + timedelta(days=day)
            _poll(archive, [entry_of("a", f"day {day}", title=f"Day {day}", updated_at=updated_at)])
        after = archive.entries.get(1)

    assert (before.entry.title, before.revision_count) == ("Seen 99 times", MAX_SILENT_REVISIONS)
    assert (after.entry.title, after.revision_count) == ("Day 2", MAX_SILENT_REVISIONS + 2)
