"""The work that worker processes do: pure functions of values that can be pickled.

Workers are started with this module loaded, so feedparser and BeautifulSoup are imported once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aggregator.articles import article_from_entry, extract_articles, find_next_page
from aggregator.feeds import parse_feed
from aggregator.model import Article, Entry, PageSource, ParsedFeed, ReadingSpeed, Template


@dataclass(frozen=True, slots=True)
class Page:
    """One document behind a link, as fetched; `url` is where it was found in the end."""

    body: bytes
    url: str
    content_type: str | None


def read_feed(body: bytes, url: str, content_type: str | None) -> ParsedFeed:
    """The feed in `body`; FeedError if there is none."""
    return parse_feed(body, url=url, content_type=content_type)


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
