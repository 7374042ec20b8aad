"""Tags written so that they nest, whatever order they come in: one root, every prefix declared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from aggregator.feeds.document._mend import MAX_DEPTH, mend_text

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
_UNKNOWN_PREFIX = "urn:feed-aggregator-archive:undeclared:"

_ENTRIES = frozenset({"item", "entry"})
_ENTRY_PREFIXES = frozenset({"", "rss", "atom"})  # content:item (RSS 1.0) is no entry
_CONTAINERS = frozenset({"rss", "channel", "feed", "rdf", "items"})
# What holds text and no other of these: a new one ends it. None is a tag inside of HTML's texts.
_TEXT_FIELD_NAMES = """title link guid id description encoded pubdate lastbuilddate published
    updated date language copyright rights subtitle generator docs ttl url width height comments"""
_TEXT_FIELDS = frozenset(_TEXT_FIELD_NAMES.split())
_FIELDS = _TEXT_FIELDS | {"author", "category", "enclosure", "image"}
_EMPTY_TAGS = frozenset({"br", "hr", "img", "input", "wbr"})  # HTML's, and no format's own
# Half of one is the name or address of something else.
_IDENTIFIERS = frozenset({"guid", "id", "link"})
_PERSONS = frozenset({"author", "creator", "managingeditor", "webmaster", "publisher", "owner"})
_MAX_PERSON_CHARS = 1000
"""feedparser looks for an address in a person's text in the square of its length."""
# In 106 real feeds 10 prefixes were declared at most.
_MAX_UNDECLARED = 500


@dataclass(frozen=True, slots=True)
class _Element:
    name: str
    start: int
    prefixes: tuple[str, ...]


class _Prefixes:
    """The prefixes of a document: which are declared where it stands, which nowhere."""

    def __init__(self) -> None:
        self._scopes: Counter[str] = Counter()  # of open declarations
        self._addresses: dict[str, str] = {}
        self._undeclared: dict[str, None] = {}

    def declare(self, attributes: Iterable[tuple[str, str]]) -> tuple[str, ...]:
        """The prefixes that a tag declares, from here to its end."""
        declared = [
            (key.removeprefix("xmlns:"), value)
            for key, value in attributes
            if key.startswith("xmlns:")
        ]
        for prefix, address in declared:
            self._scopes[prefix] += 1
            self._addresses.setdefault(prefix, address)
        return tuple(prefix for prefix, _ in declared)

    def leave(self, declared: Iterable[str]) -> None:
        """End declarations with their element."""
        self._scopes.subtract(declared)

    def use(self, name: str) -> None:
        """Remember the prefix of a name that is written, if nothing declares it."""
        if prefix := self._find_undeclared(name):
            self._undeclared[prefix] = None

    def is_one_too_many(self, name: str) -> bool:
        """Whether there is no room for the undeclared prefix of a name."""
        if len(self._undeclared) < _MAX_UNDECLARED:
            return False
        prefix = self._find_undeclared(name)
        return prefix is not None and not (
            prefix in self._undeclared or prefix in _WELL_KNOWN_PREFIXES
        )

    def to_declarations(self) -> str:
        """Attributes that declare what nothing else does."""
        known = _WELL_KNOWN_PREFIXES | self._addresses
        return "".join(
            f' xmlns:{prefix}="{known.get(prefix, _UNKNOWN_PREFIX + prefix)}"'
            for prefix in self._undeclared
        )

    def _find_undeclared(self, name: str) -> str | None:
        prefix, colon, _ = name.partition(":")
        is_own = not colon or prefix in {"xml", "xmlns"} or self._scopes[prefix]
        return None if is_own else prefix


