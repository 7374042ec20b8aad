"""The HTML of a plain body -> its blocks, read straight from lxml's tree.

Most bodies of entries are paragraphs, headings, lists, quotes, figures and code without anything to
mend but links and images. Their blocks are the very ones that `_clean` makes with BeautifulSoup,
for less than half the cost; a test holds both equal. What this does not know is left to `_clean`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import TypeAlias

from lxml import etree
from lxml.html import HtmlElement

from aggregator.articles._blocks import BOLD_LEVEL, Block, Kind
from aggregator.articles._clean import BOLD, MAX_BOLD_CHARS, MAX_HEADING_CHARS, SENTENCE_ENDS
from aggregator.articles._direct_text import code_of, language_of, text_of
from aggregator.articles._markup import ANYWHERE, ATTRIBUTES, collapse_runs
from aggregator.articles._plain_tree import BARE, CONTAINERS, VOID, is_plain, mend, plain_links
from aggregator.articles._soup import BLOCK_TAGS, HEADING_TAGS
from aggregator.text import collapse_whitespace

_WHOLE = {"ul": Kind.LIST, "ol": Kind.LIST, "blockquote": Kind.QUOTE, "figure": Kind.FIGURE}
_PARTS = ("ul", "ol", "li", "blockquote", "figure", "figcaption", "p", "hr")
_EMPTY = re.compile(r"<(\w+)([^<>]*)/>")
_BARE_OPEN, _BARE_CLOSE = f"<{BARE}>", f"</{BARE}>"

Node: TypeAlias = str | HtmlElement
"""A text between tags, or an inline element without the text behind it."""


def read_plain_blocks(root: HtmlElement, base_url: str | None) -> list[Block] | None:
    """The blocks of a body; None, and it is unchanged, if it holds what is not plain.

    Else links and images are mended in the tree itself.
    """
    if not is_plain(root):
        return None
    links = plain_links(root, base_url)
    if links is None or not mend(root, links, base_url):
        return None
    return list(_blocks(root))


def _blocks(container: HtmlElement) -> Iterator[Block]:
    """The blocks in `container`, depth first; white space that begins or follows one is no text."""
    text = container.text
    run: list[Node] = [text] if text and not text.isspace() else []
    for child in container:
        tag = child.tag
        if tag not in BLOCK_TAGS:
            run.append(child)
        else:
            if run:
                yield from _blocks_of_run(container, run)
                run = []
            if tag in CONTAINERS:
                yield from _blocks(child)
            elif tag == "p":
                yield from _paragraphs(child)
            elif block := _block_of(child):
                if block.text or block.kind is Kind.FIGURE:
                    yield block
            else:
                yield from _blocks(child)
        text = child.tail
        if text and (run or not text.isspace()):
            run.append(text)
    if run:
        yield from _blocks_of_run(container, run)


def _block_of(element: HtmlElement) -> Block | None:
    """The one block that `element` is as a whole, None for a container."""
    tag = element.tag
    if tag in HEADING_TAGS:
        return _heading(element, HEADING_TAGS[tag])
    if tag == "pre":
        return _code(element)
    kind = _WHOLE.get(tag)
    is_no_figure = kind is Kind.FIGURE and (_has(element, "blockquote") or not _has(element, "img"))
    if kind is None or is_no_figure:
        return None
    _drop_blanks(element)
    return Block(kind, text_of([element]), _html_of(element))


def _drop_blanks(block: HtmlElement) -> None:
    """Take away white space that begins a block inside `block`, or follows one."""
    for element in block.iter(*_PARTS):
        if element.text and element.text.isspace():
            element.text = None
        if element.tail and element.tail.isspace():
            element.tail = None


def _heading(element: HtmlElement, level: int) -> Block | None:
    text = text_of(_nodes_of(element)).replace("\n", " ")
    if not text:
        return None
    html = f"<p>{_parted(_html_of(element))[1]}</p>"
    if len(text) > MAX_HEADING_CHARS:
        return Block(Kind.PARAGRAPH, text, html)
    return Block(Kind.HEADING, text, html, level)


def _code(pre: HtmlElement) -> Block:
    code, language = code_of(pre), language_of(pre)
    stated = f' class="language-{escape(language)}"' if language else ""
    html = f"{_opening('pre', pre)}<code{stated}>{escape(code, quote=False)}</code></pre>"
    return Block(Kind.CODE, code, html)


def _paragraphs(paragraph: HtmlElement) -> Iterator[Block]:
    """What a <p> holds: one run of inline nodes, written at once if no line break is in it."""
    html = _html_of(paragraph)
    if "<br" in html:
        yield from _blocks(paragraph)
    elif text := collapse_whitespace("".join(paragraph.itertext())):
        start, inner = _parted(html)
        yield _paragraph(_nodes_of(paragraph), text, f"{start}{inner}</p>")
    else:
        yield from _bare_images([paragraph])


def _blocks_of_run(parent: HtmlElement, run: list[Node]) -> Iterator[Block]:
    """The paragraphs of a run of inline nodes: two line breaks part them, as a <p> would."""
    start = _opening("p", parent)
    for nodes in _split_at_breaks(run) if any(map(_is_break, run)) else [run]:
        text = text_of(nodes)
        if text:
            html = f"{start}{''.join(map(_html_of, nodes)).strip()}</p>"
            yield _paragraph(nodes, text, html)
        else:
            yield from _bare_images(nodes)


def _paragraph(nodes: Iterable[Node], text: str, html: str) -> Block:
    """A paragraph, or the heading that it is if it is a bold line."""
    if _is_bold_line(nodes, text):
        return Block(Kind.HEADING, text, html, BOLD_LEVEL)
    return Block(Kind.PARAGRAPH, text, html)


def _bare_images(nodes: Iterable[Node]) -> Iterator[Block]:
    for node in nodes:
        for image in () if isinstance(node, str) else node.iter("img"):
            yield Block(Kind.FIGURE, "", f"<figure>{_html_of(image)}</figure>")


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


def _is_bold_line(nodes: Iterable[Node], text: str) -> bool:
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


def _nodes_of(element: HtmlElement) -> Iterator[Node]:
    if element.text:
        yield element.text
    for child in element:
        yield child
        if child.tail:
            yield child.tail


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
        return escape(collapse_runs(node), quote=False)
    html = collapse_runs(etree.tostring(node, encoding="unicode", with_tail=False))
    if "/>" in html:
        html = _EMPTY.sub(_as_html, html)
    return html.replace(_BARE_OPEN, "").replace(_BARE_CLOSE, "") if _BARE_OPEN in html else html


def _as_html(empty: re.Match[str]) -> str:
    """An empty element as HTML has it: only some have no closing tag."""
    name, attributes = empty.groups()
    return f"<{name}{attributes}>" if name in VOID else f"<{name}{attributes}></{name}>"


def _parted(html: str) -> tuple[str, str]:
    """The opening tag of one element, and what stands in it."""
    start = html.index(">") + 1
    return html[:start], html[start : html.rindex("<")].strip()
