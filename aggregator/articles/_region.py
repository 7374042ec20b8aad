"""A page's tree -> the HTML of the part that is its article, without what stands around it.

One pass measures every element (`_survey`), names decide what is surely furniture (`_names`), and
the article is the smallest element that holds most of the running text left over. The tree given
is consumed: elements are removed from it.
"""

from __future__ import annotations

from collections import Counter

from lxml import etree
from lxml.html import HtmlElement

from aggregator.articles._labels import is_same_line
from aggregator.articles._names import Role, role_of
from aggregator.articles._survey import INLINE, Survey

_DROPPED = (
    *("script", "style", "noscript", "template", "svg", "iframe", "object", "embed", "canvas"),
    *("input", "textarea", "select", "button", "option", "datalist", "dialog", "math", "map"),
    *("audio", "video", "link", "meta", "title", "base"),
)
_SWALLOWING = ("button", "select", "label", "svg", "object", "textarea", "canvas", "map", "form")
_SWALLOWED_PARAGRAPHS = 3
"""libxml2 lets an unclosed button swallow the rest of the page; no real one holds 3 paragraphs."""

# The shares below were tried on 317 pages of two collections: 0.7 to 0.9 for the dominant child,
# 0.25 to 0.8 for furniture, 0.05 to 0.2 for facts, 0.1 to 0.4 for what is hidden, 0.4 and 0.6 for
# links. Only those of furniture mattered by more than 0.005 of F1; that of comments is a judgement.

_DOMINANT_SHARE = 0.8
"""The share of a container's running text that one child must hold to be the article itself."""

_MAX_SHARE = {Role.FURNITURE: 0.4, Role.FACTS: 0.2, Role.COMMENTS: 0.9, Role.HIDDEN: 0.25}
"""What is named so but holds more of the page's running text is a misnamed container."""

_MAX_TOGETHER = {**_MAX_SHARE, Role.FURNITURE: 0.8}
"""The same for all elements under one name: teasers may well be longer than a short article."""

_MAX_LINK_SHARE = 0.6
"""Lists and boxes with more of their text in links are navigation."""

_TEXT_TAGS = frozenset((
    "p", "pre", "blockquote", "ul", "ol", "dl", "figure", "h1", "h2", "h3", "h4", "h5", "h6",
))  # fmt: skip
"""Parts of an article, never the whole of it, even where they hold most of its text."""

_MAX_ELEMENTS = 6_000
"""Where a region is cut off: an element costs the cleaning some 40 µs (median of 912 pages), and
the largest region among them had 1,733."""

_MAX_CHARS = 300_000
"""The same for its text, which is six times that of the longest article measured: nh3's time grows
with the square of the entities (400,000 take 1.4 s)."""

_KEPT_ATTRIBUTES = frozenset((
    "href", "src", "srcset", "data-src", "data-lazy-src", "data-original", "data-srcset", "alt",
    "title", "width", "height", "role", "aria-level", "lang", "dir", "start", "colspan",
    "rowspan", "scope", "datetime",
))  # fmt: skip
_BARE = ("span", "font")

_LINK_BOXES = frozenset(("ul", "ol", "div", "section", "table", "dl", "p", "article"))


def find_region(tree: HtmlElement, headline: str | None = None) -> str:
    """The HTML of the article in `tree`, empty if there is no text but links.

    `headline` is what the page calls itself: what holds it is never furniture.
    """
    body = tree.find("body")
    root = tree if body is None else body
    _free_swallowed(root)
    etree.strip_elements(root, *_DROPPED, with_tail=False)
    _drop_furniture(Survey(root), headline)
    survey = Survey(root)
    if survey.chars[0] <= survey.linked[0]:
        return ""
    region = survey.elements[_smallest_dominant(survey)]
    _drop_link_boxes(Survey(region))
    return _serialised(region)


def prune_body(tree: HtmlElement) -> str:
    """The HTML of an entry's own body, in which only furniture is dropped: all of it is article."""
    body = tree.find("body")
    root = tree if body is None else body
    _free_swallowed(root)
    etree.strip_elements(root, *_DROPPED, with_tail=False)
    _drop_furniture(Survey(root), None)
    return _serialised(root)


