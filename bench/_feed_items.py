"""Where the items of a feed document stand, counted and cut without any parser that is measured."""

from __future__ import annotations

import json
import re
import zlib
from dataclasses import dataclass
from xml.parsers import expat

_ITEMS = frozenset({"item", "entry"})
_UNSEEN = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL)
# Elements of these prefixes are called so, too, and are no items of a feed.
_ITEM_TAG = re.compile(
    rb"<(?!(?:media|svg|prism|content):)(?:[\w.-]+:)?(?:item|entry)(?=[\s/>])", re.IGNORECASE
)
_CHANGE = b" (as it was)"
_MAX_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Item:
    """The bytes of one item, and where its title's text ends if it has a title."""

    start: int
    end: int
    title_end: int | None = None


class _Finder:
    """Expat's handlers: the outermost items, in the order of the document."""

    def __init__(self, body: bytes) -> None:
        self.items: list[Item] = []
        self._body = body
        self._depth = self._start = self._inside = 0
        self._title_end: int | None = None
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close

    def run(self) -> None:
        """Read the document; raises ExpatError if it is not well-formed."""
        self._parser.Parse(self._body, True)

    def _open(self, name: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        if not self._inside and name.rpartition(":")[2] in _ITEMS:
            self._inside, self._start = self._depth, self._parser.CurrentByteIndex
            self._title_end = None

    def _close(self, name: str) -> None:
        at = self._parser.CurrentByteIndex  # behind an empty element, else before its end tag
        is_empty = not self._body.startswith(b"</" + name.encode(), at)
        if self._inside == self._depth:
            end = at if is_empty else self._body.index(b">", at) + 1
            self.items.append(Item(self._start, end, self._title_end))
            self._inside = 0
        elif self._inside == self._depth - 1 and name == "title" and not is_empty:
            self._title_end = at
        self._depth -= 1


def find_items(body: bytes) -> list[Item] | None:
    """The outermost items of an XML document; None if its bytes cannot be cut safely.

    That is: not UTF-8, not well-formed, or with entities of its own, whose text stands elsewhere.

    >>> find_items(b"<a><item/><item><title>x</title></item></a>")
    [Item(start=3, end=10, title_end=None), Item(start=10, end=39, title_end=24)]
    """
    try:
        body.decode("utf-8")
        if b"<!ENTITY" in body:
            return None
        finder = _Finder(body)
        finder.run()
    except (ValueError, LookupError, expat.ExpatError):
        return None
    return finder.items


def without_first_item(body: bytes) -> bytes | None:
    """`body` before its newest item was published; None if it cannot be cut or has no item."""
    items = find_items(body)
    return body[: items[0].start] + body[items[0].end :] if items else None


def with_other_title(body: bytes) -> bytes | None:
    """`body` before one item's title was edited; None if it cannot be cut or has no title."""
    ends = (item.title_end for item in find_items(body) or ())
    end = next((end for end in ends if end is not None), None)
    return None if end is None else body[:end] + _CHANGE + body[end:]


def count_items(body: bytes) -> int:
    """How many items `body` holds: objects of JSON, outermost elements, else mere start tags.

    Not well-formed documents are searched for start tags outside comments and CDATA.

    >>> count_items(b"<rss><!-- <item> --><item>&nbsp;<item><![CDATA[<item>]]>")
    2
    """
    body = _to_ascii_superset(body)
    if body.lstrip()[:1] == b"{":
        return _count_json(body)
    items = find_items(body)
    return len(_ITEM_TAG.findall(_UNSEEN.sub(b"", body))) if items is None else len(items)


def _count_json(body: bytes) -> int:
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError):
        return 0
    items = feed.get("items")
    return len(items) if isinstance(items, list) else 0


def _to_ascii_superset(body: bytes) -> bytes:
    """`body` unpacked, without a byte order mark, and as UTF-8 if it was UTF-16."""
    if body.startswith(b"\x1f\x8b"):
        try:
            body = zlib.decompressobj(31).decompress(body, _MAX_BYTES)
        except zlib.error:
            return b""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = body.decode("utf-16", "replace")
        return re.sub(r"^\s*<\?xml[^>]*\?>", "", text).encode("utf-8", "replace")
    return body.removeprefix(b"\xef\xbb\xbf")
