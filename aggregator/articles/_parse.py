"""A document as received -> text, and text -> an lxml tree of bounded size.

Everything after this module may rely on: valid text without NULs, at most `MAX_TAGS` tags, a tree
no deeper than libxml2 allows without ``huge_tree`` (256), no comments, no processing instructions.
"""

from __future__ import annotations

import codecs
import re

import numpy as np
from lxml import etree
from lxml.html import HtmlElement
from numpy.typing import NDArray
from selectolax.lexbor import LexborHTMLParser

from aggregator.articles._mending import (
    PARAGRAPHS_OF_TEXT,
    drop_odd_names,
    free_swallowed,
    unlink_text,
)
from aggregator.charsets import find_codec
from aggregator.errors import ExtractError

MAX_BYTES = 5_000_000
"""The largest document that is read; the largest of 912 article pages measured had 1.8 MB."""

MAX_TAGS = 30_000
"""Where markup is cut off: three times the most tags of any article page measured (9,770)."""

_MAX_ATTRIBUTES = 400
"""A tag that seems to have more keeps only its name: libxml2's time grows with their square (20,000
take 0.4 s, 80,000 take 8 s)."""

_SNIFFED_BYTES = 4096
_MAX_CONTROL_SHARE = 0.05
"""Of random bytes, which compressed formats resemble, 11 % are control characters; text has next
to none."""

_MAGIC = (
    b"%PDF-",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"\x28\xb5\x2f",
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = bytes({*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F})
_UNTEXTLIKE = _CONTROL.translate(None, b"\x0c\x1b")
"""Control characters but those of text files: form feeds, and the escapes of ISO 2022."""

_FIRST_PRINTABLE = 0x20
_LINE_CONTROL = b"\t\n\r"
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)

# Encodings in which bytes below 0x80 need not be ASCII: valid UTF-8 proves nothing about them.
_SEVEN_BIT = {"iso2022_jp", "iso2022_kr", "hz", "utf-16", "utf-16-le", "utf-16-be", "utf-32"}
_WIDE = ("utf-16", "utf-32")

_ANY_TAG = re.compile(r"</?[a-z][\w:-]{0,30}(?:\s[^<>]{0,2000})?/?>|<!doctype\b", re.IGNORECASE)
_START_TAG = re.compile(
    rb"""<(?P<name>[a-z][^\s>/]{0,50})(?P<attributes>(?:=\s*+"[^"]*+"|=\s*+'[^']*+'|[^>])*+)>?""",
    re.IGNORECASE,
)
_VOID_TAG = re.compile(
    rb"<(?:!|area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)", re.IGNORECASE
)
_SEPARATOR = re.compile(rb"[\s\"'/]+")
_LONG_TAG_BYTES = 2_000
_FEW_BYTES = 60_000
"""Of so much it is faster to look with the methods of bytes than with numpy."""

_MAX_VALUES, _FEW_ATTRIBUTES = 200_000, 30
"""A page with so many "=" (the most of 793 pages is 13,272) keeps only the names of tags with more
attributes than that: 5,000 tags of 200 each took 1.9 s."""

_MAX_SPLIT_TAGS = 2_000
"""How many "<" may stand without a ">" before the next, in scripts and attributes, before every tag
is looked at: only then can a tag of many attributes hide between them."""

