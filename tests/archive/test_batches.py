"""Leases by host: a host has one poller, and with it its feeds that are due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator.archive import LeasedBatch
from aggregator.model import GONE_STATUS, FeedSpec, PollResult, Response, Validators

if TYPE_CHECKING:
    from tests.archive.conftest import OneFeed

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def thirty(one_feed: OneFeed, now: datetime) -> OneFeed:
    """An archive of 30 hosts with 3 feeds each, added an hour apart: the last host comes first."""
    feeds = one_feed.archive.feeds
    listed: list[FeedSpec] = []
    for number in range(30):
        listed += [FeedSpec(f"https://h{number}.example/{one}") for one in range(3)]
        feeds.sync(listed, now - number * HOUR)
    return one_feed


def _gap(_host: str) -> float:
    return 1


def _take(shelf: OneFeed, now: datetime, hosts: int = 100, **asked: object) -> list[LeasedBatch]:
    options = {"hosts": hosts, "lease_s": 60, "gap_for": _gap, **asked}
    return shelf.archive.feeds.lease_batches(now, **options)  # type: ignore[arg-type]


def _ids(batches: Sequence[LeasedBatch]) -> list[int]:
    return sorted(lease.feed.id for batch in batches for lease in batch.leases)


def _result(batch: LeasedBatch, at: int, now: datetime, **changes: object) -> PollResult:
    lease = batch.leases[at]
    fields = {"status": 200, "next_poll_at": now + HOUR, **changes}
    return PollResult(
        lease.feed.id,
        lease.token,
        now,
        validators=Validators(),
        body_hash=None,
        **fields,  # type: ignore[arg-type]
    )


def _answer(now: datetime, body: bytes = b"<rss/>") -> Response:
    return Response(
        "https://h3.example/0", "https://h3.example/0", 200, {}, body, Validators(), now
    )


def test_due_feeds_come_by_host_longest_overdue_first(thirty: OneFeed, now: datetime) -> None:
    """Whole hosts, as many as are asked for; their starts are reserved a gap apart."""
    batches = _take(thirty, now, 3)

    assert [batch.host for batch in batches] == ["h29.example", "h28.example", "h27.example"]
    assert [len(batch.leases) for batch in batches] == [3, 3, 3]
    assert {lease.feed.host for lease in batches[0].leases} == {"h29.example"}
    assert {batch.until for batch in batches} == {now + 60 * SECOND}
    assert {batch.start_at for batch in batches} == {now}
    state = thirty.archive.hosts.reserve("h29.example", now, 1)
    assert state.next_start_at == now + 3 * SECOND


def test_a_host_that_is_held_is_not_given_out(thirty: OneFeed, now: datetime) -> None:
    """Not even when others of its feeds are due; until its lease is over."""
    _take(thirty, now, 29)

    assert [batch.host for batch in _take(thirty, now)] == ["h0.example", "example.org"][:1]
    assert _take(thirty, now + 59 * SECOND) == []
    assert len(_take(thirty, now + 60 * SECOND)) == 30


def test_what_is_paused_gone_merged_or_not_due_is_not_leased(
    thirty: OneFeed, now: datetime
) -> None:
    """One reason is enough."""
    thirty.rows("UPDATE feed SET next_poll_at = ? WHERE id <> 4", (now + HOUR).replace(tzinfo=None))
    for change in (
        "is_enabled = false",
        f"last_status = {GONE_STATUS}, failures = 2",
        "merged_into = 1",
    ):
        thirty.rows(f"UPDATE feed SET {change} WHERE id = 4")  # noqa: S608 - our own words
        assert _take(thirty, now) == []
        thirty.rows(
            "UPDATE feed SET is_enabled = true, last_status = NULL, failures = 0, "
            "merged_into = NULL WHERE id = 4"
        )

    assert _ids(_take(thirty, now)) == [4]


def test_a_batch_has_fifty_feeds_at_most(one_feed: OneFeed, now: datetime) -> None:
    """The others of the host come when it is free again; none twice, none left."""
    feeds = one_feed.archive.feeds
    feeds.sync([FeedSpec(f"https://big.example/{number}") for number in range(120)], now)
    found = []

    for _ in range(3):
        [batch] = _take(one_feed, now)
        found.append(_ids([batch]))
        feeds.end_batches([(batch, ())], now, _gap)

    assert [len(ids) for ids in found] == [50, 50, 20]
    assert sorted(one for ids in found for one in ids) == list(range(2, 122))


def test_many_feeds_of_one_host_hide_no_other_host(one_feed: OneFeed, now: datetime) -> None:
    """However many are due before."""
    feeds = one_feed.archive.feeds
    big = [FeedSpec(f"https://big.example/{number}") for number in range(400)]
    feeds.sync(big, now - HOUR)
    feeds.sync([*big, FeedSpec("https://a.example/"), FeedSpec("https://b.example/")], now)

    assert [batch.host for batch in _take(one_feed, now, 2)] == ["big.example", "a.example"]
    assert [batch.host for batch in _take(one_feed, now, 2)] == ["b.example"]


def test_pollers_never_get_the_same_host(thirty: OneFeed, now: datetime) -> None:
    """Six threads share out all hosts, each to one of them, with all its feeds."""

    def take(_: int) -> list[tuple[str, list[int]]]:
        taken = []
        while batches := _take(thirty, now, 2):
            taken += [(batch.host, _ids([batch])) for batch in batches]
        return taken

    with ThreadPoolExecutor(6) as pool:
        parts = [one for part in pool.map(take, range(6)) for one in part]

    assert set(Counter(host for host, _ in parts).values()) == {1}
    assert sorted(number for _, ids in parts for number in ids) == list(range(2, 92))


def test_a_resting_host_is_left_alone(thirty: OneFeed, now: datetime) -> None:
    """Also by who names its feeds, and that is told."""
    until = thirty.archive.hosts.rest("h3.example", status=429, now=now, until=now + HOUR)
    ids = [feed.id for feed in thirty.archive.feeds.all() if feed.host == "h3.example"]

    assert "h3.example" not in {batch.host for batch in _take(thirty, now)}
    assert _take(thirty, now, feed_ids=ids) == []
    assert thirty.archive.feeds.resting_of([1, *ids], now) == dict.fromkeys(ids, until)
    assert {one.host for one in _take(thirty, until + HOUR)} >= {"h3.example"}


def test_named_feeds_are_leased_though_they_are_not_due(thirty: OneFeed, now: datetime) -> None:
    """Paused ones, too, all of a host at once; but not those that somebody has."""
    feeds = thirty.archive.feeds
    feeds.sync([FeedSpec(f"https://one.example/{number}") for number in range(70)], now)
    paused = [feed.id for feed in feeds.all() if not feed.is_enabled][:5]
    own = [feed.id for feed in feeds.all() if feed.host == "one.example"]
    early = now - timedelta(days=9)

    batches = _take(thirty, early, feed_ids=[*paused, *own])
    again = _take(thirty, early, feed_ids=[*paused, *own])

    assert _ids(batches) == sorted([*paused, *own])
    assert max(len(batch.leases) for batch in batches) == 70
    assert again == []
    assert feeds.held_of(own, early) == own
    assert _take(thirty, early, feed_ids=[]) == []


def test_failing_feeds_are_leased_apart(thirty: OneFeed, now: datetime) -> None:
    """Healthy ones first, so that a thousand dead ones hold up nobody."""
    thirty.rows("UPDATE feed SET failures = 1 WHERE id % 3 = 0")

    healthy = _take(thirty, now, is_failing=False)
    thirty.archive.feeds.end_batches([(batch, ()) for batch in healthy], now, _gap)
    failing = _take(thirty, now, is_failing=True)

    assert {number % 3 for number in _ids(healthy)} == {1, 2}
    assert {number % 3 for number in _ids(failing)} == {0}
    assert len(_ids(healthy)) + len(_ids(failing)) == 90


def test_what_was_due_at_a_moment_is_polled_once(thirty: OneFeed, now: datetime) -> None:
    """A pass over all that is due does not begin anew with what is due again meanwhile."""
    [batch] = _take(thirty, now, 1)
    thirty.archive.entries.record_all([_result(batch, at, now) for at in range(3)])
    thirty.archive.feeds.end_batches([(batch, ())], now, _gap)

    later = now + 2 * HOUR

    assert len(_take(thirty, later, due_at=now)) == 29
    assert [one.host for one in _take(thirty, later)] == [batch.host]


def test_a_feed_with_a_kept_answer_is_due_whenever(thirty: OneFeed, now: datetime) -> None:
    """Before all others and though its host rests, alone of its host; and it says so."""
    feeds = thirty.archive.feeds
    feed_id = next(feed.id for feed in feeds.all() if feed.url == "https://h3.example/1")
    thirty.rows("UPDATE feed SET next_poll_at = ? ", (now + 9 * HOUR).replace(tzinfo=None))
    assert feeds.push_answer(feed_id, _answer(now), now)
    thirty.archive.hosts.rest("h3.example", status=429, now=now, until=now + HOUR)

    [batch] = _take(thirty, now, 5)

    assert [(one.feed.id, one.has_answer) for one in batch.leases] == [(feed_id, True)]
    assert _take(thirty, now) == []


def test_what_is_held_can_be_held_longer(thirty: OneFeed, now: datetime) -> None:
    """Host and feeds; but not what another poller has taken since."""
    feeds = thirty.archive.feeds
    held = _take(thirty, now, 20)
    lost = _take(thirty, now, 10)
    taken_over = _take(thirty, now + 61 * SECOND, feed_ids=_ids(lost))

    feeds.renew([*held, *lost], now + 61 * SECOND, 60)

    at = now + 120 * SECOND
    assert _take(thirty, at) == []
    assert _ids(_take(thirty, now + 121 * SECOND)) == list(range(2, 92))
    assert len(taken_over) == 10


def test_what_is_given_back_is_as_due_as_it_was(thirty: OneFeed, now: datetime) -> None:
    """The host is free a gap later than now, not after all the requests that never were."""
    feeds = thirty.archive.feeds
    [batch] = _take(thirty, now, 1)

    feeds.end_batches([(batch, batch.leases)], now, _gap)

    [again] = _take(thirty, now, 1)
    assert _ids([again]) == _ids([batch])
    assert again.start_at == now + SECOND
    assert again.token != batch.token


def test_a_start_that_others_have_reserved_is_kept_when_a_batch_ends(
    thirty: OneFeed, now: datetime
) -> None:
    """Somebody's page is fetched there after the feeds of the batch."""
    [batch] = _take(thirty, now, 1)
    page = thirty.archive.hosts.reserve(batch.host, now, 1).next_start_at

    thirty.archive.feeds.end_batches([(batch, ())], now, _gap)

    assert page == now + 3 * SECOND
    assert thirty.archive.hosts.reserve(batch.host, now, 1).next_start_at == now + 4 * SECOND