def _free_swallowed(root: HtmlElement) -> None:
    """Turn controls that hold paragraphs into plain containers, so that they are not dropped."""
    for element in list(root.iter(*_SWALLOWING)):
        if sum(1 for _ in element.iter("p")) >= _SWALLOWED_PARAGRAPHS:
            if element.tag != "form":
                _drop_own_label(element)
            element.tag = "div"


def _drop_own_label(control: HtmlElement) -> None:
    """Remove the words that a control showed itself: those in front of its first block."""
    control.text = None
    for child in list(control):
        if child.tag not in INLINE:
            break
        control.remove(child)


def _drop_furniture(survey: Survey, headline: str | None) -> None:
    """Remove what is named as furniture and neither holds the headline nor much of the text.

    A word whose elements hold much of the text together is this page's word for its content.
    """
    total = survey.running[0] or 1
    kept = _ancestors_of_headline(survey, headline)
    spared: set[tuple[Role, str]] = set()
    while True:
        found = _furniture(survey, kept, spared)
        held: Counter[tuple[Role, str]] = Counter()
        for i, name in found:
            held[name] += survey.running[i]
        too_much = {name for name, size in held.items() if size > _MAX_TOGETHER[name[0]] * total}
        if not too_much:
            break
        spared |= too_much
    for i, _ in found:
        survey.elements[i].drop_tree()


def _furniture(
    survey: Survey, kept: set[int], spared: set[tuple[Role, str]]
) -> list[tuple[int, tuple[Role, str]]]:
    """The outermost elements with a name of furniture, small enough for it, and that name."""
    total = survey.running[0] or 1
    found = []
    i = 1
    while i < len(survey.elements):
        name = role_of(survey.elements[i])
        is_part = name[0] is Role.OTHER or name in spared or i in kept
        if is_part or survey.running[i] > _MAX_SHARE[name[0]] * total:
            i += 1
            continue
        found.append((i, name))
        i = survey.end[i]
    return found


def _ancestors_of_headline(survey: Survey, headline: str | None) -> set[int]:
    """The positions of the first h1 that says the headline, and of all around it."""
    kept: set[int] = set()
    for i, element in enumerate(survey.elements):
        if element.tag == "h1" and is_same_line("".join(element.itertext()), headline):
            around = i
            while around:
                kept.add(around)
                around = survey.parent[around]
            break
    return kept


def _smallest_dominant(survey: Survey) -> int:
    """The position reached by going down while one container holds most of the running text."""
    here = 0
    while True:
        inner = [i for i in _children(survey, here) if survey.elements[i].tag not in _TEXT_TAGS]
        best = max(inner, key=survey.running.__getitem__, default=here)
        if (
            not survey.running[here]
            or best == here
            or survey.running[best] < _DOMINANT_SHARE * survey.running[here]
        ):
            return here
        here = best


def _children(survey: Survey, i: int) -> list[int]:
    children = []
    child = i + 1
    while child < survey.end[i]:
        children.append(child)
        child = survey.end[child]
    return children


def _drop_link_boxes(survey: Survey) -> None:
    """Remove lists and boxes inside the region whose text is mostly links."""
    i = 1
    while i < len(survey.elements):
        element, chars = survey.elements[i], survey.chars[i]
        is_box = element.tag in _LINK_BOXES and chars > 0
        if is_box and survey.linked[i] > _MAX_LINK_SHARE * chars and not survey.running[i]:
            element.drop_tree()
            i = survey.end[i]
        else:
            i += 1


def _serialised(region: HtmlElement) -> str:
    """The HTML of `region` without names, styles and bare spans: half of what is to be read."""
    _cut_to_size(region)
    for element in list(region.iter("*")):
        for name in element.keys():  # noqa: SIM118 - the attributes are deleted on the way
            if name not in _KEPT_ATTRIBUTES:
                del element.attrib[name]
        if element.tag in _BARE and not element.attrib and element is not region:
            element.drop_tag()
    return str(etree.tostring(region, encoding="unicode", method="html", with_tail=False))


def _cut_to_size(region: HtmlElement) -> None:
    """Remove what lies beyond `_MAX_ELEMENTS` or `_MAX_CHARS`, in document order."""
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
