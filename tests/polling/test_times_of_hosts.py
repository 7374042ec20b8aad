"""Gaps, rests and stated times of hosts, whoever polls their feeds, and in what order."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from aggregator.library import OpenArchive
from aggregator.model import FeedSpec, HostPolicy, Pace, Response, Validators
from aggregator.polling import PollBatch, _local
from aggregator.polling._clock import Clock
from aggregator.polling._hosts import ArchiveBook
from tests.polling.leasing import lease_all, list_feeds


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
    list_feeds(archive, ["http://127.0.0.9:9/a", "http://127.0.0.9:9/b"])
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
    list_feeds(archive, ["http://127.0.0.9:9/a"])
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
    list_feeds(archive, [http_server.url("/f")])

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
    list_feeds(archive, [http_server.url(f"/f?{n}") for n in range(4)])
    [batch] = lease_all(archive)
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
    list_feeds(archive, [http_server.url("/f")])

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
