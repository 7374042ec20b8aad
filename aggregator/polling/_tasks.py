"""The work that worker processes do: pure functions of values that can be pickled.

Workers are started with this module loaded, so feedparser and BeautifulSoup are imported once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aggregator.articles import article_from_entry, extract_article
from aggregator.errors import ExtractError
from aggregator.feeds import parse_feed
from aggregator.model import Article, Entry, ParsedFeed


@dataclass(frozen=True, slots=True)
class Page:
    """The document behind an entry's link, as fetched."""

    body: bytes
    url: str
    content_type: str | None


def read_feed(body: bytes, url: str, content_type: str | None) -> ParsedFeed:
    """The feed in `body`; FeedError if there is none."""
    return parse_feed(body, url=url, content_type=content_type)


def make_articles(sources: Sequence[tuple[Entry, Page | None]]) -> list[Article]:
    """The article of each entry: from its page where there is one that can be read."""
    return [_make_article(entry, page) for entry, page in sources]


def _make_article(entry: Entry, page: Page | None) -> Article:
    if page is None:
        return article_from_entry(entry)
    try:
        return extract_article(
            page.body, url=page.url, content_type=page.content_type, anchor=entry
        )
    except ExtractError:
        return article_from_entry(entry)
