"""Sanitised HTML -> CommonMark, without recursion: each tag is replaced after all inside it."""

from __future__ import annotations

import re
from collections.abc import Callable

from bs4.element import NavigableString, Tag

from aggregator.articles._lines import around, first_number
from aggregator.articles._soup import read_soup, tags_of
from aggregator.text import collapse_whitespace

_SPECIAL = re.compile(r"([\\`*_\[\]<>&~|])")
_LINE_START = re.compile(
    r"((?:^|(?<=[\n\x1e]))[^\S\n\x1e]{0,3})"
    r"(#{1,6}(?=\s|$)|[+-](?=\s|$)|\d{1,9}(?=[.)](?:\s|$))"
    r"|=+(?=\s*(?:[\n\x1e]|$))|-(?=[- ]*(?:[\n\x1e]|$)))"
)
_SPACE = re.compile(r"\s+")
_GAPS = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_TICKS = re.compile(r"`+")

# Stand-ins that no sanitised text holds: line breaks that must survive tidying, ends of cells.
_KEEP, _CELL, _CAPTION_END = "\x1e", "\x1f", "\x1d"
_NO_STAND_INS = dict.fromkeys(map(ord, (_KEEP, _CELL, _CAPTION_END)))

_PARAGRAPHS = frozenset((
    "p", "figure", "figcaption", "dl", "dt", "dd", "hr",
))  # fmt: skip
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "cite": "*", "var": "*", "s": "~~"}
_MARKS |= {"del": "~~"}
_CODE = frozenset(("code", "kbd", "samp"))


def from_html(html: str) -> str:
    r"""`html` (sanitised) as CommonMark, with tables as in GitHub's dialect.

    >>> from_html("<p>A <b>bold</b> word</p><ul><li>one</li></ul>")
    'A **bold** word\n\n- one'
    """
    soup = read_soup(html)
    tags = tags_of(soup)
    literal = {id(tag) for tag in tags if tag.name in _CODE or tag.name == "pre"}
    for string in [node for node in soup.descendants if isinstance(node, NavigableString)]:
        if not any(id(parent) in literal for parent in string.parents):
            string.replace_with(_escape_start(_escape_inline(_SPACE.sub(" ", string))))
    _number_items(tags)
    _show_signs(tags)
    for tag in reversed(tags):
        tag.replace_with(_markdown_of(tag))
    return _GAPS.sub("\n\n", soup.get_text()).strip().replace(_KEEP, "\n")


def escape_text(text: str) -> str:
    r"""`text` in one line, so that Markdown shows it as it is.

    >>> escape_text("1. *not* a list")
    '1\\. \\*not\\* a list'
    """
    return _escape_start(_escape_inline(collapse_whitespace(text)))


def _escape_inline(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text.translate(_NO_STAND_INS))


def _escape_start(text: str) -> str:
    """`text` whose lines begin no heading, list or underline."""
    return _LINE_START.sub(
        lambda m: m[1] + (f"{m[2]}\\" if m[2][0].isdigit() else f"\\{m[2]}"), text
    )


def _markdown_of(tag: Tag) -> str:
    """The Markdown of `tag`, whose children are all text by now."""
    inner = "".join(str(child) for child in tag.contents if isinstance(child, NavigableString))
    name = tag.name
    if name in _PARAGRAPHS:
        return "\n\n---\n\n" if name == "hr" else f"\n\n{_escape_start(inner.strip())}\n\n"
    if name in _MARKS:
        return _wrapped(inner, _MARKS[name])
    if name in _CODE:
        return inner if tag.find_parent("pre") else _code(inner)
    writer = _WRITERS.get(name)
    return writer(tag, inner) if writer else inner


def _wrapped(inner: str, mark: str) -> str:
    """`inner` between two marks, its white space outside them, where Markdown wants it."""
    core = inner.strip()
    if not core or "\n" in core:
        return inner
    before = inner[: len(inner) - len(inner.lstrip())]
    return f"{before}{mark}{core}{mark}{inner[len(inner.rstrip()) :]}"


def _code(inner: str) -> str:
    core = collapse_whitespace(inner)
    fence = "`" * (max(map(len, _TICKS.findall(core)), default=0) + 1)
    pad = " " if core.startswith("`") or core.endswith("`") else ""
    return f"{fence}{pad}{core}{pad}{fence}" if core else ""


