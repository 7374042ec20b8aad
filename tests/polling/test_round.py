"""Many feeds at once: places, hosts, leases that are kept and given back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.archive import Lease
from aggregator.library import OpenArchive
from aggregator.model import Feed, FeedSpec, FullText
from aggregator.polling import _leaser
from aggregator.polling._queue import HostQueue


def _lease(number: int, host: str) -> Lease:
    url = f"https://{host}/{number}"
    return Lease(Feed(number, url, None, None, None, (), True, 3600, FullText.AUTO), "token")


@given(hosts=st.lists(st.sampled_from("abc"), max_size=30))
def test_of_each_host_one_feed_at_a_time_in_the_order_they_came(hosts: list[str]) -> None:
    """Every feed has its turn, and never two of a host."""
    queue = HostQueue()
    for number, host in enumerate(hosts):
        queue.add(_lease(number, host))
    taken: list[int] = []

    while len(queue):
        running = []
        while lease := queue.take():
            running.append(lease)
        assert len({lease.feed.url.split("/")[2] for lease in running}) == len(running) > 0
        taken += [lease.feed.id for lease in running]
        for lease in running:
            queue.free(lease)

    assert sorted(taken) == list(range(len(hosts)))
    for host in set(hosts):
        numbers = [number for number in taken if hosts[number] == host]
        assert numbers == sorted(numbers)


async def test_a_slow_host_holds_up_nobody_else(
    start_server: Any, archive: OpenArchive, open_round: Any, rss: Any
) -> None:
    """Feeds that wait for their host take no places."""
    slow, fast = start_server("127.0.0.2"), start_server("127.0.0.3")

    async def hang(_request: Any, _writer: Any) -> None:
        await asyncio.sleep(1)

    slow.route("/f", hang)
    fast.route("/f", fast.reply(rss(("http://127.0.0.3:1/a", "A", "a"))))
    urls = [slow.url(f"/f?{n}") for n in range(3)] + [fast.url("/f")]
    specs = [FeedSpec(url, full_text=FullText.NEVER) for url in urls]
    archive.feeds.sync(specs, datetime.now(UTC))

    async with open_round(concurrency=2) as (_, polls, reports):
        await polls.run_due()

    order = [report.feed.url for report in reports]
    assert len(order) == 4
    assert order.index(urls[-1]) <= 1


async def test_feeds_that_were_not_polled_are_given_back(
    start_server: Any, archive: OpenArchive, open_round: Any
) -> None:
    """After a drain nothing is leased, whether it was under way or waited."""
    server = start_server()

    async def hang(_request: Any, _writer: Any) -> None:
        await asyncio.sleep(60)

    server.route("/f", hang)
    specs = [FeedSpec(server.url(f"/f?{n}")) for n in range(5)]
    archive.feeds.sync(specs, datetime.now(UTC))

    async with open_round(concurrency=4) as (_, polls, reports):
        await polls.start_due()
        await asyncio.sleep(0.3)
        await polls.drain(0.1)

    assert reports == []
    assert len(archive.feeds.lease(datetime.now(UTC), limit=10, lease_s=1)) == 5


async def test_a_lease_is_kept_while_its_poll_goes_on(
    start_server: Any,
    archive: OpenArchive,
    open_round: Any,
    rss: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However long a feed waits for its host, no other poller gets it."""
    monkeypatch.setattr(_leaser, "LEASE_S", 1.0)
    monkeypatch.setattr(_leaser, "RENEW_S", 0.0)
    server = start_server()

    async def slow(_request: Any, writer: Any) -> None:
        await asyncio.sleep(0.8)
        writer.write(server.reply(rss(("http://127.0.0.1:1/a", "A", "a"))))

    server.route("/f", slow)
    specs = [FeedSpec(server.url(f"/f?{n}"), full_text=FullText.NEVER) for n in range(3)]
    archive.feeds.sync(specs, datetime.now(UTC))

    async with open_round(concurrency=4) as (_, polls, reports):
        while len(reports) < 3:
            await polls.start_due()
            await asyncio.sleep(0.1)
        await polls.drain(5)

    assert [report.error for report in reports] == [None] * 3
    assert len(server.requests) == 3


def test_a_lease_runs_out_for_who_does_not_renew_it(archive: OpenArchive) -> None:
    """A poller that died holds nothing for ever."""
    now = datetime.now(UTC)
    archive.feeds.sync([FeedSpec("https://a.example/f")], now)
    held = archive.feeds.lease(now, limit=1, lease_s=60)
    archive.feeds.renew(held, now + timedelta(seconds=50), 60)

    before = archive.feeds.lease(now + timedelta(seconds=100), limit=1, lease_s=60)
    after = archive.feeds.lease(now + timedelta(seconds=111), limit=1, lease_s=60)

    assert (len(before), len(after)) == (0, 1)
