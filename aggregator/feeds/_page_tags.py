"""The tags of an HTML page that name other documents, read without building a tree.

A tree is not needed for them, and building one takes quadratic time for a page that is deep enough;
one pass of a pattern that never goes back takes linear time for any page.
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MAX_PAGE_BYTES = 4_000_000
"""How much of a page is read; its links to feeds and icons stand in the first part of it."""

_MAX_TEXT_CHARS = 200

_TOKEN = re.compile(
    r"""<!--.*?(?:-->|\Z)
      | <(?P<raw>script|style|textarea)\b.*?(?:</(?P=raw)\b|\Z)
      | <(?P<name>base|link|meta|a)(?=[\s/>])(?P<attributes>(?:[^"'>]|"[^"]*"|'[^']*')*+)>?
    """,
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
_ATTRIBUTE = re.compile(
    r"""(?P<name>[^\s=>"'/]++)(?:\s*+=\s*+(?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)'|(?P<bare>[^\s"'>]++)))?+"""
)
_ANY_TAG = re.compile(r"<[^>]*+>?")
_CHARSET = re.compile(rb"charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_SNIFFED_BYTES = 2048


@dataclass(frozen=True, slots=True)
class PageTag:
    """One tag: `name` and the names of `attributes` in lower case, values without entities.

    `markup` is what follows an ``a``, of which `text` is a part; else empty.
    """

    name: str
    attributes: Mapping[str, str]
    markup: str = ""

    @property
    def relations(self) -> frozenset[str]:
        """The words of its ``rel``, in lower case."""
        return frozenset(self.attributes.get("rel", "").lower().split())

    @property
    def text(self) -> str:
        """What stands inside an ``a``, in one line and cut after 200 characters; else empty."""
        inside = re.split(r"</a\b", self.markup, maxsplit=1, flags=re.IGNORECASE)[0]
        return " ".join(html.unescape(_ANY_TAG.sub(" ", inside)).split())[:_MAX_TEXT_CHARS]


def iter_page_tags(page: bytes) -> Iterator[PageTag]:
    """The ``base``, ``link``, ``meta`` and ``a`` of `page`, in its order; none out of a comment.

    Time is linear in the length, whatever the page is; what is behind `MAX_PAGE_BYTES` is not read.
    """
    text = _decode(page[:MAX_PAGE_BYTES])
    for found in _TOKEN.finditer(text):
        name = (found["name"] or "").lower()
        if name:
            markup = text[found.end() : found.end() + 2 * _MAX_TEXT_CHARS] if name == "a" else ""
            yield PageTag(name, _read_attributes(found["attributes"]), markup)


def _read_attributes(written: str) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(written):
        value = found["double"] or found["single"] or found["bare"] or ""
        attributes.setdefault(found["name"].lower(), html.unescape(value))
    return attributes


def _decode(page: bytes) -> str:
    """The text of a page: UTF-8 where it is valid, else what it declares, else windows-1252."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if page.startswith(mark):
            return page[len(mark) :].decode(encoding, "replace")
    try:
        # The cut may have parted one character.
        return codecs.getincrementaldecoder("utf-8")().decode(page)
    except UnicodeDecodeError:
        declared = _CHARSET.search(page[:_SNIFFED_BYTES])
    try:
        return page.decode(declared[1].decode("ascii") if declared else "cp1252")
    except (UnicodeError, LookupError, ValueError):
        return page.decode("cp1252", "replace")
