"""From the text of an entry's element to its place in the entry: the short way, once over a text.

feedparser's own way goes over each text five times; it is still taken for the feed's own elements,
for links, for XHTML and for base64.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import cast

from feedparser.api import StrictFeedParser
from feedparser.html import _cp1252 as cp1252_controls

from aggregator.feeds.grammar._reader import BodyFields, Reader

XHTML = "application/xhtml+xml"

_CONTROLS = re.compile("[\x80-\x9f]")
# Elements whose text is only handed on.
_NOT_STORED = frozenset({"category", "itunes_keywords", "tags"})


class StoringReader(Reader, StrictFeedParser):  # type: ignore[misc] # feedparser has no types
    """feedparser's parser of XML, with a shorter way for texts."""

    def pop(self, element: str, strip_whitespace: int = 1) -> str | None:
        """End an element and store its text; the short way for what most entries are made of."""
        params = self.contentparams
        is_odd = dict.get(params, "type") == XHTML or dict.get(params, "base64")
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


def _mend_encoding(text: str) -> str:
    """`text` as feedparser mends it: UTF-8 that was taken for latin-1, controls of windows-1252."""
    if text.isascii():
        return text
    with suppress(UnicodeError):
        text = text.encode("iso-8859-1").decode("utf-8")
    return text.translate(cp1252_controls) if _CONTROLS.search(text) else text
