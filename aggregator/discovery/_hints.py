"""Feeds that a page does not link to, told from what it is: the software, or a number in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aggregator.feeds import iter_page_tags
from aggregator.urls import host_of, resolve

_READ_BYTES = 4_000_000

_GENERATORS = {
    "wordpress": ("/feed/", "/?feed=rss2"),
    "ghost": ("/rss/",),
    "hugo": ("index.xml", "/index.xml"),
    "jekyll": ("/feed.xml",),
    "blogger": ("/feeds/posts/default",),
    "tumblr": ("/rss",),
    "drupal": ("/rss.xml",),
    "joomla": ("?format=feed&type=rss",),
    "mediawiki": ("/index.php?title=Special:RecentChanges&feed=atom",),
    "squarespace": ("?format=rss",),
    "discourse": ("/latest.rss",),
}
"""Where software that names itself has the feed, by the first word of its name."""

_MARKS = (
    (b"//static1.squarespace.com/", "?format=rss"),
    (b"//substackcdn.com/", "/feed"),
    (b"//cdn-client.medium.com/", "/feed"),
)
"""The same of services that do not, by where their pages get their files."""

_NUMBERS = (
    (
        re.compile(r"(?:^|\.)youtube\.com$"),
        re.compile(
            rb'(?:"(?:externalId|channelId|browseId)"\s{0,9}:\s{0,9}"'
            rb"|youtube\.com/channel/|itemprop=\"(?:channelId|identifier)\" content=\")"
            rb"(UC[\w-]{22})(?![\w-])"
        ),
        "https://www.youtube.com/feeds/videos.xml?channel_id={}",
    ),
    (
        re.compile(r"(?:^|\.)flickr\.com$"),
        re.compile(rb'"nsid"\s{0,9}:\s{0,9}"(\d{1,15}@N\d\d)"'),
        "https://www.flickr.com/services/feeds/photos_public.gne?id={}&format=atom",
    ),
)
"""Hosts on whose pages a number stands that makes the address of a feed; the first one counts."""


def find_hints(page: bytes, url: str) -> list[str]:
    """Addresses at which the software behind `page` (found at `url`) usually has a feed.

    The likeliest first, none twice. Time is linear in the length of the page, of which the first
    4 MB are read.

    >>> find_hints(b'<meta name=generator content="Ghost 6.1">', "https://example.org/blog/")
    ['https://example.org/rss/']
    """
    head = page[:_READ_BYTES]
    hints = [*_iter_numbers(head, host_of(url)), *_iter_generators(head)]
    hints += [feed for mark, feed in _MARKS if mark in head]
    addresses = (resolve(url, hint) for hint in hints)
    return list(dict.fromkeys(address for address in addresses if address))


def _iter_numbers(page: bytes, host: str) -> Iterator[str]:
    for site, number, feed in _NUMBERS:
        if site.search(host) and (found := number.search(page)):
            yield feed.format(found[1].decode("ascii"))


def _iter_generators(page: bytes) -> Iterator[str]:
    for tag in iter_page_tags(page):
        # WordPress says where its interface for programs is; the blog is above that.
        interface = tag.attributes.get("href", "")
        if "https://api.w.org/" in tag.relations and interface.endswith("/wp-json/"):
            yield interface.removesuffix("wp-json/") + "feed/"
        elif tag.name == "meta" and tag.attributes.get("name", "").lower() == "generator":
            words = re.findall(r"[a-z]+", tag.attributes.get("content", "")[:100].lower())
            yield from _GENERATORS.get(words[0] if words else "", ())
