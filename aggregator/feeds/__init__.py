"""Bytes of a feed to entries, and subscription lists in and out.

The names are loaded when first asked for, so that reading or writing OPML does not pay for
importing feedparser.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.feeds._link_header import add_header_links, read_header_links
    from aggregator.feeds._page_links import FEED_TYPES, FeedLink, find_feed_links, is_feed_link
    from aggregator.feeds._page_tags import PageTag, iter_page_tags
    from aggregator.feeds._parse import parse_feed
    from aggregator.feeds.opml._read import OpmlImport, read_opml
    from aggregator.feeds.opml._write import write_opml

__all__ = [
    "FEED_TYPES",
    "FeedLink",
    "OpmlImport",
    "PageTag",
    "add_header_links",
    "find_feed_links",
    "is_feed_link",
    "iter_page_tags",
    "parse_feed",
    "read_header_links",
    "read_opml",
    "write_opml",
]

_HOMES = {
    "FEED_TYPES": "aggregator.feeds._page_links",
    "FeedLink": "aggregator.feeds._page_links",
    "OpmlImport": "aggregator.feeds.opml._read",
    "PageTag": "aggregator.feeds._page_tags",
    "add_header_links": "aggregator.feeds._link_header",
    "find_feed_links": "aggregator.feeds._page_links",
    "is_feed_link": "aggregator.feeds._page_links",
    "iter_page_tags": "aggregator.feeds._page_tags",
    "parse_feed": "aggregator.feeds._parse",
    "read_header_links": "aggregator.feeds._link_header",
    "read_opml": "aggregator.feeds.opml._read",
    "write_opml": "aggregator.feeds.opml._write",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found
