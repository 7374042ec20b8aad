"""What goes on beside the polling of a daemon: its word to systemd, its listener, hubs' news."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from aggregator.config import Settings
from aggregator.operation import (
    Pulse,
    find_obstacle,
    tell_ready,
    tell_reloading,
    tell_status,
    tell_stopping,
)
from aggregator.polling import Polling, PollReport, Service

_REFRESH_S = 5.0

_Read = TypeVar("_Read")


class Reports:
    """Tells all who want to hear of each poll that has ended."""

    def __init__(self, first: Callable[[PollReport], None]) -> None:
        self._listeners = [first]

    def add(self, listener: Callable[[PollReport], None]) -> None:
        """Let one more hear."""
        self._listeners.append(listener)

    def __call__(self, report: PollReport) -> None:
        """Tell of a poll."""
        for listener in self._listeners:
            listener(report)


class Supervised:
    """Tells systemd that the daemon works, that its loop turns and what it does."""

    every_s = _REFRESH_S

    def __init__(self, polling: Polling, pulse: Pulse) -> None:
        self._polling, self._pulse = polling, pulse
        self._beating: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to beat."""
        self._beating = asyncio.create_task(self._pulse.run())
        tell_ready("polling")

    async def keep(self) -> None:
        """Say how many hosts are being polled."""
        tell_status(f"polling {len(self._polling.executor.held())} hosts")

    async def stop(self) -> None:
        """Say that polls under way have ended."""
        tell_stopping("closing")
        if self._beating is not None:
            self._beating.cancel()


class Watched:
    """Answers /livez, /readyz and /metrics."""

    every_s = _REFRESH_S

    def __init__(self, polling: Polling, address: str, pulse: Pulse) -> None:
        from aggregator.operation import Listener, Metrics, Vitals  # noqa: PLC0415 - brings a server

        self._polling = polling
        self.metrics = Metrics()
        self._restarts = 0
        vitals = Vitals(
            pulse=pulse,
            check_archive=self._check,
            render_metrics=self.metrics.render,
            count_waiting=lambda: polling.writer.waiting,
        )
        self._listener = Listener(address, vitals)

    async def start(self) -> None:
        """Listen; ConfigError if the address cannot be had."""
        self._listener.start()
        self._polling.poller.recorder.on_commit = self.metrics.on_commit
        self._polling.poller.items.on_article = self.metrics.on_article

    async def keep(self) -> None:
        """Refresh what is not counted as it happens."""
        archive, now = self._polling.archive, self._polling.clock.now()
        summary = await self._polling.writer.at_once(archive.feeds.summary, now)
        resting = await self._polling.writer.at_once(archive.hosts.resting, now)
        self.metrics.refresh(summary, hosts_resting=len(resting))
        self.metrics.on_writer_queue(self._polling.writer.waiting)
        while self._restarts < self._polling.workers.restarts:
            self._restarts += 1
            self.metrics.on_pool_restart()

    async def stop(self) -> None:
        """Listen no more."""
        await asyncio.to_thread(self._listener.stop)

    def _check(self) -> str | None:
        return find_obstacle(self._polling.archive)


def telling_reload(read: Callable[[], _Read]) -> _Read:
    """What `read` returns, while systemd knows that the configuration is read again."""
    tell_reloading()
    try:
        return read()
    finally:
        tell_ready("polling")


def make_services(polling: Polling, settings: Settings, reports: Reports) -> list[Service]:
    """The services that the settings ask for."""
    pulse = Pulse()
    services: list[Service] = []
    if settings.listen is not None:
        watched = Watched(polling, settings.listen, pulse)
        reports.add(watched.metrics.on_poll)
        services.append(watched)
    if settings.websub_url is not None:
        from aggregator.websub import WebSubService  # noqa: PLC0415 - brings a web server

        services.append(
            WebSubService(
                polling.archive,
                polling.writer.in_archive,
                polling.fetcher,
                callback_url=settings.websub_url,
                listen=settings.websub_listen,
                clock=polling.clock.now,
            )
        )
    # Begun last and ended first: it is ready when all others are.
    return [*services, Supervised(polling, pulse)]
