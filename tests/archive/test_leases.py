"""Leases: a due feed has one poller, whoever else asks, dies or comes late."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator.model import GONE_AFTER, GONE_STATUS, FeedSpec, Item

if TYPE_CHECKING:
    from tests.archive.conftest import OneFeed


def _everything(shelf: OneFeed) -> list[list[tuple[object, ...]]]:
    names = ("feed", "entry", "article", "revision")
    return [shelf.rows(f"SELECT * FROM {name}") for name in names]  # noqa: S608 - our own names


@pytest.fixture
def many(one_feed: OneFeed, now: datetime) -> OneFeed:
    """An archive of 300 feeds that are all due."""
    specs = [FeedSpec(f"https://example.net/{number}") for number in range(300)]
    one_feed.archive.feeds.sync(specs, now)
    return one_feed


def test_only_what_is_due_is_leased_longest_overdue_first(one_feed: OneFeed, now: datetime) -> None:
    """The order is that of the stated times; the future, the paused and the rest wait."""
    feeds = one_feed.archive.feeds
    urls = [f"https://example.net/{number}" for number in range(4)]
    for hours, url in zip((-1, -3, 1, -2), urls, strict=True):
        listed = [FeedSpec(known.url) for known in feeds.all()]
        feeds.sync([*listed, FeedSpec(url)], now + timedelta(hours=hours))
    feeds.sync([FeedSpec(url) for url in urls], now)

    first = feeds.lease(now, limit=2, lease_s=60)
    rest = feeds.lease(now, limit=9, lease_s=60)

    assert [lease.feed.url for lease in first] == [urls[1], urls[3]]
    assert [lease.feed.url for lease in rest] == [urls[0]]


def test_feeds_that_are_named_are_leased_though_they_are_not_due(
    one_feed: OneFeed, now: datetime
) -> None:
    """An operator who asks for a poll gets it, also of a paused feed, but not of a held one."""
    feeds = one_feed.archive.feeds
    feeds.sync([], now + timedelta(days=1))

    named = feeds.lease(now - timedelta(days=1), limit=9, lease_s=60, feed_ids=[1])
    held = feeds.lease(now, limit=9, lease_s=1e6, feed_ids=[1])

    assert [lease.feed.id for lease in named] == [1]
    assert [lease.feed.id for lease in held] == [1], "a lease of 60 s on yesterday is over"
    assert feeds.lease(now, limit=9, lease_s=60, feed_ids=[1]) == []
    assert feeds.lease(now, limit=9, lease_s=60, feed_ids=[]) == []


def test_threads_never_get_the_same_feed(many: OneFeed, now: datetime) -> None:
    """Eight threads take all feeds in small portions, each feed once."""

    def take(_: int) -> list[int]:
        taken = []
        while leases := many.archive.feeds.lease(now, limit=7, lease_s=600):
            taken += [lease.feed.id for lease in leases]
        return taken

    with ThreadPoolExecutor(8) as pool:
        ids = [number for part in pool.map(take, range(8)) for number in part]

    assert len(ids) == 300
    assert len(set(ids)) == 300


_TAKE_ALL = """
import sys
from datetime import datetime
from aggregator.archive import Archive
from tests.archive.strict_index import StrictIndex
archive = Archive(sys.argv[1], StrictIndex())
now = datetime.fromisoformat(sys.argv[2])
input("ready" if print("ready", flush=True) else "")
while leases := archive.feeds.lease(now, limit=3, lease_s=600):
    print(*[lease.feed.id for lease in leases])
