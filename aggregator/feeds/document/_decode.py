"""Bytes to text: unpack what came compressed, then the ladder of encodings."""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from aggregator.charsets import find_codec
from aggregator.errors import FeedError

MAX_BYTES = 32 * 1024 * 1024
"""The largest document that is read, unpacked: as much as a fetch lets through at most."""

_PACKED = (b"\x1f\x8b\x08", b"x\x01", b"x\x9c", b"x\xda")  # gzip and zlib; no text begins so
_ANY_WINDOW = 47  # zlib's way to say: a header of gzip or of zlib, the largest window
_MAX_LAYERS = 2  # a file kept as gzip, packed once more by the server

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
_SEVEN_BIT = {"iso2022": b"\x1b", "hz": b"~{"}  # such text is valid UTF-8 and means something else
_WIDE = ("utf-16", "utf-32")
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?\sencoding\s*=\s*[\"']\s*([\w.:-]{1,40})")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_HEAD_BYTES = 1024

# Of the bytes above 0x7F, those in letters of UTF-8. By accident that was at most 0.25 of samples
# in single-byte encodings (0.43 in Thai), and 0.30 to 0.40 in the wide ones of East Asia.
_UTF8_SHARE_AGAINST_A_NAME, _UTF8_SHARE = 0.9, 0.6
_MAX_WRONG_SHARE = 0.05
"""Of what a stated encoding cannot read, against the bytes above 0x7F: letters cut in half."""

# What the detector may answer. Of western languages it tells no two apart (French, Spanish and
# Portuguese in windows-1252 came back as windows-1250), so one stands for all. Of 14 samples in 10
# other languages, of 70 to 110 bytes, it named all, but of 8 sentences half as long it missed two.
_DETECTABLE = """cp1252 cp1251 koi8_r koi8_u iso8859_5 cp1253 cp1255 cp1256 cp874 cp932 euc_jp
    gb18030 big5hkscs cp949"""
_SAMPLE_BYTES = 1 << 16
_FEWEST_BYTES = 12
"""Bytes above 0x7F without which the detector is not asked: it would guess."""

_BETWEEN_TAGS = re.compile(rb"[^<>]+")
_ASCII = bytes(range(0x80))
_REPAIR = "aggregator.cp1252"


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a document, the encoding it was read in, and what was odd about it.

    `source` is what named the encoding: "bom", "utf-8" (the bytes are valid in it), "http",
    "declaration", or "detector" (nothing did, so the bytes were looked at).
    """

    text: str
    encoding: str
    source: str
    warnings: tuple[str, ...] = ()


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    r"""The text of `body`, by the first rung that holds.

    Byte order mark, valid UTF-8, charset of `content_type`, XML declaration, detector. UTF-8 with a
    few stray bytes stays UTF-8 in which each of them is windows-1252, as is everything that no rung
    takes. Valid UTF-8 stands above what is declared because text of another encoding is practically
    never valid UTF-8, and declarations are often wrong. Raises FeedError for a document above
    `MAX_BYTES` or a broken compressed one.

    >>> decode("caf\u00e9".encode("latin-1")).text
    'café'
    """
    body = _unpack(body)
    for mark, encoding, length in _MARKS:
        if body.startswith(mark):
            return _decode_marked(body[length:], encoding)
    stated = list(_iter_stated(body, content_type))
    for encoding, source in stated:
        if any(encoding.startswith(name) and sign in body for name, sign in _SEVEN_BIT.items()):
            return Decoded(body.decode(encoding, "replace"), encoding, source)
    try:
        return Decoded(body.decode("utf-8"), "utf-8", "utf-8")
    except UnicodeDecodeError:
        return _decode_older(body, stated)


def _decode_marked(body: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(body.decode(encoding), encoding, "bom")
    except UnicodeDecodeError as error:
        text = body.decode(encoding, _REPAIR if encoding == "utf-8" else "replace")
        return Decoded(text, encoding, "bom", (f"not valid {encoding}: {error.reason}",))


def _decode_older(body: bytes, stated: list[tuple[str, str]]) -> Decoded:
    """The text of a body that is not valid UTF-8."""
    high_bytes = _count_high(body)
    in_letters = _count_high(body.decode("utf-8", "ignore").encode())
    if in_letters > _UTF8_SHARE_AGAINST_A_NAME * high_bytes:
        return _decode_strays(body)
    for encoding, source in stated:
        text = body.decode(encoding, "replace")
        unread = text.count("\ufffd")
        if unread <= _MAX_WRONG_SHARE * high_bytes:
            warning = f"{unread} places are not valid {encoding}"
            return Decoded(text, encoding, source, (warning,) if unread else ())
    if in_letters > _UTF8_SHARE * high_bytes:
        return _decode_strays(body)
    encoding = (_detect(body) if high_bytes >= _FEWEST_BYTES else None) or "cp1252"
    warning = f"not valid in any encoding it states: read as {encoding}"
    return Decoded(body.decode(encoding, "replace"), encoding, "detector", (warning,))


def _count_high(body: bytes) -> int:
    return len(body.translate(None, _ASCII))


def _decode_strays(body: bytes) -> Decoded:
    warning = "not all of it is valid UTF-8: stray bytes were read as windows-1252"
    return Decoded(body.decode("utf-8", _REPAIR), "utf-8", "utf-8", (warning,))


def _unpack(body: bytes) -> bytes:
    for _ in range(_MAX_LAYERS):
        if not body.startswith(_PACKED):
            break
        try:
            body = zlib.decompressobj(_ANY_WINDOW).decompress(body, MAX_BYTES + 1)
        except zlib.error as error:
            raise FeedError(f"a gzip file that cannot be unpacked: {error}") from error
    if len(body) > MAX_BYTES:
        raise FeedError(f"larger than {MAX_BYTES // 2**20} MiB, so it was not read")
    return body


def _iter_stated(body: bytes, content_type: str | None) -> Iterator[tuple[str, str]]:
    """What the server and the document say of the encoding, with who says so, in that order."""
    in_header = _CHARSET.search(content_type or "")
    in_body = _DECLARED.search(body[:_HEAD_BYTES])
    labels = {
        "http": in_header.group(1) if in_header else "",
        "declaration": in_body.group(1).decode("ascii") if in_body else "",
    }
    for source, label in labels.items():
        encoding = find_codec(label)
        # the wide ones were seen by their zero bytes, or they are not true
        if encoding is not None and encoding != "utf-8" and not encoding.startswith(_WIDE):
            yield encoding, source


def _detect(body: bytes) -> str | None:
    """The encoding that the letters of `body` look like; None unless all of it is valid in that."""
    from charset_normalizer import from_bytes  # noqa: PLC0415 - of a thousand feeds one needs it

    sample = _sample_letters(body)
    found = from_bytes(sample, cp_isolation=_DETECTABLE.split()).best()
    try:
        if found is not None:
            body.decode(found.encoding)
            return found.encoding
    except UnicodeDecodeError:
        pass
    return None


def _sample_letters(body: bytes) -> bytes:
    """The first texts between tags that are not plain ASCII, up to `_SAMPLE_BYTES`."""
    pieces, room = [], _SAMPLE_BYTES
    for found in _BETWEEN_TAGS.finditer(body):
        piece = found.group()[:room]
        if not piece.isascii():
            pieces.append(piece)
            room -= len(piece)
        if room <= 0:
            break
    return b" ".join(pieces)


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    if error.reason == "unexpected end of data":  # the document was cut inside of a letter
        return "", error.end
    stray = error.object[error.start : error.end]
    return stray.decode("cp1252", "replace"), error.end


codecs.register_error(_REPAIR, _as_cp1252)
