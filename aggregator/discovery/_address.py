"""What a person types for a feed or site, as addresses to ask in turn."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from aggregator.urls import resolve

MAX_ADDRESS_CHARS = 2000

_WEB = re.compile(r"https?://", re.IGNORECASE)
_FEED_BEFORE_WEB = re.compile(r"feed:(?://(?!/))?(?=https?://)", re.IGNORECASE)
_FEED_SCHEME = re.compile(r"feed:(?://)?", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):(?!\d)", re.IGNORECASE)
_FEDIVERSE = re.compile(r"(?:acct:)?@([\w.-]+)@([\w-]+(?:\.[\w-]+)+(?::\d+)?)/?")
_REDDIT = re.compile(r"/?(r|u|user)/([\w-]{2,30})/?")
_HANDLE = re.compile(r"@[\w.-]+")
_MAIL = re.compile(r"mailto:.*|[^\s@/:]+@[^\s@/]+\.[^\s@/]+", re.IGNORECASE)
# With http:// or https:// in front any name is meant as one: http://intranet/feed.
_ANY_HOST = re.compile(r"[^\s/?#@:\[\]]+|\[[0-9a-f:.]+\]", re.IGNORECASE)
_HOST = re.compile(r"localhost|\[[0-9a-f:.]+\]|[^\s/?#@:]+\.[^\s/?#@:.]{2,}|[\d.]+", re.IGNORECASE)


def read_address(typed: str) -> tuple[str, ...]:
    """The addresses that `typed` may mean, the likeliest first: each is tried if none before it is.

    A scheme may be missing (https is meant, else http) or be ``feed:``. ``@user@host`` is a profile
    of the fediverse, ``r/name`` a part of Reddit. Raises ValueError, with a message for people that
    says what to write instead, for everything that is no address.

    >>> read_address("example.org/blog")
    ('https://example.org/blog', 'http://example.org/blog')
    >>> read_address("@ann@mastodon.example")
    ('https://mastodon.example/@ann',)
    """
    text = typed.strip().strip("<>").strip()
    text = _FEED_BEFORE_WEB.sub("", text, count=1)
    if not text or len(text) > MAX_ADDRESS_CHARS:
        raise ValueError("is no address; write one such as example.org or https://example.org/blog")
    if found := _FEDIVERSE.fullmatch(text):
        return (f"https://{found[2]}/@{found[1]}",)
    if found := _REDDIT.fullmatch(text):
        kind = "r" if found[1] == "r" else "user"
        return (f"https://www.reddit.com/{kind}/{found[2]}/",)
    if _WEB.match(text):
        return (_check(text, _ANY_HOST),)
    bare = _FEED_SCHEME.sub("", text, count=1).removeprefix("//")
    _refuse_others(bare)
    return _check(f"https://{bare}", _HOST), _check(f"http://{bare}", _HOST)


def _refuse_others(text: str) -> None:
    """Raise the ValueError that says what is wrong with an address without a scheme."""
    if _HANDLE.fullmatch(text):
        raise ValueError(
            f"does not say where {text} is; write youtube.com/{text} or {text}@mastodon.social"
        )
    if _MAIL.fullmatch(text):
        raise ValueError("is a mail address; write the address of a page, or @user@host")
    found = _OTHER_SCHEME.match(text)
    # What stands before a colon may also be a name, with its password behind.
    if found and ("@" not in text or text.startswith("//", found.end())):
        raise ValueError(f"begins with {found[1]}:, but feeds are asked for by http and https only")


def _check(url: str, hosts: re.Pattern[str]) -> str:
    """`url` without its fragment, if it names one of these `hosts`."""
    address = url.partition("#")[0]
    try:
        host = urlsplit(address).netloc.rpartition("@")[2]
    except ValueError:
        host = ""
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    if not hosts.fullmatch(name) or re.search(r"\s", address) or resolve(None, address) is None:
        raise ValueError("is no address of the web; write one such as example.org")
    return address
