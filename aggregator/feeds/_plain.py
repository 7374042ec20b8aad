"""Markup and plain text into each other: titles, plain bodies, the text that a reader sees."""

from __future__ import annotations

import html
import re

from aggregator.text import collapse_whitespace

_INLINE_TAGS = """a abbr acronym b bdi bdo big blink cite code data del dfn em font i ins kbd label
    mark nobr q rp rt ruby s samp script small span strike strong style sub sup time tt u var"""
_BLOCK_TAGS = """address article aside blockquote body caption center dd details div dl dt
    figcaption figure footer form h1 h2 h3 h4 h5 h6 head header html li main nav ol p pre section
    summary table tbody td tfoot th thead tr ul"""
_INLINE = frozenset(_INLINE_TAGS.split())
_VOID = frozenset({"br", "hr", "img", "wbr"})
_KNOWN = _INLINE | _VOID | frozenset(_BLOCK_TAGS.split())

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)(?=[\s/>])[^<>]*>|<!--.*?(?:-->|\Z)", re.DOTALL)
_ENTITY = re.compile(r"&(?:#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# What never closes runs to the end, as in a browser; so no text is scanned twice.
_UNSEEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)|</?[A-Za-z!?][^<>]*>",
    re.DOTALL | re.IGNORECASE,
)
_BLANK_LINES = re.compile(r"\n[ \t\f\v]*(?:\n[ \t\f\v]*)+")


def plain_from_html(markup: str) -> str:
    """One line of text: the known HTML tags of `markup` removed, its entities decoded once.

    A tag that HTML does not know is text that somebody forgot to escape, and stays.

    >>> plain_from_html("<b>AT&amp;T</b> &lt;b&gt; <vector>")
    'AT&T <b> <vector>'
    """
    return collapse_whitespace(_decode_entities(_TAG.sub(_without_known, markup)))


def plain_from_either(text: str) -> str:
    """One line of text from a field that may hold HTML or not, as an RSS title may.

    A tag counts as markup only where HTML knows it and it is closed, or needs no closing.

    >>> plain_from_either("<b>Bold</b> and AT&amp;T")
    'Bold and AT&T'
    >>> plain_from_either("Use <b> in C++ <vector>, a < b")
    'Use <b> in C++ <vector>, a < b'
    """
    if "<" not in text:
        return collapse_whitespace(_decode_entities(text))
    seen: dict[str, set[str]] = {"": set(), "/": set()}
    for tag in _TAG.finditer(text):
        if tag.group(2):
            seen[tag.group(1)].add(tag.group(2).lower())
    paired = (seen[""] & seen["/"]) | _VOID

    def replace(tag: re.Match[str]) -> str:
        is_markup = tag.group(2) is None or tag.group(2).lower() in paired
        return _without_known(tag) if is_markup else tag.group()

    return collapse_whitespace(_decode_entities(_TAG.sub(replace, text)))


def html_from_plain(text: str) -> str:
    r"""`text` as HTML: blank lines part paragraphs, other line ends are kept as breaks.

    >>> html_from_plain("a < b\nc\n\nd")
    '<p>a &lt; b<br>c</p><p>d</p>'
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not lines:
        return ""
    paragraphs = _BLANK_LINES.split(html.escape(lines, quote=False))
    return "".join(f"<p>{part.strip().replace(chr(10), '<br>')}</p>" for part in paragraphs)


def visible_text(markup: str) -> str:
    """Roughly what a reader sees of `markup`, in one line; cheap, for comparing only.

    >>> visible_text("<p>One<script>x</script></p><img src=pixel>two&nbsp;&amp; three")
    'One two & three'
    """
    bare = _UNSEEN.sub(" ", markup) if "<" in markup else markup
    return collapse_whitespace(html.unescape(bare) if "&" in bare else bare)


def _without_known(tag: re.Match[str]) -> str:
    name = (tag.group(2) or "").lower()
    if name in _INLINE or not name:
        return ""
    return " " if name in _KNOWN else tag.group()


def _decode_entities(text: str) -> str:
    """Entities that end in ";" decoded once: a lone "&copy" is more often part of an address."""
    return _ENTITY.sub(lambda found: html.unescape(found.group()), text) if "&" in text else text
