"""Markup that every parser reads in the same way -> its tree, at a fifth of the cost.

Most bodies of entries are such: each tag is closed where it should be, so that nothing is to be
mended, and an XML parser finds the very tree that browsers do. A test holds both equal. What could
be read in two ways is left to `_parse`.
"""

from __future__ import annotations

import re
from html.entities import name2codepoint
from itertools import chain

from lxml import etree
from lxml.html import HtmlElement

from aggregator.articles._mending import unlink_text
from aggregator.articles._parse import ONE_CLASS
from aggregator.articles._plain_tree import VOID, has_plain_content

_MAX_CHARS = 60_000
"""Longer markup is read as pages are, within their bounds."""

_NAMED = re.compile(r"&(?!amp;|lt;|gt;|quot;|[lr]ang;)([A-Za-z]\w*);")
"""Names whose characters may stand as they are, and are the same in HTML 4 and 5."""

_ODD_NUMBER = re.compile(r"&#(?:0*(?:13|12[7-9]|1[345]\d)|x0*(?:d|7f|[89]\w));", re.IGNORECASE)
"""Numbers of characters that HTML reads as others: carriage returns and those of Windows-1252."""

_VOIDS = "|".join(sorted(VOID))
_UNCLOSED = re.compile(rf"<((?:{_VOIDS})\b[^<>]*+)(?<!/)>")
_ANY_VOID = re.compile(rf"<(?:{_VOIDS})\b")
_ODD_TAG = re.compile(r"<[^<>\n\t\r]{0,1999}+[^>]")
"""Tags of several lines, whose white space XML changes, and such as `_parse` has bounds for."""

_PARSER = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True)
_PARSER.set_element_class_lookup(ONE_CLASS)


def read_well_formed(markup: str) -> HtmlElement | None:
    """The tree that `_parse.parse_tree` makes of `markup`, None for what it may have to mend."""
    if len(markup) > _MAX_CHARS or "<!" in markup or "<?" in markup or "xmlns" in markup:
        return None
    text = _as_xml(markup.lstrip("\n\t\f\r "))
    if text is None:
        return None
    try:
        tree = etree.fromstring(f"<html><body>{text}</body></html>".encode(), _PARSER)
    except etree.XMLSyntaxError:
        return None
    if len(tree) > 1 or not has_plain_content(tree[0]) or not _is_read_alike(tree):
        return None
    unlink_text(tree)
    return tree


def _as_xml(markup: str) -> str | None:
    """`markup` with its void tags closed and its characters unnamed; None if a tag is odd."""
    if "&" in markup:
        markup = _NAMED.sub(_character, markup)
        if "&#" in markup and _ODD_NUMBER.search(markup):
            return None
    text = _UNCLOSED.sub(r"<\1/>", markup)
    # HTML closes no tag at its end but void ones, and a ">" in a value would hide an end.
    if text.count("/>") != len(_ANY_VOID.findall(text)) or text.count("<") != text.count(">"):
        return None
    return None if _ODD_TAG.search(text) else text


def _character(name: re.Match[str]) -> str:
    """The character that HTML 4 calls so; other names stay, and are none in XML."""
    code = name2codepoint.get(name[1])
    return name[0] if code is None else chr(code)


def _is_read_alike(tree: HtmlElement) -> bool:
    """Whether nothing is in `tree` that HTML reads otherwise for all its closed tags."""
    names = set(chain.from_iterable(map(HtmlElement.keys, tree.iter())))
    if "role" in names or not all(map(str.islower, names)):
        return False  # a role may be that of a menu, which `_parse` drops
    if (tree[0].text or "").startswith(("\n", "\t", " ")):
        return False  # written as numbers: HTML drops them before the first letter
    if any((pre.text or "").startswith("\n") for pre in tree.iter("pre")):
        return False  # HTML drops the first line break of code
    links = (link for link in tree.iter("a") if len(link))
    return all(next(link.iterdescendants("a"), None) is None for link in links)
