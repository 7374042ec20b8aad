"""One feed document to one `ParsedFeed`: what changed of it, else all; decode, read, identify."""

from __future__ import annotations

from dataclasses import replace

from aggregator.errors import FeedError
from aggregator.feeds._identity import Identified, identify
from aggregator.feeds._json import parse_json
from aggregator.feeds._xml import XmlFeed, parse_part, parse_xml
from aggregator.feeds.document._decode import decode
from aggregator.feeds.document._snapshot import (
    Remainder,
    Snapshot,
    cut_known,
    read_snapshot,
    take_snapshot,
)
from aggregator.model import Identity, Memory, ParsedFeed

_NOTHING = Memory()
_MEANS = {Identity.LINK: "id and link together", Identity.TEXT: "title, date and text"}
_WHOLE = Remainder(b"", b"", ())


def parse_feed(
    body: bytes,
    *,
    url: str | None = None,
    content_type: str | None = None,
    memory: Memory = _NOTHING,
) -> ParsedFeed:
    """Everything in `body` that is a feed's: RSS 0.9 to 2.0, RDF, Atom, CDF or JSON Feed.

    `url` is where the body came from in the end; relative links are resolved with it.
    `content_type` is that header as sent; only its charset counts, and that only for text which is
    not UTF-8. Every item becomes an entry, whatever it lacks, except repeats that differ in
    nothing. With the `memory` of the document before, items that are still the same are only named
    (`ParsedFeed.unchanged`). An empty feed is a feed. Raises FeedError, and nothing else, for bytes
    that are none.

    The time grows with the length of the document, and `MAX_BYTES` bounds that; still the bytes of
    strangers belong in a process that can be killed.
    """
    return _parse_changes(body, url, content_type, memory) or _parse_all(
        body, url, content_type, memory
    )


def _parse_all(
    body: bytes, url: str | None, content_type: str | None, memory: Memory
) -> ParsedFeed:
    decoded = decode(body, content_type)
    start = decoded.text.lstrip("\ufeff \t\r\n\0")[:1]
    if not start:
        raise FeedError("an empty document", looks_like="empty")
    is_json = start in "{["
    xml = XmlFeed(parse_json(decoded, url), None) if is_json else parse_xml(decoded, url)
    found = identify(xml.feed.entries, memory)
    snapshot = _remember(xml, found, url)
    warnings = xml.feed.warnings
    if repeated := len(xml.feed.entries) - len(found.entries):
        warnings += (f"{repeated} entries repeat another one and were left out",)
    if found.identity is not memory.identity:
        means = _MEANS[found.identity]
        warnings += (f"ids repeat: entries are told apart by {means} from now on",)
    return replace(
        xml.feed,
        entries=found.entries,
        warnings=warnings,
        memory=_memorise(found, memory, snapshot),
    )


def _parse_changes(
    body: bytes, url: str | None, content_type: str | None, memory: Memory
) -> ParsedFeed | None:
    """What is new or changed in `body` since the document before; None where that is not sure."""
    before = read_snapshot(memory.snapshot) if memory.snapshot else None
    if before is None or before.identity is not memory.identity:
        return None
    remainder = cut_known(body, before)
    xml = _read_part(remainder, url, content_type) if remainder else None
    if remainder is None or xml is None:
        return None
    found = identify(xml.feed.entries, memory)
    snapshot = _remember(xml, found, url, remainder)
    if snapshot is None or found.identity is not before.identity or not snapshot.follows(before):
        return None
    unchanged = tuple(item.key for item in remainder.known)
    if not {entry.key for entry in found.entries}.isdisjoint(unchanged):
        return None
    return replace(
        xml.feed,
        entries=found.entries,
        unchanged=unchanged,
        memory=_memorise(found, memory, snapshot),
    )


def _read_part(remainder: Remainder, url: str | None, content_type: str | None) -> XmlFeed | None:
    try:
        return parse_part(decode(remainder.body, content_type), url)
    except FeedError:
        return None


def _remember(
    xml: XmlFeed,
    found: Identified,
    url: str | None,
    remainder: Remainder = _WHOLE,
) -> Snapshot | None:
    """What is to be remembered of a document, if another one may be read by it."""
    if xml.strict is None or not found.is_plain or xml.feed.encoding != "utf-8":
        return None
    document, reading = xml.strict
    return take_snapshot(
        document,
        reading,
        [entry.key for entry in found.entries],
        surroundings=url or "",
        identity=found.identity,
        remainder=replace(remainder, other_marks=xml.marks),
    )


def _memorise(found: Identified, memory: Memory, snapshot: Snapshot | None) -> Memory:
    stored = snapshot.to_bytes() if snapshot else None
    return Memory(found.identity, memory.is_fixed, stored)
