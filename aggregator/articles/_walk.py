"""One walk over a page's tree -> its text blocks, and the containers they stand in.

A text block is a run of text that no block-level tag interrupts (a paragraph, a heading, an item, a
caption), or a whole table of figures. A container is a block-level element. What the decision about
a block rests on is counted here, once; the tree is left as it is.
"""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from aggregator.articles._names import names_of

INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "ins", "kbd", "label", "mark", "nobr", "q", "rb", "rp", "rt", "rtc", "ruby", "s",
    "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
))  # fmt: skip
"""The tags whose text belongs to the block around them."""

SILENT = frozenset((
    "script", "style", "noscript", "template", "svg", "canvas", "input", "textarea", "select",
    "datalist", "option", "map", "head", "link", "meta", "title", "base", "button", "object",
    "audio", "video", "iframe", "embed", "source", "track", "param", "math", "dialog",
))  # fmt: skip
"""The tags whose text is not the page's."""

_LINKED, _IN_BOLD = 1, 2
_STYLES = {"a": _LINKED, "b": _IN_BOLD, "strong": _IN_BOLD}
"""What a tag makes of the text inside, as flags that add up."""

_TITLES = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "summary"))
"""What may stand in a button by itself: the headings of accordions."""

_CONTROLS = frozenset(("input", "textarea", "select", "button"))
_IMAGES = frozenset(("img", "picture"))

_RUNNING_CHARS = 60
"""Characters that make a run of text running text: shorter ones are labels and teasers."""

_IDEOGRAPH = re.compile("[\u3005-\ud7af]")
_IDEOGRAPH_CHARS = 3
"""What an ideograph counts: it says about as much as three letters."""

_MAX_CELL_CHARS = 80
"""A table whose cells are longer on average is the layout of a page."""


class Container:
    """A block-level element and what stands inside, descendants included.

    `linked` counts characters of text in links, `running` those of runs that are long and not
    mostly links. `key` is all that it is called: class, id, itemprop and role; `role` what that
    says. `parent` is a position in the walk, -1 for the root; `end` the position behind the
    last container inside; `first` that of the next block when it was entered.
    """

    __slots__ = (
        "blocks", "chars", "controls", "element", "end", "first", "images", "key", "linked",
        "parent", "role", "running", "tag",
    )  # fmt: skip

    def __init__(self, element: HtmlElement, parent: int, first: int) -> None:
        self.element, self.parent, self.first = element, parent, first
        self.end = 0
        self.tag: str = element.tag
        self.key, self.role = names_of(element, self.tag)
        self.blocks = self.chars = self.linked = self.running = 0
        self.images = self.controls = 0


class TextBlock:
    """A run of text: how many of its characters are linked or bold, and where it stands.

    `size` is its length in letters, an ideograph counted as `_IDEOGRAPH_CHARS` of them. `slots` are
    the places in the tree that the text comes from: an element, and whether it is the text behind
    that element. `container` is a position in the walk.
    """

    __slots__ = ("bold", "container", "linked", "links", "size", "slots", "text")

    def __init__(self, text: str, container: int, run: _Run) -> None:
        self.text, self.container, self.slots = text, container, run.slots
        self.size = _letters(text)
        self.linked = min(run.linked, self.size)
        self.bold, self.links = run.bold, run.links


