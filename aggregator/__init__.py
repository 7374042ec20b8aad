"""Polls feeds, takes articles apart into headline, read time, lead and sections, keeps them.

The command ``aggregator`` is the main way in. From Python::

    from aggregator import extract_article, open_archive, parse_feed

    article = extract_article(html, url="https://example.org/1")
    feed = parse_feed(body, url="https://example.org/feed.xml")
    with open_archive("archive.db") as archive:
        archive.search("xiaomi")

Names are loaded on first use, so that importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.articles import extract_article
    from aggregator.feeds import parse_feed
    from aggregator.library import open_archive

__version__ = "0.1.0"
__all__ = ["__version__", "extract_article", "open_archive", "parse_feed"]

_HOMES = {
    "extract_article": "aggregator.articles",
    "open_archive": "aggregator.library",
    "parse_feed": "aggregator.feeds",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
