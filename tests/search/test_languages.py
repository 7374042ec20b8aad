"""Many scripts: what a reader would call the same word is found, whole and by its parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from aggregator.search import Searcher, open_searcher
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
SPELLINGS = [
    ("Café", "cafe"),
    ("caffe\u0300", "caffè"),
    ("MÉNAGE", "me\u0301nage"),
    ("Ärger in Zürich", "arger zurich"),
    ("Straße", "STRASSE"),
    ("grosse", "große"),
    ("İstanbul", "istanbul"),
    ("Łódź", "łodz"),
    ("việt nam", "viet"),
    ("ｆｕｌｌｗｉｄｔｈ ７", "fullwidth 7"),
    ("ﬁle", "file"),
    ("ΣΊΣΥΦΟΣ", "σίσυφος"),
    ("ｶﾒﾗ", "カメラ"),
    ("running runs", "run"),
    ("jump", "jumping"),
    ("cars", "car"),
    ("don't", "don't"),
    ("e-mail", "e-mail"),
    ("C3PO v2.5", "v2.5"),
    ("written in C++", "c++"),
    ("at www.example.com", "example.com"),
]
SCRIPTS = [
    ("हिन्दी की नई किताब आज आई", ["हिन्दी", "किताब", "नई", "की"], ["कताब", "हन", "किता"]),
    ("وصل الكتاب الجديد اليوم", ["الكتاب", "الجديد", "اليوم"], ["كتا", "الكت"]),
    ("ספר חדש הגיע היום", ["ספר", "חדש"], ["ספ"]),
    ("புதிய புத்தகம் வந்தது", ["புத்தகம்", "புதிய"], ["புத்"]),
    ("новая книга сегодня", ["книга", "НОВАЯ"], ["книг"]),
    ("ახალი წიგნი", ["წიგნი"], ["წიგ"]),
    ("ใหม่ วันนี้ หนังสือ", ["ใหม่", "วันนี้", "หนังสือ"], ["หนง", "นวั"]),
]
STEMS = [
    ("de", "Die Häuser der Städte", "haus stadt"),
    ("fr", "Les chevaux blancs couraient", "courir blanc"),
    ("es", "Las naciones unidas votaron", "nación unida"),
    ("ru", "Новые города", "город"),
    ("en-GB", "The organisers were running", "organiser runs"),
]


@pytest.fixture(scope="module")
def shelf(shared_shelf: Shelf) -> Shelf:
    """An archive with all the texts above, in their order."""
    shared_shelf.put(*CJK)
    shared_shelf.put(*(f"before {written} after" for written, _ in SPELLINGS))
    shared_shelf.put(*(text for text, _, _ in SCRIPTS))
    shared_shelf.put_items(*({"lead": text, "language": tag} for tag, text, _ in STEMS))
    shared_shelf.put("北京，大学", "大学北京", "北京大学", "全新Xiaomi小米SU7发布", "SU8")
    return shared_shelf


@pytest.fixture(scope="module")
def searcher(shelf: Shelf) -> Iterator[Searcher]:
    """A searcher of that archive."""
    with open_searcher(shelf.url) as opened:
        yield opened


@pytest.fixture(scope="module")
def find(searcher: Searcher) -> Find:
    """The ids that answer the whole of what was typed, by number."""

    def all_of(typed: str) -> list[int]:
        return sorted(hit.id for hit in searcher.newest(typed, limit=1000).hits)

    return all_of


def _number_of(text: str) -> int:
    """The number of the entry with that text."""
    texts = [*CJK, *(written for written, _ in SPELLINGS), *(text for text, _, _ in SCRIPTS)]
    return [*texts, *(text for _, text, _ in STEMS)].index(text) + 1


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_every_cjk_word_of_up_to_four_characters_is_found(length: int, find: Find) -> None:
    """Recall and precision are whole: exactly the texts that hold the characters in a row."""
    runs = [run for text in CJK for run in _runs(text)]
    words = {run[at : at + length] for run in runs for at in range(len(run) - length + 1)}

    wrong = {
        word: found
        for word in words
        if (found := [number for number in find(word) if number <= len(CJK)])
        != [number for number, text in enumerate(CJK, 1) if any(word in run for run in _runs(text))]
    }

    assert len(words) > 80
    assert wrong == {}


def _runs(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text)


def test_cjk_words_do_not_reach_over_a_gap(find: Find) -> None:
    """Characters on the two sides of a comma are no word, nor is their reverse."""
    parted, _, whole = (_number_of(STEMS[-1][1]) + one for one in (1, 2, 3))

    assert find("北京大学") == [whole]
    assert find("京大") == [whole]
    assert find('"北京, 大学"') == [parted]


@pytest.mark.parametrize(
    "typed",
    ["xiaomi", "小米SU7", "su7", "Xiaomi小米", "发布", "全新xiaomi小米su7发布", '"小米 SU7"'],
)
def test_mixed_text_is_found_by_each_part(typed: str, find: Find) -> None:
    """Latin letters and digits beside ideographs are words of their own."""
    assert find(typed) == [_number_of(STEMS[-1][1]) + 4]


@pytest.mark.parametrize(("written", "typed"), SPELLINGS)
def test_spelling_does_not_hide_a_word(written: str, typed: str, find: Find) -> None:
    """Case, accents, width, ligatures and endings are not what a reader searches by."""
    assert _number_of(written) in find(typed)


@pytest.mark.parametrize(
    ("text", "words", "others"),
    SCRIPTS,
    ids=["hindi", "arabic", "hebrew", "tamil", "russian", "georgian", "thai"],
)
def test_words_of_other_scripts_are_found_whole(
    text: str, words: list[str], others: list[str], find: Find
) -> None:
    """Vowel signs do not cut a word: its pieces find nothing, its beginning does as a prefix."""
    number = _number_of(text)

    assert [number in find(word) for word in words] == [True] * len(words)
    assert [number in find(word) for word in others] == [False] * len(others)
    assert find(words[0][:4] + "*") == [number]


@pytest.mark.parametrize(("tag", "text", "typed"), STEMS)
def test_words_are_found_in_any_form_of_their_language(
    tag: str, text: str, typed: str, find: Find
) -> None:
    """Whatever languages the archive has, nobody says in which he types."""
    number = _number_of(text)

    assert number in find(typed)
    assert find(f"lang:{tag} {typed}") == [number]
    assert number not in find(f"lang:ja {typed}")


def test_a_word_is_marked_in_the_form_in_which_it_stands(searcher: Searcher) -> None:
    """What was found by its stem or without its accents is marked as it is written."""
    shown = [searcher.search(typed).hits[0].snippet for typed in ("zurich", "haus", "小米手机")]

    assert "\x02Zürich\x03" in shown[0]
    assert "\x02Häuser\x03" in shown[1]
    assert shown[2].startswith("\x02小米手机\x03")
