"""All feeds at a glance: due, oldest, next, states; and how often they publish."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from aggregator.archive import FeedSummary
from aggregator.model import FeedSpec, Rhythm

if TYPE_CHECKING:
    from tests.archive.conftest import OneFeed

HOUR = timedelta(hours=1)
NOTHING = dict.fromkeys(
    ("new", "ok", "failing", "blocked", "resting", "gone", "paused", "merged"), 0
)


def test_an_archive_without_feeds_has_nothing_due(one_feed: OneFeed, now: datetime) -> None:
    """One that is paused is none of those that wait."""
    one_feed.archive.feeds.sync([], now)

    assert one_feed.archive.feeds.summary(now) == FeedSummary(0, None, NOTHING | {"paused": 1})


def test_each_feed_has_one_state(one_feed: OneFeed, now: datetime) -> None:
    """The strongest: a paused feed is no failing one, one of a resting host is neither."""
    feeds = one_feed.archive.feeds
    feeds.sync([FeedSpec(f"https://h{number}.example/") for number in range(2, 13)], now)
    one_feed.archive.hosts.rest("h9.example", status=429, now=now, until=now + HOUR)
    polled_at = now.replace(tzinfo=None)
    for ids, change in {
        (3, 4): "last_status = 304",
        (5,): "failures = 2, error = 'x', error_kind = 'timeout'",
        (6,): "failures = 2, error = 'x', error_kind = 'blocked'",
        (7,): "last_status = 410, failures = 2",
        (8,): "is_enabled = false, failures = 1",
        (10,): "is_enabled = false, merged_into = 3",
        (11,): "last_status = 410, failures = 1",
    }.items():
        marks = ", ".join(map(str, ids))
        statement = f"UPDATE feed SET last_polled_at = ?, {change} WHERE id IN ({marks})"  # noqa: S608
        one_feed.rows(statement, polled_at)

    states = feeds.summary(now).by_state

    assert states == {
        "new": 2,
        "ok": 2,
        "failing": 2,
        "blocked": 1,
        "resting": 1,
        "gone": 1,
        "paused": 2,
        "merged": 1,
    }


def test_what_is_due_is_counted_since_when(one_feed: OneFeed, now: datetime) -> None:
    """And when the next of the others comes."""
    feeds = one_feed.archive.feeds
    urls = [f"https://h{number}.example/" for number in range(4)]
    for hours, count in ((-3, 1), (-1, 2), (0, 3), (2, 4)):
        feeds.sync([FeedSpec(url) for url in urls[:count]], now + hours * HOUR)

    summary = feeds.summary(now)

    assert (summary.due, summary.oldest_due_at) == (3, now - 3 * HOUR)
    assert summary.next_at == now + 2 * HOUR


def test_the_rhythms_are_those_of_the_polled_feeds(one_feed: OneFeed, now: datetime) -> None:
    """Weight, interval, posts and days; nothing of a feed that nobody has read."""
    feeds = one_feed.archive.feeds
    rhythm = Rhythm(now, 12.5, 30.25, (1.0,) * 24, (1.0,) * 7)
    one_feed.poll(rhythm=rhythm)
    feeds.sync(
        [
            FeedSpec("https://example.org/feed.xml", weight=2.5),
            FeedSpec("https://b.example/", interval_s=900),
            FeedSpec("https://c.example/", is_enabled=False),
        ],
        now,
    )

    assert [one[:4] for one in sorted(feeds.rhythms())] == [
        (1.0, 900, 0.0, 0.0),
        (2.5, None, 12.5, 30.25),
    ]
