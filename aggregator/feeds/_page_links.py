"""The feeds that an HTML page says it has: what it declares, else what its links look like."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from aggregator.feeds._page_tags import PageTag, iter_page_tags
from aggregator.urls import host_of, resolve

MAX_LINKS = 20
"""How many are told of one page; a blog has two to six, and a flood of them means none."""

_MAX_URL_CHARS = 2000

FEED_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/feed+json",
        "application/rdf+xml",
        "application/rss",
        "application/atom",
        "application/x-rss+xml",
        "application/x-atom+xml",
        "application/x.atom+xml",
        "text/rss",
        "text/rss+xml",
        "text/atom",
        "text/atom+xml",
    }
)
_GENERIC_TYPES = frozenset({"application/xml", "text/xml", "application/json"})
"""Said of feeds too; also of what WordPress offers to programs, which `_NO_FEED` leaves out."""

_NO_FEED = re.compile(
    r"/wp-json/|/oembed\b|/sitemap[^/]*\.xml|/xmlrpc|/rsd\.xml|/opensearch", re.IGNORECASE
)
_FEED_PATH = re.compile(
    r"\.(?:rss|atom|rdf|rss\.xml|atom\.xml)$|/(?:feed|feeds|rss|atom)/?$"
    r"|/(?:feed|rss|atom|rss2|index|blog|posts|news|all)(?:\.rss|\.atom)?\.xml$|/feed\.json$"
    r"|/feeds?/(?:rss|atom|xml|json|all|main|default|posts|news|articles|podcast)/?$",
    re.IGNORECASE,
)
_FEED_SCHEME = re.compile(r"\s*feed:(?://(?!/))?(?=https?://)|\s*feed:(?=//)", re.IGNORECASE)
_FEED_QUERY = re.compile(r"(?:^|&)(?:feed|format|type)=(?:rss2?|atom|feed)(?:&|$)", re.IGNORECASE)
_FEED_WORD = re.compile(r"(?<![\w-])(?:rss|atom|feed)(?![\w-])", re.IGNORECASE)
_CARRIES_ADDRESS = re.compile(r"=https?(?::|%3a)(?:/|%2f)", re.IGNORECASE)
"""In a dialog for sharing a page; its path may well end in ``feed``."""


@dataclass(frozen=True, slots=True)
class FeedLink:
    """An address that may be a feed's, with the title and media type that its link states."""

    url: str
    title: str | None = None
    media_type: str | None = None


def find_feed_links(page: bytes, url: str) -> list[FeedLink]:
    """The feeds that `page` (found at `url`) links to, the declared ones if it declares any.

    Declared is a ``link`` whose ``rel`` has ``alternate`` or ``feed`` and whose type is that of a
    feed; only without one do links count that look as if they led to a feed, those of the same
    host first. In the order of the page, no address twice, at most `MAX_LINKS`. Never raises; the
    time is linear in the length of the page.

    >>> find_feed_links(b'<link rel=alternate type=application/rss+xml href=f>', "https://a.bc/")
    [FeedLink(url='https://a.bc/f', title=None, media_type='application/rss+xml')]
    """
    base, declared, guessed = "", [], []
    for tag in iter_page_tags(page):
        if tag.name == "base" and not base:
            base = resolve(url, tag.attributes.get("href")) or ""
        elif tag.name == "link" and is_feed_link(tag):
            declared.append(tag)
        elif tag.name == "a" and _looks_like_feed(tag):
            guessed.append(tag)
    if declared:
        return _to_links(declared, base or url)
    links = _to_links(guessed, base or url)
    return sorted(links, key=lambda link: host_of(link.url) != host_of(url))


def is_feed_link(tag: PageTag) -> bool:
    """Whether `tag`, a ``link`` of a page or of a Link header, declares a feed.

    ``application/xml``, ``text/xml`` and ``application/json`` count unless the address is one that
    is known to be for something else; no type at all counts where the address looks like a feed's.
    """
    href, relations = tag.attributes.get("href", ""), tag.relations
    if not href or not relations & {"alternate", "feed"} or "stylesheet" in relations:
        return False
    media_type = _media_type(tag)
    if media_type in FEED_TYPES:
        return True
    if media_type in _GENERIC_TYPES:
        return not _NO_FEED.search(href)
    return not media_type and ("feed" in relations or _is_feed_address(href))


def _looks_like_feed(tag: PageTag) -> bool:
    href = tag.attributes.get("href", "")
    if not href or _NO_FEED.search(href) or _CARRIES_ADDRESS.search(href):
        return False
    if _media_type(tag) in FEED_TYPES or _is_feed_address(href):
        return True
    if not _FEED_WORD.search(href):
        return False
    named = " ".join([tag.attributes.get("title", ""), tag.text])
    return len(named) < 40 and bool(_FEED_WORD.search(named))


def _is_feed_address(href: str) -> bool:
    try:
        parts = urlsplit(href.strip())
    except ValueError:
        return False
    return bool(_FEED_PATH.search(parts.path) or _FEED_QUERY.search(parts.query))


def _media_type(tag: PageTag) -> str:
    return tag.attributes.get("type", "").partition(";")[0].strip().lower()


def _to_links(tags: Iterable[PageTag], base: str) -> list[FeedLink]:
    links: dict[str, FeedLink] = {}
    for tag in tags:
        href = tag.attributes["href"]
        address = href[scheme.end() :] if (scheme := _FEED_SCHEME.match(href)) else href
        url = (resolve(base, address) or "").partition("#")[0]
        if not url or len(url) > _MAX_URL_CHARS:
            continue
        title = " ".join((tag.attributes.get("title") or tag.text).split())[:200]
        links.setdefault(url, FeedLink(url, title or None, _media_type(tag) or None))
        if len(links) == MAX_LINKS:
            break
    return list(links.values())
