"""What a page embeds (films, sounds, posts, maps) -> links to where it can be seen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qs, urlsplit

from bs4.element import NavigableString, Tag

from aggregator.articles._images import is_tiny, is_tracker, lazy_source
from aggregator.articles._soup import EMBED
from aggregator.text import collapse_whitespace
from aggregator.urls import host_of, resolve, strip_tracking

_TAGS = frozenset(("iframe", "video", "audio", "object", "embed"))
_PLAYERS = (
    (r"youtube(?:-nocookie)?\.com/embed/(?!videos)([\w-]{6,20})", "www.youtube.com/watch?v={}"),
    (r"player\.vimeo\.com/video/(\d{1,15})", "vimeo.com/{}"),
    (r"dailymotion\.com/embed/video/(\w{1,20})", "www.dailymotion.com/video/{}"),
    (r"open\.spotify\.com/embed/(\w{1,20}/\w{1,40})", "open.spotify.com/{}"),
    (r"embed\.ted\.com/talks/([\w/-]{1,200})", "www.ted.com/talks/{}"),
    (r"player\.bilibili\.com/.{0,200}?\bbvid=(\w{1,20})", "www.bilibili.com/video/{}"),
    (r"platform\.twitter\.com/embed/.{0,300}[?&]id=(\d{1,25})", "twitter.com/i/status/{}"),
)  # fmt: skip
_PAGES = tuple((re.compile(rf"https?://(?:\w+\.)?{player}"), page) for player, page in _PLAYERS)
"""Players whose address shows nothing but the player, and the page that shows the same."""

_MAX_URL_CHARS = 2000
_MAX_LABEL_CHARS = 120


def mend_embeds(tags: Iterable[Tag], base_url: str | None) -> None:
    """Turn each embedded thing among `tags` into a figure with a link; drop what nobody sees."""
    for tag in tags:
        if tag.name in _TAGS and tag.parent is not None:
            _mend_embed(tag, base_url)


def _mend_embed(tag: Tag, base_url: str | None) -> None:
    address = resolve(base_url, _source_of(tag))
    if address is None or len(address) > _MAX_URL_CHARS or is_tiny(tag) or is_tracker(address):
        tag.extract()
        return
    url = _page_of(address)
    title = collapse_whitespace(str(tag.get("title", "")))[:_MAX_LABEL_CHARS]
    link = Tag(name="a", attrs={"href": url})
    link.append(NavigableString(title or host_of(url).removeprefix("www.")))
    tag.clear()
    tag.name, tag.attrs = "figure", {EMBED: ""}
    tag.append(link)


def _source_of(tag: Tag) -> str:
    """The address of what `tag` shows: its own, or that of its first source."""
    own = lazy_source(tag) or str(tag.get("src") or tag.get("data") or "")
    inner = (node.get("src") for node in tag.contents if isinstance(node, Tag))
    return own or next((str(source) for source in inner if source), "")


def _page_of(address: str) -> str:
    """The page on which a reader sees what the player at `address` shows.

    >>> _page_of("https://www.youtube.com/embed/abcdefghijk?rel=0")
    'https://www.youtube.com/watch?v=abcdefghijk'
    """
    for player, page in _PAGES:
        if found := player.match(address):
            return f"https://{page.format(found[1])}"
    query = parse_qs(urlsplit(address).query)
    for name in ("url", "href"):
        if url := resolve(None, query.get(name, [""])[0]):
            return strip_tracking(url)
    return strip_tracking(address)
