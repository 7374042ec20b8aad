"""The HTML of a plain body -> its blocks, read straight from lxml's tree.

Most bodies of entries are paragraphs, headings, lists, quotes, figures and code without anything to
mend but links and images. Their blocks are the very ones that `_clean` makes with BeautifulSoup,
for less than half the cost; a test holds both equal. What this does not know is left to `_clean`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import TypeAlias

from lxml import etree
from lxml.html import HtmlElement

from aggregator.articles._blocks import BOLD_LEVEL, Block, Kind
from aggregator.articles._clean import BOLD, MAX_BOLD_CHARS, MAX_HEADING_CHARS, SENTENCE_ENDS
from aggregator.articles._direct_text import code_of, language_of, text_of
from aggregator.articles._markup import ANYWHERE, ATTRIBUTES, SPACES
from aggregator.articles._plain_tree import BARE, CONTAINERS, mend, plain_links
from aggregator.articles._soup import BLOCK_TAGS, HEADING_TAGS

_WHOLE = {"ul": Kind.LIST, "ol": Kind.LIST, "blockquote": Kind.QUOTE, "figure": Kind.FIGURE}
_VOID = re.compile(r"<(br|hr|img)([^<>]*)/>")
_BARE_OPEN, _BARE_CLOSE = f"<{BARE}>", f"</{BARE}>"

Node: TypeAlias = str | HtmlElement
"""A text between tags, or an inline element without the text behind it."""


def read_plain_blocks(html: str, root: HtmlElement, base_url: str | None) -> list[Block] | None:
    """The blocks of `html`, of which `root` is the tree; None if it holds what is not plain.

    Only where there are blocks the tree is changed: links and images are mended.
    """
    if "\t" in html or "\r" in html:
        return None  # white space that stays as it is in some places
    links = plain_links(root, base_url)
    if links is None or not mend(root, links, base_url):
        return None
    return list(_blocks(root))


def _blocks(container: HtmlElement) -> Iterator[Block]:
    """The blocks in `container`, depth first."""
    run: list[Node] = [container.text] if container.text else []
    for child in container:
        if child.tag not in BLOCK_TAGS:
            run.append(child)
        else:
            if run:
                yield from _blocks_of_run(container, run)
                run = []
            block = _block_of(child)
            if block is None:
                yield from _blocks(child)
            elif block.text or block.kind is Kind.FIGURE:
                yield block
        if child.tail:
            run.append(child.tail)
    if run:
        yield from _blocks_of_run(container, run)


def _block_of(element: HtmlElement) -> Block | None:
    """The one block that `element` is as a whole, None for a container."""
    tag = element.tag
    if tag in CONTAINERS or tag == "p":
        return None
    if tag in HEADING_TAGS:
        return _heading(element, HEADING_TAGS[tag])
    if tag == "pre":
        return _code(element)
    kind = _WHOLE.get(tag)
    is_no_figure = kind is Kind.FIGURE and (_has(element, "blockquote") or not _has(element, "img"))
    if kind is None or is_no_figure:
        return None
    return Block(kind, text_of([element]), _html_of(element))


def _heading(element: HtmlElement, level: int) -> Block | None:
    text = text_of(_nodes_of(element)).replace("\n", " ")
    if not text:
        return None
    html = f"<p>{_inner_html(element)}</p>"
    if len(text) > MAX_HEADING_CHARS:
        return Block(Kind.PARAGRAPH, text, html)
    return Block(Kind.HEADING, text, html, level)


def _code(pre: HtmlElement) -> Block:
    code, language = code_of(pre), language_of(pre)
    stated = f' class="language-{escape(language)}"' if language else ""
    html = f"{_opening('pre', pre)}<code{stated}>{escape(code, quote=False)}</code></pre>"
    return Block(Kind.CODE, code, html)


def _blocks_of_run(parent: HtmlElement, run: list[Node]) -> Iterator[Block]:
    """The paragraphs of a run of inline nodes: two line breaks part them, as a <p> would."""
    start = _opening("p", parent)
    for nodes in _split_at_breaks(run) if any(map(_is_break, run)) else [run]:
        text = text_of(nodes)
        if not text:
            for image in _images(nodes):
                yield Block(Kind.FIGURE, "", f"<figure>{_html_of(image)}</figure>")
            continue
        html = f"{start}{''.join(map(_html_of, nodes)).strip()}</p>"
        if _is_bold_line(nodes, text):
            yield Block(Kind.HEADING, text, html, BOLD_LEVEL)
        else:
            yield Block(Kind.PARAGRAPH, text, html)


def _split_at_breaks(run: list[Node]) -> Iterator[list[Node]]:
    part: list[Node] = []
    breaks = 0
    for node in run:
        if _is_break(node):
            breaks += 1
        elif not isinstance(node, str) or not node.isspace():
            if breaks > 1 and part:
                yield part
                part = []
            breaks = 0
        if part or not _is_break(node):
            part.append(node)
    while part and _is_break(part[-1]):
        part.pop()
    if part:
        yield part


def _is_bold_line(nodes: list[Node], text: str) -> bool:
    """Whether a paragraph is only one short bold line that does not end as a sentence does."""
    if len(text) > MAX_BOLD_CHARS or "\n" in text or text.endswith(SENTENCE_ENDS):
        return False
    return all(node.isspace() if isinstance(node, str) else _is_bold(node) for node in nodes)


def _is_bold(element: HtmlElement) -> bool:
    """Whether all text of `element` is bold: it is <b>, or holds nothing but <b> at some depth."""
    while element.tag not in BOLD:
        inner = [node for node in _nodes_of(element) if not isinstance(node, str) or node.strip()]
        if len(inner) != 1 or isinstance(inner[0], str):
            return bool(element.tag == "br")
        element = inner[0]
    return True


def _nodes_of(element: HtmlElement) -> list[Node]:
    nodes: list[Node] = [element.text] if element.text else []
    for child in element:
        nodes.append(child)
        if child.tail:
            nodes.append(child.tail)
    return nodes


def _images(nodes: list[Node]) -> Iterator[HtmlElement]:
    for node in nodes:
        if not isinstance(node, str):
            yield from node.iter("img")


def _has(element: HtmlElement, *tags: str) -> bool:
    return next(element.iter(*tags), None) is not None


def _is_break(node: Node) -> bool:
    return not isinstance(node, str) and bool(node.tag == "br")


def _opening(name: str, element: HtmlElement) -> str:
    """The opening tag `name` with the attributes of `element` that any tag may have."""
    if not element.attrib:
        return f"<{name}>"
    given = {key: element.get(key) for key in (*ATTRIBUTES.get(name, ()), *ANYWHERE) if key != "id"}
    kept = "".join(f' {key}="{_quoted(value)}"' for key, value in given.items() if value)
    return f"<{name}{kept}>"


def _quoted(value: str) -> str:
    return escape(value, quote=False).replace('"', "&quot;")


def _html_of(node: Node) -> str:
    """A text or a mended element as HTML, without the text behind it."""
    if isinstance(node, str):
        return escape(SPACES.sub(" ", node), quote=False)
    html = etree.tostring(node, encoding="unicode", with_tail=False)
    html = SPACES.sub(" ", html)
    if "/>" in html:
        html = _VOID.sub(r"<\1\2>", html)
    return html.replace(_BARE_OPEN, "").replace(_BARE_CLOSE, "")


def _inner_html(element: HtmlElement) -> str:
    return "".join(map(_html_of, _nodes_of(element))).strip()
