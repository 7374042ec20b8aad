"""The HTML of an article's region, or of an entry's body -> its blocks in reading order.

BeautifulSoup cleans here and in the modules named below, and only ever a region: a tree of a whole
page takes five to six times as long. Links, images, embedded things, formulas and numbered code are
mended first, then one walk cuts the tree into blocks. Their HTML holds only what an article keeps,
but it is not yet sanitised: `_sections` does that for each section.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bs4.element import NavigableString, PageElement, Tag
from lxml.html import HtmlElement

from aggregator.articles._blocks import BOLD_LEVEL, Block, Kind
from aggregator.articles._code import code_of, mend_numbered_code
from aggregator.articles._embeds import mend_embeds
from aggregator.articles._images import mend_images
from aggregator.articles._lines import text_of
from aggregator.articles._links import mend_links
from aggregator.articles._markup import code_html, html_of, opening
from aggregator.articles._math import mend_math
from aggregator.articles._soup import (
    BLOCK_TAGS,
    EMBED,
    HEADING_TAGS,
    Holds,
    parse_region,
    soup_of,
    survey,
    tags_of,
)
from aggregator.articles._tables import is_data

_ROLE_HEADING_LEVEL = 2
_WHOLE = {
    "ul": (Kind.LIST, Holds.HEADING),
    "ol": (Kind.LIST, Holds.HEADING),
    "dl": (Kind.LIST, Holds.HEADING),
    "blockquote": (Kind.QUOTE, Holds.HEADING | Holds.TABLE),
    "figure": (Kind.FIGURE, Holds.HEADING | Holds.TABLE | Holds.CODE | Holds.QUOTE),
}
"""The tags that are one block, unless one of these stands inside: then their parts are blocks."""

_SEEN = Holds.IMAGE | Holds.EMBED
_NO_LINE = Holds.LIST | Holds.TABLE | Holds.HEADING | Holds.CODE

MAX_HEADING_CHARS = 120
"""A longer heading is a sentence that was made large: of 26 in the regions of 470 pages, 8 were
headings."""

MAX_BOLD_CHARS = 100
"""A longer bold paragraph is an emphasised sentence, not a sub-heading."""

SENTENCE_ENDS = (".", ",", ";", "。", "،", "।", "…")
BOLD = frozenset(("b", "strong"))


def read_blocks(html: str, base_url: str | None = None) -> list[Block]:
    """The blocks of `html`; links and images are resolved against `base_url`. Never raises."""
    root = parse_region(html)
    return [] if root is None else blocks_of_tree(root, base_url)


def blocks_of_tree(root: HtmlElement, base_url: str | None = None) -> list[Block]:
    """The blocks of what lxml has read."""
    soup = soup_of(root)
    tags = tags_of(soup)
    mend_math(tags)
    mend_images(tags, base_url)
    mend_embeds(tags, base_url)
    mend_links(tags, base_url)
    mend_numbered_code(tags)
    return list(_Walk(tags).blocks(soup))


class _Walk:
    """One walk through a tree, which remembers the names of places until a block takes them."""

    def __init__(self, tags: list[Tag]) -> None:
        self._inside = survey(tags)
        self._places: list[str] = []

    def blocks(self, soup: Tag) -> Iterator[Block]:
        """The blocks of the tree, depth first, without recursion."""
        stack: list[Iterator[PageElement]] = [iter(list(soup.contents))]
        run: list[PageElement] = []
        while stack:
            node = next(stack[-1], None)
            if node is not None and self._is_inline(node):
                run.append(node)
                continue
            if run:
                yield from map(self._placed, self._blocks_of_run(run))
                run = []
            if node is None:
                stack.pop()
            elif isinstance(node, Tag):
                block = self._block_of(node)
                if "id" in node.attrs and (block is None or block.kind is Kind.HEADING):
                    self._places.append(str(node["id"]))
                if block is None:
                    stack.append(iter(list(node.contents)))
                elif block.text or block.kind is Kind.FIGURE:
                    yield self._placed(block)

    def _placed(self, block: Block) -> Block:
        """`block` as the place to which links to the tags around or before it lead."""
        places, self._places = self._places, []
        return replace(block, places=tuple(places)) if places else block

    def _is_inline(self, node: PageElement) -> bool:
        if not isinstance(node, Tag):
            return isinstance(node, NavigableString)
        is_block = node.name in BLOCK_TAGS or self._inside[id(node)] & Holds.BLOCK
        return not is_block and node.get("role") != "heading"

    def _block_of(self, tag: Tag) -> Block | None:
        """The one block that `tag` is as a whole, None for a container to be walked."""
        if level := _heading_level(tag):
            return self._heading(tag, level)
        holds = self._inside[id(tag)]
        if tag.name == "pre":
            return Block(Kind.CODE, code_of(tag), code_html(tag))
        if tag.name == "table":
            return self._whole(tag, Kind.TABLE) if is_data(tag, self._inside) else None
        kind, parts = _WHOLE.get(tag.name, (None, 0))
        if kind is None or holds & parts:
            return None
        if kind is Kind.FIGURE and EMBED not in tag.attrs and not holds & _SEEN:
            return None
        return self._whole(tag, kind)

    def _whole(self, tag: Tag, kind: Kind) -> Block:
        return Block(kind, text_of([tag]), html_of([tag], self._inside))

    def _heading(self, tag: Tag, level: int) -> Block | None:
        """A heading; None (so that its content is walked) if it is no single line of text.

        A heading inside a link names what the link leads to, another article as a rule.
        """
        if self._inside[id(tag)] & _NO_LINE:
            return None
        text = text_of(tag.contents).replace("\n", " ")
        is_long = len(text) > MAX_HEADING_CHARS
        if not text or (is_long and self._inside[id(tag)] & Holds.BLOCK):
            return None
        html = f"<p>{html_of(tag.contents, self._inside)}</p>"
        if is_long or any(_leads_away(parent) for parent in tag.parents):
            return Block(Kind.PARAGRAPH, text, html)
        return Block(Kind.HEADING, text, html, level)

    def _blocks_of_run(self, run: list[PageElement]) -> Iterator[Block]:
        """The paragraphs of a run of inline nodes: two line breaks part them, as a <p> would."""
        parent = run[0].parent
        start = opening("p", parent if parent is not None and parent.name in BLOCK_TAGS else None)
        is_summary = parent is not None and parent.name == "summary"
        for nodes in _split_at_breaks(run):
            text = text_of(nodes)
            if not text:
                yield from self._bare_images(nodes)
                continue
            if all(_is_time_or_blank(node) for node in nodes):
                continue  # a date that stands alone is a label, not a paragraph
            html = f"{start}{html_of(nodes, self._inside)}</p>"
            if _is_bold_line(nodes, text) or (is_summary and len(text) <= MAX_BOLD_CHARS):
                yield Block(Kind.HEADING, text, html, BOLD_LEVEL)
            else:
                yield Block(Kind.PARAGRAPH, text, html)

    def _bare_images(self, nodes: list[PageElement]) -> Iterator[Block]:
        for node in nodes:
            if isinstance(node, Tag):
                for image in [node] if node.name == "img" else node.find_all("img"):
                    html = f"<figure>{html_of([image], self._inside)}</figure>"
                    yield Block(Kind.FIGURE, "", html)


def _heading_level(tag: Tag) -> int:
    if tag.get("role") == "heading":
        stated = str(tag.get("aria-level", ""))
        return int(stated) if stated in {"1", "2", "3", "4", "5", "6"} else _ROLE_HEADING_LEVEL
    return HEADING_TAGS.get(tag.name, 0)


def _leads_away(tag: Tag) -> bool:
    return tag.name == "a" and not str(tag.get("href", "#")).startswith("#")


def _is_time_or_blank(node: PageElement) -> bool:
    return node.name == "time" if isinstance(node, Tag) else not str(node).strip()


def _split_at_breaks(run: list[PageElement]) -> Iterator[list[PageElement]]:
    part: list[PageElement] = []
    breaks = 0
    for node in run:
        if isinstance(node, Tag) and node.name == "br":
            breaks += 1
        elif isinstance(node, Tag) or str(node).strip():
            if breaks > 1 and part:
                yield part
                part = []
            breaks = 0
        if part or not (isinstance(node, Tag) and node.name == "br"):
            part.append(node)
    while part and isinstance(part[-1], Tag) and part[-1].name == "br":
        part.pop()
    if part:
        yield part


def _is_bold_line(nodes: list[PageElement], text: str) -> bool:
    """Whether a paragraph is only one short bold line that does not end as a sentence does."""
    if len(text) > MAX_BOLD_CHARS or "\n" in text or text.endswith(SENTENCE_ENDS):
        return False
    shown = [node for node in nodes if isinstance(node, Tag) or str(node).strip()]
    return all(isinstance(node, Tag) and _is_bold(node) for node in shown)


def _is_bold(tag: Tag) -> bool:
    """Whether all text of `tag` is bold: it is <b>, or holds nothing but <b> at some depth."""
    while tag.name not in BOLD:
        inner = [child for child in tag.contents if isinstance(child, Tag) or str(child).strip()]
        if len(inner) != 1 or not isinstance(inner[0], Tag):
            return tag.name == "br"
        tag = inner[0]
    return True
