"""Polls that are recorded together: each hears of itself, and none waits for others to come."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator.errors import ArchiveError, UnwritableError
from aggregator.library import OpenArchive, open_archive
from aggregator.model import FeedSpec, Memory, ParsedFeed, PollResult, Validators
from aggregator.polling._clock import Clock
from aggregator.polling._recorder import Recorder

_NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)


def _results(archive: OpenArchive, number: int) -> list[PollResult]:
    specs = [FeedSpec(f"https://h{one}.example/") for one in range(number)]
    archive.feeds.sync(specs, _NOW)
    batches = archive.feeds.lease_batches(_NOW, hosts=number, lease_s=60, gap_for=lambda _: 0)
    return [
        PollResult(
            feed_id=lease.feed.id,
            token=lease.token,
            polled_at=_NOW,
            next_poll_at=_NOW + timedelta(hours=1),
            validators=Validators(f'"{lease.feed.id}"'),
            body_hash=None,
            status=304,
        )
        for batch in batches
        for lease in batch.leases
    ]


class Counting:
    """An archive's thread that counts how often it is asked."""

    def __init__(self) -> None:
        self.calls = 0

    async def in_archive(self, work: Any, *args: Any) -> Any:
        """What `work` returns, after a moment."""
        self.calls += 1
        await asyncio.sleep(0.01)
        return await asyncio.to_thread(work, *args)


async def test_what_gathers_while_the_archive_is_busy_is_one_transaction(
    archive: OpenArchive,
) -> None:
    """The first goes at once, all others together, each recorded."""
    results, thread = _results(archive, 20), Counting()
    recorder = Recorder(archive, thread.in_archive, Clock())

    outcomes = await asyncio.gather(*(recorder.record(one, timedelta()) for one in results))

    assert outcomes == [True] * 20
    assert thread.calls <= 2
    stored = {feed.id: feed.validators.etag for feed in archive.feeds.all()}
    assert stored == {feed_id: f'"{feed_id}"' for feed_id in stored}


async def test_who_has_lost_its_lease_hears_so_and_the_others_are_recorded(
    archive: OpenArchive,
) -> None:
    """In one and the same transaction."""
    results = _results(archive, 4)
    results[1] = replace(results[1], token="another")
    recorder = Recorder(archive, Counting().in_archive, Clock())

    outcomes = await asyncio.gather(*(recorder.record(one, timedelta()) for one in results))

    assert outcomes == [True, False, True, True]


async def test_an_error_is_told_to_all_who_wait_and_what_comes_later_is_recorded(
    archive: OpenArchive,
) -> None:
    """A disk that was full for a moment costs the polls of that moment."""
    results, thread = _results(archive, 3), Counting()
    is_full = [True]

    async def in_archive(work: Any, *args: Any) -> Any:
        if is_full[0]:
            raise ArchiveError("the disk is full")
        return await thread.in_archive(work, *args)

    recorder = Recorder(archive, in_archive, Clock())
    with pytest.raises(ArchiveError, match="full"):
        await recorder.record(results[0], timedelta())
    is_full[0] = False

    assert await recorder.record(results[1], timedelta())


async def test_a_full_disk_costs_no_poll_that_is_written_alone(tmp_path: Path) -> None:
    """A lease that is lost has each written alone; whoever waits for room waits for those, too."""
    with open_archive(tmp_path / "archive.db") as archive:
        results, thread = _results(archive, 4), Counting()
        results[1] = replace(results[1], token="another")
        memory = Memory(snapshot=bytes(1_000_000))
        parsed = ParsedFeed("rss20", "strict", "utf-8", (), memory=memory)
        results[2] = replace(results[2], parsed=parsed)

        def set_pages(most: int) -> None:
            with archive._database.engine.connect() as connection:
                connection.exec_driver_sql(f"PRAGMA max_page_count = {most}")

        async def in_archive(work: Any, *args: Any) -> Any:
            try:
                return await thread.in_archive(work, *args)
            except UnwritableError:
                set_pages(1_073_741_823)
            return await thread.in_archive(work, *args)

        set_pages(1)  # no more than there are
        recorder = Recorder(archive, in_archive, Clock())
        given = (recorder.record(one, timedelta()) for one in results)
        outcomes = await asyncio.gather(*given, return_exceptions=True)

    assert outcomes == [True, False, True, True]


async def test_times_move_with_a_clock_that_was_set_during_the_poll(archive: OpenArchive) -> None:
    """What is left to wait stays the same."""
    [result] = _results(archive, 1)
    clock = Clock()
    recorder = Recorder(archive, Counting().in_archive, clock)
    clock.moved = timedelta(days=30)

    await recorder.record(result, timedelta())

    [feed] = archive.feeds.all()
    assert feed.next_poll_at == result.next_poll_at + timedelta(days=30)
    assert feed.last_polled_at == result.polled_at + timedelta(days=30)


async def test_a_jump_while_a_poll_waits_to_be_written_moves_it_too(archive: OpenArchive) -> None:
    """The archive was moved before it came: the clock follows while others are written."""
    results, clock, thread = _results(archive, 2), Clock(), Counting()
    recorder = Recorder(archive, thread.in_archive, clock)
    first = asyncio.create_task(recorder.record(results[0], clock.moved))
    await asyncio.sleep(0)
    second = asyncio.create_task(recorder.record(results[1], clock.moved))
    await asyncio.sleep(0)

    clock.moved = timedelta(hours=-5)
    await asyncio.gather(first, second)

    after = {feed.id: feed.next_poll_at for feed in archive.feeds.all()}
    assert after[results[1].feed_id] == results[1].next_poll_at - timedelta(hours=5)


async def test_who_watches_hears_of_each_article_and_of_each_transaction(
    http_server: Any, archive: OpenArchive, open_polls: Any, rss: Any
) -> None:
    """In seconds, and from what an article was made."""
    words = "Nothing of this stands in the feed, it is on the page alone. " * 12
    page = f"<html><body><article><h1>A</h1><p>{words}</p></article></body></html>".encode()
    html = [("Content-Type", "text/html")]
    http_server.route("/a", http_server.reply(page, headers=html))
    http_server.route("/f", http_server.reply(rss((http_server.url("/a"), "A", "a"))))
    archive.feeds.sync([FeedSpec(http_server.url("/f"))], _NOW)
    articles: list[tuple[str, float]] = []
    commits: list[float] = []

    async with open_polls() as (polling, _):
        polling.poller.items.on_article = lambda *heard: articles.append(heard)
        polling.poller.recorder.on_commit = commits.append
        await polling.poll_due()

    assert [engine for engine, _ in articles] == ["page"]
    assert all(seconds > 0 for _, seconds in articles)
    assert len(commits) == 1
