"""What the operator, the budget and the hosts allow, as the schedule asks for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from aggregator.archive import Archive, KeptRhythm
from aggregator.config import Settings
from aggregator.fetch import policy_for
from aggregator.model import Subscription
from aggregator.polling._clock import Clock
from aggregator.polling.schedule import Pacing, fade, find_effort

RELEARN = timedelta(hours=1)
"""The effort that fits the budget is reckoned anew so often: feeds come, go and change."""

_NOTE = "effort"
_FIRST_EFFORT = 4.0
"""Until the first reckoning; of a feed with four posts a day this makes eight visits."""


class Pacer:
    """Tells each poll how often its feed may be visited; `clock` is the time of this process.

    `pushed` are the subscriptions of feeds whose news a hub sends.
    """

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.clock = clock
        self.pushed: dict[int, Subscription] = {}
        self._settings = settings
        self._effort = _FIRST_EFFORT

    def pacing_for(self, host: str) -> Pacing:
        """What holds for the feeds of `host`."""
        return Pacing(
            effort=self._effort,
            min_s=self._settings.min_interval_s,
            max_s=self._settings.max_interval_s,
            host_interval_s=policy_for(host, self._settings.hosts).interval_s,
        )

    @property
    def min_s(self) -> int:
        """The least seconds between two visits of a feed by our own choice."""
        return self._settings.min_interval_s

    def gap_for(self, host: str) -> float:
        """Seconds between the starts of two requests to `host`."""
        return policy_for(host, self._settings.hosts, gap_s=self._settings.host_gap_s).gap_s

    def is_pushed(self, feed_id: int) -> bool:
        """Whether a hub sends the news of a feed."""
        subscription = self.pushed.get(feed_id)
        return subscription is not None and subscription.is_relied_upon(self.clock.now())

    def has_missed(self, feed_id: int, published: Iterable[datetime]) -> bool:
        """Whether the hub of a feed should have sent entries that were published then."""
        subscription = self.pushed.get(feed_id)
        return subscription is not None and subscription.has_missed(published, self.clock.now())

    async def learn(
        self,
        archive: Archive,
        in_archive: Callable[..., Awaitable[Any]],
        relearn: timedelta = RELEARN,
    ) -> None:
        """Reckon the effort that meets the budget, or take over one younger than `relearn`."""
        now = self.clock.now()
        noted = await in_archive(archive.notes.read, _NOTE)
        settings = self._settings
        # One that was found for other bounds is none for these.
        asked = [
            settings.requests_per_feed_per_day,
            settings.min_interval_s,
            settings.max_interval_s,
        ]
        is_fit = noted is not None and noted.get("for") == asked
        if is_fit and timedelta() <= now - datetime.fromisoformat(noted["at"]) < relearn:
            self._effort = noted["effort"]
        else:
            self._effort = await in_archive(self._reckon, archive)
            state = {"effort": self._effort, "at": now.isoformat(), "for": asked}
            await in_archive(archive.notes.write, _NOTE, state)
        subscriptions = await in_archive(archive.subscriptions.all)
        # Without an address at which hubs reach us nothing comes, whatever they have promised.
        is_reached = self._settings.websub_url is not None
        self.pushed = {
            one.feed_id: one for one in subscriptions if is_reached and one.is_relied_upon(now)
        }

    def _reckon(self, archive: Archive) -> float:
        settings, now = self._settings, self.clock.now()
        return find_effort(
            ((one.weight, one.interval_s, *_fade(one, now)) for one in archive.feeds.rhythms()),
            settings.requests_per_feed_per_day,
            settings.min_interval_s,
            settings.max_interval_s,
        )


def _fade(one: KeptRhythm, now: datetime) -> tuple[float, float]:
    """The posts and days of a rhythm as they count now."""
    if one.at is None:
        return one.posts, one.days
    return fade(one.posts, one.days, max(0.0, (now - one.at) / timedelta(days=1)))
