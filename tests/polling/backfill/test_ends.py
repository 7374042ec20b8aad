"""How a backfill ends before there is nothing older: limits, failures, somebody stops it."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from aggregator.archive import Selection
from aggregator.errors import AggregatorError
from aggregator.library import OpenArchive
from aggregator.model import FeedSpec, FullText
from aggregator.polling import Stop


def _titles(archive: OpenArchive) -> set[str]:
    return {one.entry.title or "" for one in archive.entries.select(Selection())}


def _numbered(*numbers: int) -> set[str]:
    return {f"Title {number}" for number in numbers}


async def test_a_missing_archive_is_a_failure_that_is_told(
    http_server: Any, archive: OpenArchive, backfill: Any, atom: Any
) -> None:
    """What the feed itself names ought to be there; what was read before it is kept."""
    http_server.route("/f", http_server.reply(atom(0, prev_archive="/gone")))

    report = await backfill(http_server.url("/f"))

    assert (report.stopped, report.new) == (Stop.FAILED, 1)
    assert "404" in report.error
    assert _titles(archive) == _numbered(0)


async def test_an_endless_chain_ends_at_the_limit_of_documents(
    http_server: Any, archive: OpenArchive, backfill: Any, atom: Any
) -> None:
    """A server that makes up pages for ever costs what was asked for."""
    numbers = iter(range(1000))

    def answer(_request: Any) -> bytes:
        number = next(numbers)
        return bytes(http_server.reply(atom(number, next=f"/f?page={number}")))

    http_server.route("/f", answer)

    report = await backfill(http_server.url("/f"), max_documents=7)

    assert (report.stopped, report.documents) == (Stop.DOCUMENTS, 7)
    assert len(http_server.requests) == 7
    assert _titles(archive) == _numbered(*range(7))


async def test_the_limit_of_entries_takes_the_newest_and_the_rest_comes_next_time(
    http_server: Any, archive: OpenArchive, backfill: Any, atom: Any
) -> None:
    """In the middle of a document, and at the end of one."""
    http_server.route("/f", http_server.reply(atom(4, 1, 0, 3, 2, next="/f/2")))
    http_server.route("/f/2", http_server.reply(atom(5, 6, 7)))
    url = http_server.url("/f")

    first = await backfill(url, max_new=3)
    newest = _titles(archive)
    second = await backfill(url, max_new=3)
    third = await backfill(url, max_new=3)

    assert (first.stopped, first.new, newest) == (Stop.ENTRIES, 3, _numbered(0, 1, 2))
    # Two of the feed itself, and one of its last document.
    assert (second.stopped, second.new, second.documents) == (Stop.ENTRIES, 3, 2)
    assert (third.stopped, third.new, third.known) == (Stop.END, 2, 6)
    assert _titles(archive) == _numbered(*range(8))


async def test_the_deadline_ends_it_between_documents(
    http_server: Any, backfill: Any, atom: Any
) -> None:
    """What was read until then is recorded."""
    http_server.route("/f", http_server.reply(atom(0, next="/f/2")))

    report = await backfill(http_server.url("/f"), deadline_s=0)

    assert (report.stopped, report.documents, report.new) == (Stop.DEADLINE, 1, 1)


async def test_a_server_is_given_time_between_requests(
    http_server: Any, backfill: Any, atom: Any
) -> None:
    """Never less than the pause."""
    came_at: list[float] = []

    def answer(_request: Any) -> bytes:
        came_at.append(time.monotonic())
        return bytes(http_server.reply(atom(len(came_at), next=f"/f?{len(came_at)}")))

    http_server.route("/f", answer)

    await backfill(http_server.url("/f"), max_documents=3, pause_s=0.3)

    assert all(later - sooner >= 0.29 for sooner, later in pairwise(came_at))
    assert len(came_at) == 3


async def test_a_server_that_wants_to_be_left_alone_is(
    http_server: Any, archive: OpenArchive, backfill: Any, atom: Any
) -> None:
    """Retry-After ends the walk, and is handed on; nothing is asked again."""
    http_server.route("/f", http_server.reply(atom(0, next="/f/2")))
    busy = http_server.reply(status=503, headers=[("Retry-After", "3600")])
    http_server.route("/f/2", busy)
    before = datetime.now(UTC)

    report = await backfill(http_server.url("/f"))

    assert report.stopped is Stop.FAILED
    assert "503" in report.error
    assert before + timedelta(seconds=3590) < report.retry_at < before + timedelta(seconds=3700)
    assert len(http_server.requests) == 2
    assert _titles(archive) == _numbered(0)


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(b"<html><body><p>Please log in", id="page"),
        pytest.param(b"", id="empty"),
        pytest.param(b"\x00\xff" * 5000, id="binary"),
        pytest.param(b"[" * 100_000, id="deep"),
    ],
)
async def test_a_document_that_is_no_feed_ends_it_and_harms_nothing(
    http_server: Any, archive: OpenArchive, backfill: Any, document: bytes, atom: Any
) -> None:
    """It is told, and all that came before is there."""
    http_server.route("/f", http_server.reply(atom(0, next="/f/2")))
    http_server.route("/f/2", http_server.reply(document))

    report = await backfill(http_server.url("/f"))

    assert (report.stopped, report.documents, report.new) == (Stop.FAILED, 1, 1)
    assert report.error
    assert _titles(archive) == _numbered(0)


async def test_who_stops_it_keeps_the_document_under_way(
    http_server: Any, archive: OpenArchive, backfill: Any, atom: Any
) -> None:
    """It ends behind it, the feed is given back, and running it again goes on."""
    is_asked = asyncio.Event()
    loop = asyncio.get_running_loop()

    async def slow(_request: Any, writer: Any) -> None:
        loop.call_soon_threadsafe(is_asked.set)
        await asyncio.sleep(0.5)
        writer.write(http_server.reply(atom(1, next="/f/3")))

    http_server.route("/f", http_server.reply(atom(0, next="/f/2")))
    http_server.route("/f/2", slow)
    http_server.route("/f/3", http_server.reply(atom(2)))

    async def stop(walk: Any) -> None:
        await is_asked.wait()
        walk.stop()

    stopped = await backfill(http_server.url("/f"), stopper=stop, pause_s=0.01)
    kept = _titles(archive)
    again = await backfill(http_server.url("/f"))

    assert (stopped.stopped, stopped.documents, kept) == (Stop.INTERRUPTED, 2, _numbered(0, 1))
    assert (again.stopped, again.new) == (Stop.END, 1)
    assert _titles(archive) == _numbered(0, 1, 2)


@pytest.mark.parametrize("times", [1, 2])
async def test_who_stops_it_need_not_wait_for_long(
    http_server: Any, archive: OpenArchive, backfill: Any, times: int, atom: Any
) -> None:
    """A pause ends at once, and a second time so does a document that does not come."""
    is_asked = asyncio.Event()
    loop = asyncio.get_running_loop()

    async def hang(_request: Any, _writer: Any) -> None:
        loop.call_soon_threadsafe(is_asked.set)
        await asyncio.sleep(30)

    def answer(_request: Any) -> bytes:
        loop.call_soon_threadsafe(is_asked.set)
        return bytes(http_server.reply(atom(0, next="/f/2")))

    http_server.route("/f", answer if times == 1 else hang)

    async def stop(walk: Any) -> None:
        await is_asked.wait()
        await asyncio.sleep(0.1)
        for _ in range(times):
            walk.stop()

    started = time.monotonic()
    report = await backfill(http_server.url("/f"), stopper=stop, pause_s=20)

    assert report.stopped is Stop.INTERRUPTED
    assert time.monotonic() - started < 4
    assert archive.feeds.lease_one(1, datetime.now(UTC), 9) is not None


async def test_a_feed_that_is_being_polled_is_left_to_its_poller(
    http_server: Any, archive: OpenArchive, backfill: Any
) -> None:
    """Nobody is asked, and the message says why."""
    url = http_server.url("/f")
    archive.feeds.sync([FeedSpec(url, full_text=FullText.NEVER)], datetime.now(UTC))
    archive.feeds.lease_one(1, datetime.now(UTC), 60)

    with pytest.raises(AggregatorError, match="being polled"):
        await backfill(url)

    assert http_server.requests == []


async def test_who_lost_the_lease_writes_nothing(
    http_server: Any, archive: OpenArchive, backfill: Any, atom: Any
) -> None:
    """Another poller that took the feed meanwhile is not disturbed."""

    def take(_request: Any) -> bytes:
        archive.feeds.release_abandoned()
        archive.feeds.lease_one(1, datetime.now(UTC), 60)
        return bytes(http_server.reply(atom(1)))

    http_server.route("/f", http_server.reply(atom(0, next="/f/2")))
    http_server.route("/f/2", take)

    report = await backfill(http_server.url("/f"))

    assert (report.stopped, report.documents) == (Stop.LEASE_LOST, 1)
    assert _titles(archive) == _numbered(0)
    assert archive.feeds.lease_one(1, datetime.now(UTC), 60) is None
