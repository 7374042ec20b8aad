"""Whether a tree is plain, so that it is read without BeautifulSoup, and what is to mend in it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree
from lxml.html import HtmlElement

from aggregator.articles._code import NUMBER_CLASS
from aggregator.articles._images import is_emoji, is_tiny, is_tracker, rank_sources, resolve_first
from aggregator.articles._links import is_sign, without_fragment
from aggregator.articles._markup import ANYWHERE, ATTRIBUTES
from aggregator.articles._math import formula_of_alt
from aggregator.articles._soup import HEADING_TAGS
from aggregator.urls import resolve, strip_tracking

CONTAINERS = frozenset(("html", "body", "div", "section", "article", "main", "header"))
"""Block tags that only lay out what is in them."""

VOID = frozenset(("br", "hr", "img"))
_INLINE = frozenset((
    "a", "abbr", "b", "br", "cite", "code", "del", "dfn", "em", "i", "img", "ins", "kbd", "mark",
    "s", "samp", "small", "span", "strong", "sub", "sup", "u", "var", "font", "big",
))  # fmt: skip
_LAID_OUT = CONTAINERS - {"html", "body"}
_FLOW = _INLINE | {"p", "ul", "ol", "li", "blockquote", "figcaption", "hr"}
_ROOM: dict[str, frozenset[str]] = {
    **dict.fromkeys(CONTAINERS, _FLOW | _LAID_OUT | HEADING_TAGS.keys() | {"figure", "pre"}),
    **dict.fromkeys(("ul", "ol", "blockquote", "figure", "figcaption"), _FLOW),
    "li": _FLOW - {"li"},
    **dict.fromkeys((*_INLINE, *HEADING_TAGS, "p", "pre"), _INLINE),
    **dict.fromkeys(VOID, frozenset()),
}
"""What may stand directly in each tag of a plain tree."""

_WRITTEN_WHOLE = ("ul", "ol", "blockquote", "figure")
"""Blocks with blocks in them, between which `_direct` takes blanks away."""

_LAYOUT = frozenset(("font", "big"))
BARE = "bare"
"""What a tag becomes that says nothing: its text stays."""

_HAS_LONE_TABS = etree.XPath(
    "boolean(descendant::text()[contains(., '\t') and not(contains(., '\n') or contains(., '  '))]"
    "[not(ancestor::pre)])"
)
"""Whether there are tabs that stay as they are, because nothing else in their text is collapsed."""

_ODD_VALUE = re.compile(r"[\t\n\r\f]|  ")
_ODD_ADDRESS = re.compile("[^!-~]")
"""What libxml2 encodes in addresses where it writes HTML."""


def is_plain(root: HtmlElement) -> bool:
    """Whether a body holds nothing but tags that `_direct` knows, in places where it knows them."""
    if root.tag != "body" or not has_plain_content(root) or any(map(_swallows, root.iter("li"))):
        return False
    return "\t" not in "".join(root.itertext()) or not _HAS_LONE_TABS(root)


def has_plain_content(element: HtmlElement) -> bool:
    """Whether all in a known `element` stands where `_ROOM` has room for it."""
    room = _ROOM[element.tag]
    for child in element:
        if child.tag not in room or (len(child) and not has_plain_content(child)):
            return False
    return True


def _swallows(item: HtmlElement) -> bool:
    """Whether an empty item, which libxml2 writes without its end, takes in what follows it."""
    if len(item) or item.text:
        return False
    after = item.getnext()
    return bool(item.tail and not item.tail.isspace()) or (after is not None and after.tag != "li")


def plain_links(root: HtmlElement, base_url: str | None) -> dict[HtmlElement, str | None] | None:
    """The links of a plain tree and where they lead (None: nowhere); None if not all is plain.

    A link to another place in the body is not plain, nor one with no text but a sign.
    """
    if not all(_has_plain_attributes(element) for element in root.iter() if element.attrib):
        return None
    if not all(map(_is_plain_image, root.iter("img"))):
        return None
    own, names = without_fragment(base_url or ""), _names_in(root)
    links: dict[HtmlElement, str | None] = {}
    for link in root.iter("a"):
        given = (link.get("href") or "").strip()
        url = given if given.startswith("#") else resolve(base_url, given)
        if url and "#" in url and without_fragment(url) in {"", own}:
            if url.partition("#")[2] in names or is_sign("".join(link.itertext())):
                return None
            url = None
        if url is None and link.get("class"):
            return None  # which may name the language of code
        links[link] = strip_tracking(url) if url else None
        if url and _ODD_VALUE.search(url):
            return None
    return links


def _names_in(root: HtmlElement) -> set[str | None]:
    """The names of places to which links inside the body may lead."""
    return {element.get("id") or element.get("name") for element in root.iter()}


def _has_plain_attributes(element: HtmlElement) -> bool:
    kept = ATTRIBUTES.get(element.tag, ())
    for name, value in element.items():
        if name == "role" or ((name in kept or name in ANYWHERE) and _ODD_VALUE.search(value)):
            return False
        if name in {"href", "src", "name"} and _ODD_ADDRESS.search(value):
            return False
        if name == "class" and NUMBER_CLASS.search(value):
            return False
    return True


def _is_plain_image(image: HtmlElement) -> bool:
    alt = (image.get("alt") or "").strip()
    return not is_emoji(alt) and formula_of_alt(alt) is None


def mend(root: HtmlElement, links: Mapping[HtmlElement, str | None], base_url: str | None) -> bool:
    """Make `links` and images absolute, drop attributes and images that nobody sees.

    False, and nothing was changed, if without an image the blanks around it would be others.
    """
    sources = {image: _source_of(image, base_url) for image in root.iter("img")}
    dropped = [image for image, source in sources.items() if source is None]
    if any(source and _ODD_VALUE.search(source) for source in sources.values()):
        return False
    if any(map(_parts_blanks, dropped)):
        return False
    for element, url in links.items():
        if url is None:
            _unname(element)
        else:
            element.set("href", url)
    for element, source in sources.items():
        element.set("src", source or "")
    _drop_attributes(root)
    for image in dropped:
        image.drop_tree()
    return True


def _drop_attributes(root: HtmlElement) -> None:
    """Leave the attributes that an article keeps, and those that may tell the language of code."""
    in_code = {element for pre in root.iter("pre") for element in pre.iter()}
    for element in in_code:
        if element.tag == "br":
            element.text = "\n"
    for element in root.iter():
        if element.attrib and element.tag not in CONTAINERS and element not in in_code:
            _keep_attributes(element, element.tag)
    for element in root.iter("span", *_LAYOUT):
        if element.tag in _LAYOUT or not element.attrib:
            _unname(element)


def _unname(element: HtmlElement) -> None:
    element.attrib.clear()
    element.tag = BARE


def _source_of(image: HtmlElement, base_url: str | None) -> str | None:
    source = resolve_first(rank_sources(dict(image.items())), base_url)
    return None if source is None or is_tiny(image) or is_tracker(source) else source


def _parts_blanks(image: HtmlElement) -> bool:
    """Whether blanks around `image` would join without it, or begin or follow a block."""
    before, tail = image.getprevious(), image.tail or ""
    text = (image.getparent().text if before is None else before.tail) or ""
    is_blank = text.isspace() or tail.isspace()
    if is_blank and next(image.iterancestors(*_WRITTEN_WHOLE), None) is not None:
        return True
    if not tail[:1].isspace():
        return False
    # An image before it may be dropped, too.
    return text[-1].isspace() if text else before is not None and before.tag == "img"


def _keep_attributes(element: HtmlElement, tag: str) -> None:
    """Leave the attributes that an article keeps, in their order."""
    given = dict(element.items())
    element.attrib.clear()
    for name in (*ATTRIBUTES.get(tag, ()), *ANYWHERE):
        if name != "id" and name in given and (given[name] or name == "alt"):
            element.set(name, given[name])
