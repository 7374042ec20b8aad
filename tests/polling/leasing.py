"""Feeds to be polled at once, and who can be leased."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from aggregator.archive import LeasedBatch
from aggregator.library import OpenArchive
from aggregator.model import FeedSpec, FullText


def list_feeds(archive: OpenArchive, urls: Sequence[str]) -> None:
    """Have an archive poll these feeds, without the pages behind their entries."""
    specs = [FeedSpec(url, full_text=FullText.NEVER) for url in urls]
    archive.feeds.sync(specs, datetime.now(UTC))


def lease_all(archive: OpenArchive) -> list[LeasedBatch]:
    """Everything that can be leased now, for a second."""
    return archive.feeds.lease_batches(datetime.now(UTC), hosts=99, lease_s=1, gap_for=lambda _: 0)
