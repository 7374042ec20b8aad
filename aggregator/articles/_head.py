"""One pass over a page for what is stated in tags of a few names: metas, links, headings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from lxml.html import HtmlElement

from aggregator.text import collapse_whitespace, strip_unsafe

_MAX_VALUES = 20
"""How often one name may be stated: papers name each of their authors in a tag of its own."""

_MAX_H1 = 50
_MAX_NAME_CHARS = 100
_MAX_TEXTS, _MAX_PIECE_CHARS, _MAX_TEXT_CHARS = 100, 4_000, 1_000
_MAX_BASE_CHARS = 2_000
"""No address is longer, and every link of the page is joined to its base."""

_NAMES = ("property", "name", "itemprop", "http-equiv")


@dataclass(slots=True)
class Head:
    """What `read_head` found; names and relations are lower-case, values in document order."""

    named: dict[str, list[str]] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    linked_data: list[str] = field(default_factory=list)
    headings: list[HtmlElement] = field(default_factory=list)
    title: str | None = None
    base: str | None = None

    def first(self, names: Iterable[str]) -> str | None:
        """The first value of the first of `names` that has one."""
        return next((self.named[name][0] for name in names if name in self.named), None)


def read_head(tree: HtmlElement) -> Head:
    """What the ``meta``, ``link``, ``base``, ``title``, ``h1`` and JSON-LD tags of `tree` state."""
    head = Head()
    for element in tree.iter("meta", "link", "script", "h1", "title", "base"):
        match element.tag:
            case "meta":
                _add_meta(head, element)
            case "link":
                _add_link(head, element)
            case "script" if "ld+json" in (element.get("type") or "").lower():
                head.linked_data.append(element.text or "")
            case "h1" if len(head.headings) < _MAX_H1:
                head.headings.append(element)
            case "title" if head.title is None and not _is_drawn(element):
                head.title = short_text(element) or None
            case "base" if len(element.get("href") or "") <= _MAX_BASE_CHARS:
                head.base = head.base or element.get("href")
    return head


def _add_link(head: Head, link: HtmlElement) -> None:
    for relation in (link.get("rel") or "").lower().split():
        head.links.setdefault(relation, link.get("href") or "")


def short_text(element: HtmlElement) -> str:
    """The first characters of an element's text, in one line."""
    texts = (text[:_MAX_PIECE_CHARS] for text in islice(element.itertext(), _MAX_TEXTS))
    return strip_unsafe(collapse_whitespace(" ".join(texts))[:_MAX_TEXT_CHARS])


def _add_meta(head: Head, meta: HtmlElement) -> None:
    content = strip_unsafe(collapse_whitespace(meta.get("content") or ""))
    if not content:
        return
    stated = " ".join(filter(None, map(meta.get, _NAMES)))
    for name in stated.lower().split():
        if len(name) > _MAX_NAME_CHARS:
            continue
        values = head.named.setdefault(name, [])
        if len(values) < _MAX_VALUES and content not in values:
            values.append(content)


def _is_drawn(title: HtmlElement) -> bool:
    """Whether `title` names a drawing: SVG has titles of its own."""
    parent = title.getparent()
    return parent is not None and parent.tag in {"svg", "g", "symbol", "path", "use"}
