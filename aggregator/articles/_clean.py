"""The HTML of an article's region, or of an entry's body -> its blocks in reading order.

BeautifulSoup is used here, in `_links` and in `_markdown`, and only ever on a region: a tree of
a whole page takes five to six times as long. Links and images leave absolute and without
tracking; the HTML of the blocks is not yet sanitised, `_sections` does that for each section.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from html import escape
from itertools import islice

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from aggregator.articles._blocks import BOLD_LEVEL, Block, Kind
from aggregator.articles._links import mend_links
from aggregator.text import collapse_whitespace

_BLOCK_TAGS = frozenset((
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "main", "nav", "ol",
    "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
    "ul", "caption",
))  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ROLE_HEADING_LEVEL = 2
_DROPPED = frozenset((
    "script", "style", "noscript", "template", "svg", "iframe", "object", "embed", "canvas",
    "input", "textarea", "select", "button", "option", "datalist", "math", "map", "audio",
    "video", "link", "meta", "title", "base", "head",
))  # fmt: skip
_WHOLE = {"ul": Kind.LIST, "ol": Kind.LIST, "dl": Kind.LIST}
_WHOLE |= {"blockquote": Kind.QUOTE, "pre": Kind.CODE, "figure": Kind.FIGURE}
_RICH_TAGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "table", "pre", "figure"))
"""What must not be lost inside a list, quote or figure: there the parts become blocks."""

_MAX_HEADING_CHARS = 200
_MAX_BOLD_CHARS = 100
"""A longer bold paragraph is an emphasised sentence, not a sub-heading."""

_BARE_MARKER = re.compile(r"(?m)^(-|\d{1,4}\.)\n")
_CELL_BLOCKS = frozenset(("p", "div", "ul", "ol", "h1", "h2", "h3", "h4", "blockquote"))


def read_blocks(html: str, base_url: str | None = None) -> list[Block]:
    """The blocks of `html`; links and images are resolved against `base_url`. Never raises."""
    soup = BeautifulSoup(f"<body>{html}", "lxml", multi_valued_attributes=None)
    _prune(soup)
    mend_links(_tags(soup), base_url)
    return list(_walk(soup))


def _tags(root: Tag) -> list[Tag]:
    """All tags inside `root`, in document order (find_all takes 1.6 times as long)."""
    return [node for node in root.descendants if isinstance(node, Tag)]


def _has(tag: Tag, names: Container[str], least: int = 1) -> bool:
    """Whether at least `least` tags inside `tag` have one of `names`."""
    found = (1 for node in tag.descendants if isinstance(node, Tag) and node.name in names)
    return sum(islice(found, least)) == least


def _prune(soup: BeautifulSoup) -> None:
    """Drop what is never text: controls, embedded things, comments, declarations."""
    unwanted: list[PageElement] = []
    for node in soup.descendants:
        is_dropped = isinstance(node, Tag) and node.name in _DROPPED
        if is_dropped or isinstance(node, PreformattedString):
            unwanted.append(node)
    for node in unwanted:
        node.extract()


def _walk(soup: BeautifulSoup) -> Iterator[Block]:
    """The blocks of the tree, depth first, without recursion."""
    tags = _tags(soup)
    holders = _holders_of(tags, _BLOCK_TAGS)
    rich = _holders_of(tags, _RICH_TAGS)
    stack: list[Iterator[PageElement]] = [iter(list(soup.contents))]
    run: list[PageElement] = []
    while stack:
        node = next(stack[-1], None)
        if node is not None and _is_inline(node, holders):
            run.append(node)
            continue
        yield from _blocks_of_run(run)
        run = []
        if node is None:
            stack.pop()
        elif isinstance(node, Tag):
            block = _block_of(node, is_rich=id(node) in rich)
            if block is None:
                stack.append(iter(list(node.contents)))
            elif block.text or block.kind is Kind.FIGURE:
                yield block


def _holders_of(tags: Iterable[Tag], names: Container[str]) -> set[int]:
    """The ids of all tags that have a tag of one of `names` somewhere inside."""
    holders: set[int] = set()
    for tag in tags:
        if tag.name in names:
            for parent in tag.parents:
                if id(parent) in holders:
                    break
                holders.add(id(parent))
    return holders


def _is_inline(node: PageElement, holders: set[int]) -> bool:
    if not isinstance(node, Tag):
        return isinstance(node, NavigableString)
    is_heading = node.get("role") == "heading"
    return node.name not in _BLOCK_TAGS and id(node) not in holders and not is_heading


def _block_of(tag: Tag, *, is_rich: bool) -> Block | None:
    """The one block that `tag` is as a whole, None for a container to be walked.

    `is_rich` says that headings, tables or the like stand inside: then it is a container.
    """
    level = _heading_level(tag)
    if level:
        return _heading(tag, level)
    kind = None if is_rich else _WHOLE.get(tag.name)
    if tag.name == "table" and _is_data_table(tag):
        kind = Kind.TABLE
    if kind is Kind.FIGURE and not _has(tag, {"img"}):
        kind = None
    if kind is None:
        return None
    html = str(tag)
    return Block(kind, _code_text(tag) if kind is Kind.CODE else _lines_of(tag), html)


def _heading_level(tag: Tag) -> int:
    if tag.get("role") == "heading":
        stated = str(tag.get("aria-level", ""))
        return int(stated) if stated in {"1", "2", "3", "4", "5", "6"} else _ROLE_HEADING_LEVEL
    return _HEADINGS.get(tag.name, 0)


def _heading(tag: Tag, level: int) -> Block | None:
    """A heading; None (so that its content is walked) if it is no single line of text."""
    if _has(tag, {"p", "ul", "ol", "table", "h2", "h3"}):
        return None
    text = collapse_whitespace(tag.get_text(" " if _has(tag, {"br"}) else ""))
    if not text:
        return None
    if len(text) > _MAX_HEADING_CHARS:
        return Block(Kind.PARAGRAPH, text, f"<p>{tag.decode_contents()}</p>")
    return Block(Kind.HEADING, text, f"<p>{tag.decode_contents()}</p>", level)


def _is_data_table(table: Tag) -> bool:
    """Whether `table` holds figures in rows and columns, not the layout of a page."""
    inside = _tags(table)
    names = [tag.name for tag in inside]
    if table.get("role") == "presentation" or "table" in names or names.count("tr") < 2:
        return False
    cells = [tag for tag in inside if tag.name in {"td", "th"}]
    if len(cells) < 2 * names.count("tr") - 1:
        return False
    return "th" in names or not any(_has(cell, _CELL_BLOCKS, 2) for cell in cells)


def _blocks_of_run(run: list[PageElement]) -> Iterator[Block]:
    """The paragraphs of a run of inline nodes: two line breaks part them, as a <p> would."""
    opening = _opening(run[0].parent) if run else ""
    for nodes in _split_at_breaks(run):
        text = _inline_text(nodes)
        html = "".join(_source(node) for node in nodes).strip()
        if not text:
            yield from _bare_images(nodes)
        elif all(_is_time_or_blank(node) for node in nodes):
            continue  # a date that stands alone is a label, not a paragraph
        elif _is_bold_line(nodes, text):
            yield Block(Kind.HEADING, collapse_whitespace(text), f"{opening}{html}</p>", BOLD_LEVEL)
        else:
            yield Block(Kind.PARAGRAPH, text, f"{opening}{html}</p>")


def _is_time_or_blank(node: PageElement) -> bool:
    return node.name == "time" if isinstance(node, Tag) else not str(node).strip()


def _opening(parent: Tag | None) -> str:
    """The start of a paragraph in the language and direction of the tag it stood in."""
    given = {name: parent.get(name) for name in ("lang", "dir")} if parent else {}
    return "<p" + "".join(f' {k}="{escape(str(v))}"' for k, v in given.items() if v) + ">"


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
    if part:
        while part and isinstance(part[-1], Tag) and part[-1].name == "br":
            part.pop()
        yield part


def _source(node: PageElement) -> str:
    return str(node) if isinstance(node, Tag) else escape(str(node), quote=False)


def _inline_text(nodes: Iterable[PageElement]) -> str:
    """The text of inline nodes; a line break is a newline, other white space one blank."""
    parts: list[str] = []
    for node in nodes:
        within = node.descendants if isinstance(node, Tag) else ()
        for piece in (node, *within):
            if isinstance(piece, NavigableString):
                parts.append(str(piece).replace("\n", " "))
            elif isinstance(piece, Tag) and piece.name == "br":
                parts.append("\n")
    return _tidy_lines("".join(parts))


def _tidy_lines(text: str) -> str:
    lines = (collapse_whitespace(line) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _is_bold_line(nodes: list[PageElement], text: str) -> bool:
    """Whether a paragraph is only one short bold line that does not end as a sentence does."""
    if len(text) > _MAX_BOLD_CHARS or "\n" in text or text.endswith((".", ",", ";", "。")):
        return False
    shown = [node for node in nodes if isinstance(node, Tag) or str(node).strip()]
    return all(isinstance(node, Tag) and _is_bold(node) for node in shown)


def _is_bold(tag: Tag) -> bool:
    """Whether all text of `tag` is bold: it is <b>, or holds nothing but <b> at some depth."""
    while tag.name not in {"b", "strong"}:
        inner = [child for child in tag.contents if isinstance(child, Tag) or str(child).strip()]
        if len(inner) != 1 or not isinstance(inner[0], Tag):
            return tag.name == "br"
        tag = inner[0]
    return True


def _bare_images(nodes: Iterable[PageElement]) -> Iterator[Block]:
    for node in nodes:
        if isinstance(node, Tag):
            for image in [node] if node.name == "img" else node.find_all("img"):
                yield Block(Kind.FIGURE, "", f"<figure>{image}</figure>")


def _code_text(tag: Tag) -> str:
    _break_lines(tag)
    return tag.get_text().strip("\n")


def _break_lines(tag: Tag) -> None:
    for inner in _tags(tag):
        if inner.name == "br":
            inner.append("\n")


def _lines_of(tag: Tag) -> str:
    """The text of a list, quote, table or figure in lines. `tag` is marked up in doing so."""
    for string in list(tag.descendants):
        if isinstance(string, NavigableString) and "\n" in string:
            string.replace_with(str(string).replace("\n", " "))
    _break_lines(tag)
    numbers: Counter[int] = Counter()
    for inner in _tags(tag):
        if inner.name in _BLOCK_TAGS:
            numbers[id(inner.parent)] += inner.name == "li"
            _mark_lines(inner, numbers[id(inner.parent)])
    return _BARE_MARKER.sub(r"\1 ", _tidy_lines(tag.get_text()))


def _mark_lines(inner: Tag, number: int) -> None:
    """Part `inner` from what is around it; an item gets its dash or number, a cell its bar."""
    if inner.name in {"td", "th"}:
        if inner.find_previous_sibling(["td", "th"]):
            inner.insert_before(" | ")
        return
    inner.append("\n")
    inner.insert(0, "\n")
    if inner.name == "li":
        is_ordered = inner.parent is not None and inner.parent.name == "ol"
        inner.insert(0, f"\n{number}. " if is_ordered else "\n- ")
