"""Elements of a plain body -> their text, as `_lines` and `_code` make it of other tags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from lxml.html import HtmlElement

from aggregator.articles._code import MAX_AROUND, find_language
from aggregator.articles._lines import INDENT, KEPT, as_lines, first_number
from aggregator.articles._soup import BLOCK_TAGS

_LISTS = frozenset(("ul", "ol"))


def text_of(nodes: Iterable[str | HtmlElement]) -> str:
    """The text of `nodes`: breaks and block tags part lines, other white space is one blank."""
    parts: list[str] = []
    for node in nodes:
        if isinstance(node, str):
            parts.append(node.replace("\n", " "))
        else:
            _add(node, parts, 0)
    return as_lines("".join(parts))


def code_of(pre: HtmlElement) -> str:
    """The code of `pre`, every white space kept."""
    return "".join(pre.itertext()).strip("\n")


def language_of(pre: HtmlElement) -> str | None:
    """The language that `pre`, the code in it or a tag closely around it states; None for none."""
    return find_language([*islice(pre, 1), pre, *islice(pre.iterancestors(), MAX_AROUND)])


def _add(element: HtmlElement, parts: list[str], depth: int) -> None:
    """Put the text of `element`, which is inside `depth` lists, at the end of `parts`."""
    tag = element.tag
    if tag == "br":
        parts.append("\n" + INDENT * depth)
    elif tag == "pre":
        parts.append(f"\n{code_of(element).translate(KEPT)}\n")
    elif tag in _LISTS:
        _add_list(element, parts, depth)
    elif tag in BLOCK_TAGS:
        parts.append("\n" + INDENT * depth)
        _add_content(element, parts, depth)
        parts.append("\n" + INDENT * depth)
    elif tag != "img":
        _add_content(element, parts, depth)


def _add_content(element: HtmlElement, parts: list[str], depth: int) -> None:
    if element.text:
        parts.append(element.text.replace("\n", " "))
    for child in element:
        _add(child, parts, depth)
        if child.tail:
            parts.append(child.tail.replace("\n", " "))


def _add_list(element: HtmlElement, parts: list[str], depth: int) -> None:
    numbers = _numbers(element)
    if element.text:
        parts.append(element.text.replace("\n", " "))
    for child in element:
        if child.tag == "li":
            parts.append(f"\n{INDENT * depth}{next(numbers)} ")
            _add_content(child, parts, depth + 1)
        else:
            # a list that stands directly in a list belongs to the item before it
            _add(child, parts, depth + (child.tag in _LISTS))
        if child.tail:
            parts.append(child.tail.replace("\n", " "))
    parts.append("\n" + INDENT * depth)


def _numbers(element: HtmlElement) -> Iterator[str]:
    number = first_number(element)
    while True:
        yield f"{number}." if element.tag == "ol" else "-"
        number += 1
