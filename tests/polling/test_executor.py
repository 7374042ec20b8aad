"""Batches of one host each: places, hosts, leases that are kept and given back."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from aggregator.errors import UnreachableError
from aggregator.library import OpenArchive
from aggregator.polling import Executor, PollBatch, _local, _tick
from tests.polling.leasing import lease_all, list_feeds


@pytest.fixture
def closed_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


async def test_a_slow_host_holds_up_nobody_else(
    start_server: Any, archive: OpenArchive, open_polls: Any, rss: Any
) -> None:
    """Its feeds are one batch, which takes one place."""
    slow, fast = start_server("127.0.0.2"), start_server("127.0.0.3")
    done: list[Any] = []

    async def hang(_request: Any, _writer: Any) -> None:
        while not done:  # noqa: ASYNC110 - the list is filled by others
            await asyncio.sleep(0.1)

    slow.route("/f", hang)
    fast.route("/f", fast.reply(rss(("http://127.0.0.3:1/a", "A", "a"))))
    urls = [slow.url(f"/f?{n}") for n in range(3)] + [fast.url("/f")]
    list_feeds(archive, urls)

    async with open_polls(concurrency=2, timeout_s=60) as (polling, reports):
        done = reports
        await polling.poll_due()

    assert reports[0].feed.url == urls[-1]


async def test_requests_to_a_host_start_so_far_apart_as_is_said(
    http_server: Any, archive: OpenArchive, open_polls: Any, rss: Any
) -> None:
    """Within a batch, and from a process to the next."""
    starts: list[float] = []

    def answer(_request: Any) -> bytes:
        starts.append(asyncio.get_running_loop().time())
        return bytes(http_server.reply(rss(("http://127.0.0.1:1/a", "A", "a"))))

    http_server.route("/f", answer)
    list_feeds(archive, [http_server.url(f"/f?{n}") for n in range(3)])
    ids = [feed.id for feed in archive.feeds.all()]

    for portion in (ids[:2], ids[2:]):
        async with open_polls(host_gap_s=0.4) as (polling, _):
            await polling.poll_chosen(portion)

    assert len(starts) == 3, starts
    assert all(after - before > 0.35 for before, after in pairwise(starts)), starts


async def test_feeds_that_were_not_polled_are_given_back(
    start_server: Any, archive: OpenArchive, open_polls: Any
) -> None:
    """After a drain nothing is leased, whether it was under way or waited."""
    server = start_server()

    async def hang(_request: Any, _writer: Any) -> None:
        await asyncio.sleep(60)

    server.route("/f", hang)
    list_feeds(archive, [server.url(f"/f?{n}") for n in range(5)])

    async with open_polls() as (polling, reports):
        assert await polling.tick.hand_on(polling.executor) == 1
        await asyncio.sleep(0.3)
        await polling.executor.drain(0.1)
        assert await polling.tick.hand_on(polling.executor) == 0

    assert reports == []
    assert [len(batch.leases) for batch in lease_all(archive)] == [5]


async def test_a_stop_waits_for_no_lease_that_cannot_be_ended(
    start_server: Any, archive: OpenArchive, open_polls: Any, rss: Any
) -> None:
    """Neither where that is being tried again and again, nor where it is begun then."""
    quick, slow = start_server("127.0.0.2"), start_server("127.0.0.3")

    async def hang(_request: Any, _writer: Any) -> None:
        await asyncio.sleep(60)

    async def never(*_given: object) -> None:
        raise UnreachableError("another program is writing")

    quick.route("/f", quick.reply(rss(("http://127.0.0.1:1/a", "A", "a"))))
    slow.route("/f", hang)
    list_feeds(archive, [quick.url("/f"), slow.url("/f")])

    async with open_polls() as (polling, reports):
        assert await polling.tick.hand_on(polling.executor) == 2
        # From the record of the only poll that ends on nothing more can be written.
        polling.poller.recorder.on_commit = lambda _: setattr(polling.writer, "at_once", never)
        while not reports:  # noqa: ASYNC110 - the list is filled by others
            await asyncio.sleep(0.01)
        async with asyncio.timeout(20):
            await polling.executor.drain(0.2)

    assert [one.error for one in reports] == [None]
    assert {feed.last_status for feed in archive.feeds.all()} == {200, None}


async def test_a_lease_is_kept_while_its_batch_goes_on(
    start_server: Any,
    archive: OpenArchive,
    open_polls: Any,
    rss: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However long a feed waits for its turn, no other poller gets it."""
    monkeypatch.setattr(_tick, "LEASE_S", 1.0)
    monkeypatch.setattr(_tick, "RENEW_S", 0.0)
    server = start_server()

    async def slow(_request: Any, writer: Any) -> None:
        await asyncio.sleep(0.8)
        writer.write(server.reply(rss(("http://127.0.0.1:1/a", "A", "a"))))

    server.route("/f", slow)
    list_feeds(archive, [server.url(f"/f?{n}") for n in range(3)])

    async with open_polls() as (polling, reports):
        while len(reports) < 3:
            await polling.holder.renew(polling.executor.held())
            await polling.tick.hand_on(polling.executor)
            await asyncio.sleep(0.1)
        await polling.executor.drain(5)

    assert [report.error for report in reports] == [None] * 3
    assert len(server.requests) == 3