"""


def test_processes_never_get_the_same_feed(
    many: OneFeed, now: datetime, start_python: Callable[..., subprocess.Popen[str]]
) -> None:
    """Two processes that start together share the feeds out, each to one of them."""
    processes = [start_python(_TAKE_ALL, many.url, now.isoformat()) for _ in range(2)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"

    outputs = [process.communicate("\n", timeout=60) for process in processes]

    counts = Counter(number for said, _ in outputs for number in said.split())
    assert [errors for _, errors in outputs] == ["", ""]
    assert len(counts) == 300
    assert set(counts.values()) == {1}


def test_a_lease_runs_out(one_feed: OneFeed, now: datetime) -> None:
    """A feed of a poller that says nothing is due again when its time is over, not before."""
    feeds = one_feed.archive.feeds
    (lost,) = feeds.lease(now, limit=1, lease_s=60)

    early = feeds.lease(now + timedelta(seconds=59), limit=1, lease_s=60)
    (next_one,) = feeds.lease(now + timedelta(seconds=60), limit=1, lease_s=60)

    assert early == []
    assert next_one.feed.id == lost.feed.id
    assert next_one.token != lost.token


def test_what_comes_after_the_lease_is_refused_and_writes_nothing(
    one_feed: OneFeed, make_item: Callable[..., Item], now: datetime
) -> None:
    """The poller that was too slow changes no row, the one that took over does its work."""
    feeds, entries = one_feed.archive.feeds, one_feed.archive.entries
    one_feed.poll(make_item(1))
    (slow,) = feeds.lease(now, limit=1, lease_s=60)
    (fast,) = feeds.lease(now + timedelta(seconds=61), limit=1, lease_s=60)
    before = _everything(one_feed)

    stale = entries.record(
        one_feed.result(
            slow.token, new=(make_item(2),), edited=((1, make_item(3)),), error="x", failures=9
        )
    )
    after = _everything(one_feed)
    taken_over = entries.record(one_feed.result(fast.token, new=(make_item(2),)))

    assert (stale, taken_over) == (False, True)
    assert after == before
    assert one_feed.found("title") == [1, 2]


def test_a_poll_is_recorded_once(
    one_feed: OneFeed, make_item: Callable[..., Item], now: datetime
) -> None:
    """Recording ends the lease, so the same result again is stale."""
    result = one_feed.result(one_feed.lease(now), new=(make_item(1),))

    first, second = (one_feed.archive.entries.record(result) for _ in range(2))

    assert (first, second) == (True, False)
    assert len(one_feed.rows("SELECT id FROM entry")) == 1


@pytest.mark.parametrize("token", ["", "0" * 32, "' OR 1=1 --"])
def test_a_token_that_nobody_was_given_writes_nothing(
    token: str, one_feed: OneFeed, make_item: Callable[..., Item]
) -> None:
    """Neither an invented token nor an empty one on a feed that nobody holds."""
    assert not one_feed.archive.entries.record(one_feed.result(token, new=(make_item(1),)))
    assert one_feed.rows("SELECT id FROM entry") == []


def test_a_feed_that_is_given_back_is_as_due_as_it_was(one_feed: OneFeed, now: datetime) -> None:
    """A poller that is told to stop loses no time for the next one, and may record no more."""
    feeds = one_feed.archive.feeds
    leases = feeds.lease(now, limit=1, lease_s=600)

    feeds.release(leases)
    late = one_feed.archive.entries.record(one_feed.result(leases[0].token))

    assert not late
    assert len(feeds.lease(now, limit=1, lease_s=600)) == 1


def test_only_who_holds_a_lease_can_give_it_back(one_feed: OneFeed, now: datetime) -> None:
    """A late release does not take the feed from the poller that has it now."""
    feeds = one_feed.archive.feeds
    stale = feeds.lease(now - timedelta(hours=1), limit=1, lease_s=1, feed_ids=[1])
    feeds.lease(now, limit=1, lease_s=600)

    feeds.release(stale)

    assert feeds.lease(now, limit=1, lease_s=600) == []


def test_leases_of_the_dead_are_ended_at_once(many: OneFeed, now: datetime) -> None:
    """Who holds the lock of the archive knows that the other pollers are gone."""
    feeds = many.archive.feeds
    feeds.lease(now, limit=120, lease_s=1e6)

    ended, again = feeds.release_abandoned(), feeds.release_abandoned()

    assert (ended, again) == (120, 0)
    assert len(feeds.lease(now, limit=1000, lease_s=60)) == 300


def test_a_feed_that_is_gone_is_only_leased_by_name(one_feed: OneFeed, now: datetime) -> None:
    """Five answers in a row that it is gone for good; another address of it is another matter."""
    feeds = one_feed.archive.feeds
    for failures in range(1, GONE_AFTER + 1):
        [lease] = feeds.lease(now, limit=9, lease_s=60)
        result = one_feed.result(lease.token, status=GONE_STATUS, error="410", failures=failures)
        assert one_feed.archive.entries.record(replace(result, next_poll_at=now))

    assert feeds.lease(now, limit=9, lease_s=60) == []
    assert feeds.all()[0].is_gone
    [lease] = feeds.lease(now, limit=9, lease_s=60, feed_ids=[1])
    feeds.release([lease])
    feeds.sync([FeedSpec("http://example.org/feed.xml")], now)
    assert [(feed.id, feed.is_gone) for feed in feeds.all()] == [(1, False)]
