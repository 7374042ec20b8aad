"""Archived entries of a test's choosing, without any archive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from aggregator.model import ArchivedEntry, Article, Entry, Feed, FullText, Section

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def make_feed(**fields: Any) -> Feed:
    """Feed 7, which has a name, a title, a site and a tag."""
    known: dict[str, Any] = {
        "id": 7,
        "url": "https://feeds.example.net/rss?id=verge-1",
        "name": "Morning reading",
        "title": "The Verge – Kleine Käfer",
        "site_url": "https://www.theverge.com/",
        "tags": ("Tech News",),
        "is_enabled": True,
        "interval_s": 3600,
        "full_text": FullText.AUTO,
    }
    return Feed(**known | fields)


def make_entry(
    lead: str = "",
    *,
    title: str | None = None,
    headline: str | None = None,
    sections: Sequence[tuple[str, str]] = (),
    language: str | None = "en",
    words: int = 100,
    minutes: int = 1,
    feed: Feed | None = None,
    **entry: Any,
) -> ArchivedEntry:
    """Entry 1 with this text and these facts."""
    parts = tuple(
        Section(position, 2, heading, text, "")
        for position, (heading, text) in enumerate(sections, 1)
    )
    article = Article(headline, lead, "", parts, words, minutes, "feed", language=language)
    made = Entry("0" * 32, "0" * 32, title=title, **entry)
    return ArchivedEntry(1, feed or make_feed(), made, article, NOW)
