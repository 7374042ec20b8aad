"""The links that an answer has in its Link header (RFC 8288). Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from aggregator.feeds._page_tags import PageTag
from aggregator.model import FeedLinks
from aggregator.urls import resolve

_MAX_CHARS = 32_000
_LINK = re.compile(r"<([^<>]{1,2000})>((?:[^<>\",]|\"(?:[^\"\\]|\\.)*+\"|,(?!\s*<))*+)")
_PARAMETER = re.compile(
    r";\s*+([!#$%&'*+.^_`|~\w-]++)\s*+(?:=\s*+(?:\"((?:[^\"\\]|\\.)*+)\"|([^\s;,\"]*+)))?+"
)


def read_header_links(header: str, url: str) -> list[tuple[str, PageTag]]:
    """The links of the Link header that came with `url`: each address, absolute, and the link.

    Links of another context (``anchor``) are left out, as RFC 8288 asks of who does
    not follow them. Never raises.

    >>> [(to, link.relations) for to, link in read_header_links("</f>; rel=hub", "https://a.bc/")]
    [('https://a.bc/f', frozenset({'hub'}))]
    """
    links = []
    for target, written in _LINK.findall(header[:_MAX_CHARS]):
        attributes = {"href": target}
        for name, quoted, bare in _PARAMETER.findall(written):
            # Of a parameter that is repeated the first counts.
            attributes.setdefault(name.lower(), re.sub(r"\\(.)", r"\1", quoted) or bare)
        address = resolve(url, target)
        if address and "anchor" not in attributes:
            links.append((address, PageTag("link", attributes)))
    return links


def add_header_links(links: FeedLinks, header: str, url: str) -> FeedLinks:
    """`links` of a document with what its Link header says of hubs and of itself, which counts.

    Only without a hub in the header are those of the document asked (WebSub, section 4).

    >>> add_header_links(FeedLinks(), "</h>; rel=hub, </f>; rel=self", "https://a.bc/").hubs
    ('https://a.bc/h',)
    """
    found = read_header_links(header, url)
    hubs = tuple(dict.fromkeys(to for to, link in found if "hub" in link.relations))
    if not hubs:
        return links
    self_url = next((to for to, link in found if "self" in link.relations), links.self_url)
    return replace(links, hubs=hubs, self_url=self_url)
