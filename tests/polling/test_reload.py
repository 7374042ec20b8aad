"""SIGHUP: feeds.toml read again, one time after the other."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aggregator.errors import UnwritableError
from aggregator.library import OpenArchive
from aggregator.model import FeedSpec
from aggregator.polling import Daemon

OLD, NEW = FeedSpec("https://a.example/old"), FeedSpec("https://a.example/new")


@dataclass
class _Listed:
    digest: str
    feeds: Sequence[FeedSpec]


async def test_the_last_file_that_was_read_is_followed(
    archive: OpenArchive, open_polls: Callable[..., Any]
) -> None:
    """Though it was read much faster than the one before."""
    files = iter([_Listed("old", [OLD]), _Listed("new", [NEW])])
    is_new_taken = threading.Event()

    def read() -> _Listed:
        listed = next(files)
        if listed.digest == "old":
            is_new_taken.wait(1)
        return listed

    async with open_polls() as (polling, _):
        daemon = Daemon(polling, read, lambda: None)

        async def reload_again() -> None:
            await daemon._reload()
            is_new_taken.set()

        await asyncio.gather(daemon._reload(), reload_again())

    assert [feed.url for feed in archive.feeds.all() if feed.is_enabled] == [NEW.url]


async def test_memory_is_tidied_while_a_full_disk_is_waited_for(
    archive: OpenArchive, open_polls: Callable[..., Any]
) -> None:
    """Which may last for days."""
    is_full = threading.Event()

    class Full:
        digest = "full"

        @property
        def feeds(self) -> Sequence[FeedSpec]:
            is_full.set()
            raise UnwritableError("the disk is full")

    async with open_polls() as (polling, _):
        polling.writer.is_staying = True
        reload = asyncio.create_task(Daemon(polling, Full, lambda: None)._reload())
        await asyncio.to_thread(is_full.wait)
        await polling.writer.in_archive(archive.feeds.heal_times, datetime.now(UTC))
        is_tidied = gc.isenabled()
        reload.cancel()

    assert is_tidied
