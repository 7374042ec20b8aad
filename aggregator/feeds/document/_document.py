"""What a text is (feed, page, JSON), and the bytes of it that a parser is given."""

from __future__ import annotations

import re
from dataclasses import dataclass

from aggregator.errors import FeedError

_LANDMARK = re.compile(r"<(?:!--|\?|!DOCTYPE\b|(?=[^\W\d]))", re.IGNORECASE)
_ENDS = {"<!--": "-->", "<?": "?>"}
# Quoted strings and comments may hold any bracket. Possessive, so that a hostile one fails at once.
_DOCTYPE = re.compile(
    r"""<!DOCTYPE(?:[^\[\]"'<>]|"[^"]*"|'[^']*')*+
        (?:\[(?:(?:(?><!--.*?-->)|[^\]"'<]|<(?!!--)|"[^"]*"|'[^']*')*+)\]\s*)?>""",
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)

_ELEMENT = re.compile(r"<((?:[^\W\d][\w.-]*:)?([^\W\d][\w.-]*))")
# A feed below a page's tags: announced by an XML declaration, by a version or a namespace, or by
# what stands in it. The bare word also stands in pages that write about feeds.
_FEED = re.compile(
    r"""(?:<\?xml\b[^<>]{0,200}>(?:\s*<(?:!--[^<>]{0,500}--|\?[^<>]{0,500}\?)>){0,5}+\s*)?
        (?P<root><(?:[A-Za-z][\w.-]{0,40}:)?(?:rss|feed|rdf|channel)(?=[\s/>]))
        (?P<said>\s[^<>]{0,4000}?\b(?:version|xmlns)\b|\s*/?>\s*<(?:channel|title|entry|item)\b)?""",
    re.IGNORECASE | re.VERBOSE,
)
_PAGE_TAGS = """a article b blockquote body br center code div em font footer form h1 h2 h3 h4 head
    header hr i iframe img input li link main meta nav noscript ol p pre script section small span
    strong style table td title tr u ul"""
_PAGE_ROOTS = frozenset(_PAGE_TAGS.split())

_DECLARATION = b"<?xml version='1.0' encoding='utf-8'?>\n"


@dataclass(frozen=True, slots=True)
class Document:
    """An XML text from its root element on; `root` is the local name in lower case."""

    root: str
    text: str
    warnings: tuple[str, ...] = ()

    def to_bytes(self) -> bytes:
        """UTF-8 with a true declaration, and nothing of the text changed.

        It costs one encoding and one copy: a document without faults is not looked at.
        """
        return _DECLARATION + self.text.encode("utf-8", "replace")


def open_document(text: str) -> Document:
    """The XML document in `text`, without declaration, document type and junk before its root.

    What the document type declares is refused with it, since entities can grow without end and name
    files; that is told of in the warnings. Raises FeedError if there is no element, or if it is an
    HTML page.
    """
    start, warnings = _find_root(text)
    root = _ELEMENT.match(text, start) if start is not None else None
    if root is None:
        raise FeedError("there is no XML element in it, so it is no feed")
    if root.group(2).lower() in _PAGE_ROOTS:  # a message printed above the feed, or a page's part
        root = _find_feed(text, root.end())
    if root is None or root.group(2).lower() == "html":
        raise FeedError(
            "an HTML page, not a feed; give the address of the feed it links to", looks_like="html"
        )
    return Document(root.group(2).lower(), text[root.start() :], warnings)


def _find_root(text: str) -> tuple[int | None, tuple[str, ...]]:
    """Where the first element begins that is in no comment, and what was odd above it."""
    warnings: tuple[str, ...] = ()
    unclosed: set[str] = set()  # what has no end from here on, so that it is looked for once
    position = 0
    while landmark := _LANDMARK.search(text, position):
        mark = landmark.group().upper()
        if mark == "<":
            return landmark.start(), warnings
        position = landmark.end()
        if mark in unclosed:
            continue
        if end := _find_end(text, mark, landmark.start()):
            has_entities = mark == "<!DOCTYPE" and "<!ENTITY" in text[position:end]
            warnings = ("its declarations of entities were ignored",) if has_entities else warnings
            position = end
        else:
            unclosed.add(mark)
    return None, warnings


def _find_end(text: str, mark: str, start: int) -> int | None:
    """Where the comment, instruction or document type that begins at `start` is over."""
    if mark in _ENDS:
        end = text.find(_ENDS[mark], start + len(mark))
        return end + len(_ENDS[mark]) if end >= 0 else None
    doctype = _DOCTYPE.match(text, start)
    return doctype.end() if doctype else None


def _find_feed(text: str, position: int) -> re.Match[str] | None:
    """The root of a feed that begins after `position`."""
    for found in _FEED.finditer(text, position):
        if found["said"] or found.start() < found.start("root"):
            return _ELEMENT.match(text, found.start("root"))
    return None
