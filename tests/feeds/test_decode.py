"""Bytes to text: every rung of the ladder, and what came compressed."""

from __future__ import annotations

import codecs
import gzip
from encodings.aliases import aliases

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import FeedError
from aggregator.feeds._decode import MAX_BYTES, decode

_XML = '<?xml version="1.0"?><rss><title>Příliš žluťoučký</title></rss>'


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_decides(mark: bytes, encoding: str) -> None:
    """The mark stands above the header and is no part of the text."""
    decoded = decode(mark + _XML.encode(encoding), "text/xml; charset=iso-8859-2")

    assert (decoded.text, decoded.encoding) == (_XML, encoding)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_encodings_are_seen_without_a_mark(encoding: str) -> None:
    """Zero bytes around the first character tell the width."""
    assert decode(_XML.encode(encoding)).text == _XML


def test_valid_utf8_stands_above_what_is_declared() -> None:
    """UTF-8 that is declared as UTF-16 and served as latin-1 is read as UTF-8."""
    text = '<?xml version="1.0" encoding="utf-16"?><rss>é</rss>'

    decoded = decode(text.encode(), "text/xml; charset=iso-8859-1")

    assert (decoded.text, decoded.encoding) == (text, "utf-8")


def test_the_header_stands_above_the_declaration() -> None:
    """Both are possible, and RFC 7303 gives the header the last word."""
    text = '<?xml version="1.0" encoding="iso-8859-1"?><rss>жук</rss>'

    decoded = decode(text.encode("cp1251"), 'application/xml; charset="windows-1251"')

    assert (decoded.text, decoded.encoding) == (text, "cp1251")


@pytest.mark.parametrize(
    ("declared", "actual"),
    [
        ("iso-8859-1", "cp1252"),
        ("gb2312", "gb18030"),
        ("koi8-r", "koi8-r"),
        ("iso-2022-jp", "iso2022_jp"),
        ("Shift_JIS", "cp932"),
    ],
)
def test_the_declaration_decides_where_nothing_else_does(declared: str, actual: str) -> None:
    """The superset that is meant is used in place of the name that is written."""
    word = {"cp1252": "“é”", "koi8-r": "жук"}.get(actual, "新聞")
    text = f'<?xml version="1.0" encoding="{declared}"?><rss>{word}</rss>'

    assert decode(text.encode(actual)).text == text


def test_one_stray_byte_does_not_spoil_the_rest() -> None:
    """UTF-8 with a latin-1 byte in it keeps its UTF-8 and gets that letter, with a warning."""
    decoded = decode(b"<rss>" + "žluť".encode() + b" caf\xe9 \x93x\x94</rss>")

    assert decoded.text == "<rss>žluť café “x”</rss>"
    assert decoded.warnings


@pytest.mark.parametrize("name", ["punycode", "idna", "unicode_escape", "zlib", "no-such", "utf-7"])
def test_codecs_that_are_no_encodings_of_documents_are_refused(name: str) -> None:
    """Neither slow codecs nor escapes can be chosen by a feed."""
    decoded = decode(b"<rss>\xe9\\u0041</rss>", f"text/xml; charset={name}")

    assert decoded.text == "<rss>é\\u0041</rss>"


def test_a_gzip_file_without_header_is_unpacked() -> None:
    """Some servers send the file that they keep; a cut one gives what is there."""
    packed = gzip.compress(_XML.encode() * 50)

    assert decode(packed).text == _XML * 50
    assert decode(packed[:-20]).text.startswith(_XML[:40])


def test_what_is_too_large_is_refused() -> None:
    """A bomb of zeros stops at the bound, and so does a long document."""
    for body in (gzip.compress(bytes(MAX_BYTES + 1)), bytes(MAX_BYTES + 1)):
        with pytest.raises(FeedError, match="32 MiB"):
            decode(body)


def test_a_broken_gzip_file_is_no_feed() -> None:
    """The magic alone does not make a file."""
    with pytest.raises(FeedError, match="unpacked"):
        decode(b"\x1f\x8b\x08" + b"\xff" * 100)


@given(
    st.binary(max_size=300),
    st.text(max_size=60) | st.sampled_from(sorted(aliases)).map("charset={}".format),
)
def test_anything_is_decoded(body: bytes, content_type: str) -> None:
    """No bytes and no header raise anything but FeedError, and the text can be encoded again."""
    try:
        text = decode(body, content_type).text
    except FeedError:
        return

    assert text.encode("utf-8").decode("utf-8") == text


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_utf8_is_never_changed(text: str) -> None:
    """Whatever is written as UTF-8 is read as it was written."""
    decoded = decode(("<" + text).encode())

    assert (decoded.text, decoded.encoding) == ("<" + text, "utf-8")