class _Run:
    """A text block in the making: what has been read since the last block-level tag."""

    __slots__ = ("bold", "breaks", "linked", "links", "parts", "slots")

    parts: list[str]
    slots: list[tuple[HtmlElement, bool]]
    linked: int
    bold: int
    links: int
    breaks: int

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Forget what has been read."""
        self.parts, self.slots = [], []
        self.linked = self.bold = self.links = self.breaks = 0

    def add(self, text: str, element: HtmlElement, is_tail: bool, style: int) -> None:  # noqa: FBT001 - called for every text
        """Take in a text that is not blank."""
        self.parts.append(text)
        self.slots.append((element, is_tail))
        self.breaks = 0
        if style & _LINKED:
            self.linked += _letters(text.strip())
        if style & _IN_BOLD:
            self.bold += len(text.strip())


class Walk:
    """The text blocks and containers under `root`, both in document order."""

    def __init__(self, root: HtmlElement) -> None:
        self.blocks: list[TextBlock] = []
        self.containers: list[Container] = []
        self._run = _Run()
        self._enter(root, -1, 0)
        self._add_up()

    def _enter(self, element: HtmlElement, parent: int, style: int) -> None:
        here = len(self.containers)
        container = Container(element, parent, len(self.blocks))
        self.containers.append(container)
        self._read(element, here, style)
        self._end_run(here)
        container.end = len(self.containers)

    def _read(self, element: HtmlElement, here: int, style: int) -> None:
        """Read what stands inside `element`, which belongs to the container `here`."""
        run, text = self._run, element.text
        if text and not text.isspace():
            run.add(text, element, False, style)
        elif text:
            run.parts.append(" ")
        for child in element:
            tag = child.tag
            if tag in INLINE:
                run.links += tag == "a"
                self._read(child, here, style | _STYLES.get(tag, 0))
            elif tag not in SILENT:
                self._read_block(child, tag, here, style)
            elif tag == "button" and self.containers[here].tag in _TITLES:
                self._read(child, here, style)
            elif tag in _CONTROLS:
                self.containers[here].controls += 1
            text = child.tail
            if text and not text.isspace():
                run.add(text, child, True, style)
            elif text:
                run.parts.append(" ")

    def _read_block(self, element: HtmlElement, tag: str, here: int, style: int) -> None:
        """Read an image, a line break or a container inside the container `here`."""
        if tag == "br":
            self._run.parts.append(" ")
            self._run.breaks += 1
            if self._run.breaks > 1:  # two line breaks part paragraphs
                self._end_run(here)
        elif tag in _IMAGES:
            self.containers[here].images += 1
        else:
            self._end_run(here)
            if tag == "table" and _is_data_table(element):
                self._read_table(element, here)
            else:
                self._enter(element, here, style)

    def _end_run(self, here: int) -> None:
        run = self._run
        if not (run.parts or run.links):
            return
        text = " ".join("".join(run.parts).split()) if run.slots else ""
        if text:
            self.blocks.append(TextBlock(text, here, run))
        run.start()

    def _read_table(self, table: HtmlElement, parent: int) -> None:
        """Make one block of `table`: its figures are kept or dropped together."""
        here = len(self.containers)
        container = Container(table, parent, len(self.blocks))
        self.containers.append(container)
        container.end = here + 1
        run = self._run
        for cell in table.iter("caption", "td", "th"):
            linked = sum(_letters(text.strip()) for a in cell.iter("a") for text in a.itertext())
            run.links += linked > 0
            run.linked += linked
            run.parts += [*cell.itertext(), " "]
            run.slots.append((cell, False))
        self._end_run(here)

    def _add_up(self) -> None:
        """Count each block in its container, and pass everything on to the containers around."""
        for block in self.blocks:
            container = self.containers[block.container]
            container.blocks += 1
            container.chars += block.size
            container.linked += block.linked
            if block.size >= _RUNNING_CHARS and 2 * block.linked <= block.size:
                container.running += block.size
        for container in reversed(self.containers):
            if container.parent >= 0:
                outer = self.containers[container.parent]
                outer.blocks += container.blocks
                outer.chars += container.chars
                outer.linked += container.linked
                outer.running += container.running
                outer.images += container.images
                outer.controls += container.controls


def _letters(text: str) -> int:
    """The length of `text`, ideographs weighted by what they say."""
    if text.isascii():
        return len(text)
    return len(text) + (_IDEOGRAPH_CHARS - 1) * len(_IDEOGRAPH.findall(text))


def _is_data_table(table: HtmlElement) -> bool:
    """Whether `table` has rows and columns of short cells, and is not the layout of a page."""
    if next(table.iterdescendants("table"), None) is not None:
        return False
    rows = cells = chars = 0
    for element in table.iter("tr", "td", "th"):
        if element.tag == "tr":
            rows += 1
        else:
            cells += 1
            chars += sum(len(text) for text in element.itertext() if not text.isspace())
    return rows > 1 and cells >= 2 * rows - 1 and chars <= _MAX_CELL_CHARS * cells
