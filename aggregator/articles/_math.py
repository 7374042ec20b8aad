"""Formulas of a soup -> code that holds their TeX: MathML, scripts of MathJax, images."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from bs4.element import NavigableString, PageElement, Tag

from aggregator.text import collapse_whitespace

_COMMAND = re.compile(r"\\[a-zA-Z]{2,}|\$[^$]+\$|[_^]\{")
"""What only TeX has: a command, a pair of dollars, a raised group."""

_STYLED = re.compile(r"\{\\(?:displaystyle|textstyle|scriptstyle)\s+(.*)\}", re.DOTALL)
_MAX_ALT_CHARS = 2000
_MAX_NODES = 2000
"""How much of a formula is read to find its TeX, which stands at the end of it."""

_MAX_WRAPPERS = 3
"""How many tags that hold nothing else KaTeX and Wikipedia put around a formula (two and one)."""


def mend_math(tags: Iterable[Tag]) -> None:
    """Make each formula among `tags` a piece of code, and drop the drawing of it for the eye."""
    for tag in tags:
        # a formula inside another one has gone with it
        if tag.name == "math" and tag.parent is not None and tag.parent.name != "math":
            formula = _formula_of(tag)
            _drop_drawing(tag)
            make_formula(tag, formula)


def make_formula(tag: Tag, formula: str) -> None:
    """Turn `tag` into inline code that says `formula`."""
    tag.clear()
    tag.name, tag.attrs = "code", {}
    tag.append(NavigableString(formula))


def formula_of_alt(alt: str) -> str | None:
    r"""The TeX that the alternative text of an image is, None for words.

    >>> formula_of_alt(r"{\displaystyle E=mc^{2}}"), formula_of_alt("A boat at $5")
    ('E=mc^{2}', None)
    """
    if len(alt) > _MAX_ALT_CHARS or not _COMMAND.search(alt):
        return None
    return _bare(alt)


def _formula_of(math: Tag) -> str:
    """The TeX of `math` if it is written anywhere, else its letters and signs in a row."""
    for node in islice(math.descendants, _MAX_NODES):
        if isinstance(node, Tag) and node.name == "annotation" and _is_tex(node):
            return _bare(node.get_text())
    stated = str(math.get("alttext", ""))
    return _bare(stated) if stated.strip() else collapse_whitespace(math.get_text())


def _is_tex(annotation: Tag) -> bool:
    return "tex" in str(annotation.get("encoding", "")).lower()


def _bare(formula: str) -> str:
    text = collapse_whitespace(formula)
    styled = _STYLED.fullmatch(text)
    return collapse_whitespace(styled[1]) if styled else text


def _drop_drawing(math: Tag) -> None:
    """Remove what follows a formula to draw it where MathML is not known."""
    outer: Tag = math
    for _ in range(_MAX_WRAPPERS):
        after = _next_tag(outer)
        if after is not None and _is_drawing(after):
            after.extract()
            return
        if outer.parent is None or len(outer.parent.contents) != 1:
            return
        outer = outer.parent


def _next_tag(tag: Tag) -> Tag | None:
    node: PageElement | None = tag.next_sibling
    while isinstance(node, NavigableString) and not node.strip():
        node = node.next_sibling
    return node if isinstance(node, Tag) else None


def _is_drawing(tag: Tag) -> bool:
    is_hidden = tag.get("aria-hidden") == "true"
    return is_hidden or (tag.name == "img" and formula_of_alt(str(tag.get("alt", ""))) is not None)
