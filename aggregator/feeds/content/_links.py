"""Which of the links of an entry is its page, which lead to comments, which further on."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from aggregator.feeds._fields import Fields, dicts_of, line_of, once, text_of
from aggregator.model import RelatedLink
from aggregator.urls import host_of, resolve

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_IANA = "http://www.iana.org/assignments/relation/"  # RFC 4287, section 4.2.7.2: the same relation

# Hosts that stand between a feed's readers and its pages. Feeds on a host of their own are known by
# the path that FeedBurner puts before the name of the feed.
_PROXIES = frozenset(
    {"feedproxy.google.com", "feeds.feedburner.com", "feedproxy.feedburner.com"}
    | {"rss.feedsportal.com", "feeds.feedblitz.com"}
)
_PROXY_PATH = "/~r/"

# What is read into other fields, and what only programs that edit or page a feed can use.
_NOT_FURTHER = frozenset(
    {"alternate", "current", "edit", "edit-media", "enclosure", "first", "hub", "icon", "image"}
    | {"image_src", "last", "license", "next", "next-archive", "prev", "prev-archive", "preview"}
    | {"previous", "replies", "self", "service", "shortcut icon", "thumbnail"}
)
_ORIGINALS = ("feedburner_origlink", "pheedo_origlink")


def relation_of(link: Fields) -> str:
    """The relation of `link` to what it stands in, in its short form."""
    return (text_of(link, "rel") or "alternate").removeprefix(_IANA)


def links_of(fields: Fields, *relations: str) -> Iterator[Fields]:
    """The links of `fields` that have one of the `relations`."""
    return (link for link in dicts_of(fields, "links") if relation_of(link) in relations)


def find_alternate(fields: Fields, url: str | None) -> str | None:
    """The first page that `fields` stand for, else the first file that they do."""
    found: str | None = None
    for link in links_of(fields, "alternate"):
        if address := resolve(url, text_of(link, "href")):
            if (text_of(link, "type") or "text/html") in HTML_TYPES:
                return address
            found = found or address
    return found


def choose_link(item: Fields, url: str | None, guid: str | None) -> str | None:
    """The page of `item`: its link, its link before a proxy took over, its guid if that is one.

    Else the page in which Atom says that its content stands.
    """
    link = find_alternate(item, url)
    if link is None or _is_proxy(link):
        originals = (resolve(url, text_of(item, name)) for name in _ORIGINALS)
        link = next(filter(None, originals), link)
    if link is None and item.get("guidislink"):
        link = resolve(None, guid)
    return link or next((found.url for found in _contents_elsewhere(item, url)), None)


def find_comments(item: Fields, url: str | None) -> str | None:
    """RSS's comments page, else Atom's replies that are a page (RFC 4685), else a discussion."""
    pages = [
        text_of(link, "href")
        for link in links_of(item, "replies")
        if text_of(link, "type") in HTML_TYPES
    ]
    pages += [text_of(each, "uri") for each in dicts_of(item, "our_podcast_socialinteract")]
    addresses = (resolve(url, page) for page in (text_of(item, "comments"), *pages))
    return next(filter(None, addresses), None)


def find_comments_feed(item: Fields, url: str | None) -> str | None:
    """The feed of the comments: ``wfw:commentRss``, or Atom's replies that are a feed."""
    feeds = (
        text_of(link, "href")
        for link in links_of(item, "replies")
        if text_of(link, "type") not in HTML_TYPES
    )
    return resolve(url, text_of(item, "wfw_commentrss")) or resolve(url, next(feeds, None))


def read_related(fields: Fields, url: str | None) -> tuple[RelatedLink, ...]:
    """The links of an entry or a feed that are neither its page nor its files."""
    return once(
        (
            *_further(fields, url),
            *_contents_elsewhere(fields, url),
            *_named(fields, "our_thr_in-reply-to", "in-reply-to", url),
            *_named(fields, "our_podcast_funding", "funding", url),
            *_named(fields, "our_podcast_socialinteract", "discussion", url),
            *_named(fields, "our_podcast_trailer", "trailer", url),
            *_players(fields, url),
        )
    )


def _further(fields: Fields, url: str | None) -> Iterator[RelatedLink]:
    for link in dicts_of(fields, "links"):
        relation = relation_of(link)
        is_further = relation not in _NOT_FURTHER and not relation.startswith("http")
        if is_further and (address := resolve(url, text_of(link, "href"))):
            media_type = line_of(link, "type")
            yield RelatedLink(
                address,
                relation,
                media_type if media_type != "text/html" else None,  # feedparser's, if unsaid
                line_of(link, "title"),
            )


def _contents_elsewhere(item: Fields, url: str | None) -> Iterator[RelatedLink]:
    """Pages that an Atom entry names in place of its content."""
    for content in dicts_of(item, "content"):
        kind = text_of(content, "type") or "text/html"
        if kind.startswith("text/") or kind in HTML_TYPES:
            base = resolve(url, text_of(content, "base")) or url
            if address := resolve(base, text_of(content, "src")):
                yield RelatedLink(address, "content", kind if kind not in HTML_TYPES else None)


def _named(fields: Fields, name: str, relation: str, url: str | None) -> Iterator[RelatedLink]:
    for link in dicts_of(fields, name):
        base = resolve(url, text_of(link, "our_base")) or url
        hrefs = (text_of(link, attribute) for attribute in ("href", "url", "uri", "ref"))
        address = next(filter(None, (resolve(base, href) for href in hrefs)), None)
        if address:
            title = line_of(link, "our_text")
            yield RelatedLink(address, relation, line_of(link, "type"), title)


def _players(fields: Fields, url: str | None) -> Iterator[RelatedLink]:
    player = fields.get("media_player")
    address = resolve(url, text_of(player, "url")) if isinstance(player, dict) else None
    if address is None and isinstance(player, dict):
        address = resolve(url, text_of(player, "href"))
    if address:
        yield RelatedLink(address, "player")


def _is_proxy(link: str) -> bool:
    return host_of(link) in _PROXIES or urlsplit(link).path.startswith(_PROXY_PATH)
