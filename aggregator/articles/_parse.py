"""A document as received -> text, and text -> an lxml tree of bounded size.

Everything after this module may rely on: valid text without NULs, at most `MAX_TAGS` tags, a tree
no deeper than libxml2 allows without ``huge_tree`` (256), no comments, no processing instructions.
"""

from __future__ import annotations

import codecs
import re
import sys
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

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
_CONTROL = bytes({*range(9), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F})
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)

# What browsers read under these labels (WHATWG Encoding Standard): supersets of what they name.
_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
# Encodings in which bytes below 0x80 need not be ASCII: valid UTF-8 proves nothing about them.
_SEVEN_BIT = {"iso2022_jp", "iso2022_kr", "hz", "utf-16", "utf-16-le", "utf-16-be", "utf-32"}
_REFUSED = {"utf-7", "idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape"}

_TAG = re.compile(r"<[a-zA-Z/!?]")
_ANY_TAG = re.compile(r"</?[a-z][\w:-]{0,30}(?:\s[^<>]{0,2000})?/?>|<!doctype\b", re.IGNORECASE)
_LONG_TAG = re.compile(r"(<[a-zA-Z][\w:-]{0,50})[^<>]{2000,}")
_REFERENCE = re.compile(r"&#(?:x0*(?P<hex>[0-9a-f]{1,8})|0*(?P<dec>[0-9]{1,8}));?", re.IGNORECASE)
_END = re.compile(r"</(?:body|html)\s{0,9}>", re.IGNORECASE)
"""Some pages end twice; libxml2 drops what follows the first end, browsers do not."""

_SEPARATOR = re.compile(r"[\s\"'/]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_XML_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


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
    return _XML_CONTROL.sub("", _SURROGATE.sub("\ufffd", text))


def is_markup(text: str) -> bool:
    """Whether `text` holds at least one tag.

    >>> is_markup("a < b and c > d"), is_markup("<p>a")
    (False, True)
    """
    return _ANY_TAG.search(text) is not None


def parse_tree(markup: str) -> HtmlElement:
    """The tree of `markup`, always with a root; what lies beyond the limits is cut off."""
    source = without_control(markup)
    cut = next(islice(_TAG.finditer(source), MAX_TAGS, None), None)
    source = source[: cut.start()] if cut else source
    source = _END.sub("", _LONG_TAG.sub(_without_attributes, source))
    source = _REFERENCE.sub(_allowed_reference, source)
    parser = HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False, recover=True
    )
    try:
        return document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, AssertionError):
        return document_fromstring("<html><body></body></html>")


def _without_attributes(tag: re.Match[str]) -> str:
    """The name of an over-long tag, or the tag as it was if only its values are long."""
    is_flood = sum(1 for _ in _SEPARATOR.finditer(tag[0])) > 2 * _MAX_ATTRIBUTES
    return tag[1] if is_flood else tag[0]


def _allowed_reference(reference: re.Match[str]) -> str:
    """A numeric reference, or nothing if lxml would refuse to move the character it names."""
    code = int(reference["hex"], 16) if reference["hex"] else int(reference["dec"])
    is_allowed = code <= sys.maxunicode and not _FORBIDDEN.match(chr(code))
    return reference[0] if is_allowed else ""


def _refuse_binary(document: str | bytes) -> None:
    head = document[:_SNIFFED_BYTES]
    sample = head.encode("utf-8", "replace") if isinstance(head, str) else head
    if any(sample.startswith(bom) for bom, _ in _BOMS[1:]):
        return
    control = len(sample) - len(sample.translate(None, _CONTROL))
    if sample.startswith(_MAGIC) or control > _MAX_CONTROL_SHARE * len(sample):
        raise ExtractError("the document is binary (an image, a PDF, an archive), not a text")


def _decode_bytes(document: bytes, content_type: str | None) -> str:
    for bom, encoding in _BOMS:
        if document.startswith(bom):
            return document[len(bom) :].decode(encoding, "replace")
    declared = _declared_encoding(document, content_type)
    if declared not in _SEVEN_BIT:
        try:
            return document.decode("utf-8")
        except UnicodeDecodeError:
            if declared == "utf-8":
                return document.decode("utf-8", "replace")
    return document.decode(declared or "cp1252", "replace")


def _declared_encoding(document: bytes, content_type: str | None) -> str | None:
    """The codec that the header names, else the one of the first ``charset=`` of the document."""
    for place in ((content_type or "").encode("ascii", "replace"), document[:_SNIFFED_BYTES]):
        label = _CHARSET.search(place)
        if label is None:
            continue
        try:
            name = codecs.lookup(label[1].decode("ascii", "replace")).name
            "".encode(name)
        except LookupError:
            continue
        if name not in _REFUSED:
            return _SUPERSETS.get(name, name)
    return None
