"""The feeds that an answer names in its Link header (RFC 8288). Pure."""

from __future__ import annotations

from aggregator.feeds import FeedLink, is_feed_link, read_header_links


def read_link_header(header: str, url: str) -> list[FeedLink]:
    r"""The links of `header` that declare a feed of the page at `url`, as absolute addresses.

    Links of another context (``anchor``) are left out, as RFC 8288 asks of who does
    not follow them. Never raises.

    >>> read_link_header('</f>; rel="alternate"; type="application/atom+xml"', "https://a.bc/")
    [FeedLink(url='https://a.bc/f', title=None, media_type='application/atom+xml')]
    """
    links: dict[str, FeedLink] = {}
    for address, tag in read_header_links(header, url):
        if is_feed_link(tag):
            title, media_type = tag.attributes.get("title"), tag.attributes.get("type", "")
            kind = media_type.partition(";")[0].strip().lower()
            links.setdefault(address, FeedLink(address, title or None, kind or None))
    return list(links.values())
