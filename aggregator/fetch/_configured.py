"""The fetcher that the operator's settings ask for."""

from __future__ import annotations

from aggregator import __version__
from aggregator.config import Settings
from aggregator.fetch._fetcher import Fetcher
from aggregator.fetch._limits import FetchLimits


def make_fetcher(settings: Settings) -> Fetcher:
    """A fetcher, not yet opened, that says who asks: ``aggregator/1.2 (+contact)``."""
    limits = FetchLimits(
        timeout_s=settings.timeout_s,
        max_body_bytes=settings.max_body_bytes,
        concurrency=settings.concurrency,
    )
    return Fetcher(
        limits,
        user_agent=f"aggregator/{__version__} (+{settings.contact})",
        allow_networks=settings.allow_networks,
    )
