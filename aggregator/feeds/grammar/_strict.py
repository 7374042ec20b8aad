"""Well-formed feeds: feedparser's strict parser, called by expat without the layers in between.

* expat calls it at once, with whole texts; `xml.sax` makes three calls and two dictionaries of each
  tag, and one call of each line of text;
* a tag without attributes skips what attributes decide, and the handler of a name is looked for
  once;
* the texts of entries are gone over once where feedparser goes over each five times.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple, cast
from xml.parsers import expat
from xml.sax.saxutils import escape

from feedparser.api import StrictFeedParser
from feedparser.html import _cp1252 as cp1252_controls

from aggregator.feeds._fields import Fields
from aggregator.feeds.document._mend import MAX_NAMESPACE_CHARS
from aggregator.feeds.grammar._reader import BREAKS, MAX_NAMESPACES, BodyFields, Reader, Reading
from aggregator.feeds.grammar._tag_names import SEPARATOR, TagNames

_TEXT_BUFFER_BYTES = 1 << 20
_XHTML = "application/xhtml+xml"
_CONTROLS = re.compile("[\x80-\x9f]")

# What holds for all that stands inside the element; feedparser's own way keeps account of it.
_INHERITED = frozenset({"xml:base", "base", "xml:lang", "lang", "xmlns"})
_LANGUAGE_ROOTS = frozenset({"feed", "rss", "rdf:RDF"})
_OF_TEXT_INPUT = frozenset({"title", "link", "description", "name"})
_OF_IMAGE = frozenset({"title", "link", "description", "url", "href", "width", "height"})
# Elements whose text is only handed on.
_NOT_STORED = frozenset({"category", "itunes_keywords", "tags"})

MARK = b"<?feed-item-known?>"
"""A processing instruction in the place of an item that need not be read; see `StrictReading`."""

_MARK_TARGET = MARK[2:-2].decode()


@dataclass(frozen=True, slots=True)
class StrictReading(Reading):
    """A reading with the places of its items.

    `items` are the byte ranges of the entries, in order, `depths` those at which items and marks
    stand in the tree (one, in an ordinary feed), `marks` counts the marks found there.
    """

    items: tuple[tuple[int, int], ...] = ()
    depths: frozenset[int] = frozenset()
    marks: int = 0


def read_strictly(document: bytes, url: str | None = None) -> StrictReading:
    """The feed in a well-formed UTF-8 `document`; expat.ExpatError for any other.

    `url` is where it came from: relative bases in it are relative to that.
    """
    reader = _StrictReader(document)
    reader.start_at(url)
    reader.driver.Parse(document, True)
    return reader.finish()


def _make_driver() -> expat.XMLParserType:
    driver = expat.ParserCreate("utf-8", SEPARATOR)
    driver.namespace_prefixes = True
    driver.buffer_size = _TEXT_BUFFER_BYTES
    driver.buffer_text = True
    return driver


class _Handlers(NamedTuple):
    """What is called for a tag; `field` is where its text goes if nothing is."""

    field: str
    start: Callable[[Fields], None] | None
    end: Callable[[], None] | None
    leaves_text_input: bool
    leaves_image: bool


class _StrictReader(Reader, StrictFeedParser):  # type: ignore[misc] # feedparser has no types
    """feedparser's parser of XML; expat calls its public methods, with names as it writes them."""

    def __init__(self, document: bytes) -> None:
        super().__init__("", None, "utf-8")
        self._document = document
        self.driver = _make_driver()
        self.driver.StartElementHandler = self.open_element
        self.driver.EndElementHandler = self.close_element
        self.driver.CharacterDataHandler = self.take_text
        self.driver.StartNamespaceDeclHandler = self.declare_namespace
        self.driver.ProcessingInstructionHandler = self.take_instruction
        self._items: list[tuple[int, int]] = []
        self._item_start: int | None = None
        self._depths: set[int] = set()
        self._marks = 0
        self._names = TagNames(self._matchnamespaces, self.namespaces_in_use)
        self._handlers: dict[str, _Handlers] = {}
        self._declared: set[tuple[str | None, str | None]] = set()

    def declare_namespace(self, prefix: str | None, uri: str | None) -> None:
        """Hand over a declaration of a namespace, unless it is one too many.

        A namespace as long as a body is refused: it is part of every name inside it.
        """
        if uri and len(uri) > MAX_NAMESPACE_CHARS:
            raise expat.ExpatError("a namespace longer than any that is one")
        if (prefix, uri) not in self._declared and len(self._declared) < MAX_NAMESPACES:
            self._declared.add((prefix, uri))
            self._names.forget()
            self._handlers.clear()
        if (prefix, uri) in self._declared:
            self.startPrefixMapping(prefix, uri)

    def open_element(self, name: str, attributes: dict[str, str]) -> None:
        """Hand over a start tag."""
        tag = self._names.tag(name)
        fields: Fields = {}
        if attributes or self.decls or self.incontent or self._names.is_foreign(name):
            fields = {**self.decls, **self._names.attributes(name, attributes)}
            self.decls = {}
            if self.incontent or not _INHERITED.isdisjoint(fields):
                self._open_fully(tag, fields)
                return
        self.depth += 1
        self.basestack.append(self.baseuri)
        self.langstack.append(self.lang)
        if self.lang and tag in _LANGUAGE_ROOTS:
            self.feeddata["language"] = self.lang.replace("_", "-")
        self._start(self._handlers.get(tag) or self._find_handlers(tag), fields)

    def close_element(self, name: str) -> None:
        """Hand over an end tag."""
        tag = self._names.tag(name)
        if self.svgOK and tag.rpartition(":")[2] == "svg":
            self.svgOK -= 1
        self._end(self._handlers.get(tag) or self._find_handlers(tag))
        if self.incontent and not self._close_markup(tag):
            return
        self.depth -= 1
        if self.basestack:
            self.basestack.pop()
        self.baseuri = self.basestack[-1] if self.basestack else ""
        if self.langstack:
            self.langstack.pop()
            self.lang = self.langstack[-1] if self.langstack else self.lang

    def take_text(self, text: str) -> None:
        """Hand over text."""
        if self.elementstack:
            is_markup = dict.get(self.contentparams, "type") == _XHTML
            self.elementstack[-1][2].append(escape(text) if is_markup else text)

    def take_instruction(self, target: str, _text: str) -> None:
        """Count a mark that stands where an item could."""
        if target == _MARK_TARGET and not self.inentry:
            self._depths.add(self.depth + 1)
            self._marks += 1

    def finish(self) -> StrictReading:
        """All that was read."""
        return StrictReading(
            dict(self.feeddata),
            [dict(one) for one in self.entries],
            self.version,
            tuple(self._items),
            frozenset(self._depths),
            self._marks,
        )

    def pop(self, element: str, strip_whitespace: int = 1) -> str | None:
        """End an element and store its text; the short way for what most entries are made of."""
        params = self.contentparams
        is_odd = dict.get(params, "type") == _XHTML or dict.get(params, "base64")
        is_of_entry = self.inentry and not self.insource and element != "link"
        if is_odd or not (is_of_entry or element in _NOT_STORED):
            return cast("str | None", super().pop(element, strip_whitespace))
        if not self.elementstack or self.elementstack[-1][0] != element:
            return None
        _, expecting_text, pieces = self.elementstack.pop()
        text = "".join(pieces)
        text = text.strip() if strip_whitespace else text
        if not expecting_text:
            return text
        if text and element in self.can_be_relative_uri:
            text = self.resolve_uri(text)
        if params:
            self._settle_type(text)
        text = _mend_encoding(text)
        is_late = element == "title" and -1 < self.title_depth <= self.depth
        if not is_late and element not in _NOT_STORED:
            self._store("summary" if element == "description" else element, text)
        return text

    def _settle_type(self, text: str) -> None:
        """Decide whether the text of a body is HTML where its format leaves that to be guessed."""
        params = self.contentparams
        is_guessed = dict.get(params, "type") == "text/plain" and self.version[:4] != "atom"
        if is_guessed and ("<" in text or "&" in text) and self.looks_like_html(text):
            params["type"] = "text/html"
        dict.pop(params, "mode", None)
        dict.pop(params, "base64", None)

    def _store(self, element: str, text: str) -> None:
        """Store a text of the entry, unless one that stands less deep is there already."""
        entry = self.entries[-1]
        if element == "content":
            body = BodyFields(self.contentparams, value=text)
            entry.setdefault("content", []).append(body)
            return
        depths = self.property_depth_map.setdefault(entry, {})
        if self.depth <= depths.get(element, self.depth):
            depths[element] = self.depth
            entry[element] = text
        if self.incontent:
            entry[f"{element}_detail"] = BodyFields(self.contentparams, value=text)

    def _start_item(self, fields: Fields, /) -> None:
        self._item_start = None if self.inentry else self.driver.CurrentByteIndex
        self._depths.add(self.depth)
        super()._start_item(fields)

    def _end_item(self) -> None:
        if self._item_start is not None:
            self._items.append((self._item_start, self._find_end(self._item_start)))
        self._item_start = None
        super()._end_item()

    _start_entry, _end_entry = _start_item, _end_item

    def _find_end(self, start: int) -> int:
        """Where the element that began at `start` and ends now has its last byte, plus one.

        expat stands before the end tag, or behind a tag that is both.
        """
        at = self.driver.CurrentByteIndex
        is_both = self._document.endswith(b"/>", start, at)
        if is_both and self._document.find(b"<", start + 1, at) < 0:
            return at
        return self._document.index(b">", at) + 1

    def _open_fully(self, tag: str, fields: Fields) -> None:
        """Hand over a start tag with its inheritance, or one inside a body."""
        depth = self.depth
        try:
            self.unknown_starttag(tag, list(fields.items()))
        except BREAKS:
            self.depth = depth + 1

    def _start(self, handlers: _Handlers, fields: Fields) -> None:
        if handlers.leaves_text_input:
            self.intextinput = 0
        if handlers.leaves_image:
            self.inimage = 0
        try:
            try:
                if handlers.start:
                    handlers.start(fields)
                    return
            except AttributeError:  # feedparser's sign for what it cannot do anything with
                pass
            if fields:
                self._get_context()[handlers.field] = fields
            else:
                self.push(handlers.field, 1)
        except BREAKS:
            return

    def _end(self, handlers: _Handlers) -> None:
        try:
            try:
                if handlers.end and not self.svgOK:
                    handlers.end()
                    return
            except AttributeError:
                pass
            self.pop(handlers.field)
        except BREAKS:
            return

    def _close_markup(self, tag: str) -> bool:
        """Write an end tag that stands inside a body; False if it counts for nothing."""
        if not self.contentparams.get("type", "xml").endswith("xml"):
            if tag in {"xhtml:div", "div"}:
                return False
            self.contentparams["type"] = _XHTML
        if self.contentparams.get("type") == _XHTML:
            self.handle_data(f"</{tag.rpartition(':')[2]}>", escape=0)
        return True

    def _find_handlers(self, tag: str) -> _Handlers:
        prefix, _, suffix = tag.rpartition(":") if tag.count(":") < 2 else tag.partition(":")
        prefix = self.namespacemap.get(prefix, prefix)
        field = f"{prefix}_{suffix}" if prefix else suffix
        handlers = _Handlers(
            field,
            getattr(self, f"_start_{field}", None),
            getattr(self, f"_end_{field}", None),
            leaves_text_input=not prefix and tag not in _OF_TEXT_INPUT,
            leaves_image=not prefix and tag not in _OF_IMAGE,
        )
        self._handlers[tag] = handlers
        return handlers


def _mend_encoding(text: str) -> str:
    """`text` as feedparser mends it: UTF-8 that was taken for latin-1, controls of windows-1252."""
    if text.isascii():
        return text
    with suppress(UnicodeError):
        text = text.encode("iso-8859-1").decode("utf-8")
    return text.translate(cp1252_controls) if _CONTROLS.search(text) else text
