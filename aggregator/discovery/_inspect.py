"""What worker processes find out of one document: the facts of a feed, the clues of a page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aggregator.discovery._hints import find_hints
from aggregator.discovery._link_header import read_link_header
from aggregator.feeds import FeedLink, find_feed_links, parse_feed
from aggregator.text import shorten

_MAX_AHEAD = timedelta(days=1)
"""A date further ahead is a mistake or an event to come: it does not say how fresh a feed is."""

_MAX_TITLE_CHARS = 200

_COMMENTS_PATH = re.compile(
    r"/comments?(?:[/?.]|$)|[?&]feed=comments|/comments-rss2?\b", re.IGNORECASE
)
_COMMENTS_TITLE = re.compile(r"\s*comments (?:on|for|to)\b|.*\bcomments feed\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FeedFacts:
    """What is told of a feed before anybody reads it; `newest_at` is its newest date, if any."""

    title: str | None
    format: str
    site_url: str | None
    entry_count: int
    newest_at: datetime | None
    has_comments_only: bool


@dataclass(frozen=True, slots=True)
class PageClues:
    """Where the feeds of a page may be: what it and its answer link to, what its software does."""

    links: tuple[FeedLink, ...]
    hints: tuple[str, ...]


def inspect_feed(body: bytes, url: str, content_type: str | None) -> FeedFacts:
    """The facts of the feed in `body`; FeedError if there is none."""
    feed = parse_feed(body, url=url, content_type=content_type)
    latest = datetime.now(UTC) + _MAX_AHEAD
    dates = [
        date
        for entry in feed.entries
        if (date := entry.published_at or entry.updated_at) and date <= latest
    ]
    title = shorten(feed.title or "", _MAX_TITLE_CHARS)
    return FeedFacts(
        title=title or None,
        format=feed.format,
        site_url=feed.url,
        entry_count=len(feed.entries),
        newest_at=max(dates, default=None),
        has_comments_only=bool(_COMMENTS_TITLE.match(title) or _COMMENTS_PATH.search(url)),
    )


def inspect_page(body: bytes, url: str, link_header: str) -> PageClues:
    """The clues of the page in `body`, which was found at `url` with that Link header."""
    links = {link.url: link for link in read_link_header(link_header, url)}
    for link in find_feed_links(body, url):
        links.setdefault(link.url, link)
    return PageClues(tuple(links.values()), tuple(find_hints(body, url)))
