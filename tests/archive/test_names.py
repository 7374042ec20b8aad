"""Names of entries: recorded with them, followed when a feed changes them, kept when they go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from aggregator.archive import Selection
from aggregator.archive._aliases import MAX_ALIASES
from aggregator.model import Item

if TYPE_CHECKING:
    from tests.archive.conftest import OneFeed

MakeItem = Callable[..., Item]


def _aliases(one_feed: OneFeed) -> list[tuple[int, str]]:
    return one_feed.rows("SELECT entry_id, key FROM alias ORDER BY entry_id, key")


def test_new_entries_bring_their_aliases(one_feed: OneFeed, make_item: MakeItem) -> None:
    """Each once, and never their own key."""
    key = make_item(1).entry.key
    one_feed.poll(make_item(1, aliases=("b", "a", "b", key)), make_item(2))

    assert _aliases(one_feed) == [(2, "a"), (2, "b")]


def test_an_edited_entry_keeps_its_key_and_gets_the_new_names(
    one_feed: OneFeed, make_item: MakeItem
) -> None:
    """Under the new id and link it is found, and under the old ones still."""
    one_feed.poll(make_item(1, aliases=("old link",), guid="old", url="https://example.org/old"))
    changed = make_item(1, title="New", guid="new", url="https://example.org/new").entry
    edited = Item(replace(changed, key="new", aliases=("link",)), make_item(1).article)

    one_feed.poll(edited=((1, edited),))

    found = one_feed.get(1)
    assert found.entry == replace(changed, key=make_item(1).entry.key)
    assert _aliases(one_feed) == [(1, "link"), (1, "new"), (1, "old link")]
    assert found.revision_count == 1


def test_a_renamed_entry_follows_without_a_revision(one_feed: OneFeed, make_item: MakeItem) -> None:
    """Its id and its link are the feed's; nothing else of it was changed."""
    first = make_item(1, aliases=("link",), guid="old", url="http://example.org/1", lead="word")
    one_feed.poll(first)
    new = replace(first.entry, key="new", guid="g", url="https://example.org/1", aliases=("link",))

    one_feed.poll(renamed=((1, new), (99, new)))

    found = one_feed.get(1)
    assert found.entry == replace(first.entry, guid="g", url="https://example.org/1", aliases=())
    assert (found.revision_count, found.article) == (0, first.article)
    assert _aliases(one_feed) == [(1, "link"), (1, "new")]
    assert one_feed.found("word") == [1]
    assert one_feed.archive.check() == []


def test_an_entry_has_only_so_many_names(one_feed: OneFeed, make_item: MakeItem) -> None:
    """A feed that makes up a new id at each request fills no table; the newest name is there."""
    first = make_item(1, aliases=("link",))
    one_feed.poll(first)

    for number in range(3 * MAX_ALIASES):
        new = replace(first.entry, key=f"id {number}", aliases=("link",))
        one_feed.poll(renamed=((1, new),))
        names = {key for _, key in _aliases(one_feed)}
        assert {"link", f"id {number}"} <= names
        assert len(names) <= MAX_ALIASES


def test_an_overwritten_entry_keeps_nothing_of_before(
    one_feed: OneFeed, make_item: MakeItem
) -> None:
    """The text follows the feed, no revision is made, and the index knows the new words only."""
    one_feed.poll(make_item(1, title="before"), make_item(2, title="without"))
    after = make_item(1, title="after", content_hash="f")
    without = replace(make_item(2, title="article", content_hash="f"), article=None)

    one_feed.poll(overwritten=((2, after), (1, without), (99, after)))

    assert (one_feed.get(2).entry.title, one_feed.get(2).revision_count) == ("after", 0)
    assert one_feed.get(1).article == make_item(2).article
    words = ("before", "after", "without", "article")
    assert [one_feed.found(word) for word in words] == [[], [2], [], [1]]
    assert one_feed.archive.check() == []


def test_a_deleted_entry_leaves_its_names_only(one_feed: OneFeed, make_item: MakeItem) -> None:
    """Text, revisions, sections and words are gone; the entry is not counted any more."""
    one_feed.poll(make_item(1, lead="vanish", sections=[("h", "t")], aliases=("link",)))
    one_feed.poll(make_item(3, lead="stays"))
    one_feed.poll(edited=((1, make_item(1, lead="vanish", aliases=("link",), content_hash="e")),))

    count = one_feed.archive.entries.delete([1, 1, 99, 0, -1, 10**30])

    assert count == 1
    assert [one.id for one in one_feed.archive.entries.select(Selection())] == [2]
    assert one_feed.found("vanish") == []
    left = "SELECT entry_id FROM {} UNION SELECT entry_id FROM {} UNION SELECT entry_id FROM {}"
    assert one_feed.rows(left.format("revision", "section", "alias")) == []
    key = make_item(1).entry.key
    stones = one_feed.rows("SELECT key, is_key, entry_id FROM tombstone ORDER BY is_key")
    assert stones == [("link", 0, 1), (key, 1, 1)]
    assert one_feed.archive.check() == []
    assert one_feed.archive.entries.delete([1]) == 0


def test_thousands_are_deleted_at_once(one_feed: OneFeed, make_item: MakeItem) -> None:
    """Statements are split where they have an end."""
    one_feed.poll(*(make_item(number, aliases=("same",)) for number in range(1200)))

    assert one_feed.archive.entries.delete(range(1, 1201)) == 1200
    assert one_feed.rows("SELECT count(*) FROM tombstone") == [(2400,)]


@pytest.mark.parametrize("group", ["edited", "overwritten", "completed"])
def test_an_entry_that_was_deleted_during_its_poll_costs_nothing(
    group: str, one_feed: OneFeed, make_item: MakeItem
) -> None:
    """The rest of the poll is recorded; the deleted one does not come back."""
    one_feed.poll(make_item(1), make_item(2))
    token = one_feed.lease()
    one_feed.archive.entries.delete([1])
    items = tuple((one, make_item(3 - one, title="after")) for one in (1, 2))

    assert one_feed.archive.entries.record(one_feed.result(token, **{group: items}))

    [left] = one_feed.archive.entries.select(Selection())
    assert left.id == 2
    assert one_feed.archive.check() == []
