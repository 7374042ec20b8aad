"""Pages, texts and entries -> articles: headline, byline, lead, sections, read time.

Importing the package costs nothing; the parsers load with the first name asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.articles._article import article_from_entry, extract_article
    from aggregator.articles._explain import explain_article
    from aggregator.articles._feed_pages import extract_articles
    from aggregator.articles._pagination import find_next_page
    from aggregator.articles._render import to_html, to_markdown, to_text
    from aggregator.articles._whole import is_whole

__all__ = [
    "article_from_entry",
    "explain_article",
    "extract_article",
    "extract_articles",
    "find_next_page",
    "is_whole",
    "to_html",
    "to_markdown",
    "to_text",
]

_HOMES = {
    "article_from_entry": "_article",
    "explain_article": "_explain",
    "extract_article": "_article",
    "extract_articles": "_feed_pages",
    "find_next_page": "_pagination",
    "is_whole": "_whole",
    "to_html": "_render",
    "to_markdown": "_render",
    "to_text": "_render",
}


def __getattr__(name: str) -> object:
    """The public name `name`, its module imported now."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
