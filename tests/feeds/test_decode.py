"""Bytes to text: every rung of the ladder, and what came compressed."""

from __future__ import annotations

import codecs
import gzip
import time
import zlib
from encodings.aliases import aliases

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import FeedError
from aggregator.feeds.document._decode import MAX_BYTES, decode

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

    assert (decoded.text, decoded.encoding, decoded.source) == (_XML, encoding, "bom")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_encodings_are_seen_without_a_mark(encoding: str) -> None:
    """Zero bytes around the first character tell the width."""
    assert decode(_XML.encode(encoding)).text == _XML


def test_valid_utf8_stands_above_what_is_declared() -> None:
    """UTF-8 that is declared as UTF-16 and served as latin-1 is read as UTF-8."""
    text = '<?xml version="1.0" encoding="utf-16"?><rss>é</rss>'

    decoded = decode(text.encode(), "text/xml; charset=iso-8859-1")

    assert (decoded.text, decoded.encoding, decoded.source) == (text, "utf-8", "utf-8")


def test_the_header_stands_above_the_declaration() -> None:
    """Both are possible, and RFC 7303 gives the header the last word."""
    text = '<?xml version="1.0" encoding="iso-8859-1"?><rss>жук</rss>'

    decoded = decode(text.encode("cp1251"), 'application/xml; charset="windows-1251"')

    assert (decoded.text, decoded.encoding, decoded.source) == (text, "cp1251", "http")


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

    decoded = decode(text.encode(actual))

    assert (decoded.text, decoded.encoding, decoded.source) == (text, actual, "declaration")
    assert decoded.warnings == ()


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        ("Сегодня в городе открылась выставка о жизни моряков", "cp1251"),
        ("Сегодня в городе открылась выставка о жизни моряков", "koi8-r"),
        ("Σήμερα άνοιξε στην πόλη μια έκθεση για τη ζωή των ναυτικών", "cp1253"),
        ("היום נפתחה בעיר תערוכה על חיי הימאים, ורבים באו לראות אותה עם ילדיהם", "cp1255"),
        ("今日、町で船乗りの暮らしについての展覧会が始まりました。", "cp932"),
        (
            "今日、町で船乗りの暮らしの展覧会が始まりました。多くの人が子供と見に来ました。",
            "euc_jp",
        ),
        ("今天城里开始了一个关于水手生活的展览，很多人来看。", "gb18030"),
        ("오늘 도시에서 선원들의 삶에 관한 전시회가 열렸습니다.", "cp949"),
        ("Aujourd’hui une fête a été célébrée à côté de l’église, où l’été régna", "cp1252"),
    ],
)
def test_letters_tell_the_encoding_that_nobody_states(words: str, encoding: str) -> None:
    """The last rung; it is told of, because it is a guess. Latin letters are windows-1252."""
    document = f"<rss>{'<item/>' * 20_000}<title>{words}</title></rss>"

    decoded = decode(document.encode(encoding), "text/xml; charset=utf-8")

    assert decoded.text == document
    assert decoded.source == "detector"
    assert decoded.warnings


def test_an_encoding_is_believed_although_a_letter_is_cut_in_half() -> None:
    """Texts are often shortened by bytes: the rest of the document is what it states."""
    text = "今天城里开始了一个关于水手生活的展览，很多人来看。" * 3
    body = text.encode("gb18030")[:-1] + b"</rss>"

    decoded = decode(body, "text/xml; charset=gb2312")

    assert decoded.text.startswith(text[:-1])
    assert (decoded.encoding, decoded.source) == ("gb18030", "http")
    assert decoded.warnings


def test_utf8_with_a_wrong_name_and_half_a_letter_stays_utf8() -> None:
    """One bad byte does not make latin-1 of a document, though any bytes are valid in that."""
    text = "Příliš žluťoučký kůň úpěl ďábelské ódy "

    decoded = decode(text.encode() + b"\xc5 x</rss>", "text/xml; charset=iso-8859-1")

    assert decoded.text.startswith(text)
    assert (decoded.encoding, decoded.source) == ("utf-8", "utf-8")


def test_a_document_cut_inside_of_a_letter_ends_before_it() -> None:
    """Half a letter at the end is no letter of another encoding."""
    assert decode("<rss>žluť".encode()[:-1]).text == "<rss>žlu"


def test_one_stray_byte_does_not_spoil_the_rest() -> None:
    """UTF-8 with a latin-1 byte in it keeps its UTF-8 and gets that letter, with a warning."""
    decoded = decode(b"<rss>" + "žluťoučký".encode() + b" caf\xe9 \x93x\x94</rss>")

    assert decoded.text == "<rss>žluťoučký café “x”</rss>"
    assert (decoded.encoding, decoded.source) == ("utf-8", "utf-8")
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


def test_what_was_packed_twice_or_without_a_file_around_it_is_unpacked() -> None:
    """A gzip file served through another compression, and the bare stream of some servers."""
    packed = gzip.compress(_XML.encode())

    assert decode(gzip.compress(packed)).text == _XML
    assert decode(zlib.compress(_XML.encode())).text == _XML


def test_what_is_too_large_is_refused() -> None:
    """A bomb of zeros stops at the bound, and so does a long document."""
    bomb = gzip.compress(bytes(MAX_BYTES + 1))
    for body in (bomb, gzip.compress(bomb), bytes(MAX_BYTES + 1)):
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


@pytest.mark.parametrize(
    "unit", [b"\xff", b"a\xe9", b"<a>\xe9", "é".encode() + b"\xe9", b"\x81\x40"]
)
def test_no_bytes_take_long(unit: bytes) -> None:
    """Two megabytes of what is valid in nothing, with every rung tried."""
    started = time.process_time()

    decode(unit * (2_000_000 // len(unit)), "text/xml; charset=gb2312")
    decode(unit * (2_000_000 // len(unit)))

    assert time.process_time() - started < 5  # it takes up to 0.9
