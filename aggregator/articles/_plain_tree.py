"""Whether a tree is plain, so that it is read without BeautifulSoup, and what is to mend in it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml.html import HtmlElement

from aggregator.articles._code import NUMBER_CLASS
from aggregator.articles._images import is_emoji, is_tiny, is_tracker, rank_sources, resolve_first
from aggregator.articles._links import without_fragment
from aggregator.articles._markup import ANYWHERE, ATTRIBUTES
from aggregator.articles._math import formula_of_alt
from aggregator.articles._soup import BLOCK_TAGS, HEADING_TAGS
from aggregator.urls import resolve, strip_tracking

CONTAINERS = frozenset(("html", "body", "div", "section", "article", "main", "header"))
"""Block tags that only lay out what is in them."""

_INLINE = frozenset((
    "a", "abbr", "b", "br", "cite", "code", "del", "dfn", "em", "i", "img", "ins", "kbd", "mark",
    "s", "samp", "small", "span", "strong", "sub", "sup", "u", "var", "font", "big",
))  # fmt: skip
_PARTS = frozenset(("p", "ul", "ol", "li", "blockquote", "figure", "figcaption", "hr", "pre"))
_KNOWN = CONTAINERS | _INLINE | _PARTS | HEADING_TAGS.keys()
_ONLY_IN_CONTAINERS = CONTAINERS | HEADING_TAGS.keys() | {"figure", "pre"}
_LAYOUT = frozenset(("font", "big"))
BARE = "bare"
"""What a tag becomes that says nothing: its text stays."""

_VOID = frozenset(("br", "hr", "img"))
_NO_ROOM = frozenset((*HEADING_TAGS, "pre", "hr"))
"""Tags that hold no block in a plain tree."""

_ODD_VALUE = re.compile(r"[\t\n\r\f]|  ")


def plain_links(root: HtmlElement, base_url: str | None) -> dict[HtmlElement, str] | None:
    """The links of the tree and where they lead, None if there is anything that is not plain.

    In a plain tree `_direct` knows all that there is, and how it stands there.
    """
    own = without_fragment(base_url or "")
    links: dict[HtmlElement, str] = {}
    for element in root.iter():
        tag = element.tag
        if tag not in _KNOWN or not _is_placed(element, tag):
            return None
        if element.attrib and not _has_plain_attributes(element, tag):
            return None
        if tag == "a":
            given = (element.get("href") or "").strip()
            url = None if given.startswith("#") else resolve(base_url, given)
            if not url or ("#" in url and without_fragment(url) in {"", own}):
                return None  # it leads nowhere, or to a place in the same page
            links[element] = strip_tracking(url)
            if _ODD_VALUE.search(links[element]):
                return None
        elif tag == "img" and not _is_plain_image(element):
            return None
    return links


def _is_placed(element: HtmlElement, tag: str) -> bool:
    parent = element.getparent()
    if parent is None:
        return True
    around = parent.tag
    if tag in _ONLY_IN_CONTAINERS and around not in CONTAINERS:
        return False
    if around in _VOID or tag not in BLOCK_TAGS:
        return around not in _VOID
    return around in BLOCK_TAGS and around not in _NO_ROOM


def _has_plain_attributes(element: HtmlElement, tag: str) -> bool:
    kept = ATTRIBUTES.get(tag, ())
    for name, value in element.items():
        if name == "role" or ((name in kept or name in ANYWHERE) and _ODD_VALUE.search(value)):
            return False
        if name == "class" and NUMBER_CLASS.search(value):
            return False
    return True


def _is_plain_image(image: HtmlElement) -> bool:
    alt = (image.get("alt") or "").strip()
    return not is_emoji(alt) and formula_of_alt(alt) is None


def mend(root: HtmlElement, links: Mapping[HtmlElement, str], base_url: str | None) -> bool:
    """Make `links` and images absolute, drop attributes and images that nobody sees.

    False, and nothing was changed, if an image cannot be dropped without joining blanks.
    """
    sources = {image: _source_of(image, base_url) for image in root.iter("img")}
    dropped = [image for image, source in sources.items() if source is None]
    if any(source and _ODD_VALUE.search(source) for source in sources.values()):
        return False
    if any(map(_stands_between_blanks, dropped)):
        return False
    for element, url in links.items():
        element.set("href", url)
    for element, source in sources.items():
        element.set("src", source or "")
    in_code = {element for pre in root.iter("pre") for element in pre.iter()}
    for line_break in in_code:
        if line_break.tag == "br":
            line_break.text = "\n"
    for element in root.iter():
        # What stands around code, and in it, may tell its language.
        if element.attrib and element.tag not in CONTAINERS and element not in in_code:
            _keep_attributes(element, element.tag)
        _prepare(element, element.tag)
    for image in dropped:
        image.drop_tree()
    return True


def _prepare(element: HtmlElement, tag: str) -> None:
    """Make `element` one that is written as the article has it."""
    if tag in BLOCK_TAGS:
        _drop_blanks(element)
    elif tag in _LAYOUT or (tag == "span" and not element.attrib):
        element.attrib.clear()
        element.tag = BARE
    if element.text is None and tag not in _VOID:
        element.text = ""  # so that it is written with its closing tag


def _source_of(image: HtmlElement, base_url: str | None) -> str | None:
    source = resolve_first(rank_sources(dict(image.items())), base_url)
    return None if source is None or is_tiny(image) or is_tracker(source) else source


def _stands_between_blanks(image: HtmlElement) -> bool:
    if not image.tail or not image.tail[0].isspace():
        return False
    before = image.getprevious()
    text = image.getparent().text if before is None else before.tail
    if not text:
        return before is not None and before.tag == "img"  # which may be dropped, too
    return bool(text[-1].isspace())


def _drop_blanks(element: HtmlElement) -> None:
    """Take away white space that begins a block or follows one."""
    if element.text and element.tag != "pre" and element.text.isspace():
        element.text = ""
    if element.tail and element.tail.isspace():
        element.tail = None


def _keep_attributes(element: HtmlElement, tag: str) -> None:
    """Leave the attributes that an article keeps, in their order."""
    given = dict(element.items())
    element.attrib.clear()
    for name in (*ATTRIBUTES.get(tag, ()), *ANYWHERE):
        if name != "id" and name in given and (given[name] or name == "alt"):
            element.set(name, given[name])
