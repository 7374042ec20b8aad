"""What every command that polls does first: feeds of feeds.toml, leases of the dead."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime

from aggregator.archive import Archive, is_followed
from aggregator.cli._output import say
from aggregator.cli._place import Place
from aggregator.config import Outline, Settings
from aggregator.errors import ArchiveError, ConfigError, LockedError
from aggregator.fetch import policy_for


def load_checked(place: Place) -> Outline:
    """The configuration, all of it right; ConfigError before anything of the archive is touched.

    Feeds that the archive has already are not read: of 100,000 that takes seconds.
    """
    outline = place.load_outline()
    if not _is_known(place.at(outline), outline.digest):
        outline.check()
    return outline


def _is_known(place: Place, digest: str) -> bool:
    try:
        return place.has_archive() and is_followed(place.database_url(), digest)
    except ArchiveError:  # told when it is opened, after what is wrong in the file
        return False


def sync_feeds(archive: Archive, outline: Outline) -> None:
    """Make the archive's feeds equal to feeds.toml; ConfigError without one and without feeds."""
    if outline.path is not None:
        archive.feeds.follow(outline, datetime.now(UTC))
    elif not archive.feeds.are_any():
        raise ConfigError("there is no feeds.toml; write one with: aggregator init")


def release_abandoned(archive: Archive, settings: Settings) -> None:
    """End the leases of killed pollers; only for who holds the archive's lock."""

    def gap_for(host: str) -> float:
        return policy_for(host, settings.hosts, gap_s=settings.host_gap_s).gap_s

    archive.feeds.release_abandoned(datetime.now(UTC), gap_for)


def release_if_alone(stack: ExitStack, archive: Archive, place: Place, settings: Settings) -> None:
    """End the leases of killed pollers, unless another one is at work: they may be its own.

    The archive's lock is held until `stack` ends, so that nobody takes ours for such a one.
    """
    try:
        stack.enter_context(place.open_lock())
    except LockedError:
        say("another aggregator polls into this archive; what it is polling is left to it")
    else:
        release_abandoned(archive, settings)
