"""Hosts: the starts of requests to them, their rests, their robots.txt, whoever asks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator.model import FeedSpec, HostState

if TYPE_CHECKING:
    from tests.archive.conftest import OneFeed

HOST = "example.org"
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def test_each_request_has_a_start_of_its_own(one_feed: OneFeed, now: datetime) -> None:
    """The first at once, each further one a gap later; another host is another matter."""
    hosts = one_feed.archive.hosts

    starts = [hosts.reserve(HOST, now, 2.5).next_start_at for _ in range(3)]
    other = hosts.reserve("other.example", now, 2.5)

    assert starts == [now + timedelta(seconds=gap) for gap in (0, 2.5, 5)]
    assert other == HostState("other.example", now)


def test_who_comes_later_does_not_wait(one_feed: OneFeed, now: datetime) -> None:
    """What was reserved for the past is over."""
    hosts = one_feed.archive.hosts
    hosts.reserve(HOST, now, 10)

    assert hosts.reserve(HOST, now + HOUR, 10).next_start_at == now + HOUR


def test_threads_never_get_one_start(one_feed: OneFeed, now: datetime) -> None:
    """Forty requests of four threads, also to a host that nobody knew before."""
    hosts = one_feed.archive.hosts

    with ThreadPoolExecutor(4) as pool:
        states = list(pool.map(lambda _: hosts.reserve("new.example", now, 1), range(40)))

    starts = sorted(state.next_start_at for state in states if state.next_start_at)
    assert starts == [now + timedelta(seconds=at) for at in range(40)]


def test_a_start_that_a_wrong_clock_has_reserved_counts_for_nothing(
    one_feed: OneFeed, now: datetime
) -> None:
    """Nobody waits for years; but a long gap is one that was wanted."""
    hosts = one_feed.archive.hosts
    hosts.reserve(HOST, now + timedelta(days=3650), 1)
    hosts.reserve("slow.example", now, 86_400)

    assert hosts.reserve(HOST, now, 1).next_start_at == now
    slow = hosts.reserve("slow.example", now, 86_400)
    assert slow.next_start_at == now + timedelta(days=1)


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        (timedelta(seconds=5), 15 * MINUTE),
        (timedelta(days=-400), 15 * MINUTE),
        (2 * HOUR, 2 * HOUR),
        (timedelta(days=30), timedelta(days=30)),
        (timedelta(days=4000), timedelta(days=31)),
    ],
)
def test_a_stated_rest_is_kept_within_reason(
    one_feed: OneFeed, now: datetime, stated: timedelta, kept: timedelta
) -> None:
    """A quarter of an hour at least, a month at most."""
    hosts = one_feed.archive.hosts

    until = hosts.rest(HOST, status=429, now=now, until=now + stated)

    assert until == now + kept
    assert hosts.find(HOST) == HostState(HOST, None, until, 429, 1)
    assert hosts.resting(until - MINUTE) == [hosts.find(HOST)]
    assert hosts.resting(until) == []


def test_a_bare_refusal_doubles_the_rest_up_to_a_day(one_feed: OneFeed, now: datetime) -> None:
    """An hour, two, four; a tenth more at most; an answer begins anew."""
    hosts = one_feed.archive.hosts
    waits = []
    for _ in range(7):
        until = hosts.rest(HOST, status=503, now=now, until=None)
        waits.append(until - now)
        now = until

    hosts.answered(HOST)
    again = hosts.rest(HOST, status=503, now=now, until=None) - now

    least = [timedelta(hours=wait) for wait in (1, 2, 4, 8, 16, 24, 24)]
    assert all(low <= wait <= low * 1.1 for low, wait in zip(least, waits, strict=True))
    assert HOUR <= again <= HOUR * 1.1


def test_hosts_that_refuse_together_do_not_come_back_together(
    one_feed: OneFeed, now: datetime
) -> None:
    """Each has a jitter of its own, the same each time."""
    hosts = one_feed.archive.hosts

    ends = {hosts.rest(f"{one}.example", status=429, now=now, until=None) for one in range(50)}

    assert len(ends) > 30


def test_a_rest_is_never_shortened(one_feed: OneFeed, now: datetime) -> None:
    """Whatever the answers to requests say that were on their way; nor do these count twice."""
    hosts = one_feed.archive.hosts
    until = hosts.rest(HOST, status=429, now=now, until=now + 5 * HOUR)

    again = hosts.rest(HOST, status=429, now=now + MINUTE, until=now + 2 * HOUR)
    bare = hosts.rest(HOST, status=503, now=now + MINUTE, until=None)
    hosts.answered(HOST)

    assert (again, bare) == (until, until)
    state = hosts.find(HOST)
    assert state is not None
    assert (state.rest_until, state.refusals) == (until, 0)


def test_a_host_that_rests_gives_out_no_start(one_feed: OneFeed, now: datetime) -> None:
    """Its state says until when; then it is asked as before."""
    hosts = one_feed.archive.hosts
    hosts.reserve(HOST, now, 1)
    until = hosts.rest(HOST, status=429, now=now, until=now + HOUR)

    during = hosts.reserve(HOST, now + MINUTE, 1)
    after = hosts.reserve(HOST, until, 1)

    assert during.rest_until == until
    assert during.next_start_at == now + timedelta(seconds=1)
    assert after.next_start_at == until


def test_the_feeds_of_a_host_rest_with_it(one_feed: OneFeed, now: datetime) -> None:
    """None is due before its end, and not all at once then; those of other hosts are."""
    feeds = one_feed.archive.feeds
    specs = [FeedSpec(f"https://{HOST}/{number}") for number in range(10)]
    feeds.sync([*specs, FeedSpec("https://sub.example.org/")], now)

    until = one_feed.archive.hosts.rest(HOST, status=429, now=now, until=now + HOUR)

    times = [feed.next_poll_at for feed in feeds.all() if feed.host == HOST if feed.next_poll_at]
    assert len(times) == 11
    assert min(times) >= until
    assert max(times) <= until + 5 * MINUTE
    assert len(set(times)) > 1
    [other] = [feed for feed in feeds.all() if feed.host != HOST]
    assert (other.host, other.next_poll_at) == ("sub.example.org", now)


def test_a_feed_that_is_due_later_anyway_stays_so(one_feed: OneFeed, now: datetime) -> None:
    """A rest brings nothing nearer."""
    one_feed.poll(next_poll_at=now + 24 * HOUR)

    one_feed.archive.hosts.rest(HOST, status=429, now=now, until=now + HOUR)

    assert one_feed.archive.feeds.all()[0].next_poll_at == now + 24 * HOUR


def test_a_host_that_only_does_not_answer_has_not_refused(one_feed: OneFeed, now: datetime) -> None:
    """It is left alone as long as we say, and a later refusal is the first one."""
    hosts = one_feed.archive.hosts

    until = hosts.rest(HOST, status=0, now=now, until=now + 20 * MINUTE)
    refused = hosts.rest(HOST, status=429, now=until, until=None)

    assert until == now + 20 * MINUTE
    assert HOUR <= refused - until <= HOUR * 1.1


def test_robots_are_kept_by_origin(one_feed: OneFeed) -> None:
    """Scheme and port tell them apart; the newest of one takes the place of the older."""
    hosts = one_feed.archive.hosts
    hosts.write_robots("https://example.org", {"text": "old"})
    hosts.write_robots("http://example.org:8080", {"status": 404})
    hosts.write_robots("https://example.org", {"text": "Disallow: \0"})

    assert hosts.robots("https://example.org") == {"text": "Disallow: \ufffd"}
    assert hosts.robots("http://example.org:8080") == {"status": 404}
    assert hosts.robots("http://example.org") is None
    assert hosts.robots("https://unknown.example") is None


def test_a_host_with_very_many_ports_fills_no_archive(one_feed: OneFeed) -> None:
    """Of all its origins the last ones are kept."""
    hosts = one_feed.archive.hosts
    for port in range(1, 50):
        hosts.write_robots(f"http://example.org:{port}", {"port": port})

    kept = [port for port in range(1, 50) if hosts.robots(f"http://example.org:{port}")]

    assert kept == list(range(30, 50))


def test_a_host_that_nobody_has_asked_is_unknown(one_feed: OneFeed) -> None:
    """And an answer of it changes nothing."""
    one_feed.archive.hosts.answered(HOST)

    assert one_feed.archive.hosts.find(HOST) is None
