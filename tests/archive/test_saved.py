"""Saved searches: kept as they were typed, under names that do not mind case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.archive import Archive, SavedSearches
from aggregator.errors import AggregatorError, ArchiveError, NotFoundError
from tests.archive.strict_index import StrictIndex

if TYPE_CHECKING:
    from tests.archive.conftest import OneFeed


@pytest.fixture
def saved(one_feed: OneFeed) -> SavedSearches:
    """The saved searches of a new archive: none."""
    return one_feed.archive.saved


def test_a_search_is_kept_as_it_was_typed(saved: SavedSearches, one_feed: OneFeed) -> None:
    """By every connection, and in the order of the names."""
    assert saved.all() == []

    second = saved.save("second  One", ' "小米" OR car* -tag:x ')
    first = saved.save("First", "a")

    with Archive(one_feed.url, StrictIndex()) as other:
        assert other.saved.all() == [first, second]
    assert (second.name, second.query) == ("second One", '"小米" OR car* -tag:x')
    assert second.created_at == second.changed_at
    assert saved.get("SECOND one") == second


def test_a_name_is_taken_in_any_case(saved: SavedSearches) -> None:
    """Nothing is replaced unless that is said; then it is the same search with another query."""
    before = saved.save("Straße", "one")

    with pytest.raises(ArchiveError, match="'Straße' already; replace it"):
        saved.save("STRASSE", "two")
    assert saved.all() == [before]
    after = saved.save("STRASSE", "two", replace=True)

    assert saved.all() == [after]
    assert (after.name, after.query, after.created_at) == ("STRASSE", "two", before.created_at)
    assert after.changed_at >= before.changed_at


def test_what_is_replaced_need_not_be_there(saved: SavedSearches) -> None:
    """Whoever says so means: let it be this from now on."""
    made = saved.save("new", "x", replace=True)

    assert saved.all() == [made]


def test_a_search_is_removed_by_its_name(saved: SavedSearches) -> None:
    """That one and no other; one that is not there is said, with where to look."""
    saved.save("Gone", "x")
    left = saved.save("Left", "x")

    saved.remove(" gOnE ")

    assert saved.all() == [left]
    for ask in (saved.remove, saved.get):
        with pytest.raises(NotFoundError, match=r"no saved search 'gone' .*saved list"):
            ask("gone")


@pytest.mark.parametrize(
    ("name", "query", "said"),
    [
        ("", "x", "1 to 64 characters"),
        ("  ", "x", "1 to 64 characters"),
        ("x" * 65, "x", "1 to 64 characters"),
        ("a\nb", "x", "control characters"),
        ("a\tb", "x", "control characters"),
        ("a\x1b[31m", "x", "control characters"),
        ("a\0", "x", "control characters"),
        ("a\u202eb", "x", "control characters"),
        ("a\u2060b", "x", "invisible"),
        ("a\ud800", "x", "control characters"),
        ("a", " ", "nothing to save"),
        ("a", "x" * 5000, "at most 4096"),
    ],
)
def test_what_cannot_be_saved_is_said(
    name: str, query: str, said: str, saved: SavedSearches
) -> None:
    """What would harm a terminal, or be nothing, is no name."""
    with pytest.raises(ArchiveError, match=said):
        saved.save(name, query)

    assert saved.all() == []


@given(name=st.text(max_size=70), query=st.text(max_size=50))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_whatever_is_saved_is_found_and_removed_again(
    name: str, query: str, saved: SavedSearches
) -> None:
    """Any name and query: kept so that it is found under that name, or refused in our words."""
    try:
        kept = saved.save(name, query)
    except AggregatorError:
        assert saved.all() == []
        return

    assert saved.all() == [kept] == [saved.get(name)]
    saved.remove(name)
    assert saved.all() == []
