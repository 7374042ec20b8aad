"""The feeds that an answer names in its Link header (RFC 8288). Pure."""

from __future__ import annotations

import re

from aggregator.feeds import FeedLink, PageTag, is_feed_link
from aggregator.urls import resolve

_MAX_CHARS = 32_000
_LINK = re.compile(r"<([^<>]{1,2000})>((?:[^<>\",]|\"(?:[^\"\\]|\\.)*+\"|,(?!\s*<))*+)")
_PARAMETER = re.compile(
    r";\s*+([!#$%&'*+.^_`|~\w-]++)\s*+(?:=\s*+(?:\"((?:[^\"\\]|\\.)*+)\"|([^\s;,\"]*+)))?+"
)


def read_link_header(header: str, url: str) -> list[FeedLink]:
    r"""The links of `header` that declare a feed of the page at `url`, as absolute addresses.

    Links of another context (``anchor``) are left out, as RFC 8288 asks of who does
    not follow them. Never raises.

    >>> read_link_header('</f>; rel="alternate"; type="application/atom+xml"', "https://a.bc/")
    [FeedLink(url='https://a.bc/f', title=None, media_type='application/atom+xml')]
    """
    links: dict[str, FeedLink] = {}
    for target, written in _LINK.findall(header[:_MAX_CHARS]):
        attributes = {"href": target}
        for name, quoted, bare in _PARAMETER.findall(written):
            # Of a parameter that is repeated the first counts.
            attributes.setdefault(name.lower(), re.sub(r"\\(.)", r"\1", quoted) or bare)
        tag = PageTag("link", attributes)
        address = resolve(url, target)
        if address and "anchor" not in attributes and is_feed_link(tag):
            title, media_type = attributes.get("title"), attributes.get("type", "")
            kind = media_type.partition(";")[0].strip().lower()
            links.setdefault(address, FeedLink(address, title or None, kind or None))
    return list(links.values())
