"""The kept text blocks of a page -> the HTML of the smallest element that holds them, cleaned out.

Only this HTML crosses to BeautifulSoup: a fifth of the page on average. The tree is consumed.
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree
from lxml.html import HtmlElement

from aggregator.articles._layout import read_layout
from aggregator.articles._names import NAMED_TAGS, Role, names_of
from aggregator.articles._walk import INLINE, TextBlock, Walk

_DROPPED = (
    *("style", "template", "svg", "canvas", "input", "textarea", "select", "option", "datalist"),
    *("dialog", "map", "link", "meta", "title", "base"),
)
_CONTROLS = ("button",)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "summary")
_MEDIA = ("img", "picture", "iframe", "video", "audio", "embed", "object", "math")

_MAX_ELEMENTS = 6_000
"""Where a region is cut off: an element costs the cleaning some 40 µs (median of 912 pages), and
the largest region among them had 1,733."""

_MAX_CHARS = 300_000
"""The same for its text, which is six times that of the longest article measured."""

_IS_SMALL = etree.XPath(
    f"string-length() <= {_MAX_CHARS} and count(descendant-or-self::*) <= {_MAX_ELEMENTS}"
)
"""Asked in C first, since most regions are far smaller."""

_KEPT_ATTRIBUTES = frozenset((
    "href", "src", "srcset", "alt", "title", "width", "height", "role", "aria-level",
    "aria-hidden", "lang", "dir", "start", "colspan", "rowspan", "scope", "datetime", "id", "name",
    "type", "data", "alttext", "encoding", "poster", "cite", "reversed", "value", "open",
))  # fmt: skip
_LAZY = ("src", "original", "lazy", "url", "image", "lang")
"""Words in the names of data attributes that hold an image's address or a code's language."""

_CODE = ("pre", "code")
_BARE, _STRIPPED = ("span", "font"), "bare"


def kept_html(walk: Walk, is_kept: Sequence[bool]) -> str:
    """The HTML of the kept blocks and of the images between them; empty if none is kept."""
    needed = _needed(walk, is_kept)
    if not any(is_kept):
        return ""
    root = _root(walk, is_kept, needed)
    _blank_rejected(walk, is_kept, needed)
    _drop_unneeded(walk, is_kept, needed, root)
    region = walk.containers[root].element
    _clean_out(region)
    return serialised(region)


def prune_body(tree: HtmlElement) -> HtmlElement:
    """The body in `tree`, in which only furniture is dropped: all of an entry's own is article."""
    body = tree.find("body")
    root = tree if body is None else body
    if _has_parts(root):
        walk = Walk(root)
        layout = read_layout(walk.containers)
        for i, container in enumerate(walk.containers):
            if (
                container.parent >= 0
                and layout.is_furniture[i]
                and not layout.is_furniture[container.parent]
            ):
                container.element.drop_tree()
    _clean_out(root)
    root.attrib.clear()
    return root


def _has_parts(root: HtmlElement) -> bool:
    """Whether a block-level element is named as something else than text; in most bodies none."""
    if next(root.iter(*NAMED_TAGS), None) is not None:
        return True
    marked = (element for element in root.iter() if element.attrib and element.tag not in INLINE)
    return any(names_of(element, element.tag).role is not Role.OTHER for element in marked)


def _clean_out(region: HtmlElement) -> None:
    """Take controls, names, styles and bare spans out of `region`: half of it goes."""
    _drop_controls(region)
    _cut_to_size(region)
    in_code = _in_code(region)
    for element in region.iter():
        attributes = element.attrib
        if not attributes:
            continue
        keeps_class = element in in_code
        for name in element.keys():  # noqa: SIM118 - the attributes are deleted on the way
            if not _is_kept(name, keeps_class=keeps_class):
                del attributes[name]
    for element in region.iter(*_BARE):
        if not element.attrib and element is not region:
            element.tag = _STRIPPED
    etree.strip_tags(region, _STRIPPED)  # one by one it takes time that grows with the siblings


def serialised(region: HtmlElement) -> str:
    """`region` as HTML, in whose addresses libxml2 percent-encodes blanks and other odd letters."""
    return str(etree.tostring(region, encoding="unicode", method="html", with_tail=False))


