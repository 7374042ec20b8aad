"""How the whole stands at one moment, for `aggregator status` and the doctor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.archive import Activity, Archive, FeedSummary
    from aggregator.model import HostState


@dataclass(frozen=True, slots=True)
class Picture:
    """What an archive tells of its feeds, its hosts and its poller at `activity.at`.

    `holder` names the process that polls, None if nobody does.
    """

    holder: str | None
    summary: FeedSummary
    activity: Activity
    resting: tuple[HostState, ...]

    @property
    def lag_s(self) -> float:
        """Seconds that the feed which waits longest has been due; 0 where none is."""
        oldest_at = self.summary.oldest_due_at
        return max(0.0, (self.activity.at - oldest_at).total_seconds()) if oldest_at else 0.0


def take_picture(archive: Archive, database_url: str, now: datetime) -> Picture:
    """The picture at `now`; it only reads, and asks no daemon."""
    # Each load of this module would otherwise bring SQLAlchemy with it.
    from aggregator.archive import find_holder  # noqa: PLC0415

    return Picture(
        holder=find_holder(database_url),
        summary=archive.feeds.summary(now),
        activity=archive.watching.activity(now),
        resting=tuple(archive.hosts.resting(now)),
    )