def test_only_who_holds_a_host_can_end_its_lease(thirty: OneFeed, now: datetime) -> None:
    """A late end does not free it for a third one."""
    [late] = _take(thirty, now, 1)
    [mine] = _take(thirty, now + 60 * SECOND, 1)
    assert mine.host == late.host

    thirty.archive.feeds.end_batches([(late, ())], now + 61 * SECOND, _gap)

    assert mine.host not in {one.host for one in _take(thirty, now + 62 * SECOND)}


def test_batches_end_together_each_with_what_it_has_left(thirty: OneFeed, now: datetime) -> None:
    """What was polled or taken over stays as it is; the rest is as due as it was, its host free."""
    lost, done, stopped = _take(thirty, now, 3)
    thirty.archive.entries.record_all([_result(done, at, now) for at in range(3)])
    [mine] = _take(thirty, now + 60 * SECOND, feed_ids=_ids([lost]))

    ended = [(lost, lost.leases), (done, ()), (stopped, stopped.leases[1:])]
    thirty.archive.feeds.end_batches(ended, now + 60 * SECOND, _gap)

    batches = _take(thirty, now + 60 * SECOND)
    free = {batch.host: batch for batch in batches}
    assert mine.host == lost.host
    assert free.keys().isdisjoint({lost.host, done.host})
    assert free[stopped.host].start_at == now + 61 * SECOND
    assert thirty.archive.entries.record(_result(mine, 0, now))
    assert not thirty.archive.entries.record(_result(stopped, 1, now))
    state = thirty.archive.hosts.find(done.host)
    assert state is not None
    assert state.next_start_at == now + 61 * SECOND