def _needed(walk: Walk, is_kept: Sequence[bool]) -> list[bool]:
    """Which containers hold a kept block."""
    needed = [False] * len(walk.containers)
    for block, keep in zip(walk.blocks, is_kept, strict=True):
        here = block.container
        while keep and here >= 0 and not needed[here]:
            needed[here] = True
            here = walk.containers[here].parent
    return needed


def _root(walk: Walk, is_kept: Sequence[bool], needed: list[bool]) -> int:
    """The innermost container that holds all kept blocks."""
    own = {block.container for block, keep in zip(walk.blocks, is_kept, strict=True) if keep}
    inner: dict[int, list[int]] = {}
    for i, container in enumerate(walk.containers):
        if needed[i] and container.parent >= 0:
            inner.setdefault(container.parent, []).append(i)
    here = 0
    while here not in own and len(inner.get(here, ())) == 1:
        here = inner[here][0]
    return here


def _blank_rejected(walk: Walk, is_kept: Sequence[bool], needed: list[bool]) -> None:
    """Empty the rejected runs that share a container with kept blocks."""
    pairs = zip(walk.blocks, is_kept, strict=True)
    _blank([block for block, keep in pairs if not keep and needed[block.container]])


def _blank(blocks: Sequence[TextBlock]) -> None:
    for block in blocks:
        for element, is_tail in block.slots:
            if is_tail:
                element.tail = None
            else:
                element.text = None


def _drop_unneeded(walk: Walk, is_kept: Sequence[bool], needed: list[bool], root: int) -> None:
    """Remove the containers without kept blocks, but for images between two kept blocks."""
    dropped = [False] * len(walk.containers)
    for i, container in enumerate(walk.containers):
        if needed[i] or i == root or container.parent < 0:
            continue
        if dropped[container.parent]:
            dropped[i] = True
        elif not _is_between(walk, is_kept, i):
            dropped[i] = True
            container.element.drop_tree()
        else:
            dropped[i] = True  # what is inside stays or goes with it
            _blank(walk.blocks[container.first : container.first + container.blocks])


def _is_between(walk: Walk, is_kept: Sequence[bool], i: int) -> bool:
    """Whether a container of images, with no text but a caption, stands between kept blocks."""
    container = walk.containers[i]
    if container.blocks and container.tag != "figure":
        return False
    before, after = container.first - 1, container.first + container.blocks
    is_inside = before >= 0 and after < len(is_kept) and is_kept[before] and is_kept[after]
    return is_inside and next(container.element.iter(*_MEDIA), None) is not None


def _drop_controls(region: HtmlElement) -> None:
    etree.strip_elements(region, *_DROPPED, with_tail=False)
    for control in list(region.iter(*_CONTROLS)):
        is_title = next(control.iterancestors(*_HEADINGS), None) is not None
        if not is_title and next(control.iter(*_HEADINGS), None) is None:
            control.drop_tree()


def _in_code(region: HtmlElement) -> set[HtmlElement]:
    """The elements whose class may name a language: code, what is in it and three around it."""
    found: set[HtmlElement] = set()
    for code in region.iter(*_CODE):
        found.update(code.iter("*"))
        around = code.getparent()
        for _ in range(3):
            if around is None:
                break
            found.add(around)
            around = around.getparent()
    return found


def _is_kept(name: str, *, keeps_class: bool) -> bool:
    if name in _KEPT_ATTRIBUTES:
        return True
    if name.startswith("data-"):
        return any(word in name for word in _LAZY)
    return keeps_class and name == "class"


def _cut_to_size(region: HtmlElement) -> None:
    """Remove what lies beyond `_MAX_ELEMENTS` or `_MAX_CHARS`, in document order."""
    if _IS_SMALL(region):
        return
    left = _MAX_CHARS
    for count, element in enumerate(region.iter("*")):
        text = element.text or ""
        if count >= _MAX_ELEMENTS or len(text) > left:
            break
        left -= len(text) + len(element.tail or "")
    else:
        return
    element.text, element.tail = text[: max(left, 0)], None
    del element[:]
    while element is not region:
        parent = element.getparent()
        del parent[parent.index(element) + 1 :]
        element = parent
