"""One pass over a tree that measures every element: text, linked text, running text."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from aggregator.text import IDEOGRAPHS

INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del",
    "dfn", "em", "font", "i", "img", "ins", "kbd", "label", "mark", "q", "rp", "rt", "ruby",
    "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var",
    "wbr",
))  # fmt: skip
"""The tags whose text belongs to the block around them."""

_MIN_RUN = 60
"""Characters that make a run of text running text: shorter ones are labels and teasers."""

_MAX_LINKED = 0.5
"""A run with more of its characters in links is a list of links."""

_IDEOGRAPH = re.compile(f"[{IDEOGRAPHS}]")
_IDEOGRAPH_CHARS = 2
"""What an ideograph counts beyond one: it says about as much as three letters."""


class Survey:
    """What each element under `root` holds, by its position in document order.

    `chars` and `linked` count characters of text and of text in links, `running` those of
    paragraph-like runs; all three include descendants. `end` is the position after the last
    descendant, so the descendants of i are i + 1 to end[i] - 1.
    """

    def __init__(self, root: HtmlElement) -> None:
        self.elements: list[HtmlElement] = list(root.iter("*"))
        count = len(self.elements)
        self.parent = [0] * count
        self.end = list(range(1, count + 1))
        self.chars = [0] * count
        self.linked = [0] * count
        self.running = [0] * count
        self._run = [0] * count
        self._run_linked = [0] * count
        self._has_block = [False] * count
        self._read_text()
        self._add_up()

    def _read_text(self) -> None:
        """Fill `parent`, and `_run` with the text that stands directly in each element."""
        position = {}
        for i, element in enumerate(self.elements):
            position[element] = i
            if element.text:
                self._run[i] += _length(element.text)
            if i:
                parent = self.parent[i] = position[element.getparent()]
                if element.tail:
                    self._run[parent] += _length(element.tail)

    def _add_up(self) -> None:
        """Pass everything on from children to parents, last element first."""
        for i in range(len(self.elements) - 1, -1, -1):
            tag, parent = self.elements[i].tag, self.parent[i]
            self.chars[i] += self._run[i]
            if tag == "a":
                self.linked[i] = self.chars[i]
                self._run_linked[i] = self._run[i]
            is_block = self._has_block[i] or tag not in INLINE
            is_run = is_block and self._run[i] >= _MIN_RUN
            if is_run and self._run_linked[i] <= _MAX_LINKED * self._run[i]:
                self.running[i] += self._run[i]
            if i:
                self._pass_on(i, parent, is_block=is_block)

    def _pass_on(self, i: int, parent: int, *, is_block: bool) -> None:
        self.end[parent] = max(self.end[parent], self.end[i])
        self.linked[parent] += self.linked[i]
        self.running[parent] += self.running[i]
        if is_block:
            self._has_block[parent] = True
            self.chars[parent] += self.chars[i]
        else:
            # the run of an inline element becomes part of its parent's run, counted there
            self.chars[parent] += self.chars[i] - self._run[i]
            self._run[parent] += self._run[i]
            self._run_linked[parent] += self._run_linked[i]


def _length(text: str) -> int:
    stripped = text.strip()
    if stripped.isascii():
        return len(stripped)
    return len(stripped) + _IDEOGRAPH_CHARS * len(_IDEOGRAPH.findall(stripped))
