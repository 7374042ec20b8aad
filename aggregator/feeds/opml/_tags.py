"""Tags and attributes of text that is nearly XML, found in one pass whatever is broken.

An XML parser that recovers drops attributes behind a fault, gives up below 256 levels and needs the
square of their number for many attributes. Here an attribute is a name with ``=`` behind it,
wherever it stands, so that no address is lost: what cannot be told is only what belongs to what.
Nothing is expanded but the characters that XML and HTML name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from html.entities import html5

_TOKEN = re.compile(
    r"""<!ENTITY\s++(?:%\s++)?[\w.:-]++\s++(?:"[^"]*+"|'[^']*+')\s*+>  # may hold tags
      | <\?[^<>]*+>
      | (?P<comment><!--)
      | <(?P<end>/?)(?P<tag>[^\W\d][\w.:-]*+)
      | (?P<close>/?>)
      | (?<![\w.:-])(?P<name>[\w.:-]++)\s*+=\s*+""",
    re.VERBOSE,
)
_BARE = re.compile(r"[^\s<>\"']*+")
_NEXT = re.compile(r"[\w.:-]++\s*+=\s*+[\"']")
_CURLY_QUOTES = "“”„‟‘’‚‛«»"  # of lists that went through a word processor
# What stands behind the last quote of a value, and never behind one inside it.
_BEHIND = r"(?=\s*+(?:[/?]?>|<|\Z|[\w.:-]++\s*+=))"
_ENDS = {quote: re.compile(quote + _BEHIND) for quote in "\"'"}
_IS_ADDRESS = re.compile(r"(?<!\w)xmlurl\Z", re.IGNORECASE)
_ADDRESS = re.compile(r"(?<!\w)xmlurl\s*+=", re.IGNORECASE)
# No value that was left open goes on beyond the next tag, attribute or address.
_LIMIT = re.compile(r"<|\s[\w.:-]++\s*+=\s*+[\"']|(?<!\w)xmlurl\s*+=", re.IGNORECASE)
_TAG_END = re.compile(r"/?>")
_LINE_CHARACTERS = str.maketrans("\t\n\r", "   ")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[0-9A-Za-z]{1,32});")


@dataclass(slots=True)
class Tag:
    """A tag with its attributes in their order, names and values as they are meant.

    `name` is empty for attributes that stand outside of any tag. `ending` is ``>``, ``/>`` or, if
    there is none, empty.
    """

    name: str
    is_end: bool = False
    attributes: list[tuple[str, str]] = field(default_factory=list)
    ending: str = ""


def is_address(name: str) -> bool:
    """Whether an attribute of this name holds a feed's address, in any case and namespace.

    >>> is_address("xmlUrl"), is_address("o:XMLURL"), is_address("htmlUrl")
    (True, True, False)
    """
    return bool(_IS_ADDRESS.search(name))


def iter_tags(text: str) -> Iterator[Tag]:
    """The tags in `text` outside of comments; of attributes outside of tags, those of a feed.

    CDATA sections are read as if they were none. Takes time in proportion to the text.
    """
    values = _Values(text)
    last_comment_end = text.rfind("-->")
    tag: Tag | None = None
    position = 0
    while found := _TOKEN.search(text, position):
        position = found.end()
        if found["comment"]:
            if position <= last_comment_end:  # a comment that never ends is none
                position = text.index("-->", position) + 3
        elif name := found["name"]:
            value, position = values.read(position)
            if tag is None and is_address(name):
                tag = Tag("")
            if tag is not None:
                tag.attributes.append((name, value))
        else:
            if tag is not None:
                tag.ending = found["close"] or ""
                yield tag
            tag = Tag(found["tag"], is_end=bool(found["end"])) if found["tag"] else None
    if tag is not None:
        yield tag


class _Values:
    """Values of attributes, read in the order of the text.

    What was searched for once and lies ahead is not searched again, so that a text full of open
    quotes does not take the square of its length.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._ahead: dict[re.Pattern[str], int] = {}

    def read(self, start: int) -> tuple[str, int]:
        """The value that begins at `start`, and where it ends."""
        quote = self._text[start : start + 1]
        if quote in _ENDS:
            value, end = self._read_quoted(start + 1, quote)
        else:
            value, end = self._read_bare(start)
        return _unescape(value), end

    def _read_bare(self, start: int) -> tuple[str, int]:
        if _NEXT.match(self._text, start):  # the value itself is missing
            return "", start
        found = _BARE.match(self._text, start)
        end = found.end() if found else start
        if end > start and self._text[end - 1 : end + 1] == "/>":
            end -= 1
        return self._text[start:end].strip(_CURLY_QUOTES), end

    def _read_quoted(self, start: int, quote: str) -> tuple[str, int]:
        end = self._text.find(quote, start)
        if end >= 0 and _ENDS[quote].match(self._text, end):
            value = self._text[start:end]
            if "<" not in value or not _ADDRESS.search(value):
                return value, end + 1
        return self._read_open(start, quote)

    def _read_open(self, start: int, quote: str) -> tuple[str, int]:
        """The value of an attribute that has a quote too many or too few."""
        limit = self._find(_LIMIT, start)
        end = self._find(_ENDS[quote], start)
        if end < limit:
            return self._text[start:end], end + 1
        tag_end = _TAG_END.search(self._text, start, limit)
        end = tag_end.start() if tag_end else limit
        return self._text[start:end].rstrip(quote), end

    def _find(self, pattern: re.Pattern[str], start: int) -> int:
        """Where `pattern` is found next, the end of the text if nowhere."""
        known = self._ahead.get(pattern, -1)
        if known < start:
            found = pattern.search(self._text, start)
            known = self._ahead[pattern] = found.start() if found else len(self._text)
        return known


def _unescape(value: str) -> str:
    """`value` with its references resolved; ampersands that begin none stand for themselves."""
    value = value.translate(_LINE_CHARACTERS)
    return _REFERENCE.sub(_resolve, value) if "&" in value else value


def _resolve(reference: re.Match[str]) -> str:
    written = reference.group()
    if written[1] == "#":
        return unescape(written)
    return html5.get(written[1:], written)
