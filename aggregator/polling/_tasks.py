"""The work that worker processes do: pure functions of values that can be pickled.

Workers are started with this module loaded, so feedparser and BeautifulSoup are imported once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aggregator.articles import article_from_entry, extract_articles, find_next_page
from aggregator.errors import FeedError
from aggregator.feeds import find_feed_links, parse_feed
from aggregator.model import (
    Article,
    Entry,
    Memory,
    PageSource,
    ParsedFeed,
    ReadingSpeed,
    Template,
)
from aggregator.urls import without_credentials

_MAX_SHOWN = 5  # feeds of a page in a message


@dataclass(frozen=True, slots=True)
class Page:
    """One document behind a link, as fetched; `url` is where it was found in the end."""

    body: bytes
    url: str
    content_type: str | None


def read_feed(body: bytes, url: str, content_type: str | None, memory: Memory) -> ParsedFeed:
    """The feed in `body`; FeedError if there is none, naming the feeds that a page links to."""
    try:
        return parse_feed(body, url=url, content_type=content_type, memory=memory)
    except FeedError as error:
        if error.looks_like != "html":
            raise
        links = [without_credentials(link.url) for link in find_feed_links(body, url)]
        shown = ", ".join(links[:_MAX_SHOWN]) or "none"
        message = f"an HTML page, not a feed; the feeds that it links to: {shown}"
        raise FeedError(message, looks_like="html") from None


def find_next_pages(pages: Sequence[Page]) -> list[str | None]:
    """The address at which the article of each page goes on, None where it does not."""
    return [find_next_page(page.body, page.url, page.content_type) for page in pages]


def make_articles(
    pages: Sequence[PageSource], template: Template | None, speed: ReadingSpeed
) -> tuple[list[Article], Template]:
    """The article of each page, and what is known of the feed's pages with these."""
    return extract_articles(pages, template, speed=speed)


def make_plain_articles(entries: Sequence[Entry], speed: ReadingSpeed) -> list[Article]:
    """The article that the feed itself gave of each entry."""
    return [article_from_entry(entry, speed=speed) for entry in entries]
