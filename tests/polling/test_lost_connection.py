"""A server that ends connections, or is away for a while: nothing is lost or half done."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url

from aggregator.archive import Selection
from aggregator.errors import ArchiveError, UnreachableError
from aggregator.library import OpenArchive
from aggregator.model import FeedSpec, FullText
from aggregator.polling import _patience as patience
from aggregator.polling._patience import with_patience
from aggregator.polling._tick import LEASE_S
from tests.databases import Server

_FEEDS = 6


@pytest.fixture
def database_url(make_postgresql: Callable[..., str]) -> str:
    """The URL of a database on a server: a file has no connection to lose."""
    return make_postgresql(has_tables=True)


@pytest.fixture
async def polling(
    archive: OpenArchive, http_server: Any, open_polls: Callable[..., Any]
) -> AsyncIterator[tuple[Any, Any, list[int]]]:
    """A round that polls feeds of a server, its reports, and the numbers of the feeds."""
    urls = [http_server.url(f"/{number}") for number in range(_FEEDS)]
    archive.feeds.sync([FeedSpec(url, full_text=FullText.NEVER) for url in urls], _now())
    async with open_polls(concurrency=3) as (polls, reports):
        yield polls, reports, [feed.id for feed in archive.feeds.all()]


def _now() -> datetime:
    return datetime.now(UTC)


def _serve(http_server: Any, rss: Callable[..., bytes], act: Callable[[], object]) -> None:
    """Let each feed have two entries; `act` at each request, after which the poll goes on."""

    def answer(request: Any) -> bytes:
        act()
        items = [(f"http://e.org{request.path}/{one}", f"T {one}", "Text") for one in range(2)]
        return bytes(http_server.reply(rss(*items)))

    for number in range(_FEEDS):
        http_server.route(f"/{number}", answer)


async def test_connections_that_end_during_polls_cost_nothing(
    archive: OpenArchive,
    http_server: Any,
    rss: Callable[..., bytes],
    polling: Any,
    database_url: str,
    end_sessions: Callable[[str], int],
) -> None:
    """At each request all of them: every poll is recorded, once and as a whole."""
    ended: list[int] = []
    _serve(http_server, rss, lambda: ended.append(end_sessions(database_url)))
    polls, reports, ids = polling

    await polls.poll_chosen(ids)

    found = archive.entries.select(Selection())
    assert sum(ended) > 0
    assert [(report.error, report.new) for report in reports] == [(None, 2)] * _FEEDS
    assert len(found) == len({one.entry.url for one in found}) == 2 * _FEEDS
    assert all(one.article.text for one in found)
    assert archive.check() == []


async def test_a_server_that_is_away_for_a_while_is_waited_for(
    archive: OpenArchive,
    http_server: Any,
    rss: Callable[..., bytes],
    polling: Any,
    database_url: str,
    postgresql_server: Server,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """From the first request on nobody is let in, and then everybody again."""
    name = make_url(database_url).database
    timers: list[threading.Timer] = []

    def let_in() -> None:
        with psycopg.connect(postgresql_server.url, autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())

    def shut() -> None:
        if not timers:
            timers.append(threading.Timer(1.2, let_in))
            postgresql_server.ask(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            postgresql_server.end_sessions(database_url)
            timers[0].start()

    _serve(http_server, rss, shut)
    polls, reports, ids = polling

    await polls.poll_chosen(ids)
    timers[0].join()

    assert [(report.error, report.new) for report in reports] == [(None, 2)] * _FEEDS
    assert "once more in" in caplog.text
    assert archive.check() == []


async def test_a_poll_that_cannot_be_recorded_is_due_again_when_its_lease_has_run_out(
    archive: OpenArchive,
    http_server: Any,
    rss: Callable[..., bytes],
    polling: Any,
    database_url: str,
    postgresql_server: Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the server stays away nothing is written, and the round says why it ends."""
    name = make_url(database_url).database
    monkeypatch.setattr(patience, "WAITS_S", (0.01,))

    def shut() -> None:
        postgresql_server.ask(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        postgresql_server.end_sessions(database_url)

    _serve(http_server, rss, shut)
    polls, _, ids = polling
    with pytest.raises(ArchiveError, match="not currently accepting connections"):
        await polls.poll_chosen(ids[:1])
    postgresql_server.ask(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

    assert archive.entries.select(Selection()) == []
    assert archive.feeds.lease_one(ids[0], _now(), 1) is None
    later = _now() + timedelta(seconds=LEASE_S)
    assert archive.feeds.lease_one(ids[0], later, 1) is not None


async def test_work_is_tried_again_only_while_the_archive_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As often as there are pauses; what is wrong for good is told at once."""
    monkeypatch.setattr(patience, "WAITS_S", (0, 0))
    tries: list[int] = []

    def fails(error: Exception, times: int) -> Callable[[], Any]:
        tries.clear()

        async def work() -> str:
            tries.append(1)
            if len(tries) <= times:
                raise error
            return "done"

        return work

    assert await with_patience(fails(UnreachableError("away"), 2)) == "done"
    with pytest.raises(UnreachableError, match="away"):
        await with_patience(fails(UnreachableError("away"), 3))
    with pytest.raises(ArchiveError, match="wrong"):
        await with_patience(fails(ArchiveError("wrong"), 1))
    assert len(tries) == 1
