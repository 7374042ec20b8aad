"""RSS, RDF, Atom and CDF: by feedparser as XML, after repairs as XML, else by its loose parser.

feedparser is told neither to clean HTML nor to resolve the links in it (3.2 times faster, and the
article does both better), and it joins links only with the bases that the feed itself states.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from xml.parsers.expat import ExpatError, ParserCreate

from aggregator.errors import FeedError
from aggregator.feeds._fields import line_of
from aggregator.feeds.content._entry import MAX_ENTRIES, MAX_INHERITED_AUTHORS, read_entry
from aggregator.feeds.content._feed_level import read_feed_level
from aggregator.feeds.content._links import find_alternate
from aggregator.feeds.content._pace import read_pace
from aggregator.feeds.content._people import read_authors
from aggregator.feeds.content._texts import read_description, read_title
from aggregator.feeds.document._decode import Decoded
from aggregator.feeds.document._document import Document, open_document
from aggregator.feeds.document._portion import MAX_READ, Portion, take_newest
from aggregator.feeds.document._repair import repair
from aggregator.feeds.grammar._reader import Reading, read_loosely
from aggregator.feeds.grammar._strict import MARK, StrictReading, read_strictly
from aggregator.model import ParsedFeed
from aggregator.text import shorten

_OTHER_ROOTS = {"rss": "rss", "feed": "atom", "channel": "cdf", "rdf": "rdf"}


@dataclass(frozen=True, slots=True)
class XmlFeed:
    """A feed whose entries have no keys yet, and the well-formed document it was read from.

    In that stand `marks` for the items that were left for later.
    """

    feed: ParsedFeed
    strict: tuple[bytes, StrictReading] | None
    marks: int = 0


def parse_xml(decoded: Decoded, url: str | None) -> XmlFeed:
    """The feed in `decoded`, by the first of three ways that leads through it.

    As XML, as XML after repairs, by feedparser's loose parser. Raises FeedError if there is none.
    """
    document = open_document(decoded.text)
    try:
        portion, reading = _read_newest(document.to_bytes(), url)
        feed = _make_feed(document, decoded, url, reading, portion.left_out)
        return XmlFeed(feed, (portion.body, reading), portion.marks)
    except ExpatError as error:
        reason = f"not well-formed: {shorten(str(error), 200)}"
    document = repair(document)
    path, broken, left_out = _read_broken(document.to_bytes(), url)
    feed = _make_feed(document, decoded, url, broken, left_out)
    return XmlFeed(replace(feed, path=path, warnings=(*feed.warnings, reason)), None)


def _read_newest(document: bytes, url: str | None) -> tuple[Portion, StrictReading]:
    """The newest items of `document`, all where they cannot be told apart; ExpatError."""
    portion = take_newest(document)
    if portion.left_out:
        before = document.count(MARK)
        try:
            reading = read_strictly(portion.body, url)
        except ExpatError:
            # A tag of an item stood in a comment or a text, unless the whole document is broken,
            # which is seen in a hundredth of the time that reading it takes.
            ParserCreate().Parse(document, True)
        else:
            if reading.marks == before + portion.marks and len(reading.depths) == 1:
                return portion, reading
    return Portion(document), read_strictly(document, url)


def _read_broken(document: bytes, url: str | None) -> tuple[str, Reading, int]:
    """How a repaired document was read, what came of it, and how many items were left out."""
    try:
        portion, reading = _read_newest(document, url)
    except ExpatError:
        portion = take_newest(document)
        text = portion.body.decode("utf-8", "replace")
        return "loose", read_loosely(text, url), portion.left_out
    return "repaired", reading, portion.left_out


def parse_part(decoded: Decoded, url: str | None) -> XmlFeed | None:
    """The feed in a document from which items were cut; None if it is not well-formed."""
    document = open_document(decoded.text)
    try:
        portion, reading = _read_newest(document.to_bytes(), url)
    except ExpatError:
        return None
    feed = _make_feed(document, decoded, url, reading, portion.left_out)
    return XmlFeed(feed, (portion.body, reading), portion.marks)


def _make_feed(
    document: Document, decoded: Decoded, url: str | None, reading: Reading, left_out: int
) -> ParsedFeed:
    feed = reading.feed
    name = _name_format(reading.version, document.root, has_items=bool(reading.entries))
    is_atom = name.startswith("atom")
    links, extras = read_feed_level(feed, url, is_atom=is_atom)
    # RFC 4287, section 4.2.1: inherited
    authors = read_authors(feed)[:MAX_INHERITED_AUTHORS] if is_atom else ()
    surplus = len(reading.entries) - MAX_ENTRIES
    too_many = (f"{surplus} entries above {MAX_ENTRIES} were left out",) * (surplus > 0)
    if left_out:
        too_many += (f"only its newest {MAX_READ} entries were read, {left_out} later",)
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
        pace=read_pace(feed),
        left_out=left_out,
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
