"""One site on a real socket, at a fixed instant, with a client beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import ClientSession

from aggregator.demo import DemoSite

NOW = datetime(2025, 3, 14, 15, 9, 26, 535897, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """The instant to which the articles' dates are relative."""
    return NOW


@pytest.fixture
async def site() -> AsyncIterator[DemoSite]:
    """A freshly opened demo site."""
    async with DemoSite(NOW) as opened:
        yield opened


@pytest.fixture
async def client() -> AsyncIterator[ClientSession]:
    """A client that asks for no compression unless a test says so."""
    async with ClientSession(headers={"Accept-Encoding": "identity"}) as session:
        yield session
