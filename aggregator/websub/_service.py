"""WebSub as the daemon runs it: the callback listens, and subscriptions are kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from aiohttp import web

from aggregator.archive import Archive
from aggregator.errors import ConfigError
from aggregator.fetch import Fetcher
from aggregator.websub._callback import make_app
from aggregator.websub._inbox import InArchive, Inbox
from aggregator.websub._subscriber import Subscriber

_NOTE = "websub"
_STOP_S = 5.0


class WebSubService:
    """Takes the news of feeds from their hubs, which reach `listen` (host:port) as `callback_url`.

    `in_archive` does work in the archive's one thread, `clock` tells the time.
    """

    every_s = 30.0
    """`keep` is to be called so often."""

    def __init__(
        self,
        archive: Archive,
        in_archive: InArchive,
        fetcher: Fetcher,
        *,
        callback_url: str,
        listen: str,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._archive, self._in_archive, self._clock = archive, in_archive, clock
        self._url, self._listen = callback_url.rstrip("/"), listen
        self._inbox = Inbox(archive, in_archive, clock)
        self._subscriber = Subscriber(archive, in_archive, fetcher, self._url)
        self._runner: web.AppRunner | None = None
        self._under_way: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen; ConfigError if the address cannot be had."""
        await self._in_archive(self._move_in)
        self._runner = web.AppRunner(
            make_app(self._inbox),
            access_log=None,  # its lines would show the addresses that nobody may guess
            auto_decompress=False,  # signed is what is on the wire
            keepalive_timeout=15.0,
            lingering_time=2.0,
            shutdown_timeout=_STOP_S,
        )
        await self._runner.setup()
        host, _, port = self._listen.rpartition(":")
        try:
            await web.TCPSite(self._runner, host.strip("[]"), int(port)).start()
        except OSError as error:
            await self.stop()
            message = f"cannot listen at {self._listen}: {error.strerror or error}"
            raise ConfigError(message, key="settings.websub_listen") from error

    async def keep(self) -> None:
        """Make the requests to hubs that are due, some in one pass, and let feeds be polled.

        What hubs do wrong is kept with their subscriptions. ArchiveError leaves the rest to the
        next pass.
        """
        self._under_way = asyncio.create_task(self._make_pass())
        await asyncio.wait([self._under_way])
        if not self._under_way.cancelled():
            self._under_way.result()

    async def stop(self) -> None:
        """Listen no more, and end what is under way; what came in may take some seconds."""
        if self._under_way is not None:
            self._under_way.cancel()
            await asyncio.wait([self._under_way])
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _make_pass(self) -> None:
        await self._inbox.poll_hinted()
        await self._subscriber.keep(self._clock())

    def _move_in(self) -> None:
        """Forget subscriptions whose hubs know another address of ours: nothing of them comes."""
        noted = self._archive.notes.read(_NOTE) or {}
        if noted.get("url", self._url) != self._url:
            for one in self._archive.subscriptions.all():
                self._archive.subscriptions.remove(one.feed_id)
        if noted.get("url") != self._url:
            self._archive.notes.write(_NOTE, {"url": self._url})