_MAX_UNCLOSED = 5_000
"""Beyond so many tags that nothing closes the parse may be deep; lexbor's time grows with the
square of the depth (20,000 open lists take 3.3 s), libxml2 stops at 256."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_XML_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
ONE_CLASS = etree.ElementDefaultClassLookup(element=HtmlElement)
"""All elements are of one class: lxml.html asks a Python function for the class of each."""

_NOT_TEXT = (
    ("script:not([type*='ld+json']):not([type^='math/'])", b"<script"),
    *(("style", b"<style"), ("svg", b"<svg"), ("template", b"<template")),
)
"""What is never read and makes up half of a page's bytes; noscript may hold the only image. Beside
each selector stands what a document has that it finds anything in, in small letters."""

_MENUS = (  # the body itself is none, whatever it says
    *(("nav", b"<nav"), ("body [role=navigation]", b"role"), ("menu", b"<menu")),
    *(("body [role=menu]", b"role"), ("body [role=menubar]", b"role"), ("footer", b"<footer")),
)
_IN_ARTICLE = "article footer, main footer"


def decode(document: str | bytes, content_type: str | None = None) -> str:
    """The text of `document`; its NULs and lone surrogates are gone.

    A byte order mark decides, else bytes that are valid UTF-8 are UTF-8, else the charset of
    `content_type` or of a ``meta`` tag, else Windows-1252. Raises ExtractError for what is empty,
    binary or larger than `MAX_BYTES`.
    """
    if len(document) > MAX_BYTES:
        raise ExtractError(
            f"the document has {len(document):,} bytes or characters, more than the "
            f"{MAX_BYTES:,} that are read: extract a part of it"
        )
    _refuse_binary(document)
    text = document if isinstance(document, str) else _decode_bytes(document, content_type)
    text = without_control(text).removeprefix("\ufeff")
    if not text.strip():
        raise ExtractError("the document is empty: fetch it again, or check the file")
    return text


def without_control(text: str) -> str:
    r"""`text` without the characters that lxml refuses; lone surrogates become U+FFFD.

    >>> without_control("a\x00b\x1fc\n")
    'abc\n'
    """
    try:
        if not _has_control(text.encode("utf-8")):
            return text
    except UnicodeEncodeError:
        pass  # a lone surrogate
    return _XML_CONTROL.sub("", _SURROGATE.sub("\ufffd", text))


def is_markup(text: str) -> bool:
    """Whether `text` holds at least one tag.

    >>> is_markup("a < b and c > d"), is_markup("<p>a")
    (False, True)
    """
    return _ANY_TAG.search(text) is not None


def parse_tree(markup: str) -> HtmlElement:
    """The tree of `markup`, always with a root; what lies beyond the limits is cut off.

    lexbor reads it as browsers do (libxml2 lets an unclosed button swallow an article), and what it
    writes is read by lxml, in which trees are walked faster: together 2.1 ms a page where lxml
    alone takes 1.1 (median of 100 pages of 228 kB).
    """
    source = _bounded(markup.encode("utf-8", "replace"))
    if not _is_deep(source):
        source = _as_browsers_read(source)
    parser = new_parser()
    try:
        tree = etree.fromstring(_without_control(source), parser)
    except (etree.ParserError, etree.XMLSyntaxError, AssertionError):
        tree = None
    if tree is None:
        return etree.fromstring("<html><body></body></html>", parser)
    if b"{" in source:
        drop_odd_names(tree)
    free_swallowed(tree)
    unlink_text(tree)
    return tree


def new_parser() -> etree.HTMLParser:
    """A parser of HTML in UTF-8: no comments, no processing instructions, no deep trees."""
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False, recover=True
    )
    parser.set_element_class_lookup(ONE_CLASS)
    return parser


def _as_browsers_read(source: bytes) -> bytes:
    """`source` as lexbor writes it: every tag closed, and without what is no text."""
    document = LexborHTMLParser(source)
    written = source.lower()
    for selector, word in _NOT_TEXT:
        if word in written:
            for node in document.css(selector):
                node.decompose()
    menus = [selector for selector, word in _MENUS if word in written]
    inside = {node.mem_id for node in document.css(_IN_ARTICLE)} if menus else set()
    for selector in menus:
        for node in document.css(selector):
            if node.mem_id not in inside and len(node.css("p")) < PARAGRAPHS_OF_TEXT:
                node.decompose()
    return (document.html or "").encode("utf-8", "replace")


def _without_control(source: bytes) -> bytes:
    """UTF-8 without the characters that lxml refuses."""
    if not _has_control(source):
        return source
    kept = source.translate(None, _CONTROL)
    return kept.replace(b"\xef\xbf\xbe", b"").replace(b"\xef\xbf\xbf", b"")


def _has_control(source: bytes) -> bool:
    """Whether UTF-8 holds a character that lxml refuses: asked of all pages, so it is fast."""
    if len(source) <= _FEW_BYTES:
        is_odd = len(source.translate(None, _CONTROL)) != len(source)
        return is_odd or b"\xef\xbf\xbe" in source or b"\xef\xbf\xbf" in source
    codes = np.frombuffer(source, np.uint8)
    low = np.count_nonzero(codes < _FIRST_PRINTABLE)
    lines = sum(np.count_nonzero(codes == code) for code in _LINE_CONTROL)
    is_odd = b"\xef\xbf\xbe" in source or b"\xef\xbf\xbf" in source
    return is_odd or low != lines or b"\x7f" in source


def _places(source: bytes, byte: bytes) -> NDArray[np.intp]:
    """Where `byte` stands in `source`."""
    return np.flatnonzero(np.frombuffer(source, np.uint8) == byte[0])


def _bounded(source: bytes) -> bytes:
    """`source` with at most `MAX_TAGS` tags and no tag of more than `_MAX_ATTRIBUTES`."""
    if len(source) <= _FEW_BYTES:
        parts = source.split(b"<")
        if len(parts) <= _MAX_SPLIT_TAGS and max(map(len, parts)) < _LONG_TAG_BYTES:
            return source  # as most bodies of entries are: no tag of it can be too long
    starts = _places(source, b"<")
    if len(starts) > MAX_TAGS:
        source = source[: int(starts[MAX_TAGS])]
        starts = starts[:MAX_TAGS]
    ends_before = np.searchsorted(_places(source, b">"), starts)
    split_tags = np.count_nonzero(np.diff(ends_before) == 0)
    long = starts[np.diff(starts, append=len(source)) > _LONG_TAG_BYTES]
    tags = (_START_TAG.match(source, start) for start in long.tolist())
    if source.count(b"=") > _MAX_VALUES:
        return _START_TAG.sub(_with_few_attributes, source)
    if split_tags > _MAX_SPLIT_TAGS or any(tag and _is_flood(tag) for tag in tags):
        return _START_TAG.sub(_without_attributes, source)
    return source


def _with_few_attributes(tag: re.Match[bytes]) -> bytes:
    """The name of a tag of more attributes than a page of very many can afford, else the tag."""
    is_much = tag["attributes"].count(b"=") > _FEW_ATTRIBUTES
    return b"<" + tag["name"] + b">" if is_much else tag[0]


def _is_flood(tag: re.Match[bytes]) -> bool:
    """Whether a tag has too many attributes; a quoted value may count as one, too."""
    return len(_SEPARATOR.findall(tag["attributes"])) > 2 * _MAX_ATTRIBUTES


def _without_attributes(tag: re.Match[bytes]) -> bytes:
    """The name of a tag of too many attributes, any other tag as it was."""
    return b"<" + tag["name"] + b">" if _is_flood(tag) else tag[0]


def _is_deep(source: bytes) -> bool:
    unclosed = source.count(b"<") - 2 * source.count(b"</")
    return unclosed > _MAX_UNCLOSED and unclosed - len(_VOID_TAG.findall(source)) > _MAX_UNCLOSED


def _refuse_binary(document: str | bytes) -> None:
    head = document[:_SNIFFED_BYTES]
    sample = head.encode("utf-8", "replace") if isinstance(head, str) else head
    if any(sample.startswith(bom) for bom, _ in _BOMS[1:]):
        return
    control = len(sample) - len(sample.translate(None, _UNTEXTLIKE))
    if sample.startswith(_MAGIC) or control > _MAX_CONTROL_SHARE * len(sample):
        raise ExtractError("the document is binary (an image, a PDF, an archive), not a text")


def _decode_bytes(document: bytes, content_type: str | None) -> str:
    for bom, encoding in _BOMS:
        if document.startswith(bom):
            return document[len(bom) :].decode(encoding, "replace")
    declared = _declared_encoding(document, content_type)
    if declared not in _SEVEN_BIT:
        text = _utf8_text(document)
        if text is not None:
            return text
    return document.decode(declared or "cp1252", "replace")


def _utf8_text(document: bytes) -> str | None:
    """The text of valid UTF-8, which may be cut inside of its last character; None for others.

    One odd byte at the end of ASCII proves nothing: it is a letter of an older encoding.
    """
    try:
        text, read = codecs.utf_8_decode(document, "strict", False)
    except UnicodeDecodeError:
        return None
    return None if read < len(document) and text.isascii() else text


def _declared_encoding(document: bytes, content_type: str | None) -> str | None:
    """The codec that the header names, else the one of the first ``charset=`` of the document."""
    stated = (content_type or "").encode("ascii", "replace")
    for place, is_inside in ((stated, False), (document[:_SNIFFED_BYTES], True)):
        label = _CHARSET.search(place)
        if label is None:
            continue
        name = find_codec(label[1].decode("ascii", "replace"))
        if is_inside and name is not None and name.startswith(_WIDE):
            return "utf-8"  # as the WHATWG has it: what is read as ASCII is not wide
        if name is not None:
            return name
    return None
