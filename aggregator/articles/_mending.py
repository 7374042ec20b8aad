"""What a parser leaves in a tree that no browser shows so: mended before anything is read of it."""

from __future__ import annotations

from itertools import groupby
from typing import cast

from lxml import etree
from lxml.html import HtmlElement

PARAGRAPHS_OF_TEXT = 3
"""A menu or button with so many paragraphs holds text, by a mistake of the page. Dropping the other
menus, which loses no word of 183 reviewed articles, leaves a fifth less to walk."""

_MOST_LINKED_CHARS, _LABEL_CHARS = 1_000, 50
"""Links in a row that lead to one place, have more text than any teaser and are no labels were not
closed."""

_find_odd_names = etree.XPath("descendant-or-self::*[@*[contains(name(), '{')]]")


def unlink_text(tree: HtmlElement) -> None:
    """Take away a link that was never closed: browsers repeat it in every block that follows."""
    for _, links in groupby(list(tree.iter("a")), key=lambda link: link.get("href")):
        run = list(links)
        chars = sum(len(text) for link in run for text in link.itertext())
        if chars > max(_MOST_LINKED_CHARS, _LABEL_CHARS * len(run)):
            for link in run:
                link.tag = "span"  # to drop it takes time that grows with its siblings
                link.attrib.clear()


def drop_odd_names(tree: HtmlElement) -> None:
    """Take away attributes with braces in their names: looking one up, lxml raises."""
    for element in cast("list[HtmlElement]", _find_odd_names(tree)):
        kept = {name: value for name, value in element.items() if "{" not in name}
        element.attrib.clear()
        element.attrib.update(kept)


def free_swallowed(tree: HtmlElement) -> None:
    """Turn buttons that hold paragraphs into containers: an unclosed one holds the rest."""
    for button in list(tree.iter("button")):
        if sum(1 for _ in button.iter("p")) >= PARAGRAPHS_OF_TEXT:
            button.tag = "div"
            button.attrib.clear()
            button.text = None  # what it showed itself
