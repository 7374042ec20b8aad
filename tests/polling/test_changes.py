"""What counts as new, as edited and as the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from aggregator.archive import KnownEntry
from aggregator.model import Entry
from aggregator.polling._changes import find_changes

_NOW = datetime(2026, 11, 22, tzinfo=UTC)


def _entry(key: str, content_hash: str = "a", age_days: float | None = None) -> Entry:
    published_at = _NOW - timedelta(days=age_days) if age_days is not None else None
    return Entry(key=key, content_hash=content_hash, published_at=published_at)


def test_an_entry_is_new_edited_or_the_same_by_key_and_hash() -> None:
    """The key says which entry it is, the hash whether a reader would see a change."""
    known = {"same": KnownEntry(1, "a"), "edited": KnownEntry(2, "a")}
    entries = [_entry("same"), _entry("edited", "b"), _entry("new")]

    changes = find_changes(entries, known, max_new=10)

    assert [entry.key for entry in changes.new] == ["new"]
    assert [(was.id, entry.key) for was, entry in changes.edited] == [(2, "edited")]
    assert changes.same == 1


def test_dates_alone_change_nothing() -> None:
    """A feed that moves its dates at every poll has not changed its articles."""
    known = {"k": KnownEntry(1, "a")}

    changes = find_changes([_entry("k", "a", age_days=0)], known, max_new=10)

    assert (changes.new, changes.edited, changes.same) == ((), (), 1)


def test_of_too_many_new_entries_the_newest_are_taken() -> None:
    """The rest comes with the next poll; entries without a date count as oldest."""
    entries = [_entry("undated"), _entry("old", age_days=9), _entry("young", age_days=1)]

    changes = find_changes(entries, {}, max_new=2)

    assert [entry.key for entry in changes.new] == ["young", "old"]
    assert changes.left_for_later == 1


@given(
    keys=st.lists(st.text("abcdef", min_size=1, max_size=3), unique=True),
    known=st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.sampled_from("ab")),
    max_new=st.integers(0, 5),
)
def test_every_entry_is_counted_once(keys: list[str], known: dict[str, str], max_new: int) -> None:
    """New, edited, same and left over add up to what the feed has."""
    entries = [_entry(key) for key in keys]
    archived = {key: KnownEntry(at, digest) for at, (key, digest) in enumerate(known.items())}

    changes = find_changes(entries, archived, max_new=max_new)

    counted = len(changes.new) + len(changes.edited) + changes.same + changes.left_for_later
    assert counted == len(entries)
    assert len(changes.new) <= max_new
