"""Fixtures for backfill: documents that lead to older ones, and a walk through them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aggregator.library import OpenArchive
from aggregator.model import FeedSpec, FullText
from aggregator.polling import BackfillLimits, OlderDocument, open_backfill

_NEWEST_AT = datetime(2026, 11, 20, 8, tzinfo=UTC)


def make_atom(*numbers: int, text: str = "Text", link: str = "", **links: str) -> bytes:
    """An Atom document of entries, the greater the number, the older."""
    heads = "".join(
        f'<link rel="{name.replace("_", "-")}" href="{href}"/>' for name, href in links.items()
    )
    entries = "".join(
        f"<entry><id>urn:entry:{number}</id><title>Title {number}</title>"
        f"<updated>{(_NEWEST_AT - timedelta(days=number)).isoformat()}</updated>"
        f'<link href="{link}/{number}"/><summary>{text} {number}</summary></entry>'
        for number in numbers
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title>{heads}{entries}</feed>'.encode()


def make_paged(server: Any, last: int, size: int = 2) -> Callable[[Any], bytes]:
    """WordPress: pages of a list, and 404 behind the last of them."""

    def answer(request: Any) -> bytes:
        stated = re.search(r"[?&]paged=(\d+)", request.path)
        number = int(stated.group(1)) if stated else 1
        if number > last:
            return bytes(server.reply(b"<html><p>Not found", status=404))
        return bytes(server.reply(make_atom(*range((number - 1) * size, number * size))))

    return answer


@pytest.fixture
def atom() -> Callable[..., bytes]:
    """The function `make_atom`."""
    return make_atom


@pytest.fixture
def paged() -> Callable[..., Callable[[Any], bytes]]:
    """The function `make_paged`."""
    return make_paged


@pytest.fixture
def documents() -> list[OlderDocument]:
    """The documents that backfills of this test have reported."""
    return []


@pytest.fixture
def backfill(archive: OpenArchive, settings: Any, documents: list[OlderDocument]) -> Any:
    """A function that lists a feed by URL and walks through its older documents."""

    async def run(
        url: str,
        *,
        full_text: FullText = FullText.NEVER,
        stopper: Callable[[Any], Any] | None = None,
        **limits: Any,
    ) -> Any:
        archive.feeds.sync([FeedSpec(url, full_text=full_text)], datetime.now(UTC))
        [feed] = archive.feeds.all()
        wanted = BackfillLimits(**{"pause_s": 0, **limits})
        async with open_backfill(archive, settings, wanted, documents.append) as walk:
            running = asyncio.create_task(walk.run(feed))
            if stopper:
                await stopper(walk)
            return await running

    return run
