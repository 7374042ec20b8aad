"""What a text is (feed, page, JSON), and the exact bytes of it that feedparser is given."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from aggregator.errors import FeedError

_MISC = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
# Quoted strings and comments may hold any bracket. Possessive, so that a hostile one fails at once.
_DOCTYPE = re.compile(
    r"""<!DOCTYPE(?:[^\[\]"'<>]|"[^"]*"|'[^']*')*+
        (?:\[(?P<subset>(?:(?><!--.*?-->)|[^\]"'<]|<(?!!--)|"[^"]*"|'[^']*')*+)\]\s*)?>""",
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
# Only entities that stand for a few characters and name no other entity: nothing can grow.
_ENTITY = re.compile(
    r"""<!ENTITY\s{1,9}(\w{1,32})\s{1,9}(?:"([^"%<&]{1,32}|&\#\w{1,8};)"|'([^'%<&"]{1,32}|&\#\w{1,8};)')\s{0,9}>"""
)
_MAX_ENTITIES = 300  # HTML 4 defines 252, and feeds that define any copy those
_PREDEFINED = frozenset({"amp", "lt", "gt", "quot", "apos"})

_ELEMENT = re.compile(r"<((?:[^\W\d][\w.-]*:)?([^\W\d][\w.-]*))")
_FEED_ELEMENT = re.compile(r"<(?:[A-Za-z][\w.-]*:)?(?:rss|feed|rdf|channel)[\s/>]", re.IGNORECASE)
_PAGE_TAGS = """a b body br center div font form h1 h2 head iframe img meta noscript p pre script
    span strong style table title"""
_PAGE_ROOTS = frozenset(_PAGE_TAGS.split())

_WELL_KNOWN_PREFIXES = {
    "rss": "http://backend.userland.com/rss",
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "georss": "http://www.georss.org/georss",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "thr": "http://purl.org/syndication/thread/1.0",
    "wfw": "http://wellformedweb.org/CommentAPI/",
}

_DECLARATION = "<?xml version='1.0' encoding='utf-8'?>\n"
_CONTROL_BYTES = bytes(set(range(0x20)) - {0x09, 0x0A, 0x0D})
_NONCHARACTERS = re.compile(b"\xef\xbf[\xbe\xbf]")
# feedparser looks for an address in a person's text in the square of its length.
_LONG_PERSON = re.compile(
    rb"(<(?:[\w-]+:)?(?:author|creator|managingeditor|webmaster|publisher|owner)\b[^<>]{0,500}>\s*"
    rb"(?:<!\[CDATA\[)?[^<]{1000})(?:[^<\]]|\](?!\]>))+",
    re.IGNORECASE,
)
_REFERENCE = re.compile(rb"&#(?:[xX]0*([0-9a-fA-F]*)|0*([0-9]*));")


@dataclass(frozen=True, slots=True)
class Document:
    """An XML text from its root element on; `root` is the local name in lower case."""

    root: str
    text: str
    entities: dict[str, str] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """UTF-8 with a true declaration, and no character or reference that XML forbids.

        Of the document type only the harmless entities are kept, of an author's name the first
        1000 characters. (The loose parser of feedparser raises for references outside Unicode, and
        its patterns need quadratic time for a long prolog.)
        """
        lines = "".join(f'<!ENTITY {name} "{text}">\n' for name, text in self.entities.items())
        doctype = f"<!DOCTYPE {self.root} [\n{lines}]>\n" if lines else ""
        encoded = (_DECLARATION + doctype + self.text).encode("utf-8", "replace")
        encoded = encoded.translate(None, _CONTROL_BYTES)
        encoded = _LONG_PERSON.sub(rb"\1", _NONCHARACTERS.sub(b"", encoded))
        return _REFERENCE.sub(_keep_legal, encoded) if b"&#" in encoded else encoded


def open_document(text: str) -> Document:
    """The XML document in `text`, without declaration, document type and junk before its root.

    Raises FeedError if there is none, or if it is an HTML page.
    """
    start, entities = _skip_prolog(text)
    root = _ELEMENT.search(text, start)
    if root is None:
        raise FeedError("there is no XML element in it, so it is no feed")
    name = root.group(2).lower()
    if name in _PAGE_ROOTS:  # an error message printed above the feed, or a page without <html>
        feed = _FEED_ELEMENT.search(text, root.end())
        root = _ELEMENT.match(text, feed.start()) if feed else None
        name = root.group(2).lower() if root else "html"
    if root is None or name == "html":
        raise FeedError(
            "an HTML page, not a feed; give the address of the feed it links to", looks_like="html"
        )
    return Document(name, _declare_prefixes(root, text[root.start() :]), entities)


def _declare_prefixes(root: re.Match[str], text: str) -> str:
    """`text` with a declaration of each well-known prefix that it uses without one.

    A parser that knows of namespaces gives up at the first; without the prefix of the format
    itself nothing of the feed would be found.
    """
    missing = [
        f' xmlns:{prefix}="{uri}"'
        for prefix, uri in _WELL_KNOWN_PREFIXES.items()
        if f"<{prefix}:" in text and f"xmlns:{prefix}" not in text
    ]
    end = len(root.group())
    return text[:end] + "".join(missing) + text[end:]


def _skip_prolog(text: str) -> tuple[int, dict[str, str]]:
    """Where what may stand before a root element ends, and the entities declared there."""
    position = 0
    entities: dict[str, str] = {}
    while True:
        if found := _MISC.match(text, position):
            position = found.end()
        elif found := _DOCTYPE.match(text, position):
            entities |= _read_entities(found.group("subset") or "")
            position = found.end()
        else:
            return position, entities


def _read_entities(subset: str) -> dict[str, str]:
    entities: dict[str, str] = {}
    for found in _ENTITY.finditer(subset):
        name, value = found.group(1), html.unescape(found.group(2) or found.group(3))
        if name not in _PREDEFINED and not set(value) & set("&<>\"'%"):
            entities.setdefault(name, value)
        if len(entities) >= _MAX_ENTITIES:
            break
    return entities


def _keep_legal(reference: re.Match[bytes]) -> bytes:
    hexadecimal, decimal = reference.groups()
    digits, base = (decimal, 10) if hexadecimal is None else (hexadecimal, 16)
    if not 0 < len(digits) < 8:
        return b""
    code = int(digits, base)
    is_legal = code in {0x09, 0x0A, 0x0D} or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE
    return reference.group() if is_legal or 0x10000 <= code < 0x110000 else b""