class Nesting:
    """The document as it is written, and the elements of it that are open."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._open: list[_Element] = []
        self._depths: Counter[str] = Counter()  # of open elements, by name in lower case
        self._prefixes = _Prefixes()
        self._root_end: int | None = None
        self._person: _Element | None = None
        self._room = 0

    @property
    def open_name(self) -> str:
        """The name of the innermost open element."""
        return self._open[-1].name if self._open else ""

    @property
    def is_cut(self) -> bool:
        """Whether the end of the root element was never written."""
        return bool(self._open) and self._root_end is None

    def open(self, name: str, attributes: Iterable[tuple[str, str]], *, is_empty: bool) -> None:
        """Write a start tag, after the ends of what cannot hold such an element.

        Left out is what stands too deep, and what has one undeclared prefix too many.
        """
        self._make_room(name)
        if len(self._open) >= MAX_DEPTH or self._prefixes.is_one_too_many(name):
            return
        listed = [each for each in attributes if not self._prefixes.is_one_too_many(each[0])]
        element = _Element(name, len(self._pieces), self._prefixes.declare(listed))
        for used in (name, *(key for key, _ in listed)):
            self._prefixes.use(used)
        text = "".join(f' {key}="{value}"' for key, value in listed)
        self._pieces += (f"<{name}", text, ">")
        self._open.append(element)
        self._depths[name.lower()] += 1
        if self._person is None and _local(name) in _PERSONS:
            self._person, self._room = element, _MAX_PERSON_CHARS
        if is_empty or name.lower() in _EMPTY_TAGS:
            self.close(name)

    def close(self, name: str) -> None:
        """Write the end of the innermost element of that name and of those in it, if it is open."""
        lowered = name.lower()
        if not self._depths[lowered]:
            return
        while len(self._open) > 1:
            closed = self._close_last()
            if closed == lowered:
                return
        if self._root_end is None:
            self._root_end = len(self._pieces)

    def write_text(self, text: str) -> None:
        """Write what stands between two tags."""
        if text and self._open:
            self._pieces.append(mend_text(self._fit(text)))

    def write_cdata(self, text: str) -> None:
        """Write a CDATA section."""
        if self._open:
            self._pieces.append(f"<![CDATA[{self._fit(text)}]]>")

    def finish(self) -> str:
        """All that was written, from the start of the root element to its end.

        What follows the end of the root element belongs to it if there is an entry in it, else to
        nothing.
        """
        if not self._open:
            return ""
        if self._root_end is not None:
            del self._pieces[self._root_end :]
            del self._open[1:]
        elif _local(self._open[-1].name) in _IDENTIFIERS:
            del self._pieces[self._open[-1].start + 3 :]
        self._pieces[0] += self._prefixes.to_declarations()
        ends = (f"</{element.name}>" for element in reversed(self._open))
        return "".join((*self._pieces, *ends))

    def _make_room(self, name: str) -> None:
        """Write the ends of what cannot hold an element of that name."""
        if _is_entry(name, self._open[0].name if self._open else ""):
            while len(self._open) > 1 and (
                _local(self.open_name) not in _CONTAINERS or len(self._open) >= MAX_DEPTH
            ):
                self._close_last()
            self._root_end = None
        elif _local(name) in _FIELDS:
            while len(self._open) > 1 and _local(self.open_name) in _TEXT_FIELDS:
                self._close_last()

    def _close_last(self) -> str:
        element = self._open.pop()
        lowered = element.name.lower()
        self._depths[lowered] -= 1
        self._prefixes.leave(element.prefixes)
        if element is self._person:
            self._person = None
        self._pieces.append(f"</{element.name}>")
        return lowered

    def _fit(self, text: str) -> str:
        """As much of `text` as a person's name may still have."""
        if self._person is None:
            return text
        text = text[: self._room]
        self._room -= len(text)
        return text


def _local(name: str) -> str:
    return name.rpartition(":")[2].lower()


def _is_entry(name: str, root: str) -> bool:
    prefix, _, local = name.lower().rpartition(":")
    return local in _ENTRIES and prefix in {*_ENTRY_PREFIXES, root.lower().rpartition(":")[0]}
