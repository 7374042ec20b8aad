"""Fetchers that may reach one loopback address, as short-tempered as a test needs them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from ipaddress import ip_network
from typing import Any

import pytest

from aggregator.fetch import Fetcher, FetchLimits, HostBook
from aggregator.model import HostPolicy

USER_AGENT = "aggregator/0.1 (+https://example.org/about)"

OpenFetcher = Callable[..., Awaitable[Fetcher]]


@pytest.fixture
async def open_fetcher() -> AsyncIterator[OpenFetcher]:
    """A function that opens a fetcher with the given limits that may reach `allow`."""
    async with AsyncExitStack() as opened:

        async def open_one(
            *,
            allow: tuple[str, ...] = ("127.0.0.1/32",),
            policies: tuple[HostPolicy, ...] = (),
            book: HostBook | None = None,
            proxy: str | None = None,
            **limits: Any,
        ) -> Fetcher:
            fetcher = Fetcher(
                FetchLimits(**{"timeout_s": 5.0, "gap_s": 0.0, **limits}),
                user_agent=USER_AGENT,
                allow_networks=tuple(ip_network(network) for network in allow),
                policies=policies,
                book=book,
                proxy=proxy,
            )
            return await opened.enter_async_context(fetcher)

        yield open_one


@pytest.fixture
async def fetcher(open_fetcher: OpenFetcher) -> Fetcher:
    """A fetcher that may reach 127.0.0.1 and nothing else that is private."""
    return await open_fetcher()
