"""Feeds: made equal to what the operator wrote, never deleted, chosen by what is typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator.archive import choose_feeds, preview_feeds
from aggregator.errors import ArchiveError, NotFoundError
from aggregator.model import Feed, FeedSpec, FullText, Item, ParsedFeed

if TYPE_CHECKING:
    from tests.archive.conftest import OneFeed

FIRST = FeedSpec("https://example.org/feed.xml")
OTHER = FeedSpec(
    "https://example.com/rss",
    name="Other Words",
    tags=("tech", "日本"),
    interval_s=900,
    full_text=FullText.NEVER,
)


def test_a_new_feed_is_due_at_once(one_feed: OneFeed, now: datetime) -> None:
    """All that the operator wrote is kept, and the first poll is now."""
    changes = one_feed.archive.feeds.sync([FIRST, OTHER], now)

    _, feed = one_feed.archive.feeds.all()
    assert (changes.added, changes.changed, changes.paused) == ((OTHER.url,), (), ())
    assert (feed.name, feed.tags, feed.interval_s) == ("Other Words", ("tech", "日本"), 900)
    assert (feed.full_text, feed.is_enabled) == (FullText.NEVER, True)
    assert (feed.next_poll_at, feed.last_polled_at, feed.failures) == (now, None, 0)


def test_the_same_list_again_changes_nothing(one_feed: OneFeed, now: datetime) -> None:
    """A restart does not touch what is known of the feeds, nor make them due."""
    one_feed.archive.feeds.sync([FIRST, OTHER], now)
    before = one_feed.archive.feeds.all()

    changes = one_feed.archive.feeds.sync([OTHER, FIRST], now + timedelta(days=1))

    assert (changes.added, changes.changed, changes.paused) == ((), (), ())
    assert one_feed.archive.feeds.all() == before


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Renamed"},
        {"tags": ("a",)},
        {"is_enabled": False},
        {"interval_s": 60},
        {"full_text": FullText.ALWAYS},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_change_is_taken_over(
    change: dict[str, object], one_feed: OneFeed, now: datetime
) -> None:
    """Each thing that the operator decides reaches the archive, and nothing else moves."""
    (before,) = one_feed.archive.feeds.all()

    changes = one_feed.archive.feeds.sync([replace(FIRST, **change)], now)  # type: ignore[arg-type]

    assert changes.changed == (FIRST.url,)
    assert one_feed.archive.feeds.all() == [replace(before, **change)]  # type: ignore[arg-type]


def test_a_feed_that_is_not_listed_is_paused_with_all_it_has(
    one_feed: OneFeed, make_item: Callable[..., Item], now: datetime
) -> None:
    """Taking a feed out of the file deletes nothing; it is just not due any more."""
    one_feed.poll(make_item(1))

    changes = one_feed.archive.feeds.sync([OTHER], now)
    again = one_feed.archive.feeds.sync([OTHER], now)

    paused, _ = one_feed.archive.feeds.all(counted=True)
    assert (changes.paused, again.paused) == ((FIRST.url,), ())
    assert (paused.is_enabled, paused.entry_count) == (False, 1)
    leased = one_feed.archive.feeds.lease(now, limit=9, lease_s=9)
    assert [lease.feed.url for lease in leased] == [OTHER.url]


def test_listing_a_paused_feed_again_wakes_it_up(
    one_feed: OneFeed, make_item: Callable[..., Item], now: datetime
) -> None:
    """It has its number and its entries still."""
    one_feed.poll(make_item(1))
    one_feed.archive.feeds.sync([], now)

    changes = one_feed.archive.feeds.sync([FIRST], now)

    (feed,) = one_feed.archive.feeds.all(counted=True)
    assert (changes.added, changes.changed) == ((), (FIRST.url,))
    assert (feed.id, feed.is_enabled, feed.entry_count) == (1, True, 1)


def test_a_list_with_one_feed_twice_is_refused_as_a_whole(one_feed: OneFeed, now: datetime) -> None:
    """Of a list that cannot be right nothing is taken over."""
    with pytest.raises(ArchiveError, match="cannot update the feeds"):
        one_feed.archive.feeds.sync([OTHER, OTHER], now)

    assert [feed.is_enabled for feed in one_feed.archive.feeds.all()] == [True]


def test_ten_thousand_feeds_are_taken_over_at_once(one_feed: OneFeed, now: datetime) -> None:
    """A long list is one transaction, added and paused."""
    specs = [FeedSpec(f"https://example.net/{number}") for number in range(10_000)]

    added = one_feed.archive.feeds.sync([FIRST, *specs], now).added

    assert len(added) == 10_000
    assert len(one_feed.archive.feeds.all()) == 10_001


def test_entries_are_counted_for_each_feed(
    one_feed: OneFeed, make_item: Callable[..., Item], now: datetime
) -> None:
    """A feed without entries counts none; uncounted, nobody does."""
    one_feed.archive.feeds.sync([FIRST, OTHER], now)
    one_feed.poll(make_item(1), make_item(2))

    counted = [feed.entry_count for feed in one_feed.archive.feeds.all(counted=True)]
    uncounted = [feed.entry_count for feed in one_feed.archive.feeds.all()]

    assert (counted, uncounted) == ([2, 0], [0, 0])


@pytest.fixture
def three(one_feed: OneFeed, now: datetime) -> list[Feed]:
    """Three feeds: one with its own title only, two with names that share a word."""
    parsed = ParsedFeed("rss20", "strict", "utf-8", (), title="Straße & Haus")
    one_feed.poll(parsed=parsed)
    world = FeedSpec("https://example.net/world?x=1", name="Big Words")
    one_feed.archive.feeds.sync([FIRST, OTHER, world], now)
    return one_feed.archive.feeds.all()


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("2", 2),
        ("https://example.com/rss", 2),
        ("HTTP://EXAMPLE.COM/rss", 2),
        ("other words", 2),
        ("BIG", 3),
        ("strasse & haus", 1),
        ("strasse", 1),
        ("world?x", 3),
        ("example.org", 1),
    ],
)
def test_a_feed_is_chosen_by_what_an_operator_types(
    typed: str, number: int, three: list[Feed]
) -> None:
    """A number, a URL in any spelling, a name, a title or a part of one."""
    assert [feed.id for feed in choose_feeds(three, [typed])] == [number]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("words", "'words' means 2 feeds: 2 .https://example.com/rss., 3"),
        ("Othre Wrods", "did you mean 'Other Words'"),
        ("9", "no feed '9'"),
        ("", "no feed ''"),
        ("   ", "no feed '   '"),
        ("\ud800\0", "no feed"),
    ],
)
def test_what_means_no_feed_or_several_is_said(typed: str, said: str, three: list[Feed]) -> None:
    """The message has what to type instead."""
    with pytest.raises(NotFoundError, match=said):
        choose_feeds(three, [typed])


def test_a_preview_is_what_a_sync_makes(one_feed: OneFeed, now: datetime) -> None:
    """New, changed and dropped feeds, told without writing."""
    feeds = one_feed.archive.feeds
    feeds.sync([FIRST, OTHER], now)
    wanted = [replace(OTHER, name="A", tags=("x",)), FeedSpec("https://c.example/")]
    before = feeds.all()

    told = preview_feeds(before, wanted)

    assert feeds.all() == before
    feeds.sync(wanted, now)
    made = [replace(feed, id=0, next_poll_at=None) for feed in feeds.all()]
    assert [replace(feed, id=0, next_poll_at=None) for feed in told] == made
