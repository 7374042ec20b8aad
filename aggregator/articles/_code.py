"""Code in a soup -> its lines and its language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import Protocol

from bs4.element import NavigableString, PageElement, Tag

from aggregator.articles._soup import has_siblings

LANGUAGE = re.compile(r"language-[a-z0-9][a-z0-9+#.-]{0,29}")
"""The only class that an article's HTML may hold, as the HTML standard suggests it for code."""


class HasAttributes(Protocol):
    """A tag of BeautifulSoup or an element of lxml."""

    def get(self, key: str, /) -> object:
        """The value of an attribute, None if there is none."""


_STATED = re.compile(
    r"(?:^|[\s:])(?:lang(?:uage)?-|brush:\s*|highlight-source-|source-|sourceCode\s+|hljs\s+"
    r"|prettyprint\s+lang-)([a-zA-Z][\w+#.-]{0,29})"
)
_NO_LANGUAGE = frozenset(
    ("none", "plain", "plaintext", "text", "txt", "nohighlight", "numberlines")
)
NUMBER_CLASS = re.compile(
    r"(?:^|\s)(?:ln|lnt|linenos?|lineno|line-?numbers?|linenumber|gutter|hljs-ln-numbers"
    r"|blob-num|rouge-gutter|line-numbers-rows)(?:\s|$)"
)
MAX_AROUND = 3
"""How many tags around a ``pre`` may state its language; highlighters use up to two."""

_MAX_AROUND_CELL = 6
"""From the code up to its table: a tag around the code, cell, row, body, table."""

_LINE_TAGS = frozenset(("div", "p", "li", "tr"))


def language_of(pre: Tag) -> str | None:
    """The language that `pre`, the code in it or a tag closely around it states; None for none."""
    inner = [tag for tag in pre.contents if isinstance(tag, Tag)]
    return find_language((*inner[:1], pre, *islice(pre.parents, MAX_AROUND)))


def find_language(tags: Iterable[HasAttributes]) -> str | None:
    """The language that the first of `tags` states that states any; None for none."""
    for tag in tags:
        stated = tag.get("data-lang") or tag.get("data-language")
        found = _STATED.search(str(tag.get("class") or ""))
        name = str(stated or (found[1] if found else "")).lower().rstrip(";.-")
        if name and name not in _NO_LANGUAGE and LANGUAGE.fullmatch(f"language-{name}"):
            return name
    return None


def code_of(pre: Tag) -> str:
    """The code of `pre`, every white space kept, without the numbers of its lines."""
    parts: list[str] = []
    _collect(pre, parts)
    return "".join(parts).strip("\n")


def _collect(tag: Tag, parts: list[str]) -> None:
    for node in tag.contents:
        if isinstance(node, NavigableString):
            parts.append(str(node))
        elif isinstance(node, Tag) and not _is_number(node):
            if node.name == "br":
                parts.append("\n")
                continue
            is_line = node.name in _LINE_TAGS
            if is_line and parts and not parts[-1].endswith("\n"):
                parts.append("\n")
            _collect(node, parts)
            if is_line and parts and not parts[-1].endswith("\n"):
                parts.append("\n")


def _is_number(tag: Tag) -> bool:
    return bool(NUMBER_CLASS.search(str(tag.get("class", "")))) and _is_numbers(tag)


def _is_numbers(node: PageElement) -> bool:
    return not node.get_text().strip("0123456789 \t\r\n\xa0")


def mend_numbered_code(tags: Iterable[Tag]) -> None:
    """Turn each table with the numbers of lines in one cell and code in the other into code."""
    for pre in tags:
        if pre.name == "pre" and pre.parent is not None:
            table = _numbered_table(pre)
            if table is not None and table.parent is not None:
                table.replace_with(pre)


def _numbered_table(pre: Tag) -> Tag | None:
    """The table whose only row is a cell of numbers and one that holds `pre`."""
    around = list(islice(pre.parents, _MAX_AROUND_CELL))
    cell = next((tag for tag in around if tag.name == "td"), None)
    table = next((tag for tag in around if tag.name == "table"), None)
    if cell is None or table is None or cell.parent is None or has_siblings(cell.parent):
        return None
    cells = [node for node in cell.parent.contents if isinstance(node, Tag)]
    is_second = len(cells) == 2 and cells[1] is cell
    return table if is_second and _is_numbers(cells[0]) and not _is_numbers(pre) else None
