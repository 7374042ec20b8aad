"""Forms for comparing: spellings of one word are the same, and exact means these very words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.search.terms import exact_form, has_exact, normalize, places_of, tokens_of
from aggregator.search.terms._stems import _ALGORITHMS
from tests.search.terms.matching import has_pieces

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)
SCRIPTS = st.text(
    st.sampled_from(
        "abcdeéèßïłøİıςσйжüs129 .-_+#'’,・ー米小手机发"
        "カメラﾒがサ서울시วันนี้ทก່ໄລကျွန်ខ្ញុំहिन्दीكِتاب\u05beדבר\u0301\u3099\xad\u200d"
    ),
    max_size=25,
)


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ("Ｍodel ７", "model 7"),
        ("STRASSE", "straße"),
        ("soft\xadhyphen", "softhyphen"),
        ("zero\u200bwidth\u2060joiner", "zerowidthjoiner"),
        ("می\u200cخواهم", "میخواهم"),
        ("ﬁle", "file"),
        ("葛\U000e0100城", "葛城"),
    ],
)
def test_one_word_has_one_normal_form(written: str, other: str) -> None:
    """Width, case, ligatures and what nobody sees are no part of a word."""
    assert normalize(written) == normalize(other)


def test_trade_marks_are_no_letters() -> None:
    """A sign behind a name is not written to its end."""
    assert tokens_of("Xiaomi™ Watch℠ Band®", "") == tokens_of("Xiaomi Watch Band", "")


@given(ANY_TEXT)
def test_forms_can_be_stored(text: str) -> None:
    """No text has a form that a database refuses, and the exact form is single words."""
    normal, form = normalize(text), exact_form(text)

    assert "\0" not in normal.encode().decode()
    assert form == f" {' '.join(form.split())} "


@given(ANY_TEXT | SCRIPTS)
def test_exact_form_is_stable(text: str) -> None:
    """What is in exact form has that form."""
    form = exact_form(text)

    assert exact_form(form) == form


@pytest.mark.parametrize(
    ("text", "phrase", "is_there"),
    [
        ("The planes land", "planes land", True),
        ("The planes land", "plane", False),
        ("The planes land", "lanes land", False),
        ("CAFÉ au lait", "cafe", True),
        ("don't panic", "DON’T panic", True),
        ("全新小米手机发布", "小米手机", True),
        ("全新小米手机发布", "米手", True),
        ("北京，大学", "北京大学", False),
        ("北京，大学", "北京 大学", True),
        ("小米SU7发布", "su7", True),
        ("小米SU7发布", "小米su7", True),
        ("小米SU7发布", "su", False),
        ("ไปกินข้าวกัน", "กินข้าว", True),
        ("กินี", "กิน", False),  # the last letter has another vowel
        ("กินี กิน", "กิน", True),
        ("anything", "", False),
        ("anything", "?!", False),
    ],
)
def test_exact_phrases(text: str, phrase: str, *, is_there: bool) -> None:
    """Latin words are whole words, runs may go on, and endings count."""
    assert has_exact(exact_form(text), exact_form(phrase)) is is_there


@given(SCRIPTS | ANY_TEXT, st.data(), st.sampled_from(["", *_ALGORITHMS]))
def test_what_is_exactly_there_is_found_by_its_tokens(
    text: str, data: st.DataObject, language: str
) -> None:
    """The index never misses a text that has the very words, in any script and language."""
    begin = data.draw(st.integers(0, len(text)))
    phrase = text[begin : data.draw(st.integers(begin, len(text)))]

    if has_exact(exact_form(text), exact_form(phrase)):
        pieces = places_of(phrase, [language], is_plain=True)

        assert has_pieces(tokens_of(text, language), pieces)


@given(SCRIPTS)
def test_a_text_has_itself(text: str) -> None:
    """A text with words has these words."""
    form = exact_form(text)

    assert has_exact(form, form) is (form.strip() != "")


def test_looking_for_a_phrase_in_a_long_run_stays_cheap() -> None:
    """A hundred thousand near misses are no harder than one."""
    text = exact_form("กี" * 100_000)

    assert not has_exact(text, exact_form("กีก"))
