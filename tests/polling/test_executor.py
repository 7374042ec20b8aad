"""Batches of one host each: places, hosts, leases that are kept and given back."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from typing import Any

import pytest

from aggregator.archive import LeasedBatch
from aggregator.errors import UnreachableError
from aggregator.library import OpenArchive
from aggregator.model import FeedSpec, FullText, HostPolicy, Pace, Response, Validators
from aggregator.polling import Executor, PollBatch, _local, _tick
from aggregator.polling._clock import Clock
from aggregator.polling._hosts import ArchiveBook


def _list_feeds(archive: OpenArchive, urls: Sequence[str]) -> None:
    specs = [FeedSpec(url, full_text=FullText.NEVER) for url in urls]
    archive.feeds.sync(specs, datetime.now(UTC))


def _lease_all(archive: OpenArchive) -> list[LeasedBatch]:
    return archive.feeds.lease_batches(datetime.now(UTC), hosts=99, lease_s=1, gap_for=lambda _: 0)


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
    _list_feeds(archive, urls)

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
    _list_feeds(archive, [http_server.url(f"/f?{n}") for n in range(3)])
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
    _list_feeds(archive, [server.url(f"/f?{n}") for n in range(5)])

    async with open_polls() as (polling, reports):
        assert await polling.tick.hand_on(polling.executor) == 1
        await asyncio.sleep(0.3)
        await polling.executor.drain(0.1)
        assert await polling.tick.hand_on(polling.executor) == 0

    assert reports == []
    assert [len(batch.leases) for batch in _lease_all(archive)] == [5]


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
    _list_feeds(archive, [quick.url("/f"), slow.url("/f")])

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
    _list_feeds(archive, [server.url(f"/f?{n}") for n in range(3)])

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
    _list_feeds(archive, [server.url(f"/f?{n}") for n in range(6)])

    async with open_polls(timeout_s=1) as (polling, reports):
        await polling.poll_due()

    assert [report.error_kind for report in reports] == ["timeout"] * 2
    assert len(server.requests) == 2
    now = datetime.now(UTC)
    [resting] = archive.hosts.resting(now)
    assert resting.rest_until is not None
    assert resting.rest_until > now + timedelta(minutes=20)
    assert _lease_all(archive) == []


async def test_when_nothing_can_be_reached_no_feed_is_to_blame(
    closed_port: int, archive: OpenArchive, open_polls: Any
) -> None:
    """Those that failed before that was clear are pardoned, and one host a minute is asked."""
    urls = [f"http://127.0.0.{number}:{closed_port}/f" for number in range(2, 9)]
    _list_feeds(archive, urls)

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
    _list_feeds(archive, [f"https://h{n % 4}.example/{n}" for n in range(10)])
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
    assert _lease_all(archive) == []


def _pushed(url: str, document: bytes) -> Response:
    return Response(
        url=url,
        final_url=url,
        status=226,
        headers={"content-type": "application/rss+xml"},
        body=document,
        validators=Validators(),
        fetched_at=datetime.now(UTC),
    )


async def test_the_gap_of_a_host_is_kept_from_process_to_process(
    archive: OpenArchive, open_polls: Any
) -> None:
    """As the table of hosts has it, not as for all others: by leases, too."""
    _list_feeds(archive, ["http://127.0.0.9:9/a", "http://127.0.0.9:9/b"])
    now = datetime.now(UTC)

    async with open_polls(hosts=(HostPolicy("127.0.0.9", gap_s=300.0),)) as (polling, _):
        await polling.tick.lease_chosen([feed.id for feed in archive.feeds.all()])

    state = archive.hosts.reserve("127.0.0.9", now, 300.0)
    assert state.next_start_at is not None
    assert state.next_start_at >= now + timedelta(seconds=600)


async def test_what_goes_on_after_its_starts_are_used_up_reserves_more(
    archive: OpenArchive,
) -> None:
    """Pages beside the feeds of a batch: another process has the host's starts by then."""
    _list_feeds(archive, ["http://127.0.0.9:9/a"])
    archive.feeds.lease_batches(datetime.now(UTC), hosts=1, lease_s=600, gap_for=lambda _: 0.5)
    ours, theirs = (ArchiveBook(archive, asyncio.to_thread, Clock()) for _ in range(2))
    await ours.hold("127.0.0.9", 0.5, may_rest=False)
    assert await ours.reserve("127.0.0.9", 0.5) == 0.0
    await asyncio.sleep(0.6)

    first = await ours.reserve("127.0.0.9", 60.0)

    assert await theirs.reserve("127.0.0.9", 60.0) > first + 50.0


