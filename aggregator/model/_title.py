"""What things are called where people read."""

from __future__ import annotations

from aggregator.urls import without_credentials


def feed_title(name: str | None, title: str | None, url: str) -> str:
    """What a feed is called where people read; blank names and titles are none."""
    named = ((text or "").strip() for text in (name, title))
    return next(filter(None, named), without_credentials(url))
