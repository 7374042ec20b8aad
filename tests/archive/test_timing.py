"""Times that are moved: the clock was set, the network was down, the operator cannot wait."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator.model import Feed, FeedSpec

if TYPE_CHECKING:
    from tests.archive.conftest import OneFeed

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def _feed(shelf: OneFeed) -> Feed:
    return shelf.archive.feeds.all()[0]


@pytest.mark.parametrize("by", [9 * HOUR, -9 * HOUR, timedelta(days=15_000, seconds=0.5)])
def test_when_the_clock_is_set_all_waits_stay_as_long(
    one_feed: OneFeed, now: datetime, by: timedelta
) -> None:
    """Of feeds, hosts and leases, however far it jumps."""
    feeds, hosts = one_feed.archive.feeds, one_feed.archive.hosts
    one_feed.poll(next_poll_at=now + 2 * HOUR, not_before=now + HOUR, polled_at=now - MINUTE)
    until = hosts.rest("other.example", status=429, now=now, until=now + 3 * HOUR)
    hosts.reserve("third.example", now, 60)

    feeds.shift_times(by)

    feed = _feed(one_feed)
    assert feed.next_poll_at == now + 2 * HOUR + by
    assert feed.not_before == now + HOUR + by
    assert feed.last_polled_at == now - MINUTE + by
    state = hosts.find("other.example")
    assert state is not None
    assert state.rest_until == until + by
    third = hosts.reserve("third.example", now + by, 60)
    assert third.next_start_at == now + MINUTE + by


def test_what_is_due_stays_due_when_the_clock_is_set(one_feed: OneFeed, now: datetime) -> None:
    """It moves along, or a clock that was set back by a month would put it off by a month."""
    one_feed.poll(next_poll_at=now - HOUR, not_before=now - HOUR, polled_at=now - DAY)

    one_feed.archive.feeds.shift_times(-30 * DAY)

    feed = _feed(one_feed)
    assert (feed.next_poll_at, feed.not_before) == (now - HOUR - 30 * DAY,) * 2


def test_a_lease_moves_with_the_clock(one_feed: OneFeed, now: datetime) -> None:
    """Or a jump would give the feed to a second poller."""
    feeds = one_feed.archive.feeds
    [batch] = feeds.lease_batches(now, hosts=1, lease_s=60, gap_for=lambda _: 1)

    feeds.shift_times(HOUR)

    later = now + HOUR
    assert feeds.lease_one(1, later, 60) is None
    assert feeds.lease_batches(later, hosts=1, lease_s=60, gap_for=lambda _: 1) == []
    assert one_feed.archive.entries.record(one_feed.result(batch.leases[0].token))


def test_shifted_times_are_stored_as_all_others(one_feed: OneFeed, now: datetime) -> None:
    """They are compared and sorted as they lie there."""
    one_feed.poll(next_poll_at=now + HOUR + timedelta(microseconds=250_000))

    one_feed.archive.feeds.shift_times(timedelta(seconds=1.5))

    next_at = now + HOUR + timedelta(seconds=1.75)
    assert _feed(one_feed).next_poll_at == next_at
    if one_feed.archive.path:
        stored = one_feed.rows("SELECT next_poll_at FROM feed")
        assert stored == [(next_at.strftime("%Y-%m-%d %H:%M:%S.%f"),)]


def test_a_clock_that_went_back_while_nobody_looked_costs_no_year(
    one_feed: OneFeed, now: datetime
) -> None:
    """What was to be waited for then is waited for from now; and healed is healed."""
    feeds, hosts = one_feed.archive.feeds, one_feed.archive.hosts
    ahead = now + 700 * DAY
    one_feed.poll(polled_at=ahead, next_poll_at=ahead + 2 * HOUR, not_before=ahead + HOUR)
    hosts.rest("other.example", status=429, now=ahead, until=ahead + 3 * HOUR)

    healed = feeds.heal_times(now), feeds.heal_times(now + MINUTE)

    feed = _feed(one_feed)
    assert healed == (2, 0)
    assert (feed.next_poll_at, feed.not_before) == (now + 2 * HOUR, now + HOUR)
    state = hosts.find("other.example")
    assert state is not None
    assert state.rest_until == now + 3 * HOUR


def test_what_is_right_is_left_alone(one_feed: OneFeed, now: datetime) -> None:
    """A month of rest, a visit in a day, a clock that differs by minutes."""
    feeds = one_feed.archive.feeds
    one_feed.poll(polled_at=now + 4 * MINUTE, next_poll_at=now + 31 * DAY)
    before = _feed(one_feed)
    one_feed.archive.hosts.rest("other.example", status=503, now=now, until=now + 31 * DAY)

    assert feeds.heal_times(now) == 0

    assert _feed(one_feed) == before


def test_no_visit_is_further_ahead_than_a_month(one_feed: OneFeed, now: datetime) -> None:
    """Whatever has put it there."""
    one_feed.poll(next_poll_at=now + 900 * DAY, not_before=now + 800 * DAY)

    one_feed.archive.feeds.heal_times(now)

    feed = _feed(one_feed)
    assert (feed.next_poll_at, feed.not_before) == (now + 32 * DAY, now + 32 * DAY)


def test_a_lease_of_the_far_future_is_ended(one_feed: OneFeed, now: datetime) -> None:
    """It was taken by a wrong clock; nobody waits for it."""
    feeds = one_feed.archive.feeds
    feeds.lease_batches(now + 900 * DAY, hosts=1, lease_s=60, gap_for=lambda _: 1)
    feeds.heal_times(now)

    [batch] = feeds.lease_batches(now, hosts=1, lease_s=60, gap_for=lambda _: 1)

    assert [lease.feed.id for lease in batch.leases] == [1]


def test_a_pardoned_feed_is_as_before_its_last_failure(one_feed: OneFeed, now: datetime) -> None:
    """Due in a minute, without an error; a good one stays good."""
    feeds = one_feed.archive.feeds
    bad = {"failures": 3, "error": "x", "error_kind": "dns", "status": None}
    one_feed.poll(next_poll_at=now + DAY, **bad)

    feeds.pardon([1, 99], now)
    feed = _feed(one_feed)
    feeds.pardon([1], now)
    feeds.pardon([1], now)
    feeds.pardon([1], now)

    assert (feed.failures, feed.error, feed.error_kind) == (2, None, None)
    assert feed.next_poll_at == now + MINUTE
    assert _feed(one_feed).failures == 0


@pytest.mark.parametrize(("stated", "next_at"), [(HOUR, HOUR), (-HOUR, MINUTE), (None, MINUTE)])
def test_pardon_and_wish_never_come_before_the_stated_time(
    one_feed: OneFeed, now: datetime, stated: timedelta | None, next_at: timedelta
) -> None:
    """What a server has said holds whoever is to blame, and whoever asks."""
    not_before = None if stated is None else now + stated
    one_feed.poll(next_poll_at=now + DAY, not_before=not_before, failures=1, error="x")

    one_feed.archive.feeds.pardon([1], now)
    pardoned = _feed(one_feed).next_poll_at
    one_feed.archive.feeds.make_due([1], now)
    wished = _feed(one_feed).next_poll_at

    assert pardoned == now + next_at
    assert wished == max(now, not_before or now)


def test_a_pardon_postpones_nothing(one_feed: OneFeed, now: datetime) -> None:
    """What is due already stays so."""
    one_feed.poll(next_poll_at=now - HOUR, failures=1, error="x")

    one_feed.archive.feeds.pardon([1], now)

    assert _feed(one_feed).next_poll_at == now - HOUR


def test_very_many_feeds_are_made_due_at_once(one_feed: OneFeed, now: datetime) -> None:
    """More than one statement can name."""
    feeds = one_feed.archive.feeds
    feeds.sync([FeedSpec(f"https://example.net/{one}") for one in range(1200)], now + DAY)

    feeds.make_due(range(1, 1202), now)
    feeds.pardon(range(1, 1202), now)

    assert {feed.next_poll_at for feed in feeds.all()} == {now}