async def test_a_host_that_rests_is_left_alone_though_it_is_leased(
    http_server: Any, archive: OpenArchive, open_polls: Any, rss: Any
) -> None:
    """For news that a hub has sent: its pages wait until the rest is over."""
    http_server.route("/page", http_server.reply(b"<p>page</p>"))
    archive.feeds.sync([FeedSpec(http_server.url("/f"))], datetime.now(UTC))
    now = datetime.now(UTC)
    archive.hosts.rest("127.0.0.1", status=429, now=now, until=now + timedelta(days=1))
    [feed] = archive.feeds.all()
    news = rss((http_server.url("/page"), "A", "a"))
    archive.feeds.push_answer(feed.id, _pushed(feed.url, news), now)

    async with open_polls() as (polling, reports):
        await polling.poll_due()

    assert [one.new for one in reports] == [1]
    assert http_server.requests == []


async def test_who_asks_out_of_turn_and_fails_still_keeps_the_stated_time(
    http_server: Any, archive: OpenArchive, open_polls: Any, rss: Any
) -> None:
    """`aggregator poll FEED` while the server is away."""
    headers = [("Content-Type", "application/rss+xml"), ("Cache-Control", "max-age=500000")]
    document = rss(("http://127.0.0.1:1/a", "A", "a"))
    http_server.route("/f", http_server.reply(document, headers=headers))
    _list_feeds(archive, [http_server.url("/f")])

    async with open_polls() as (polling, _):
        await polling.poll_due()
        [before] = archive.feeds.all()
        http_server.route("/f", http_server.reply(b"", status=500))
        await polling.poll_chosen([before.id])

    [after] = archive.feeds.all()
    assert after.failures == 1
    assert before.not_before is not None
    assert after.not_before == before.not_before
    assert after.next_poll_at is not None
    assert after.next_poll_at >= before.not_before


async def test_feeds_that_are_not_asked_say_nothing_of_their_host(
    http_server: Any, archive: OpenArchive, open_polls: Any
) -> None:
    """Their last error, of some other day, is no silence."""
    http_server.route("/f", http_server.reply(b""))
    _list_feeds(archive, [http_server.url(f"/f?{n}") for n in range(4)])
    [batch] = _lease_all(archive)
    today = Pace(skip_days=(datetime.now(UTC).weekday(),))
    leases = tuple(
        replace(one, feed=replace(one.feed, failures=1, error_kind="timeout", pace=today))
        for one in batch.leases
    )

    async with open_polls() as (polling, reports):
        work = PollBatch(batch.host, leases, batch.token, batch.until, batch.start_at)
        left = await _local.poll_batch(work, polling.poller, reports.append, lambda: False)

    assert left == []
    assert len(reports) == 4


@pytest.mark.parametrize("hours", [-1, 1])
async def test_a_clock_that_is_set_while_a_server_answers_changes_no_stated_time(
    http_server: Any,
    archive: OpenArchive,
    open_polls: Any,
    monkeypatch: pytest.MonkeyPatch,
    hours: int,
) -> None:
    """The server counts its seconds from its answer, whatever our clock shows by then."""
    real, shift_s = time.time, 3600.0 * hours
    _list_feeds(archive, [http_server.url("/f")])

    async with open_polls() as (polling, _):

        def answer(_request: Any) -> bytes:
            # As the daemon does it a moment after the clock was set.
            monkeypatch.setattr(time, "time", lambda: real() + shift_s)
            archive.feeds.shift_times(polling.clock.follow())
            stated = format_datetime(polling.clock.now() + timedelta(hours=2), usegmt=True)
            return bytes(http_server.reply(b"", status=500, headers=[("Retry-After", stated)]))

        http_server.route("/f", answer)
        await polling.poll_due()
        now = polling.clock.now()

    [feed] = archive.feeds.all()
    assert feed.not_before is not None
    assert abs(feed.not_before - now - timedelta(hours=2)) < timedelta(seconds=30)
