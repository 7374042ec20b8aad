"""The work that worker processes do: pure functions of values that can be pickled.

The main process names these functions and never calls them: `articles` and `feeds` load their
parsers when first asked, so it is spared feedparser, BeautifulSoup and numpy (25 MB). The fork
server loads them beforehand, once for all workers (`_process`).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from aggregator import articles, feeds
from aggregator.errors import FeedError
from aggregator.model import (
    Article,
    Entry,
    FullText,
    Memory,
    PageSource,
    ParsedFeed,
    ReadingSpeed,
    Template,
)
from aggregator.urls import without_credentials

_MAX_SHOWN = 5  # feeds of a page in a message

_MOST_AT_ONCE = 100
_ARTICLES_S = 0.3
"""Of so many entries, and for so long, articles are made in the same go as a document is read."""


@dataclass(frozen=True, slots=True)
class Page:
    """One document behind a link, as fetched; `url` is where it was found in the end."""

    body: bytes
    url: str
    content_type: str | None


def read_feed(body: bytes, url: str, content_type: str | None, memory: Memory) -> ParsedFeed:
    """The feed in `body`; FeedError if there is none, naming the feeds that a page links to."""
    try:
        return feeds.parse_feed(body, url=url, content_type=content_type, memory=memory)
    except FeedError as error:
        if error.looks_like != "html":
            raise
        links = [without_credentials(link.url) for link in feeds.find_feed_links(body, url)]
        shown = ", ".join(links[:_MAX_SHOWN]) or "none"
        message = f"an HTML page, not a feed; the feeds that it links to: {shown}"
        raise FeedError(message, looks_like="html") from None


def read_with_articles(
    body: bytes,
    url: str,
    content_type: str | None,
    memory: Memory,
    full_text: FullText,
    speed: ReadingSpeed,
) -> tuple[ParsedFeed, dict[str, Article]]:
    """As `read_feed`, with the articles of the first entries whose page is not wanted, by key.

    Making them here spares the way of the entries to a worker and back; those that are not made are
    made as ever.
    """
    parsed = read_feed(body, url, content_type, memory)
    ends_at_s = time.thread_time() + _ARTICLES_S
    made: dict[str, Article] = {}
    for entry in parsed.entries[:_MOST_AT_ONCE]:
        if wants_page(full_text, entry):
            continue
        if time.thread_time() >= ends_at_s:
            break
        made[entry.key] = articles.article_from_entry(entry, speed=speed)
    return parsed, made


def wants_page(full_text: FullText, entry: Entry) -> bool:
    """Whether the page behind an entry is to be read."""
    if entry.url is None or full_text is FullText.NEVER:
        return False
    return full_text is FullText.ALWAYS or not articles.is_whole(entry)


def find_next_pages(pages: Sequence[Page]) -> list[str | None]:
    """The address at which the article of each page goes on, None where it does not."""
    return [articles.find_next_page(page.body, page.url, page.content_type) for page in pages]


def make_articles(
    pages: Sequence[PageSource], template: Template | None, speed: ReadingSpeed
) -> tuple[list[Article], Template]:
    """The article of each page, and what is known of the feed's pages with these."""
    return articles.extract_articles(pages, template, speed=speed)


def make_plain_articles(entries: Sequence[Entry], speed: ReadingSpeed) -> list[Article]:
    """The article that the feed itself gave of each entry."""
    return [articles.article_from_entry(entry, speed=speed) for entry in entries]
