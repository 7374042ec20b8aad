"""Bytes that kill workers: counted in the archive, then left alone, over restarts too."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from aggregator.config import Settings
from aggregator.errors import FeedError, QuarantinedError, WorkerDiedError
from aggregator.fetch import make_fetcher
from aggregator.library import OpenArchive
from aggregator.model import Entry, Feed, FullText, Memory, ReadingSpeed
from aggregator.polling import Workers
from aggregator.polling._items import ItemMaker
from aggregator.polling._quarantine import Quarantine, digest_of
from aggregator.polling._tasks import read_feed
from aggregator.polling._writer import Writer

_DIGEST = digest_of(b"poison")
_WORDS = " ".join(["An article has sentences, and some of them are as long as this one."] * 20)
_PAGE = f"<html><body><h1>Title</h1><article><p>{_WORDS}</p></article></body></html>".encode()
_FEED = Feed(
    id=1,
    url="http://127.0.0.1/feed",
    name=None,
    title=None,
    site_url=None,
    tags=(),
    is_enabled=True,
    interval_s=3600,
    full_text=FullText.ALWAYS,
)
_KILL = "__import__('os').kill(__import__('os').getpid(), 9)"


@pytest.fixture
def writer() -> Iterator[Writer]:
    """The archive's thread."""
    opened = Writer()
    yield opened
    opened.close()


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    """One process, started when there is work."""
    async with Workers(1) as opened:
        yield opened


@pytest.fixture
def quarantine(archive: OpenArchive, writer: Writer) -> Quarantine:
    """A quarantine on a new archive."""
    return Quarantine(writer.in_archive, archive.poison)


async def test_what_is_harmless_is_done_and_nothing_is_noted(
    archive: OpenArchive, quarantine: Quarantine, workers: Workers
) -> None:
    """Neither a result nor an error of the document is a death."""
    assert await quarantine.run(workers, _DIGEST, 20, abs, -1) == 1
    with pytest.raises(FeedError):
        await quarantine.run(
            workers, _DIGEST, 20, read_feed, b"no feed", "http://127.0.0.1/", None, Memory()
        )

    assert archive.poison.all() == []


async def test_after_two_deaths_no_worker_is_tried_any_more(
    archive: OpenArchive, quarantine: Quarantine, workers: Workers
) -> None:
    """The third time is refused at once, and the reason of the second is told."""
    for deaths in (1, 2):
        with pytest.raises(WorkerDiedError, match=r"0\.3 s"):
            await quarantine.run(workers, _DIGEST, 0.3, time.sleep, 60)
        assert [one.deaths for one in archive.poison.all()] == [deaths]
    with pytest.raises(QuarantinedError, match=r"2 deaths.*0\.3 s") as caught:
        await quarantine.run(workers, _DIGEST, 20, time.sleep, 0)

    assert (caught.value.kind, caught.value.deaths) == ("quarantined", 2)
    assert [one.deaths for one in archive.poison.all()] == [2]
    assert await quarantine.run(workers, digest_of(b"other"), 20, abs, -2) == 2


async def test_a_process_that_ends_itself_twice_is_quarantined_at_once(
    archive: OpenArchive, quarantine: Quarantine, workers: Workers
) -> None:
    """It was tried once more, alone in a fresh process, before it was called poison."""
    with pytest.raises(WorkerDiedError, match="exit code 11"):
        await quarantine.run(workers, _DIGEST, 20, os._exit, 11)

    assert [one.deaths for one in archive.poison.all()] == [2]
    assert await quarantine.holds(b"poison")
    assert not await quarantine.holds(b"something else")


async def test_the_first_sigkill_speaks_against_nobody(
    archive: OpenArchive, quarantine: Quarantine, workers: Workers
) -> None:
    """An operator may have sent it; the one after it counts."""
    with pytest.raises(WorkerDiedError):
        await quarantine.run(workers, _DIGEST, 20, eval, _KILL)

    assert [one.deaths for one in archive.poison.all()] == [1]


async def test_who_is_in_quarantine_stays_there_over_a_restart(
    archive: OpenArchive, quarantine: Quarantine, writer: Writer, workers: Workers
) -> None:
    """Until it is released by hand: a document that has changed is another one anyway."""
    with pytest.raises(WorkerDiedError):
        await quarantine.run(workers, _DIGEST, 20, os._exit, 3)

    with pytest.raises(QuarantinedError):
        await Quarantine(writer.in_archive, archive.poison).run(workers, _DIGEST, 20, abs, -1)
    archive.poison.release()
    after = Quarantine(writer.in_archive, archive.poison)
    assert await after.run(workers, _DIGEST, 20, abs, -1) == 1


async def test_an_archive_that_cannot_take_a_death_hides_nothing(
    archive: OpenArchive, quarantine: Quarantine, workers: Workers
) -> None:
    """The work's own end is what its caller hears of, and this process remembers."""
    assert not await quarantine.holds(b"poison")
    archive.close()
    with pytest.raises(WorkerDiedError, match="exit code 3"):
        await quarantine.run(workers, _DIGEST, 20, os._exit, 3)

    with pytest.raises(QuarantinedError):
        await quarantine.run(workers, _DIGEST, 20, abs, -1)


async def test_a_quarantined_page_gives_way_to_the_feeds_own_text(
    archive: OpenArchive,
    quarantine: Quarantine,
    workers: Workers,
    settings: Settings,
    http_server: Any,
) -> None:
    """The pages beside it are read, and no process dies for it again."""
    pages = [_PAGE.replace(b"Title", name) for name in (b"Bad", b"Good")]
    for number, page in enumerate(pages):
        answer = http_server.reply(page, headers=[("Content-Type", "text/html")])
        http_server.route(f"/{number}", answer)
    for _ in range(2):
        archive.poison.note_death(digest_of(pages[0]), "it was hungry", datetime.now(UTC))
    entries = [
        Entry(str(number), "", url=http_server.url(f"/{number}"), title="Told", summary="By feed.")
        for number in range(2)
    ]

    async with make_fetcher(settings) as fetcher:
        maker = ItemMaker(
            fetcher, workers, max_pages=5, speed=ReadingSpeed(), quarantine=quarantine
        )
        items, _ = await maker.make(_FEED, entries, known={}, template=None)

    assert [item.fetched_at is not None for item in items] == [False, True]
    assert [item.new_article.lead for item in items] == ["By feed.", _WORDS]
    assert workers.restarts == 0
