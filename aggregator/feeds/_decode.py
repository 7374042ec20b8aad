"""Bytes to text: unpack what came compressed, then the ladder of encodings."""

from __future__ import annotations

import codecs
import re
import zlib
from dataclasses import dataclass

from aggregator.errors import FeedError

MAX_BYTES = 32 * 1024 * 1024
"""The largest document that is read, unpacked: as much as a fetch lets through at most."""

_GZIP_MAGIC = b"\x1f\x8b\x08"
_GZIP_WINDOW = 31  # zlib's way to say: a gzip header, the largest window

_MARKS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8", 3),
    (codecs.BOM_UTF32_LE, "utf-32-le", 4),
    (codecs.BOM_UTF32_BE, "utf-32-be", 4),
    (codecs.BOM_UTF16_LE, "utf-16-le", 2),
    (codecs.BOM_UTF16_BE, "utf-16-be", 2),
    # no mark, but how "<" or "{" and what follows must look (XML 1.0, appendix F)
    (b"<\x00\x00\x00", "utf-32-le", 0),
    (b"\x00\x00\x00<", "utf-32-be", 0),
    (b"<\x00", "utf-16-le", 0),
    (b"\x00<", "utf-16-be", 0),
    (b"{\x00", "utf-16-le", 0),
    (b"\x00{", "utf-16-be", 0),
)
# What is written under these names is nearly always the superset (WHATWG Encoding).
_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
# Codecs that are no encodings of documents; punycode needs quadratic time.
_REFUSED = frozenset(
    {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"}
)
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?\sencoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_HEAD_BYTES = 1024

_REPAIR = "aggregator.cp1252"


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a document, the encoding it was read in, and what was odd about it."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    r"""The text of `body`, by the first rung that holds.

    Byte order mark, valid UTF-8, charset of `content_type`, XML declaration; else UTF-8 in which
    each byte that is none is windows-1252. Valid UTF-8 stands above what is declared because text
    of another encoding is practically never valid UTF-8, and declarations are often wrong. Raises
    FeedError for a document above `MAX_BYTES` or a broken compressed one.

    >>> decode("caf\u00e9".encode("latin-1")).text
    'café'
    """
    body = _unpack(body)
    for mark, encoding, length in _MARKS:
        if body.startswith(mark):
            text = body[length:].decode(encoding, _REPAIR if encoding == "utf-8" else "replace")
            return Decoded(text, encoding)
    stated = _stated_encodings(body, content_type)
    seven_bit = next((name for name in stated if name.startswith("iso2022")), None)
    if seven_bit and b"\x1b" in body:  # such text is valid UTF-8 and still means something else
        stated = [seven_bit]
    else:
        stated.insert(0, "utf-8")
    for encoding in stated:
        try:
            return Decoded(body.decode(encoding), encoding)
        except (UnicodeError, LookupError):  # LookupError: a codec from bytes to bytes
            continue
    warning = "not valid in any encoding it states: stray bytes were read as windows-1252"
    return Decoded(body.decode("utf-8", _REPAIR), "windows-1252", (warning,))


def _unpack(body: bytes) -> bytes:
    if body.startswith(_GZIP_MAGIC):
        stream = zlib.decompressobj(_GZIP_WINDOW)
        try:
            body = stream.decompress(body, MAX_BYTES + 1)
        except zlib.error as error:
            raise FeedError(f"a gzip file that cannot be unpacked: {error}") from error
    if len(body) > MAX_BYTES:
        raise FeedError(f"larger than {MAX_BYTES // 2**20} MiB, so it was not read")
    return body


def _stated_encodings(body: bytes, content_type: str | None) -> list[str]:
    """What the server and the document say of the encoding, as Python's names, in that order."""
    in_header = _CHARSET.search(content_type or "")
    in_body = _DECLARED.search(body[:_HEAD_BYTES])
    names = [
        in_header.group(1) if in_header else "",
        in_body.group(1).decode("ascii") if in_body else "",
    ]
    return [found for name in names if (found := _find_codec(name))]


def _find_codec(name: str) -> str | None:
    try:
        found = codecs.lookup(name).name if name else None
    except (LookupError, ValueError):
        return None
    if found is None or found in _REFUSED or found.startswith(("utf-16", "utf-32")):
        return None  # the wide ones were seen by their zero bytes, or they are not true
    return _SUPERSETS.get(found, found)


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    stray = error.object[error.start : error.end]
    return stray.decode("cp1252", "replace"), error.end


codecs.register_error(_REPAIR, _as_cp1252)
