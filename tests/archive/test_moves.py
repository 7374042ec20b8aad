"""Feeds that moved: polled where they are, found where they were and where they went."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from aggregator.archive import choose_feeds, preview_feeds
from aggregator.model import (
    Feed,
    FeedSpec,
    Identity,
    Item,
    Memory,
    Move,
    ParsedFeed,
    Validators,
)

if TYPE_CHECKING:
    from tests.archive.conftest import OneFeed

MakeItem = Callable[..., Item]

OLD, NEW = FeedSpec("https://example.org/feed.xml"), FeedSpec("https://new.example/feed")
READ = ParsedFeed("rss20", "strict", "utf-8", (), memory=Memory(Identity.ID, snapshot=b"s"))
VALIDATORS = Validators('"new"')


def poll_feed(one_feed: OneFeed, feed_id: int, *new: Item, **changes: Any) -> bool:
    """Lease one of several feeds and record: `new` entries, fields of a `PollResult`."""
    now = one_feed.archive.feeds.all()[0].next_poll_at
    assert now
    one_feed.archive.feeds.release_abandoned()
    [lease] = one_feed.archive.feeds.lease(now, limit=1, lease_s=60, feed_ids=[feed_id])
    result = one_feed.result(lease.token, new=new, **changes)
    return one_feed.archive.entries.record(replace(result, feed_id=feed_id))


def find_feed(one_feed: OneFeed, feed_id: int) -> Feed:
    """The feed of a number as it is now."""
    return next(feed for feed in one_feed.archive.feeds.all() if feed.id == feed_id)


def move_feed(one_feed: OneFeed, *new: Item, feed_id: int = 1, to: str = NEW.url) -> bool:
    """Record a poll that believes that a feed is at `to` for good."""
    values: dict[str, Any] = {"validators": VALIDATORS, "body_hash": "b", "parsed": READ}
    return poll_feed(one_feed, feed_id, *new, moved_to=to, **values)


def test_a_move_that_is_believed_changes_where_the_feed_is_polled(
    one_feed: OneFeed, make_item: MakeItem, now: datetime
) -> None:
    """What the new address answered is kept; the operator's URL is not touched."""
    one_feed.poll(make_item(1), move=Move(NEW.url, now))

    move_feed(one_feed, make_item(2))

    [feed] = one_feed.archive.feeds.all(counted=True)
    assert (feed.url, feed.moved_to, feed.current_url) == (OLD.url, NEW.url, NEW.url)
    assert (feed.validators, feed.body_hash, feed.move) == (VALIDATORS, "b", None)
    assert one_feed.archive.feeds.memory(feed).snapshot == b"s"
    assert feed.entry_count == 2
    one_feed.poll()
    assert find_feed(one_feed, 1).moved_to == NEW.url


@pytest.mark.parametrize("to", [OLD.url, "http://EXAMPLE.org/feed.xml"])
def test_a_feed_that_came_back_has_not_moved(to: str, one_feed: OneFeed) -> None:
    """In whatever spelling it is polled at the operator's URL again."""
    move_feed(one_feed)

    move_feed(one_feed, to=to)

    assert find_feed(one_feed, 1).current_url == OLD.url


def test_listing_the_old_url_still_changes_nothing(one_feed: OneFeed, now: datetime) -> None:
    """The file need not be edited because a feed has moved."""
    move_feed(one_feed)
    before = one_feed.archive.feeds.all()

    changes = one_feed.archive.feeds.sync([OLD], now)

    assert (changes.added, changes.changed, changes.paused) == ((), (), ())
    assert one_feed.archive.feeds.all() == before == preview_feeds(before, [OLD])


def test_a_better_spelling_of_the_old_url_leaves_the_feed_where_it_went(
    one_feed: OneFeed, now: datetime
) -> None:
    """It is polled at the new address as before, so all that is known of that holds."""
    move_feed(one_feed)
    spec = FeedSpec("http://example.org/feed.xml")
    told = preview_feeds(one_feed.archive.feeds.all(), [spec])

    one_feed.archive.feeds.sync([spec], now)

    [feed] = one_feed.archive.feeds.all()
    assert told == [feed]
    assert (feed.url, feed.current_url, feed.validators) == (spec.url, NEW.url, VALIDATORS)


@pytest.mark.parametrize(
    ("url", "is_kept"),
    [(NEW.url, True), ("http://new.example/feed", False), (NEW.url + "#x", False)],
)
def test_a_file_that_names_the_new_url_means_the_feed_that_moved_there(
    url: str,
    is_kept: bool,  # noqa: FBT001
    one_feed: OneFeed,
    now: datetime,
) -> None:
    """It has moved no more; what is known of the very address stays known."""
    move_feed(one_feed)
    told = preview_feeds(one_feed.archive.feeds.all(), [FeedSpec(url)])

    changes = one_feed.archive.feeds.sync([FeedSpec(url)], now)

    [feed] = one_feed.archive.feeds.all()
    assert (changes.added, changes.changed, changes.paused) == ((), (url,), ())
    assert (feed.id, feed.url, feed.moved_to) == (1, url, None)
    assert feed.validators == (VALIDATORS if is_kept else Validators())
    memory = one_feed.archive.feeds.memory(feed)
    assert memory.snapshot == (b"s" if is_kept else None)
    assert [replace(one, next_poll_at=None) for one in told] == [replace(feed, next_poll_at=None)]


@pytest.mark.parametrize("listed", [[OLD, NEW], [NEW, OLD]])
def test_a_file_that_names_both_urls_of_a_feed_means_one(
    listed: list[FeedSpec], one_feed: OneFeed, now: datetime
) -> None:
    """It is polled once, where it has gone."""
    move_feed(one_feed)
    before = one_feed.archive.feeds.all()

    changes = one_feed.archive.feeds.sync(listed, now)

    assert (changes.added, changes.paused) == ((), ())
    assert one_feed.archive.feeds.all() == before == preview_feeds(before, listed)


def test_a_feed_is_chosen_by_where_it_went(one_feed: OneFeed) -> None:
    """The old URL and the new one mean it."""
    move_feed(one_feed)
    feeds = one_feed.archive.feeds.all()

    assert [feed.id for feed in choose_feeds(feeds, [OLD.url, NEW.url])] == [1, 1]