async def test_a_host_that_never_answers_is_left_alone_after_two_feeds(
    start_server: Any, archive: OpenArchive, open_polls: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others would wait as long, one after another; they come when the host has rested."""
    monkeypatch.setattr(_local, "SILENT_REST_S", 1800.0)
    server = start_server()

    async def hang(_request: Any, _writer: Any) -> None:
        await asyncio.sleep(60)

    server.route("/f", hang)
    list_feeds(archive, [server.url(f"/f?{n}") for n in range(6)])

    async with open_polls(timeout_s=1) as (polling, reports):
        await polling.poll_due()

    assert [report.error_kind for report in reports] == ["timeout"] * 2
    assert len(server.requests) == 2
    now = datetime.now(UTC)
    [resting] = archive.hosts.resting(now)
    assert resting.rest_until is not None
    assert resting.rest_until > now + timedelta(minutes=20)
    assert lease_all(archive) == []


async def test_when_nothing_can_be_reached_no_feed_is_to_blame(
    closed_port: int, archive: OpenArchive, open_polls: Any
) -> None:
    """Those that failed before that was clear are pardoned, and one host a minute is asked."""
    urls = [f"http://127.0.0.{number}:{closed_port}/f" for number in range(2, 9)]
    list_feeds(archive, urls)

    async with open_polls(concurrency=1) as (polling, reports):
        await polling.poll_due()
        is_down = polling.poller.network.is_down
        probes = await polling.tick.hand_on(polling.executor)

    assert is_down
    assert probes == 0
    assert len(reports) >= 3
    feeds = archive.feeds.all()
    assert [feed.failures for feed in feeds] == [0] * len(urls)
    soon = datetime.now(UTC) + timedelta(minutes=5)
    assert all(feed.next_poll_at is not None and feed.next_poll_at < soon for feed in feeds)


class Elsewhere:
    """An executor that hands batches to nobody: what a broker would carry is all it keeps."""

    def __init__(self, places: int) -> None:
        self.places = places
        self.carried: list[tuple[list[int], str, datetime]] = []

    def capacity(self) -> int:
        """The places that are left."""
        return self.places - len(self.carried)

    def submit(self, batch: PollBatch) -> None:
        """Keep the numbers, the token and the deadline."""
        ids = [lease.feed.id for lease in batch.leases]
        self.carried.append((ids, batch.token, batch.deadline))

    async def drain(self, deadline_s: float) -> None:
        """There is nothing to wait for."""


async def test_any_executor_gets_leased_batches_of_one_host_each(
    archive: OpenArchive, open_polls: Any
) -> None:
    """As many as it takes, no feed twice, and none without a lease that proves it."""
    list_feeds(archive, [f"https://h{n % 4}.example/{n}" for n in range(10)])
    elsewhere = Elsewhere(places=3)
    executor: Executor = elsewhere

    async with open_polls() as (polling, _):
        handed_on = [await polling.tick.hand_on(executor) for _ in range(2)]
        elsewhere.places = 9
        handed_on.append(await polling.tick.hand_on(executor))

    assert handed_on == [3, 0, 1]
    ids = [one for batch, _, _ in elsewhere.carried for one in batch]
    assert sorted(ids) == list(range(1, 11))
    assert len({token for _, token, _ in elsewhere.carried}) >= 2
    assert all(deadline > datetime.now(UTC) for _, _, deadline in elsewhere.carried)
    assert lease_all(archive) == []
