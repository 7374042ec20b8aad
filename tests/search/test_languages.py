"""Many scripts: what a reader would call the same word is found, whole and by its parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.search._analyzer import analyze, normalize, query_terms

if TYPE_CHECKING:
    from tests.search.conftest import Shelf

Find = Callable[..., list[int]]

CJK = [
    "今年秋天，我们的图书馆买了三百本关于海洋的新书。",
    "小米手机在印度市场的销量第一次超过了所有对手，分析师说原因是价格。",
    "東京の図書館では、毎週土曜日に子ども向けの読み聞かせ会が開かれています。",
    "新しいスマートフォンはカメラとバッテリーが大きく改良された。",
    "서울시립도서관은 다음 달부터 전자책 대출 서비스를 시작한다.",
    "새로운 전기차는 한 번 충전으로 육백 킬로미터를 달린다.",
    "𠀋と𠮷は珍しい漢字である。",
]


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_every_cjk_word_of_up_to_four_characters_is_found(
    length: int, shelf: Shelf, find: Find
) -> None:
    """Recall and precision are whole: exactly the texts that hold the characters in a row."""
    shelf.put(*CJK)
    runs = [run for text in CJK for run in _runs(text)]
    words = {run[at : at + length] for run in runs for at in range(len(run) - length + 1)}

    wrong = {
        word: found
        for word in words
        if (found := sorted(find(word)))
        != [number for number, text in enumerate(CJK, 1) if any(word in run for run in _runs(text))]
    }

    assert len(words) > 80
    assert wrong == {}


def _runs(text: str) -> list[str]:
    kept = "".join(char if char.isalpha() or char == "ー" else " " for char in text)
    return kept.split()


def test_cjk_words_do_not_reach_over_a_gap(shelf: Shelf, find: Find) -> None:
    """Characters on the two sides of a comma are no word, nor is their reverse."""
    shelf.put("北京，大学", "大学北京", "北京大学")

    assert find("北京大学") == [3]
    assert find("京大") == [3]
    assert find('"北京, 大学"') == [1]


def test_mixed_text_is_found_by_each_part(shelf: Shelf, find: Find) -> None:
    """Latin letters and digits beside ideographs are words of their own."""
    shelf.put("全新Xiaomi小米SU7发布", "SU8")

    for typed in (
        "xiaomi",
        "小米",
        "su7",
        "小米SU7",
        "Xiaomi小米",
        "发布",
        "全新xiaomi小米su7发布",
    ):
        assert find(typed) == [1], typed


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Café", "cafe"),
        ("cafe", "café"),
        ("cafe\u0301", "café"),
        ("CAFÉ", "cafe\u0301"),
        ("Ärger in Zürich", "arger zurich"),
        ("Straße", "STRASSE"),
        ("strasse", "straße"),
        ("İstanbul", "istanbul"),
        ("Łódź", "łodz"),
        ("việt nam", "viet"),
        ("ｆｕｌｌｗｉｄｔｈ ７", "fullwidth 7"),
        ("ﬁle", "file"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("ｶﾒﾗ", "カメラ"),
        ("running runs", "run"),
        ("run", "running"),
        ("cars", "car"),
        ("don't", "don't"),
        ("e-mail", "e-mail"),
        ("C3PO v2.5", "v2.5"),
    ],
)
def test_spelling_does_not_hide_a_word(written: str, typed: str, shelf: Shelf, find: Find) -> None:
    """Case, accents, width, ligatures and endings are not what a reader searches by."""
    shelf.put("other words", f"before {written} after")

    assert find(typed) == [2]


@pytest.mark.parametrize(
    ("text", "words", "others"),
    [
        ("हिन्दी की नई किताब आज आई", ["हिन्दी", "किताब", "नई", "की"], ["कताब", "हन", "किता"]),
        ("وصل الكتاب الجديد اليوم", ["الكتاب", "الجديد", "اليوم"], ["كتا", "الكت"]),
        ("ใหม่ วันนี้ หนังสือ", ["ใหม่", "วันนี้", "หนังสือ"], ["วัน", "หนง"]),
        ("ספר חדש הגיע היום", ["ספר", "חדש"], ["ספ"]),
        ("புதிய புத்தகம் வந்தது", ["புத்தகம்", "புதிய"], ["புத்"]),
        ("новая книга сегодня", ["книга", "НОВАЯ"], ["книг"]),
        ("ახალი წიგნი", ["წიგნი"], ["წიგ"]),
    ],
    ids=["hindi", "arabic", "thai", "hebrew", "tamil", "russian", "georgian"],
)
def test_words_of_other_scripts_are_found_whole(
    text: str, words: list[str], others: list[str], shelf: Shelf, find: Find
) -> None:
    """Vowel signs do not cut a word: its pieces find nothing, its beginning does as a prefix."""
    shelf.put("plain", text)

    assert [find(word) for word in words] == [[2]] * len(words)
    assert [find(word) for word in others] == [[]] * len(others)
    assert find(words[0][:3] + "*") == [2]


@given(st.text(st.characters(exclude_categories=())))
def test_analysis_never_fails_and_can_be_stored(text: str) -> None:
    """Any text has a form that SQLite takes, and the same again for the same text."""
    analyzed = analyze(text)

    assert "\0" not in analyzed.encode().decode()
    assert analyze(text) == analyzed


@given(st.text(st.characters(exclude_categories=())))
def test_what_is_asked_for_is_what_was_filed(text: str) -> None:
    """Each term of a query stands in the analysis of the very text that was typed."""
    filed = analyze(text)

    for term, is_prefix in query_terms(text):
        assert term in filed
        assert not is_prefix or len(term) == 1


@given(st.text())
def test_normal_form_is_stable(text: str) -> None:
    """Text that is in its form for comparing again finds the same."""
    once = normalize(text)

    assert query_terms(once) == query_terms(text) or normalize(once) != once
