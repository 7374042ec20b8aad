"""Paths at which feeds often are, for a page that does not say."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from aggregator.urls import without_credentials

_PATHS = ("feed/", "feed.xml", "rss.xml", "atom.xml", "index.xml", "rss", "feed.json")
"""The commonest first: WordPress and most hosted blogs, Jekyll, hand-made ones, Hugo."""

_NEAR_PATHS = ("feed/", "feed.xml", "rss.xml")
"""Those that are tried beside a page which is not the front page of its site."""


def guess_feeds(url: str) -> list[str]:
    """Addresses that may be feeds of the page at `url`: first beside it, then those of its site.

    At most ten, so that a site which has no feed is not troubled for long.

    >>> guess_feeds("https://example.org/")[:2]
    ['https://example.org/feed/', 'https://example.org/feed.xml']
    """
    parts = urlsplit(without_credentials(url))
    root = f"{parts.scheme}://{parts.netloc}/"
    folder = urljoin(root, parts.path if parts.path.endswith("/") else f"{parts.path}/")
    is_file = "." in parts.path.rpartition("/")[2]
    near = folder if not is_file else urljoin(root, parts.path.rpartition("/")[0] + "/")
    beside = [urljoin(near, path) for path in _NEAR_PATHS] if near != root else []
    return [*beside, *(urljoin(root, path) for path in _PATHS)]
