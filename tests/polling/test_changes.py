"""What counts as new, as edited, as come under another name and as the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.archive import Known, KnownEntry, name_entries
from aggregator.model import Entry, ParsedFeed
from aggregator.polling._changes import MAX_SILENT_REVISIONS, Changes, find_changes

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def entry_of(key: str, content_hash: str = "a", *aliases: str, **stated: object) -> Entry:
    """An entry with some aliases, and what else its feed states of it."""
    return Entry(key=key, content_hash=content_hash, aliases=aliases, **stated)  # type: ignore[arg-type]


def document_of(*entries: Entry, unchanged: tuple[str, ...] = ()) -> ParsedFeed:
    """A document of `entries`, and of others that were recognised by their bytes."""
    return ParsedFeed("rss20", "strict", "utf-8", entries, unchanged=unchanged)


def was_of(number: int, entry: Entry, **known: object) -> KnownEntry:
    """What the archive knows of an entry that was recorded as number `number`."""
    return KnownEntry(
        number,
        entry.content_hash,
        key=entry.key,
        title=entry.title,
        published_at=entry.published_at,
        published_raw=entry.published_raw,
        updated_at=entry.updated_at,
        aliases=frozenset(entry.aliases),
        **known,  # type: ignore[arg-type]
    )


def known_of(*archived: KnownEntry) -> Known:
    """What is known where exactly these entries are archived."""
    by_key = {one.key: one for one in archived}
    names = {name for one in archived for name in one.names}
    return Known(by_key, name_entries(archived, names, by_key.keys()))


def _find(archived: Iterable[Entry], *entries: Entry, unchanged: tuple[str, ...] = ()) -> Changes:
    """The changes that a document brings to an archive that has exactly `archived`."""
    known = known_of(*(was_of(number, entry) for number, entry in enumerate(archived, 1)))
    return find_changes(document_of(*entries, unchanged=unchanged), known, max_new=10)


def _ids(pairs: Iterable[tuple[KnownEntry, Entry]]) -> list[tuple[int, str]]:
    return [(was.id, entry.key) for was, entry in pairs]


def _keys(entries: Iterable[Entry]) -> list[str]:
    return [entry.key for entry in entries]


def test_an_entry_is_new_edited_or_the_same_by_key_and_hash() -> None:
    """The key says which entry it is, the hash whether a reader would see a change."""
    archived = [entry_of("same"), entry_of("edited")]

    changes = _find(archived, entry_of("same"), entry_of("edited", "b"), entry_of("new"))

    assert _keys(changes.new) == ["new"]
    assert _ids(changes.edited) == [(2, "edited")]
    assert changes.same == 1
    assert {key: was.id for key, was in changes.archived.items()} == {"edited": 2}


def test_entries_that_were_not_read_again_are_the_same() -> None:
    """What was recognised by its bytes counts, though nobody asks the archive for it."""
    changes = _find([entry_of("a"), entry_of("b")], entry_of("a"), unchanged=("b", "c"))

    assert (changes.new, changes.same) == ((), 3)


def test_dates_alone_change_nothing() -> None:
    """A feed that moves its dates at every poll has not changed its articles."""
    changes = _find([entry_of("k", published_at=NOW)], entry_of("k", updated_at=NOW))

    assert (changes.new, changes.edited, changes.same) == ((), (), 1)


def test_of_too_many_new_entries_the_newest_are_taken() -> None:
    """The rest comes with the next poll; entries without a date count as oldest."""
    entries = [
        entry_of("undated"),
        entry_of("old", published_at=NOW - timedelta(days=9)),
        entry_of("young", published_at=NOW - timedelta(days=1)),
    ]

    changes = find_changes(document_of(*entries), Known(), max_new=2)

    assert _keys(changes.new) == ["young", "old"]
    assert changes.left_for_later == 1


def test_new_ids_for_the_same_links_bring_nothing_new() -> None:
    """A feed that was moved to other software gives each entry a new id."""
    titles = [f"Title {number}" for number in range(5)]
    before = [entry_of(f"id{at}", str(at), f"link{at}", title=one) for at, one in enumerate(titles)]
    after = [entry_of(f"new{at}", str(at), f"link{at}", title=one) for at, one in enumerate(titles)]

    changes = _find(before, *after)

    assert (changes.new, changes.edited) == ((), ())
    assert _ids(changes.renamed) == [(at + 1, f"new{at}") for at in range(5)]
    assert changes.same == 0
    assert changes.is_reidentified


def test_an_entry_whose_new_name_is_known_is_the_same_and_needs_no_writing() -> None:
    """After the poll that met the new id, the new id is a name like the old one."""
    was = replace(was_of(1, entry_of("old", "a", "new", "link")), former_keys=frozenset({"new"}))
    changes = find_changes(document_of(entry_of("new", "a", "link")), known_of(was), max_new=9)

    assert (changes.same, changes.renamed, changes.new) == (1, (), ())
    assert not changes.is_reidentified


def test_a_known_name_means_its_entry_whatever_changed() -> None:
    """An id that was learnt is as good as the first one: no title or date need be the same."""
    archived = entry_of("old", "a", "new", title="One", published_raw="1")
    was = replace(was_of(1, archived), former_keys=frozenset({"new"}))
    entry = entry_of("new", "b", title="Two", published_raw="2")

    changes = find_changes(
        document_of(entry),
        known_of(was, was_of(2, entry_of("x", "c", "new"))),
        max_new=9,
    )

    assert _ids(changes.edited) == [(1, "new")]


@pytest.mark.parametrize("date", ["published_at", "published_raw"])
def test_of_a_column_that_always_links_to_one_page_no_day_is_lost(date: str) -> None:
    """The word of the day: one title, one link, each day another id, date and text."""
    days = [
        entry_of(f"id{day}", f"text{day}", "link", title="Word of the day", **{date: when})
        for day, when in enumerate(
            [NOW, NOW + timedelta(days=1)] if date == "published_at" else ["Sun", "Mon"]
        )
    ]

    assert _keys(_find(days[:1], days[1]).new) == ["id1"]
    assert _keys(_find(days[:1], *days[::-1]).new) == ["id1"]


def test_a_link_that_several_archived_entries_have_means_none_of_them() -> None:
    """Not even with the very same title."""
    archived = [entry_of("a", "a", "link", title="T"), entry_of("b", "b", "link", title="T")]

    assert _keys(_find(archived, entry_of("c", "c", "link", title="T")).new) == ["c"]


def test_of_several_entries_with_a_link_it_means_the_one_with_the_same_content() -> None:
    """One of two items with one id and one link is left alone, under the id for a key."""
    archived = [entry_of("a", "a", "link", title="T"), entry_of("b", "b", "link", title="T")]

    changes = _find(archived, entry_of("c", "b", "link", title="T"))

    assert _ids(changes.renamed) == [(2, "c")]


def test_the_same_words_on_another_day_are_another_entry() -> None:
    """A page that says each day that nothing has happened says so each day."""
    days = [
        entry_of(f"id{day}", "a", "link", title="No incidents", published_at=NOW + timedelta(day))
        for day in range(2)
    ]

    assert _keys(_find(days[:1], days[1]).new) == ["id1"]


def test_a_link_that_several_entries_of_the_document_have_means_nothing() -> None:
    """Which of them would be the archived one cannot be told."""
    new = [entry_of("b", "b", "link", title="T"), entry_of("c", "c", "link", title="T")]

    assert _keys(_find([entry_of("a", "a", "link", title="T")], *new).new) == ["b", "c"]


@pytest.mark.parametrize("name", ["a", "a2"])
@pytest.mark.parametrize("is_unchanged", [True, False])
def test_an_entry_that_is_there_itself_is_no_other(name: str, is_unchanged: bool) -> None:  # noqa: FBT001
    """Under its key or an alias, read anew or recognised: the other one is new."""
    archived = entry_of("a", "a", "a2", "link", title="T")
    other = entry_of("b", "a", "link", title="T")
    own = () if is_unchanged else (entry_of(name, "a", title="T"),)

    changes = _find([archived], *own, other, unchanged=(name,) if is_unchanged else ())

    assert _keys(changes.new) == ["b"]
    assert changes.same + len(changes.renamed) == 1


@pytest.mark.parametrize("is_first", [True, False])
def test_under_an_id_that_it_had_it_stays_itself_whoever_has_its_link_as_an_id(
    is_first: bool,  # noqa: FBT001
) -> None:
    """Else it would be another entry at this poll and itself again at the next."""
    was = replace(was_of(1, entry_of("old", "a", "own", "link")), former_keys=frozenset({"own"}))
    alike = was_of(2, entry_of("b", "c"))
    own, other = entry_of("own", "c", "b"), entry_of("link", "d")

    changes = find_changes(
        document_of(*((own, other) if is_first else (other, own))),
        known_of(was, alike),
        max_new=9,
    )

    assert _ids(changes.edited) == [(1, "own")]
    assert _keys(changes.new) == ["link"]


def test_an_entry_that_lost_its_id_is_known_by_its_link() -> None:
    """What was an alias is the key now; the other way round as well."""
    with_id, without = entry_of("id", "a", "link", title="T"), entry_of("link", "a", title="T")

    assert _ids(_find([with_id], without).renamed) == [(1, "link")]
    assert _ids(_find([without], with_id).renamed) == [(1, "id")]


@pytest.mark.parametrize(
    ("was", "now", "is_one"),
    [
        ({"title": "A"}, {"title": "A"}, True),
        ({"title": "A"}, {"title": "B"}, False),
        ({"published_raw": "x"}, {"published_raw": "x", "title": "B"}, True),
        ({"published_raw": "x", "title": "A"}, {"published_raw": "x", "title": "B"}, True),
        ({"published_raw": "x"}, {"published_raw": "y"}, False),
        ({"published_at": NOW, "published_raw": "x"}, {"published_at": NOW}, True),
        ({"published_at": NOW, "published_raw": "x"}, {"published_at": NOW, "title": "B"}, True),
        ({"title": "A", "published_raw": "x"}, {"title": "A", "published_raw": "y"}, False),
        ({"title": "A"}, {"published_raw": "y"}, True),
        ({}, {}, True),
    ],
)
def test_an_edited_entry_under_a_new_id_must_have_something_in_common(
    was: dict[str, object],
    now: dict[str, object],
    is_one: bool,  # noqa: FBT001
) -> None:
    """The link alone is believed only where nothing can be compared."""
    changes = _find([entry_of("a", "a", "link", **was)], entry_of("b", "b", "link", **now))

    assert (_ids(changes.edited), _keys(changes.new)) == (
        ([(1, "b")], []) if is_one else ([], ["b"])
    )


def test_a_feed_that_gave_new_ids_and_dates_keeps_its_entries() -> None:
    """Several texts, each at its own link under another date, are those that were there."""
    before = [entry_of(f"a{i}", "x", f"l{i}", title=f"T{i}", published_raw="1") for i in range(3)]
    after = [entry_of(f"b{i}", "x", f"l{i}", title=f"T{i}", published_raw="2") for i in range(3)]

    changes = _find(before, *after)

    assert _ids(changes.renamed) == [(1, "b0"), (2, "b1"), (3, "b2")]
    assert changes.is_reidentified


def test_columns_of_one_title_each_are_new_every_day() -> None:
    """Morning news and evening news, at their own places, with other words and another date."""
    before = [entry_of(f"a{i}", "x", f"l{i}", title=f"T{i}", published_raw="1") for i in range(3)]
    after = [entry_of(f"b{i}", "y", f"l{i}", title=f"T{i}", published_raw="2") for i in range(3)]

    assert _keys(_find(before, *after).new) == ["b0", "b1", "b2"]


def test_of_two_that_would_be_one_entry_the_closer_is() -> None:
    """Same content before same title before same date; the other one is new."""
    archived = entry_of("a", "a", "id", "link", title="T", published_raw="x")
    by_date = entry_of("b", "b", "id", title="Other", published_raw="x")
    by_title = entry_of("c", "c", "link", title="T")
    by_content = entry_of("d", "a", "link", title="Else")

    assert _ids(_find([archived], by_date, by_title).edited) == [(1, "c")]
    assert _keys(_find([archived], by_date, by_title).new) == ["b"]
    assert _ids(_find([archived], by_date, by_content).renamed) == [(1, "d")]


@pytest.mark.parametrize(
    "entry", [entry_of("a", "b"), entry_of("link", "b"), entry_of("b", "a", "link")]
)
def test_what_was_deleted_stays_away(entry: Entry) -> None:
    """Edited, without its id or under a new one: it is neither new nor edited."""
    deleted = was_of(1, entry_of("a", "a", "link"), is_deleted=True)

    changes = find_changes(document_of(entry), known_of(deleted), max_new=10)

    assert (changes.new, changes.edited, changes.renamed, changes.same) == ((), (), (), 1)
    assert _ids(changes.buried) == ([(1, entry.key)] if entry.key != "a" else [])


def test_another_entry_at_the_link_of_a_deleted_one_is_new() -> None:
    """Deleting one day of a column does not silence the column."""
    deleted = was_of(1, entry_of("a", "a", "link", published_raw="x"), is_deleted=True)
    entry = entry_of("b", "b", "link", published_raw="y")

    assert _keys(find_changes(document_of(entry), known_of(deleted), max_new=10).new) == ["b"]


@pytest.mark.parametrize(
    ("silent", "updated_at", "group"),
    [
        (MAX_SILENT_REVISIONS - 1, None, "edited"),
        (MAX_SILENT_REVISIONS, None, "overwritten"),
        (MAX_SILENT_REVISIONS, NOW, "overwritten"),
        (MAX_SILENT_REVISIONS + 1, NOW + timedelta(seconds=1), "edited"),
    ],
)
def test_states_of_which_only_the_text_tells_are_kept_so_often(
    silent: int, updated_at: datetime | None, group: str
) -> None:
    """A page with a counter in it ends to be a revision; what its feed calls updated never does."""
    was = was_of(1, entry_of("a", "a", updated_at=NOW), silent_revisions=silent)

    changes = find_changes(
        document_of(entry_of("a", "b", updated_at=updated_at)), known_of(was), max_new=1
    )

    assert _ids(getattr(changes, group)) == [(1, "a")]
    assert len(changes.edited) + len(changes.overwritten) == 1
    assert changes.archived == {"a": was}


@pytest.mark.parametrize(("count", "others", "is_so"), [(2, 0, False), (3, 3, True), (3, 4, False)])
def test_a_feed_is_reidentified_when_most_of_it_has_new_ids(
    count: int,
    others: int,
    is_so: bool,  # noqa: FBT001
) -> None:
    """At least three entries, and half of the document, those recognised by their bytes too."""
    before = [entry_of(f"a{at}", str(at), f"l{at}") for at in range(count)]
    after = [entry_of(f"b{at}", str(at), f"l{at}") for at in range(count)]

    changes = _find(before, *after, unchanged=tuple(f"o{at}" for at in range(others)))

    assert changes.is_reidentified is is_so


def test_ten_thousand_new_ids_are_matched_at_once() -> None:
    """The work grows with the document, not with its square."""
    before = [entry_of(f"a{at}", str(at), f"l{at}") for at in range(10_000)]
    after = [entry_of(f"b{at}", str(at), f"l{at}") for at in range(10_000)]

    assert len(_find(before, *after).renamed) == 10_000
