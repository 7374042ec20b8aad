"""Places: what is typed finds exactly the texts that a reader expects."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.search.terms import Piece, places_of, tokens_of
from tests.search.terms.matching import has_pieces

UNSPACED_TEXTS = [
    "今年秋天，我们的图书馆买了三百本关于海洋的新书。",
    "小米手机在印度市场的销量第一次超过了所有对手，分析师说原因是价格。",
    "東京の図書館では、毎週土曜日に子ども向けの読み聞かせ会が開かれています。",
    "新しいスマートフォンはカメラとバッテリーが大きく改良された。",
    "서울시립도서관은 다음 달부터 전자책 대출 서비스를 시작한다.",
    "𠀋と𠮷は珍しい漢字である。",
]


def find(typed: str, texts: list[str], *, is_prefix: bool = False) -> list[int]:
    """The numbers, from 1, of the texts that have what was typed."""
    pieces = places_of(typed, [""], is_prefix=is_prefix)
    return [at for at, text in enumerate(texts, 1) if has_pieces(tokens_of(text, ""), pieces)]


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_every_cjk_word_of_up_to_four_characters_is_found(length: int) -> None:
    """Recall and precision are whole: exactly the texts that hold the characters in a row."""
    runs = [
        "".join(char if char.isalpha() or char == "ー" else " " for char in text).split()
        for text in UNSPACED_TEXTS
    ]
    words = {
        run[at : at + length] for row in runs for run in row for at in range(len(run) - length + 1)
    }

    wrong = {
        word: found
        for word in words
        if (found := find(word, UNSPACED_TEXTS))
        != [number for number, row in enumerate(runs, 1) if any(word in run for run in row)]
    }

    assert len(words) > 80
    assert wrong == {}


@pytest.mark.parametrize(
    "words",
    [
        ["วันนี้", "ฉัน", "ไป", "ซื้อ", "หนังสือ", "ใหม่", "ที่", "ร้าน", "น้ำ"],
        ["ມື້ນີ້", "ຂ້ອຍ", "ໄປ", "ຊື້", "ປຶ້ມ", "ໃໝ່"],
        ["ថ្ងៃនេះ", "ខ្ញុំ", "ទៅ", "ទិញ", "សៀវភៅ", "ថ្មី"],
        ["ဒီနေ့", "ကျွန်တော်", "စာအုပ်", "အသစ်", "ဝယ်", "တယ်"],
    ],
    ids=["thai", "lao", "khmer", "burmese"],
)
def test_words_of_scripts_without_blanks_are_found(words: list[str]) -> None:
    """Each word of a sentence, and each two that follow each other, without a dictionary."""
    text = f"x {''.join(words)} y"

    assert [find(word, [text, "z"]) for word in words] == [[1]] * len(words)
    pairs = [one + other for one, other in pairwise(words)]
    assert [find(pair, ["z", text]) for pair in pairs] == [[2]] * len(pairs)
    assert find(words[-1] + words[0], [text]) == []


def test_cjk_words_do_not_reach_over_a_gap() -> None:
    """Characters on the two sides of a comma are no word, nor is their reverse."""
    texts = ["北京，大学", "大学北京", "北京大学"]

    assert find("北京大学", texts) == [3]
    assert find("京大", texts) == [3]
    assert find("北京, 大学", texts) == [1]


@pytest.mark.parametrize(
    "typed", ["xiaomi", "小米", "su7", "小米SU7", "Xiaomi小米", "发布", "全新xiaomi小米su7发布"]
)
def test_mixed_text_is_found_by_each_part(typed: str) -> None:
    """Latin letters and digits beside ideographs are words of their own."""
    assert find(typed, ["全新Xiaomi小米SU7发布", "SU8"]) == [1]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("3.11", [1]),
        ("3.11.2", [1]),
        ("example.com", [2, 3]),
        ("(example.com)", [2, 3]),
        ("www.example.com", [2]),
        ("example.com/path", [2]),
        ("C++", [4]),
        ("c", [4, 5]),
        (".net", [6]),
        ("foo-bar", [7]),
        ("...", []),
        ("", []),
    ],
)
def test_compounds_are_found_as_a_whole(typed: str, found: list[int]) -> None:
    """What signs hold together does not find its parts elsewhere, but parts are words, too."""
    texts = [
        "3.11.2 is out",
        "www.example.com/path",
        "joe@example.com",
        "C++ rocks",
        "C rocks 3 11",
    ]

    assert find(typed, [*texts, "the .NET way", "a foo-bar"]) == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("electri", [1, 2, 3]),
        ("electric", [1, 2, 3]),
        ("electron", [4]),
        ("runn", [5]),
        ("running", [5]),
        ("example.c", [6]),
        ("米", [7]),
    ],
)
def test_prefixes_find_all_words_that_begin_so(typed: str, found: list[int]) -> None:
    """Also those that are filed under a stem that begins otherwise."""
    texts = ["electric", "electrical", "electricity", "electrons", "running", "example.com", "米"]

    assert find(typed, texts, is_prefix=True) == found


@given(st.text(st.sampled_from("abeilnrstyz"), min_size=3, max_size=12), st.data())
def test_a_word_is_found_by_its_beginning_in_any_language(word: str, data: st.DataObject) -> None:
    """The whole word as a prefix finds it, however it is stemmed."""
    language = data.draw(st.sampled_from(["", "en", "de", "fr", "es", "tr", "fi"]))

    pieces = places_of(word, [language], is_prefix=True)

    assert has_pieces(tokens_of(word, language), pieces)


def test_every_language_gives_its_stem_once() -> None:
    """Alternatives are the stems in the archive's languages; without any, the word itself, too."""
    assert places_of("Running", ["en", "", "de"]) == [Piece((("run", "running"),))]
    assert places_of("Running", []) == [Piece((("run", "running"),))]
    assert places_of("Running", ["en"]) == [Piece((("run",),))]


@given(
    st.text(st.characters(exclude_categories=())),
    st.lists(st.sampled_from(["", "en", "de", "ar", "hi"])),
    st.booleans(),
    st.booleans(),
)
def test_any_text_can_be_asked_for(
    text: str,
    languages: list[str],
    is_prefix: bool,  # noqa: FBT001 - drawn
    is_plain: bool,  # noqa: FBT001 - drawn
) -> None:
    """Every place has an alternative, and what is asked for is what was filed."""
    pieces = places_of(text, languages, is_prefix=is_prefix, is_plain=is_plain)

    assert all(piece.places and all(map(all, piece.places)) for piece in pieces)
    tokens = tokens_of(text, languages[0] if languages else "")
    assert has_pieces(tokens, pieces) is bool(tokens)


@pytest.mark.parametrize("languages", [[], [""], ["en", "de", "ar"]])
def test_a_word_behind_more_marks_than_a_token_has_is_no_place(languages: list[str]) -> None:
    """No document has a token of it either, and no place is ever without a token."""
    marked = "\u0301" * 100 + "updated"

    assert places_of(marked, languages) == []
    assert places_of(f"{marked} red", languages) == places_of("red", languages)
    assert tokens_of(marked, "en") == []
