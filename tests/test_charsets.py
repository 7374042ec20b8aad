"""Names of encodings: which codec is meant, and which never is."""

from __future__ import annotations

import codecs
from encodings.aliases import aliases

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.charsets import find_codec


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("iso-8859-1", "“€”"),
        ("US-ASCII", "“é”"),
        ("iso-8859-9", "“ş”"),
        ("iso-8859-11", "“ก”"),
        ("TIS-620", "“ก”"),
        ("gb2312", "镕"),
        ("x-gbk", "镕"),
        ("Shift_JIS", "①"),
        ("x-sjis", "①"),
        ("euc-kr", "똠"),
        ("windows-949", "똠"),
        ("big5", "啫"),
        ("koi8", "жук"),
        ("x-euc-jp", "新聞"),
    ],
)
def test_the_superset_that_is_written_under_a_name_is_meant(label: str, text: str) -> None:
    """The codec writes letters that the named encoding may not have, and the ones that it has."""
    codec = find_codec(label)

    assert codec is not None
    assert text.encode(codec).decode(codec) == text


@pytest.mark.parametrize("number", range(1250, 1259))
@pytest.mark.parametrize("name", ["windows-{}", "cp{}", "win-{}", "x-cp{}", "CP-{}", " Windows{} "])
def test_code_pages_are_known_by_every_spelling(name: str, number: int) -> None:
    """Servers and documents name them in more ways than Python does."""
    assert find_codec(name.format(number)) == f"cp{number}"


@pytest.mark.parametrize(
    "label",
    [
        *("", "no-such", "utf-7", "hex", "rot13", "zlib", "idna", "punycode", "unicode_escape"),
        *("raw_unicode_escape", "undefined", "cp9999", "a\0b", "\ud800", "../x"),
    ],
)
def test_what_is_no_encoding_of_documents_is_not_found(label: str) -> None:
    """Unknown names, codecs of bytes and of escapes, and UTF-7, which hides tags."""
    assert find_codec(label) is None


@given(st.text(max_size=60) | st.sampled_from(sorted(aliases)))
def test_whatever_is_found_can_be_used(label: str) -> None:
    """Any label gives a codec of text under its final name, or nothing; none raises."""
    codec = find_codec(label)

    assert codec is None or (find_codec(codec) == codec and codecs.lookup(codec))
    assert codec is None or isinstance(b"abc ".decode(codec, "replace"), str)
