"""Two feeds that became one: no entry lost or doubled, the other never polled again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator.archive import Selection, choose_feeds, preview_feeds
from aggregator.model import Entry, FeedSpec, Item
from tests.archive.test_moves import OLD, find_feed, poll_feed
from tests.archive.test_moves import move_feed as move_feed_to

if TYPE_CHECKING:
    from tests.archive.conftest import OneFeed

MakeItem = Callable[..., Item]

NEW = FeedSpec("https://example.org/new.xml")  # from another host nothing is taken


def move_feed(feeds: OneFeed, *new: Item, feed_id: int = 1, to: str = NEW.url) -> bool:
    """Record a poll that believes that a feed is at `to` for good."""
    return move_feed_to(feeds, *new, feed_id=feed_id, to=to)


@pytest.fixture
def two(one_feed: OneFeed, now: datetime) -> OneFeed:
    """The archive with a second feed, which is at the address to which the first one moves."""
    one_feed.archive.feeds.sync([OLD, NEW], now)
    return one_feed


def test_a_move_onto_another_feed_makes_them_one(
    two: OneFeed, make_item: MakeItem, now: datetime
) -> None:
    """Entries keep their numbers; of what both have, the first arrival counts."""
    earlier, later = now - timedelta(days=2), now - timedelta(days=1)
    poll_feed(two, 1, make_item(1, lead="both"), make_item(2, lead="own"), polled_at=earlier)
    poll_feed(two, 2, make_item(1, lead="both"), make_item(3, lead="other"), polled_at=later)
    before = {one.id: one for one in two.archive.entries.select(Selection())}

    move_feed(two, make_item(4, lead="brought"))

    after = {one.id: one for one in two.archive.entries.select(Selection())}
    assert {one.feed.id for one in after.values()} == {2}
    assert sorted(after) == [1, 3, 4, 5]
    assert after[1].entry == before[1].entry
    assert (after[4].entry, after[4].first_seen_at) == (before[4].entry, earlier)
    assert (after[4].sort_at, after[4].revision_count) == (earlier, 0)
    assert two.found("both") == [4]
    assert two.found("own OR other OR brought") == [1, 3, 5]
    assert two.archive.check() == []
    merged = find_feed(two, 1)
    assert (merged.merged_into, merged.is_enabled, merged.url) == (2, False, OLD.url)


def test_another_state_of_what_both_have_becomes_a_revision(
    two: OneFeed, make_item: MakeItem
) -> None:
    """And the revisions of both stay."""
    poll_feed(two, 1, make_item(1, title="a"))
    poll_feed(two, 2, make_item(1, title="x"))
    for title in ("b", "c"):
        poll_feed(two, 1, edited=((1, make_item(1, title=title, content_hash=title)),))
    poll_feed(two, 2, edited=((2, make_item(1, title="y", content_hash="y")),))

    move_feed(two)

    [left] = two.archive.entries.select(Selection())
    titles = [older.entry.title for older in two.archive.entries.revisions(2)]
    assert (left.id, left.entry.title, left.revision_count) == (2, "y", 4)
    assert titles == ["x", "a", "b", "c"]
    assert two.found("b OR c") == []
    assert two.archive.check() == []


def test_what_both_have_under_an_alias_is_one(two: OneFeed, make_item: MakeItem) -> None:
    """Other ids at the new address, the same links; either id means the entry then."""
    poll_feed(two, 1, make_item(1, title="T", aliases=("link", "own")))
    poll_feed(two, 2, make_item(2, title="T", aliases=("link",)))

    move_feed(two)

    [left] = two.archive.entries.select(Selection())
    names = {key for [key] in two.rows("SELECT key FROM alias WHERE entry_id = 2")}
    assert left.id == 2
    assert names == {"link", "own", make_item(1).entry.key}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ([(1, "T", "link")], [(2, "U", "link")]),
        ([(1, "T", "link"), (3, "T", "link")], [(2, "T", "link")]),
        ([(1, "T", "link")], [(2, "T", "link"), (3, "T", "link")]),
    ],
    ids=["another-title", "two-of-ours", "two-of-theirs"],
)
def test_what_only_links_to_one_page_stays_apart(
    ours: list[tuple[int, str, str]],
    theirs: list[tuple[int, str, str]],
    two: OneFeed,
    make_item: MakeItem,
) -> None:
    """A column at one address is many entries, also after a merge."""
    for feed_id, entries in ((1, ours), (2, theirs)):
        poll_feed(two, feed_id, *(make_item(at, title=t, aliases=(n,)) for at, t, n in entries))

    move_feed(two)

    assert len(two.archive.entries.select(Selection())) == len(ours) + len(theirs)


def test_a_merge_of_great_feeds_is_one_poll(two: OneFeed, make_item: MakeItem) -> None:
    """Half of a thousand entries are in both feeds; none is lost or doubled."""
    poll_feed(two, 1, *(make_item(at, aliases=(f"l{at}",)) for at in range(1000)))
    poll_feed(two, 2, *(make_item(at, aliases=(f"l{at}",)) for at in range(500, 1500)))

    move_feed(two)

    left = two.archive.entries.select(Selection())
    assert len({one.entry.key for one in left}) == len(left) == 1500
    assert two.rows("SELECT count(*) FROM alias WHERE feed_id = 2") == [(1500,)]
    assert two.archive.check() == []


def test_what_was_deleted_from_a_merged_feed_stays_away(two: OneFeed, make_item: MakeItem) -> None:
    """Its tombstones go along."""
    gone = make_item(1, aliases=("link",))
    poll_feed(two, 1, gone)
    two.archive.entries.delete([1])

    move_feed(two)

    known = two.archive.entries.known(2, [gone.entry, Entry("x", "", aliases=("link",))])
    assert known.by_key[gone.entry.key].is_deleted
    assert [one.is_deleted for one in known.by_name["link"]] == [True]


def test_a_merged_feed_is_never_polled_and_never_woken(two: OneFeed, now: datetime) -> None:
    """Not by its number, nor by listing its URL still, alone or beside the other."""
    move_feed(two)

    for listed in ([OLD, NEW], [NEW, OLD], [OLD]):
        before = two.archive.feeds.all()
        assert preview_feeds(before, listed) == before
        changes = two.archive.feeds.sync(listed, now)
        assert (changes.added, changes.changed, changes.paused) == ((), (), ())
        assert two.archive.feeds.all() == before
    assert [feed.is_enabled for feed in two.archive.feeds.all()] == [False, True]
    assert two.archive.feeds.lease(now, limit=9, lease_s=9, feed_ids=[1]) == []


def test_the_old_url_decides_about_the_feed_that_is_left(two: OneFeed, now: datetime) -> None:
    """Who lists only that one wants the feed; its settings are those of the other then."""
    move_feed(two)

    two.archive.feeds.sync([replace(OLD, name="Mine", interval_s=60)], now)

    merged, left = two.archive.feeds.all()
    assert (left.url, left.name, left.interval_s, left.is_enabled) == (NEW.url, "Mine", 60, True)
    assert (merged.name, merged.is_enabled) == (None, False)


def test_a_paused_feed_that_gets_the_entries_is_polled_on(two: OneFeed, now: datetime) -> None:
    """With what the operator wrote of the one that was polled."""
    two.archive.feeds.sync([replace(OLD, name="Mine", tags=("t",))], now)

    move_feed(two)

    left = find_feed(two, 2)
    assert (left.is_enabled, left.name, left.tags, left.url) == (True, "Mine", ("t",), NEW.url)


def test_of_two_feeds_of_one_name_the_one_that_is_left_is_chosen(
    two: OneFeed, now: datetime
) -> None:
    """By name and by the new URL; the merged one by its number and its own URL."""
    two.archive.feeds.sync([replace(OLD, name="Mine")], now)
    move_feed(two)
    feeds = two.archive.feeds.all()

    chosen = choose_feeds(feeds, ["Mine", NEW.url, OLD.url, "1"])

    assert [feed.id for feed in chosen] == [2, 2, 1, 1]


def test_a_poll_of_the_other_feed_that_is_under_way_is_not_recorded(
    two: OneFeed, make_item: MakeItem, now: datetime
) -> None:
    """It does not know what has just come; the feed is polled again."""
    [mine, other] = two.archive.feeds.lease(now, limit=2, lease_s=60)
    moved = two.result(mine.token, new=(make_item(1),), moved_to=NEW.url)
    late = replace(two.result(other.token, new=(make_item(1),)), feed_id=2)

    assert two.archive.entries.record(moved)
    assert not two.archive.entries.record(late)
    assert [lease.feed.id for lease in two.archive.feeds.lease(now, limit=9, lease_s=9)] == [2]


def test_chains_of_merges_end_in_one_feed(two: OneFeed, make_item: MakeItem, now: datetime) -> None:
    """Whoever was merged before belongs to the last; its URL means that."""
    third = FeedSpec("https://example.org/third")
    two.archive.feeds.sync([OLD, NEW, third], now)
    poll_feed(two, 1, make_item(1))
    move_feed(two)

    move_feed(two, feed_id=2, to=third.url)
    poll_feed(two, 3, moved_to="http://example.org/feed.xml")

    assert [feed.merged_into for feed in two.archive.feeds.all()] == [3, 3, None]
    assert two.archive.entries.get(1).feed.id == 3
    assert find_feed(two, 3).current_url == "http://example.org/feed.xml"
    changes = two.archive.feeds.sync([OLD], now)
    assert (changes.added, changes.changed) == ((), ())
    assert [feed.is_enabled for feed in two.archive.feeds.all()] == [False, False, True]


def test_what_was_deleted_in_the_other_feed_does_not_come_back(
    two: OneFeed, make_item: MakeItem
) -> None:
    """A merge brings it no more than a poll does; what is alive at the target stays alive."""
    poll_feed(two, 1, make_item(1), make_item(2))
    poll_feed(two, 2, make_item(1), make_item(2), make_item(3))
    here = {one.entry.key: one.id for one in two.archive.entries.select(Selection(feed_ids=(1,)))}
    there = {one.entry.key: one.id for one in two.archive.entries.select(Selection(feed_ids=(2,)))}
    first, second = sorted(here)
    two.archive.entries.delete([there[first], here[second]])

    move_feed(two)

    left = {one.entry.key for one in two.archive.entries.select(Selection())}
    assert left == there.keys() - {first}
    known = two.archive.entries.known(2, [make_item(1).entry, make_item(2).entry])
    assert {key: one.is_deleted for key, one in known.by_key.items()} == {
        first: True,
        second: False,
    }
    assert two.archive.check() == []


def test_from_another_host_nothing_is_taken(one_feed: OneFeed, make_item: MakeItem) -> None:
    """Whoever answers for one feed cannot put entries or tombstones into another one."""
    other = FeedSpec("https://other.example/feed")
    now = one_feed.archive.feeds.all()[0].next_poll_at
    assert now
    one_feed.archive.feeds.sync([OLD, other], now)
    poll_feed(one_feed, 1, make_item(1), make_item(2), make_item(3, content_hash="spam"))
    poll_feed(one_feed, 2, make_item(1), make_item(3))
    one_feed.archive.entries.delete([2])

    move_feed(one_feed, to=other.url)

    left = one_feed.archive.entries.select(Selection())
    where = sorted((one.feed.id, one.entry.key[-1]) for one in left)
    assert where == [(1, "3"), (2, "1"), (2, "3")]
    known = one_feed.archive.entries.known(2, [make_item(2).entry])
    assert not known.by_key
    assert find_feed(one_feed, 1).merged_into == 2
    assert one_feed.archive.check() == []