def _block_of_code(tag: Tag, inner: str) -> str:
    language = str(tag.get("class", "")).removeprefix("language-")
    fence = "`" * max(3, max(map(len, _TICKS.findall(inner)), default=0) + 1)
    code = inner.strip("\n").replace("\n", _KEEP)
    return f"\n\n{fence}{language}{_KEEP}{code}{_KEEP}{fence}\n\n"


def _link(tag: Tag, inner: str) -> str:
    href = str(tag.get("href", ""))
    label = inner.strip()
    if not href or href.startswith("#") or not label or "\n" in label:
        return inner
    return f"[{label}]({_target(href)})"


def _image(tag: Tag, _: str) -> str:
    return f"![{escape_text(str(tag.get('alt', '')))}]({_target(str(tag.get('src', '')))})"


def _target(url: str) -> str:
    quoted = url.replace(" ", "%20").replace("<", "%3C").replace(">", "%3E")
    return quoted.replace("(", "%28").replace(")", "%29").replace("\\", "%5C")


def _heading(tag: Tag, inner: str) -> str:
    return f"\n\n{'#' * int(tag.name[1])} {collapse_whitespace(inner)}\n\n"


def _quote(_: Tag, inner: str) -> str:
    lines = _tidy(inner).replace(_KEEP, "\n").split("\n")
    return f"\n\n{_KEEP.join(f'> {line}'.rstrip() for line in lines)}\n\n"


def _item(tag: Tag, inner: str) -> str:
    """One item; the lines after its first are indented so that they belong to it."""
    mark = f"{tag['value']}. " if "value" in tag.attrs else "- "
    lines = _tidy(inner).replace(_KEEP, "\n").split("\n")
    rest = [f"{' ' * len(mark)}{line}".rstrip() for line in lines[1:]]
    return _KEEP.join([f"{mark}{lines[0]}", *rest]) + _KEEP


def _list(tag: Tag, inner: str) -> str:
    items = inner.replace("\n", "").strip(f" {_KEEP}")
    gap = _KEEP if tag.find_parent("li") else "\n\n"
    return f"{gap}{items}{gap}"


def _cell(_: Tag, inner: str) -> str:
    return collapse_whitespace(inner.replace(_KEEP, " ")) + _CELL


def _row(_: Tag, inner: str) -> str:
    cells = inner.split(_CELL)[:-1]
    return f"| {' | '.join(cell.strip() for cell in cells)} |{_KEEP}" if cells else ""


def _table(_: Tag, inner: str) -> str:
    """The caption, then the rows, the first of them as the head that Markdown demands."""
    *captions, body = inner.rpartition(_CAPTION_END)
    rows = [line.strip() for line in body.split(_KEEP) if line.strip()]
    if not rows:
        return ""
    columns = max(row.replace("\\|", "").count("|") - 1 for row in rows)
    rows.insert(1, "|" + " --- |" * max(columns, 1))
    return f"\n\n{captions[0].strip()}\n\n{_KEEP.join(rows)}\n\n"


def _tidy(text: str) -> str:
    return _GAPS.sub("\n\n", text).strip(f" \n{_KEEP}").replace("\n", _KEEP)


def _show_signs(tags: list[Tag]) -> None:
    """Write out what only HTML shows: brackets of readings and notes, the language of code."""
    for tag in tags:
        before, after = around(tag)
        if before:
            tag.insert(0, NavigableString(_escape_inline(before)))
            tag.append(NavigableString(_escape_inline(after)))
        if tag.name == "code" and tag.parent is not None and tag.parent.name == "pre":
            tag.parent["class"] = str(tag.get("class", ""))


def _number_items(tags: list[Tag]) -> None:
    """Give each item of an ordered list its number as an attribute."""
    for tag in tags:
        if tag.name == "ol":
            items = (node for node in tag.contents if isinstance(node, Tag) and node.name == "li")
            for number, item in enumerate(items, first_number(tag)):
                item["value"] = str(number)


_WRITERS: dict[str, Callable[[Tag, str], str]] = {
    "a": _link,
    "img": _image,
    "br": lambda _tag, _inner: f"\\{_KEEP}",
    "pre": _block_of_code,
    "blockquote": _quote,
    "li": _item,
    "ul": _list,
    "ol": _list,
    "td": _cell,
    "th": _cell,
    "tr": _row,
    "table": _table,
    "caption": lambda _tag, inner: f"{inner.strip()}{_CAPTION_END}",
    **dict.fromkeys(("h3", "h4", "h5", "h6"), _heading),
}
