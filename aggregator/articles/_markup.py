"""Nodes of a soup -> the HTML that an article keeps: few tags, fewer attributes, no layout."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape

from bs4.element import NavigableString, PageElement, Tag

from aggregator.articles._code import code_of, language_of
from aggregator.articles._soup import BLOCK_TAGS, HEADING_TAGS, Holds, has_siblings

TAGS = frozenset((
    "a", "abbr", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code", "dd", "del",
    "dfn", "dl", "dt", "em", "figcaption", "figure", "hr", "i", "img", "ins", "kbd", "li",
    "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strong",
    "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul",
    "var",
))  # fmt: skip
"""The tags that an article's HTML may hold; its headings are kept apart."""

ATTRIBUTES = {
    "a": ("href", "title"),
    "abbr": ("title",),
    "img": ("src", "alt", "title", "width", "height"),
    "ol": ("start",),
    "td": ("colspan", "rowspan"),
    "th": ("colspan", "rowspan", "scope"),
    "time": ("datetime",),
}
"""The attributes that a tag may have beside `ANYWHERE`."""

ANYWHERE = ("lang", "dir", "id")
"""The attributes that any tag may have."""

_NEEDED = {"span": ANYWHERE, "a": ("href", "id")}
"""Tags that say nothing without one of these attributes."""

_VOID = frozenset(("br", "img", "hr"))
_RENAMED = {"strike": "s", "tt": "code", "acronym": "abbr", "listing": "pre", "menu": "ul"}
_SPACES = re.compile(r"[ \t\r\n\f]{2,}|[\t\r\n\f]")


def html_of(nodes: Iterable[PageElement], inside: Mapping[int, int]) -> str:
    """`nodes` as HTML; `inside` is what `survey` found.

    Tags that lay out the page make a paragraph where they part lines and are gone elsewhere; code
    is plain, in the form ``<pre><code class="language-x">``.
    """
    parts: list[str] = []
    for node in nodes:
        _write(node, parts, inside)
    return "".join(parts).strip()


def collapse_runs(text: str) -> str:
    """`text` with each run of white space one blank; a tab alone stays."""
    # Most texts have nothing to collapse, and an expression looks at every letter.
    return _SPACES.sub(" ", text) if "\n" in text or "  " in text else text


def opening(name: str, tag: Tag | None) -> str:
    """The opening tag `name` with the attributes of `tag` that the article keeps."""
    given = tag.attrs if tag is not None else {}
    if not given:
        return f"<{name}>"
    kept = [
        f' {key}="{_quoted(str(given[key]))}"'
        for key in (*ATTRIBUTES.get(name, ()), *ANYWHERE)
        if key in given and (given[key] or key == "alt")
    ]
    return f"<{name}{''.join(kept)}>"


def _quoted(value: str) -> str:
    """`value` as it stands between double quotation marks."""
    return escape(value, quote=False).replace('"', "&quot;")


def _write(node: PageElement, parts: list[str], inside: Mapping[int, int]) -> None:
    if isinstance(node, NavigableString):
        parts.append(escape(collapse_runs(str(node)), quote=False))
        return
    if not isinstance(node, Tag):
        return
    name = _shown_name(node, inside)
    if name == "pre":
        parts.append(code_html(node))
        return
    if name:
        parts.append(opening(name, node))
    elif "id" in node.attrs:
        parts.append(f"{opening('a', node)}</a>")
    for child in node.contents:
        _write(child, parts, inside)
    if name and name not in _VOID:
        parts.append(f"</{name}>")


def code_html(pre: Tag) -> str:
    """A piece of code without colours and numbers, its language as the class that HTML suggests."""
    language = language_of(pre)
    stated = f' class="language-{escape(language)}"' if language else ""
    code = escape(code_of(pre), quote=False)
    return f"{opening('pre', pre)}<code{stated}>{code}</code></pre>"


def _shown_name(tag: Tag, inside: Mapping[int, int]) -> str:
    """The tag that `tag` is written as; empty if only its content is."""
    name = _RENAMED.get(tag.name, tag.name)
    if name in _NEEDED:
        return "" if tag.attrs.keys().isdisjoint(_NEEDED[name]) else name
    if name in HEADING_TAGS:
        return "b"
    if name == "figure" and tag.parent is not None and tag.parent.name == "figure":
        return ""
    if name in TAGS:
        return name
    if name not in BLOCK_TAGS or inside.get(id(tag), 0) & Holds.BLOCK:
        return ""
    return "p" if has_siblings(tag) else ""
