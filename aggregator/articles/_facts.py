"""All of an article that is not its text: what a page states of it, and what the feed's entry."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime

from aggregator.articles._metadata import Metadata
from aggregator.model import Entry
from aggregator.text import collapse_whitespace, strip_unsafe
from aggregator.urls import resolve, strip_tracking


@dataclass(frozen=True, slots=True)
class Facts:
    """Headline, byline, dates and the like; None for what nobody states."""

    headline: str | None = None
    byline: str | None = None
    published_at: datetime | None = None
    modified_at: datetime | None = None
    language: str | None = None
    image: str | None = None
    url: str | None = None
    stated_minutes: int | None = None


def facts_of_page(stated: Metadata, headline: str | None) -> Facts:
    """What the page states; `headline` goes before its own."""
    return Facts(
        headline=headline or stated.headline,
        byline=stated.byline,
        published_at=stated.published_at,
        modified_at=stated.modified_at,
        language=stated.language,
        image=stated.image,
        url=stated.url,
        stated_minutes=stated.stated_minutes,
    )


def facts_of_entry(entry: Entry) -> Facts:
    """What the feed states."""
    pictures = (e.url for e in entry.enclosures if (e.media_type or "").startswith("image/"))
    base_url = entry.base_url or entry.url
    url = resolve(base_url, entry.url)
    updated_at, published_at = entry.updated_at, entry.published_at
    is_later = updated_at is not None and (published_at is None or updated_at > published_at)
    return Facts(
        headline=collapse_whitespace(strip_unsafe(entry.title or "")) or None,
        byline=", ".join(entry.authors) or None,
        published_at=published_at,
        modified_at=updated_at if is_later else None,
        language=entry.language,
        image=resolve(base_url, next(pictures, None)),
        url=strip_tracking(url) if url else None,
    )


def fill(facts: Facts, entry: Entry | None) -> Facts:
    """`facts` with what only the feed states in the gaps."""
    if entry is None:
        return facts
    stated = facts_of_entry(entry)
    missing = {
        field.name: getattr(stated, field.name)
        for field in fields(Facts)
        if getattr(facts, field.name) is None
    }
    return replace(facts, **missing)
