"""What polling needs from the settings, opened together and closed together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aggregator.archive import Archive
from aggregator.config import Settings
from aggregator.fetch import make_fetcher
from aggregator.polling._poll import Poller, PollLimits
from aggregator.polling._workers import Workers


@asynccontextmanager
async def open_poller(archive: Archive, settings: Settings) -> AsyncIterator[Poller]:
    """A poller with its connections and worker processes, which end with the block."""
    poll_limits = PollLimits(settings.max_entries_per_poll, settings.max_pages_per_poll)
    async with make_fetcher(settings) as fetcher, Workers(settings.workers) as workers:
        poller = Poller(archive, fetcher, workers, poll_limits, settings.reading_speed)
        try:
            yield poller
        finally:
            poller.close()
