"""The smallest parts of broken XML made whole, each for itself: text, references, attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5

NAME = r"[A-Za-z_][\w.-]{0,100}(?::[A-Za-z_][\w.-]{0,100})?"
"""A name with or without a prefix. Names that are not ASCII count as text: expat knows those of an
older Unicode, and no format of feeds has any."""

MAX_DEPTH = 500
"""In 106 real feeds elements stood 5 deep at most."""

MAX_NAMESPACE_CHARS = 1000
"""Of the name of a namespace; the longest of those that feeds use has 80."""

_REFERENCE = re.compile(r"&(?:#(?:[xX]0*([0-9a-fA-F]+)|0*([0-9]+));?|(\w{1,32});)?", re.ASCII)
_PREDEFINED = frozenset({"amp", "lt", "gt", "quot", "apos"})
_MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ATTRIBUTE = re.compile(r"""([^\s=<>"'/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_WHOLE_NAME = re.compile(NAME, re.ASCII)


def mend_text(text: str) -> str:
    r"""`text` as it must stand between two tags: what is no markup is escaped.

    Names of HTML's characters become those characters, any other ampersand one that was meant. A
    number without its semicolon gets it, a number of no character is left out.

    >>> mend_text("Q&A&nbsp;1 < 2 &lt; 3 &#0;")
    'Q&amp;A\xa01 &lt; 2 &lt; 3 '
    """
    if "&" in text:
        text = _REFERENCE.sub(_mend_reference, text)
    return text.replace("<", "&lt;").replace(">", "&gt;")


def iter_attributes(text: str) -> Iterator[tuple[str, str]]:
    r"""Name and value, escaped for double quotes, of each attribute in the inside of a tag.

    Values may lack their quotes or be missing (then they are empty). Of two with one name the first
    counts; what XML has no name for, and declarations that it forbids, are left out.

    >>> list(iter_attributes("a=1 b='<' a=2 4=5 c"))
    [('a', '1'), ('b', '&lt;'), ('c', '')]
    """
    seen: set[str] = set()
    for found in _ATTRIBUTE.finditer(text):
        name, *values = found.groups()
        value = next((value for value in values if value is not None), "")
        if name in seen or not _WHOLE_NAME.fullmatch(name) or _is_forbidden(name, value):
            continue
        seen.add(name)
        yield name, mend_text(value).replace('"', "&quot;")


def _is_forbidden(name: str, value: str) -> bool:
    """Whether it declares a reserved prefix, or a prefix as nothing (XML namespaces, section 3).

    Nor may a namespace be longer than any is: it is part of every name in it.
    """
    is_reserved = name in {"xmlns:xml", "xmlns:xmlns"}
    is_declaration = name.startswith("xmlns:") or name == "xmlns"
    is_nothing = name != "xmlns" and not value
    return is_reserved or (is_declaration and (is_nothing or len(value) > MAX_NAMESPACE_CHARS))


def _mend_reference(reference: re.Match[str]) -> str:
    hexadecimal, decimal, name = reference.groups()
    if name is not None:
        characters = html5.get(f"{name};")
        if name in _PREDEFINED:
            return reference.group()
        if characters is None:
            return f"&amp;{name};"
        return "".join(_MARKUP.get(character, character) for character in characters)
    if hexadecimal is not None:
        return f"&#x{hexadecimal};" if _is_character(hexadecimal, 16) else ""
    if decimal is not None:
        return f"&#{decimal};" if _is_character(decimal, 10) else ""
    return "&amp;"


def _is_character(digits: str, base: int) -> bool:
    """Whether XML 1.0 allows the character of that number (section 2.2)."""
    code = int(digits, base) if len(digits) < 8 else 0
    is_low = code in {0x09, 0x0A, 0x0D} or 0x20 <= code < 0xD800
    return is_low or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
