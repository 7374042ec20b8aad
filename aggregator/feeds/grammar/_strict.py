"""Well-formed feeds: feedparser's strict parser, called by expat without the layers in between.

* expat calls it at once, with whole texts; `xml.sax` makes three calls and two dictionaries of each
  tag, and one call of each line of text;
* a tag without attributes skips what attributes decide, and the handler of a name is looked for
  once;
* the texts of entries are gone over once where feedparser goes over each five times.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.parsers import expat
from xml.sax.saxutils import escape

from aggregator.feeds._fields import Fields
from aggregator.feeds.document._mend import MAX_DEPTH, MAX_NAMESPACE_CHARS
from aggregator.feeds.grammar._dispatch import DispatchingReader
from aggregator.feeds.grammar._reader import BREAKS, MAX_NAMESPACES, Reading
from aggregator.feeds.grammar._storing import XHTML
from aggregator.feeds.grammar._tag_names import SEPARATOR, TagNames

_TEXT_BUFFER_BYTES = 1 << 20

# What holds for all that stands inside the element; feedparser's own way keeps account of it.
_INHERITED = frozenset({"xml:base", "base", "xml:lang", "lang", "xmlns"})
_LANGUAGE_ROOTS = frozenset({"feed", "rss", "rdf:RDF"})

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


class _StrictReader(DispatchingReader):
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
        """Hand over a start tag; one that stands too deep makes the document none of ours."""
        if self.depth > MAX_DEPTH:
            raise expat.ExpatError(f"elements stand more than {MAX_DEPTH} deep")
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
            is_markup = dict.get(self.contentparams, "type") == XHTML
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

    def _close_markup(self, tag: str) -> bool:
        """Write an end tag that stands inside a body; False if it counts for nothing."""
        if not self.contentparams.get("type", "xml").endswith("xml"):
            if tag in {"xhtml:div", "div"}:
                return False
            self.contentparams["type"] = XHTML
        if self.contentparams.get("type") == XHTML:
            self.handle_data(f"</{tag.rpartition(':')[2]}>", escape=0)
        return True
