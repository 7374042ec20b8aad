"""RSS, RDF, Atom and CDF: by feedparser as XML, after repairs as XML, else by its loose parser.

feedparser is told neither to clean HTML nor to resolve the links in it (3.2 times faster, and the
article does both better), and it joins links only with the bases that the feed itself states.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from xml.parsers.expat import ExpatError

from aggregator.errors import FeedError
from aggregator.feeds._fields import line_of
from aggregator.feeds.content._entry import MAX_ENTRIES, MAX_INHERITED_AUTHORS, read_entry
from aggregator.feeds.content._feed_level import read_feed_level
from aggregator.feeds.content._links import find_alternate
from aggregator.feeds.content._people import read_authors
from aggregator.feeds.content._texts import read_description, read_title
from aggregator.feeds.document._decode import Decoded
from aggregator.feeds.document._document import Document, open_document
from aggregator.feeds.document._repair import repair
from aggregator.feeds.grammar._reader import Reading, read_loosely
from aggregator.feeds.grammar._strict import StrictReading, read_strictly
from aggregator.model import ParsedFeed
from aggregator.text import shorten

_OTHER_ROOTS = {"rss": "rss", "feed": "atom", "channel": "cdf", "rdf": "rdf"}


@dataclass(frozen=True, slots=True)
class XmlFeed:
    """A feed whose entries have no keys yet, and the well-formed document it was read from."""

    feed: ParsedFeed
    strict: tuple[bytes, StrictReading] | None


def parse_xml(decoded: Decoded, url: str | None) -> XmlFeed:
    """The feed in `decoded`, by the first of three ways that leads through it.

    As XML, as XML after repairs, by feedparser's loose parser. Raises FeedError if there is none.
    """
    document = open_document(decoded.text)
    strict = document.to_bytes()
    try:
        reading = read_strictly(strict, url)
        return XmlFeed(_make_feed(document, decoded, url, reading), (strict, reading))
    except ExpatError as error:
        reason = f"not well-formed: {shorten(str(error), 200)}"
    path, broken, document = _read_broken(document, url)
    feed = _make_feed(document, decoded, url, broken)
    return XmlFeed(replace(feed, path=path, warnings=(*feed.warnings, reason)), None)


def _read_broken(document: Document, url: str | None) -> tuple[str, Reading, Document]:
    """How a document that is no XML was read, what came of it, and the document that was."""
    repaired = repair(document)
    encoded = repaired.to_bytes()
    try:
        return "repaired", read_strictly(encoded, url), repaired
    except ExpatError:
        return "loose", read_loosely(encoded.decode("utf-8", "replace"), url), repaired


def parse_part(decoded: Decoded, url: str | None) -> XmlFeed | None:
    """The feed in a document from which items were cut; None if it is not well-formed."""
    document = open_document(decoded.text)
    strict = document.to_bytes()
    try:
        reading = read_strictly(strict, url)
    except ExpatError:
        return None
    return XmlFeed(_make_feed(document, decoded, url, reading), (strict, reading))


def _make_feed(
    document: Document, decoded: Decoded, url: str | None, reading: Reading
) -> ParsedFeed:
    feed = reading.feed
    name = _name_format(reading.version, document.root, has_items=bool(reading.entries))
    is_atom = name.startswith("atom")
    links, extras = read_feed_level(feed, url, is_atom=is_atom)
    # RFC 4287, section 4.2.1: inherited
    authors = read_authors(feed)[:MAX_INHERITED_AUTHORS] if is_atom else ()
    left_out = len(reading.entries) - MAX_ENTRIES
    too_many = (f"{left_out} entries above {MAX_ENTRIES} were left out",) * (left_out > 0)
    return ParsedFeed(
        format=name,
        path="strict",
        encoding=decoded.encoding,
        encoding_source=decoded.source,
        entries=tuple(
            read_entry(item, url, is_atom=is_atom, feed_authors=authors)
            for item in reading.entries[:MAX_ENTRIES]
        ),
        title=read_title(feed, "title", is_atom=is_atom),
        url=find_alternate(feed, url),
        description=read_description(feed, is_atom=is_atom),
        language=line_of(feed, "language"),
        warnings=(*decoded.warnings, *document.warnings, *too_many),
        links=links,
        extras=extras,
        generator=line_of(feed, "generator"),
    )


def _name_format(version: str, root: str, *, has_items: bool) -> str:
    """The short name of the format; FeedError for XML in which nothing says that it is a feed."""
    if root == "rdf" and version.startswith("atom"):  # RSS 1.0 that only declares Atom's namespace
        return "rss10"
    # A namespace alone makes no feed: service documents, site maps and lists of feeds declare it.
    is_declared_only = version.startswith(("atom", "rss10")) and root not in _OTHER_ROOTS
    if version and (has_items or not is_declared_only):
        return version
    if root in _OTHER_ROOTS and (has_items or root != "rdf"):
        return _OTHER_ROOTS[root]
    raise FeedError(f"XML, but no feed: its root element is <{shorten(root, 40)}>")