def test_a_feed_that_is_given_back_can_no_longer_be_recorded(
    thirty: OneFeed, now: datetime
) -> None:
    """A poller that is told to stop loses no time for the next one, and may record no more."""
    [batch] = _take(thirty, now, 1)

    thirty.archive.feeds.end_batches([(batch, batch.leases)], now, _gap)

    assert not thirty.archive.entries.record(_result(batch, 0, now))


def test_hosts_of_the_dead_are_free_after_a_moment(thirty: OneFeed, now: datetime) -> None:
    """Their last requests may have been on their way."""
    before = _take(thirty, now)

    assert thirty.archive.feeds.release_abandoned(now) == 90

    batches = _take(thirty, now)
    assert _ids(batches) == _ids(before)
    assert {batch.start_at for batch in batches} == {now + SECOND}


def test_a_feed_follows_its_address_to_another_host(one_feed: OneFeed, now: datetime) -> None:
    """By the operator, or by a move that is believed; where it was is remembered."""
    feeds = one_feed.archive.feeds
    one_feed.poll(moved_to="https://moved.example/feed")
    moved = feeds.all()[0].host
    feeds.sync([FeedSpec("https://moved.example/feed")], now + HOUR)
    assert feeds.all()[0].host == "moved.example"
    feeds.sync([FeedSpec("https://me:pw@moved.example/feed")], now + HOUR)

    assert moved == "moved.example"
    assert feeds.all()[0].host == "moved.example"
    assert feeds.addresses(1)[-1] == ("https://example.org/feed.xml", now)
