"""Taking feeds from the archive, keeping them while they wait or work, giving them back."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime

from aggregator.archive import Archive, Lease
from aggregator.polling._poll import Poller

LEASE_S = 600.0
"""So long a feed stays with a poller that has died where no lock can tell that it has."""

RENEW_S = LEASE_S / 3
"""What is held is renewed so often: a poll that waits long must not be given to another."""


class Leaser:
    """The leases of one poller, in the archive's thread."""

    def __init__(self, archive: Archive, poller: Poller) -> None:
        self._feeds, self._poller = archive.feeds, poller
        self._renewed_at = time.monotonic()

    async def lease(
        self, now: datetime, limit: int, feed_ids: Sequence[int] | None = None
    ) -> list[Lease]:
        """Up to `limit` feeds that are due at `now`, or of `feed_ids`, that nobody holds."""

        def take() -> list[Lease]:
            return self._feeds.lease(now, limit=limit, lease_s=LEASE_S, feed_ids=feed_ids)

        return await self._poller.in_archive(take)

    async def lease_at_once(self, now: datetime, limit: int) -> list[Lease]:
        """As `lease`, of those that are due; where the archive is away it says so at once."""

        def take() -> list[Lease]:
            return self._feeds.lease(now, limit=limit, lease_s=LEASE_S)

        return await self._poller.at_once(take)

    async def renew(self, held: Sequence[Lease]) -> None:
        """Keep what is held, if it is time to."""
        if held and time.monotonic() - self._renewed_at >= RENEW_S:
            await self._poller.at_once(self._feeds.renew, held, datetime.now(UTC), LEASE_S)
            self._renewed_at = time.monotonic()

    async def release(self, held: Sequence[Lease]) -> None:
        """Give feeds back unpolled."""
        if held:
            await self._poller.at_once(self._feeds.release, held)
