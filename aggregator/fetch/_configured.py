"""The fetcher that the operator's settings ask for."""

from __future__ import annotations

from aggregator import __version__
from aggregator.config import Settings
from aggregator.fetch._fetcher import Fetcher
from aggregator.fetch._hosts import HostBook
from aggregator.fetch._limits import FetchLimits


def make_fetcher(settings: Settings, book: HostBook | None = None) -> Fetcher:
    """A fetcher, not yet opened, that says who asks; `book` is shared with all who ask.

    Who asks is ``aggregator/1.2 (+contact; 3 subscribers)``, as publishers count their readers.
    """
    limits = FetchLimits(
        timeout_s=settings.timeout_s,
        max_body_bytes=settings.max_body_bytes,
        concurrency=settings.concurrency,
        gap_s=settings.host_gap_s,
    )
    readers = f"{settings.subscribers} subscriber{'' if settings.subscribers == 1 else 's'}"
    return Fetcher(
        limits,
        user_agent=f"aggregator/{__version__} (+{settings.contact}; {readers})",
        allow_networks=settings.allow_networks,
        policies=settings.hosts,
        book=book,
        proxy=settings.proxy,
    )
