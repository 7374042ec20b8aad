"""The SAX driver that feedparser is told to use: expat, without a call per line of text.

The stock driver never turns on expat's own buffering, so every line and every entity of an escaped
body is one call into Python: 1.4 times the time of a whole parse (200 feeds, results identical).
`feedparser.api.PREFERRED_XML_PARSERS` names drivers by module; `install` puts this one first, and
`xml.sax.make_parser` falls back to the stock driver should it not load.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any
from xml.sax import expatreader
from xml.sax.handler import ContentHandler

from aggregator.feeds._decode import MAX_BYTES

RAW_ID = "raw:"
"""Put before the text of each guid: feedparser resolves guids as links, but no scheme that it does
not know, and a guid must stay exactly as it was published."""

_TEXT_BUFFER_BYTES = 1 << 20
# One read holds the whole document: expat before 2.6 begins a token anew with each piece of it,
# which makes one huge tag in small pieces quadratic (CVE-2023-52425).
_READ_BYTES = 2 * MAX_BYTES
_ID_ELEMENTS = frozenset({"guid", "id"})

# Of one element, of one document: feedparser needs the square of either. In 106 real feeds there
# were at most 5 attributes, and 107 declarations with repeats.
_MAX_ATTRIBUTES = 500
_MAX_NAMESPACES = 500


class BufferedExpatParser(expatreader.ExpatParser):
    """An expat that hands over text in one piece and marks guids with `RAW_ID`."""

    _parser: Any  # both are expatreader's; typeshed leaves them out
    _cont_handler: ContentHandler

    def __init__(self) -> None:
        super().__init__(bufsize=_READ_BYTES)

    def reset(self) -> None:
        """A new parser of the same settings, buffering text."""
        super().reset()
        self._declared: set[tuple[str | None, str]] = set()
        self._parser.buffer_size = _TEXT_BUFFER_BYTES
        self._parser.buffer_text = True

    def start_element_ns(self, name: str, attrs: Mapping[str, str]) -> None:
        """Hand over one start tag; `name` is "uri local prefix", the ends left out if empty."""
        if len(attrs) > _MAX_ATTRIBUTES:
            attrs = dict(islice(attrs.items(), _MAX_ATTRIBUTES))
        super().start_element_ns(name, attrs)
        parts = name.split(" ", 2)
        if parts[min(len(parts) - 1, 1)].lower() in _ID_ELEMENTS:
            self._cont_handler.characters(RAW_ID)

    def start_namespace_decl(self, prefix: str | None, uri: str) -> None:
        """Hand over a declaration of a namespace, unless it is one too many."""
        self._declared.add((prefix, uri))
        if len(self._declared) <= _MAX_NAMESPACES:
            super().start_namespace_decl(prefix, uri)


def create_parser() -> BufferedExpatParser:
    """A new parser; the name is the one that `xml.sax.make_parser` looks for."""
    return BufferedExpatParser()


def install(preferred: list[str]) -> None:
    """Put this driver first among the `preferred` ones; a second call changes nothing."""
    if __name__ not in preferred:
        preferred.insert(0, __name__)
