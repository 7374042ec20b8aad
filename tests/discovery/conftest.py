"""Fetchers that may reach one loopback address, workers, and documents to be found."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from ipaddress import ip_network

import pytest

from aggregator.discovery import Discovery, find_feeds
from aggregator.fetch import Fetcher, FetchLimits
from aggregator.polling import Workers


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    """A fetcher that may reach 127.0.0.1 and nothing else that is private."""
    networks = (ip_network("127.0.0.1/32"),)
    async with Fetcher(
        FetchLimits(timeout_s=5.0, gap_s=0.0),
        user_agent="test/1 (+https://example.org)",
        allow_networks=networks,
    ) as opened:
        yield opened


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    """One worker process for all tests of the room."""
    pool = Workers(1)
    yield pool
    asyncio.run(pool.__aexit__(None, None, None))


@pytest.fixture
def find(fetcher: Fetcher, workers: Workers) -> Callable[[str], Awaitable[Discovery]]:
    """A function that awaits the feeds of what was typed."""
    return lambda typed: find_feeds(typed, fetcher, workers)
