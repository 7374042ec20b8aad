"""Answers that wait to be read: fetched ones and pushed ones, over deaths and lost leases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator.archive import KeptAnswer, Lease
from aggregator.model import FeedSpec, Identity, Redirect, Response, Validators

if TYPE_CHECKING:
    from tests.archive.conftest import OneFeed

HOUR = timedelta(hours=1)
FETCHED_AT = datetime.fromisoformat("2026-11-22T11:59:59.123456+00:00")
ANSWER = Response(
    url="https://example.org/feed.xml",
    final_url="https://example.org/new.xml",
    status=200,
    headers={"content-type": "text/xml; charset=é", "cache-control": "max-age=9"},
    body=bytes(range(256)) * 100,
    validators=Validators('W/"é"', "yesterday"),
    fetched_at=FETCHED_AT,
    redirects=(Redirect(301, "https://example.org/new.xml"),),
    wire_bytes=77,
)


def _lease(shelf: OneFeed, now: datetime) -> Lease:
    lease = shelf.archive.feeds.lease_one(1, now, 60)
    assert lease is not None
    return lease


@pytest.mark.parametrize("body", [ANSWER.body, b"", b"x" * 3_000_000])
def test_an_answer_comes_back_as_it_was(one_feed: OneFeed, now: datetime, body: bytes) -> None:
    """Every field of it, whatever its bytes; small in the archive."""
    feeds = one_feed.archive.feeds
    answer = replace(ANSWER, body=body)

    assert feeds.keep_answer(_lease(one_feed, now), answer, None)

    assert feeds.take_answer(1) == KeptAnswer(answer, is_pushed=False)
    [(size,)] = one_feed.rows("SELECT length(body) FROM answer")
    assert size < 2000


def test_a_feed_without_an_answer_has_none(one_feed: OneFeed) -> None:
    """Nor has one that is not there."""
    assert one_feed.archive.feeds.take_answer(1) is None
    assert one_feed.archive.feeds.take_answer(99) is None


def test_a_stated_time_is_kept_with_the_answer(one_feed: OneFeed, now: datetime) -> None:
    """Whoever dies now has written it; a later visit that was planned stays."""
    feeds = one_feed.archive.feeds
    lease = _lease(one_feed, now)

    feeds.keep_answer(lease, ANSWER, now + HOUR)
    first = feeds.all()[0]
    one_feed.rows("UPDATE feed SET next_poll_at = ?", (now + 5 * HOUR).replace(tzinfo=None))
    feeds.keep_answer(lease, ANSWER, now + 2 * HOUR)
    second = feeds.all()[0]

    assert (first.not_before, first.next_poll_at) == (now + HOUR, now + HOUR)
    assert (second.not_before, second.next_poll_at) == (now + 2 * HOUR, now + 5 * HOUR)


def test_the_answer_of_a_poller_that_was_too_slow_is_refused(
    one_feed: OneFeed, now: datetime
) -> None:
    """It changes nothing of the feed that another has now."""
    feeds = one_feed.archive.feeds
    slow = _lease(one_feed, now)
    _lease(one_feed, now + HOUR)

    assert not feeds.keep_answer(slow, ANSWER, now + 9 * HOUR)

    assert feeds.take_answer(1) is None
    assert feeds.all()[0].not_before is None


def test_a_recorded_poll_takes_its_answer_away(one_feed: OneFeed, now: datetime) -> None:
    """Read or not: it is in the archive."""
    feeds = one_feed.archive.feeds
    lease = _lease(one_feed, now)
    feeds.keep_answer(lease, ANSWER, None)

    assert one_feed.archive.entries.record(one_feed.result(lease.token))

    assert feeds.take_answer(1) is None


def test_after_a_death_the_answer_is_read_again(one_feed: OneFeed, now: datetime) -> None:
    """As often as it takes; its feed says that it has one."""
    feeds = one_feed.archive.feeds
    feeds.keep_answer(_lease(one_feed, now), ANSWER, now + HOUR)
    feeds.take_answer(1)
    feeds.release_abandoned(now)

    [batch] = feeds.lease_batches(now, hosts=1, lease_s=60, gap_for=lambda _: 1)

    assert batch.leases[0].has_answer
    assert feeds.take_answer(1) == KeptAnswer(ANSWER, is_pushed=False)


def test_of_pushed_answers_the_newest_counts(one_feed: OneFeed, now: datetime) -> None:
    """They say that they are pushed, and the visit that was planned stays."""
    feeds = one_feed.archive.feeds
    one_feed.poll(next_poll_at=now + HOUR, not_before=now + HOUR)

    assert feeds.push_answer(1, ANSWER, now)
    assert feeds.push_answer(1, replace(ANSWER, body=b"new"), now)

    kept = feeds.take_answer(1)
    assert kept == KeptAnswer(replace(ANSWER, body=b"new"), is_pushed=True)
    assert feeds.all()[0].next_poll_at == now + HOUR


def test_a_push_takes_no_fetched_answer_away_nor_the_other_way_round(
    one_feed: OneFeed, now: datetime
) -> None:
    """The fetched one is read first, then the pushed one."""
    feeds = one_feed.archive.feeds
    lease = _lease(one_feed, now)
    feeds.push_answer(1, replace(ANSWER, body=b"pushed"), now)
    feeds.keep_answer(lease, replace(ANSWER, body=b"fetched"), None)
    first = feeds.take_answer(1)

    one_feed.archive.entries.record(one_feed.result(lease.token))
    second = feeds.take_answer(1)

    assert first is not None
    assert second is not None
    assert (first.response.body, second.response.body) == (b"fetched", b"pushed")


def test_what_is_pushed_while_a_poll_goes_on_is_not_lost(one_feed: OneFeed, now: datetime) -> None:
    """Neither beside a poll that asks, nor in place of a push that is being read."""
    feeds, entries = one_feed.archive.feeds, one_feed.archive.entries
    lease = _lease(one_feed, now)
    feeds.push_answer(1, replace(ANSWER, body=b"one"), now)
    entries.record(one_feed.result(lease.token))
    lease = _lease(one_feed, now)
    one = feeds.take_answer(1)
    newer = replace(ANSWER, body=b"two", fetched_at=FETCHED_AT + HOUR)
    feeds.push_answer(1, newer, now)

    entries.record(one_feed.result(lease.token))

    assert one is not None
    assert one.response.body == b"one"
    assert feeds.take_answer(1) == KeptAnswer(newer, is_pushed=True)


def test_nothing_is_kept_for_a_feed_that_is_not_polled(one_feed: OneFeed, now: datetime) -> None:
    """A hub may know it still."""
    feeds = one_feed.archive.feeds
    feeds.sync([], now)

    assert not feeds.push_answer(1, ANSWER, now)
    assert not feeds.push_answer(99, ANSWER, now)
    assert feeds.take_answer(1) is None


def test_an_answer_is_dropped_when_entries_are_told_apart_otherwise(
    one_feed: OneFeed, now: datetime
) -> None:
    """All of the feed is read again then, from the beginning."""
    feeds = one_feed.archive.feeds
    feeds.keep_answer(_lease(one_feed, now), ANSWER, now + HOUR)
    feeds.release_abandoned(now)

    [feed] = feeds.all()
    feeds.sync([FeedSpec(feed.url, identity=Identity.TEXT)], now)

    assert feeds.take_answer(1) is None


def test_an_answer_of_an_address_that_is_only_spelt_otherwise_is_kept(
    one_feed: OneFeed, now: datetime
) -> None:
    """And so is the time that its server has stated: nothing is lost, nobody asked too early."""
    feeds = one_feed.archive.feeds
    feeds.keep_answer(_lease(one_feed, now), ANSWER, now + HOUR)
    feeds.release_abandoned(now)

    feeds.sync([FeedSpec("http://example.org/feed.xml")], now)

    assert feeds.take_answer(1) is not None
    [feed] = feeds.all()
    assert (feed.not_before, feed.next_poll_at) == (now + HOUR, now + HOUR)
