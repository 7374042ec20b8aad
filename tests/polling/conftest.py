"""Fixtures for polling: a real archive, a poller on it, and feeds that a test can change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from ipaddress import ip_network
from typing import Any

import pytest

from aggregator.config import Settings
from aggregator.library import OpenArchive
from aggregator.model import FeedSpec
from aggregator.polling import Polling, PollReport, open_polling

PUBLISHED_AT = datetime(2026, 11, 20, 8, tzinfo=UTC)


def make_rss(*items: tuple[str, str, str]) -> bytes:
    """An RSS document of (link, title, body) items."""
    entries = "".join(
        f"<item><guid>{escape(link)}</guid><link>{escape(link)}</link><title>{escape(title)}"
        f"</title><description>{escape(body)}</description>"
        f"<pubDate>{format_datetime(PUBLISHED_AT)}</pubDate></item>"
        for link, title, body in items
    )
    return (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>A feed</title>'
        f"<link>http://127.0.0.1/</link>{entries}</channel></rss>"
    ).encode()


@pytest.fixture
def archive(database_url: str) -> Iterator[OpenArchive]:
    """A new archive, in each kind of database."""
    with OpenArchive(database_url) as opened:
        yield opened


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Settings under which 127.0.0.0/8 may be reached."""
    return Settings(
        database_url=database_url,
        allow_networks=(ip_network("127.0.0.0/8"),),
        workers=1,
        timeout_s=5,
        concurrency=4,
        host_gap_s=0,
    )


Polled = Callable[[Sequence[str]], Awaitable[list[PollReport]]]


@pytest.fixture
def poll(archive: OpenArchive, settings: Settings) -> Polled:
    """A function that lists feeds by URL, polls all of them once, and returns the reports."""

    async def poll_all(urls: Sequence[str], **spec: Any) -> list[PollReport]:
        archive.feeds.sync([FeedSpec(url=url, **spec) for url in urls], datetime.now(UTC))
        reports: list[PollReport] = []
        async with open_polling(archive, settings, reports.append) as polling:
            await polling.poll_chosen([feed.id for feed in archive.feeds.all() if feed.is_enabled])
        return reports

    return poll_all


@pytest.fixture
def open_polls(
    archive: OpenArchive, settings: Settings
) -> Callable[..., AbstractAsyncContextManager[tuple[Polling, list[PollReport]]]]:
    """A function that opens what polls, and the list to which it reports."""

    @asynccontextmanager
    async def opened(**changed: Any) -> Any:
        reports: list[PollReport] = []
        async with open_polling(archive, replace(settings, **changed), reports.append) as polling:
            yield polling, reports

    return opened


@pytest.fixture
def rss() -> Callable[..., bytes]:
    """The function `make_rss`."""
    return make_rss
