"""One feed document to one `ParsedFeed`: decode, tell JSON from XML, read, identify."""

from __future__ import annotations

from dataclasses import replace

from aggregator.errors import FeedError
from aggregator.feeds._decode import decode
from aggregator.feeds._identity import identify
from aggregator.feeds._json import parse_json
from aggregator.feeds._xml import parse_xml
from aggregator.model import ParsedFeed


def parse_feed(
    body: bytes, *, url: str | None = None, content_type: str | None = None
) -> ParsedFeed:
    """Everything in `body` that is a feed's: RSS 0.9 to 2.0, RDF, Atom, CDF or JSON Feed.

    `url` is where the body came from in the end; relative links are resolved with it.
    `content_type` is that header as sent; only its charset counts, and that only for text which is
    not UTF-8. Every item becomes an entry, whatever it lacks, except repeats that differ in
    nothing. An empty feed is a feed. Raises FeedError, and nothing else, for bytes that are none.

    The time grows with the length of the document, roughly 5 MB a second, and `MAX_BYTES` bounds
    that. Two hostile shapes need the square of it: thousands of tags on one entry, and a person's
    name of a megabyte behind another element. So the bytes of strangers belong in a process that
    can be killed.
    """
    decoded = decode(body, content_type)
    start = decoded.text.lstrip("\ufeff \t\r\n\0")[:1]
    if not start:
        raise FeedError("an empty document", looks_like="empty")
    is_json = start in "{["
    feed = parse_json(decoded, url) if is_json else parse_xml(decoded, url)
    entries = identify(feed.entries)
    warnings = feed.warnings
    if repeated := len(feed.entries) - len(entries):
        warnings += (f"{repeated} entries repeat another one and were left out",)
    return replace(feed, entries=entries, warnings=warnings)
