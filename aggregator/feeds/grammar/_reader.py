"""feedparser's reading of a feed: its parser classes, with what they cannot bear taken care of.

The grammar of feeds (which element means what, in which format and namespace) is feedparser's. Its
parsers are subclassed, not replaced, so that no document makes them fail or need the square of its
length, and so that what they throw away is kept; `_strict` drives one of them faster. A test holds
what they say of ordinary feeds equal to what `feedparser.parse` says.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar

from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.util import FeedParserDict

from aggregator.feeds._fields import Fields, make_storable
from aggregator.feeds.grammar._namespaces import MORE_NAMESPACES, MoreNamespaces
from aggregator.urls import without_credentials

# Of one element, of one document: feedparser needs the square of either. In 106 real feeds there
# were at most 5 attributes, and 107 declarations with repeats.
MAX_ATTRIBUTES = 500
MAX_NAMESPACES = 500
# A relative base makes that of its element longer, and each is a step of every link below it.
_MAX_BASE_CHARS = 500
_BASES = frozenset({"xml:base", "base"})
_LANGUAGES = frozenset({"xml:lang", "lang"})
_MAX_LANGUAGE_CHARS = 100  # each entry keeps its own; tags of RFC 5646 have about 35

# What its handlers raise where elements cross in ways that no feed has: an item in a category of an
# item, a link that begins in one entry and ends in another. The element is lost, not the document.
BREAKS = (ArithmeticError, AssertionError, LookupError, RuntimeError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Reading:
    """What feedparser made of a document: plain dictionaries of its feed and its entries."""

    feed: Fields
    entries: list[Fields]
    version: str


def read_loosely(text: str, url: str | None = None) -> Reading:
    """What can be read of XML that is not well-formed; never raises for what it holds.

    `url` is where it came from: relative bases in it are relative to that.
    """
    reader = LooseReader()
    reader.start_at(url)
    with suppress(*BREAKS):
        reader.feed(text)
    reading = Reading(dict(reader.feeddata), [dict(one) for one in reader.entries], reader.version)
    make_storable([reading.feed, reading.entries])
    return reading


class QuickFields(FeedParserDict):  # type: ignore[misc] # feedparser has no types
    """A dictionary of feedparser's that looks for old names only where there are any."""

    _RENAMED = frozenset({*FeedParserDict.keymap, "category", "enclosures", "license"})

    def __getitem__(self, key: str) -> object:
        return super().__getitem__(key) if key in self._RENAMED else dict.__getitem__(self, key)

    def get(self, key: str, default: object = None) -> object:
        """The value under `key`, or under its newer name."""
        return super().get(key, default) if key in self._RENAMED else dict.get(self, key, default)

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) if key in self._RENAMED else dict.__contains__(self, key)


class BodyFields(QuickFields):
    """Parameters of a body: flat, so a copy need not be a deep one."""

    def __deepcopy__(self, _memo: object) -> BodyFields:
        return BodyFields(self)


class Reader(MoreNamespaces):
    """What both readers do otherwise than feedparser; its names are feedparser's."""

    # Guids are names, not links: they stay as they were published.
    can_be_relative_uri = StrictFeedParser.can_be_relative_uri - {"id"}
    resolve_relative_uris = False
    sanitize_html = False
    _matchnamespaces: ClassVar[dict[str, str]] = {
        uri.lower(): prefix
        for uri, prefix in {**StrictFeedParser.namespaces, **MORE_NAMESPACES}.items()
    }

    def __init__(self, *arguments: object) -> None:
        self._url = ""
        self._known_tags: dict[int, set[tuple[str | None, ...]]] = {}
        super().__init__(*arguments)

    def start_at(self, url: str | None) -> None:
        """Take the feed for one from `url`, which counts where it states a base of its own.

        Other links stay as they are: to join each with the address would cost them all.
        """
        self._url = without_credentials(url or "")

    def push_content(self, tag: str, attrs: Fields, kind: str, expecting_text: int) -> None:
        """Begin a body; its parameters are copied once for each place that it is stored in."""
        super().push_content(tag, attrs, kind, expecting_text)
        self.contentparams = BodyFields(self.contentparams)

    def pop(self, element: str, strip_whitespace: int = 1) -> Any:  # noqa: ANN401 - feedparser's
        """End an element and store its text; of XHTML without the blanks before its first tag.

        feedparser would take them away one by one, and each time move all that follows.
        """
        if self.elementstack and dict.get(self.contentparams, "type") == "application/xhtml+xml":
            pieces = self.elementstack[-1][2]
            blanks = next((at for at, piece in enumerate(pieces) if piece.strip()), len(pieces) - 1)
            del pieces[: max(blanks, 0)]
        return super().pop(element, strip_whitespace)

    def _start_item(self, attrs: Fields, /) -> None:
        super()._start_item(attrs)
        self.entries[-1] = QuickFields(self.entries[-1])

    _start_entry = _start_item

    def _add_tag(self, term: str | None, scheme: str | None, label: str | None) -> None:
        """Add a tag that is not there yet, without comparing it with each that is."""
        tags = self._get_context().setdefault("tags", [])
        known = self._known_tags.setdefault(id(tags), set())
        tag = (term, scheme, label)
        if any(tag) and tag not in known:
            known.add(tag)
            tags.append(FeedParserDict(term=term, scheme=scheme, label=label))

    def unknown_starttag(self, tag: str, attrs: list[tuple[str, Any]]) -> None:
        """Hand over a start tag; a base or language longer than such are is left out."""
        attrs = [
            (name, value)
            for name, value in attrs
            if name not in _LANGUAGES or len(value or "") <= _MAX_LANGUAGE_CHARS
        ]
        added = sum(len(value or "") for name, value in attrs if name in _BASES)
        if added and not self.baseuri:
            self.baseuri = self._url
        if not added or added + len(self.baseuri) <= _MAX_BASE_CHARS:
            super().unknown_starttag(tag, attrs)
            return
        base, self.baseuri = self.baseuri, ""  # feedparser would join it with itself
        try:
            super().unknown_starttag(tag, [each for each in attrs if each[0] not in _BASES])
        finally:
            self.baseuri = base
            self.basestack[-1:] = [base]

    def unknown_endtag(self, tag: str) -> None:
        """Hand over an end tag; what an entry's base was is of no account for the next."""
        super().unknown_endtag(tag)
        self.baseuri = self.basestack[-1] if self.basestack else ""

    # Dates are read from their texts; feedparser's own reading is wrong for one odd date in five.
    def _end_published(self) -> None:
        self.pop("published")

    def _end_updated(self) -> None:
        self.pop("updated")

    def _end_created(self) -> None:
        self.pop("created")

    _end_issued = _end_pubdate = _end_published
    _end_modified = _end_lastbuilddate = _end_updated


class LooseReader(Reader, LooseFeedParser):  # type: ignore[misc]
    """feedparser's parser of what is no XML, that no tag can break off."""

    def __init__(self) -> None:
        super().__init__("", None, "utf-8", {})

    def unknown_starttag(self, tag: str, attrs: list[tuple[str, Any]]) -> None:
        """Hand over a start tag; a handler that fails costs its element."""
        with suppress(*BREAKS):
            super().unknown_starttag(tag, attrs[:MAX_ATTRIBUTES])

    def unknown_endtag(self, tag: str) -> None:
        """Hand over an end tag; a handler that fails costs its element."""
        with suppress(*BREAKS):
            super().unknown_endtag(tag)
