"""White space, words, read time, and what a terminal may show."""

from __future__ import annotations

import unicodedata
from fractions import Fraction
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.text import (
    collapse_whitespace,
    count_words,
    fold,
    read_minutes,
    shorten,
    strip_unsafe,
)

_ANY_TEXT = st.text(st.characters(exclude_categories=[]))


_LATIN_TEXT = st.text(st.sampled_from("ab1é_²ªß '.-’–…\xa0\xad,\t\n\x0b!"), max_size=30)


@given(text=_LATIN_TEXT | st.text(st.characters(max_codepoint=0x2FF)))
def test_words_are_the_same_however_they_are_counted(text: str) -> None:
    """A snowman, who is no word, has a text of Latin-1 counted as any other."""
    assert count_words(text) == count_words(f"{text} \N{SNOWMAN}")


@given(text=st.text(st.characters(max_codepoint=0x7F)))
def test_ascii_loses_the_same_characters_as_any_text(text: str) -> None:
    """What is taken from ASCII by bytes is what is taken from it beside another letter."""
    assert strip_unsafe(text) + "é" == strip_unsafe(text + "é")


@given(text=_ANY_TEXT)
def test_a_collapsed_text_is_one_line_of_the_same_words(text: str) -> None:
    """Only white space changes, and a second time nothing does."""
    collapsed = collapse_whitespace(text)

    assert collapsed.split() == text.split()
    assert collapsed == " ".join(collapsed.split())


@pytest.mark.parametrize("blank", ["\t", "\r\n", "\xa0", "\u2003", "\u3000", "\u2028"])
def test_every_script_s_white_space_counts_as_such(blank: str) -> None:
    """Blanks of typesetters and of East Asian text are blanks."""
    assert collapse_whitespace(f"{blank}a{blank}{blank}b{blank}") == "a b"


@pytest.mark.parametrize(
    ("text", "words", "ideographs"),
    [
        ("", 0, 0),
        ("... --- !?", 0, 0),
        ("don't stop", 2, 0),
        ("l’état, c’est moi", 3, 0),
        ("a state-of-the-art e-mail", 3, 0),
        ("version 3.14 of U.S.A.", 4, 0),
        ("one—two…three/four", 4, 0),
        ("Москва не сразу строилась", 4, 0),
        ("مرحبا بالعالم", 2, 0),
        ("新しい小米手机", 0, 7),
        ("한국어 단어", 0, 5),
        ("小米Mix手机", 1, 4),
        ("\U00020000\U0002a6df", 0, 2),
        ("\U0001f389 \U0001f680", 0, 0),
    ],
)
def test_words_and_ideographs_are_counted_apart(text: str, words: int, ideographs: int) -> None:
    """What a person would count as words, in scripts with and without blanks."""
    assert count_words(text) == (words, ideographs)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("नमस्ते दुनिया", 2),
        ("مُحَمَّد", 1),
        (unicodedata.normalize("NFD", "résumés"), 1),
        ("می\u200cخواهم", 1),
        ("hy\xadphen\xadation", 1),
    ],
)
def test_a_word_with_marks_inside_is_one_word(text: str, words: int) -> None:
    """Vowel signs, accents of their own, joiners and soft hyphens stand inside words."""
    assert count_words(text)[0] == words


@pytest.mark.parametrize(
    ("text", "fewest", "most"),
    [
        ("เด็กริมคลองกลับบ้านเมื่อเช้าวันเสาร์", 7, 10),  # nine words without blanks
        ("ເດັກນ້ອຍກັບບ້ານ", 3, 6),
        ("ကလေးများအိမ်ပြန်ကြသည်", 3, 7),
        ("ក្មេងៗត្រឡប់ទៅផ្ទះវិញ", 4, 8),
    ],
)
def test_words_without_blanks_are_told_from_letters(text: str, fewest: int, most: int) -> None:
    """A sentence of Thai, Lao, Burmese or Khmer is not one word."""
    assert fewest <= count_words(text)[0] <= most
    assert count_words(f"{text} news 24")[0] == count_words(text)[0] + 2


@given(left=st.text(), right=st.text())
def test_the_counts_of_two_texts_add_up(left: str, right: str) -> None:
    """Paragraphs can be counted one by one."""
    both = count_words(f"{left}\n{right}")

    assert both == tuple(map(sum, zip(count_words(left), count_words(right), strict=True)))


@given(words=st.integers(0, 3000), ideographs=st.integers(0, 6000))
def test_read_minutes_are_the_exact_time_rounded_up(words: int, ideographs: int) -> None:
    """No rounding error of floats makes a minute of nothing."""
    exact = Fraction(words, 265) + Fraction(ideographs, 500)

    minutes = read_minutes("word " * words + "新" * ideographs)

    assert minutes - 1 < exact <= minutes


def test_a_single_word_takes_a_minute_and_none_takes_none() -> None:
    """Nothing to read is told apart from little to read."""
    assert [read_minutes(text) for text in ("", "…", "word", "新")] == [0, 0, 1, 1]


def test_other_reading_speeds_can_be_set() -> None:
    """The speeds of a reader are the reader's."""
    assert read_minutes("word " * 100, words_per_minute=10) == 10
    assert read_minutes("新" * 100, ideographs_per_minute=10) == 10


@given(
    words=st.integers(0, 900),
    ideographs=st.integers(0, 1500),
    images=st.integers(-2, 30),
    first_s=st.integers(-1, 60),
)
def test_each_image_takes_a_second_less_than_the_one_before(
    words: int, ideographs: int, images: int, first_s: int
) -> None:
    """Down to three, where no first one takes less; the sum with the words is rounded once."""
    looked_at = [max(first_s - number, min(first_s, 3)) for number in range(images)]
    exact = Fraction(words, 265) + Fraction(ideographs, 500)
    exact += Fraction(sum(looked_at) if first_s > 0 else 0, 60)

    text = "word " * words + "新" * ideographs
    minutes = read_minutes(text, images=images, first_image_s=first_s)

    assert minutes - 1 < exact <= minutes


def test_a_gallery_of_ten_takes_seventy_five_seconds() -> None:
    """12 + 11 + ... + 3 as Medium counts, on top of three minutes of words."""
    words = "word " * (265 * 3)

    assert read_minutes(words, images=10) == 5
    assert read_minutes(words, images=5, first_image_s=12) == 4
    assert read_minutes(words, images=10, first_image_s=0) == 3


def test_pictures_without_words_take_their_time() -> None:
    """A comic is looked at, too; a million pictures cost no more to count than one."""
    assert read_minutes("", images=1) == 1
    assert read_minutes("", images=10**6) == 50_001


@pytest.mark.parametrize("speed", [0, -1])
def test_a_speed_that_is_none_is_refused(speed: int) -> None:
    """Nobody reads in zero or less."""
    with pytest.raises(ValueError, match="positive"):
        read_minutes("word", words_per_minute=speed)
    with pytest.raises(ValueError, match="positive"):
        read_minutes("word", ideographs_per_minute=speed)


@given(text=_ANY_TEXT)
def test_nothing_that_moves_a_terminal_is_left(text: str) -> None:
    """No control character but tab and newline, and no change of direction, can be printed."""
    safe = strip_unsafe(text)

    controls = {char for char in safe if unicodedata.category(char) == "Cc"}
    assert controls <= {"\t", "\n"}
    assert not set(safe) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert strip_unsafe(safe) == safe


def test_a_visible_text_is_left_alone() -> None:
    """Letters of any script, accents, emoji, tabs and newlines are no danger."""
    text = "a\tb\nc é e\u0301 שלום 新 \U0001f469\u200d\U0001f680"

    assert strip_unsafe(text) == text


@pytest.mark.parametrize(
    "attack",
    ["\x1b]0;title\x07", "\x1b[2J", "\x9b31m", "\x90q\x9c", "a\rb", "a\x08b", "\x7f", "\u202egpj"],
)
def test_no_escape_sequence_keeps_its_start(attack: str) -> None:
    """What is left of a sequence is harmless text."""
    assert strip_unsafe(attack).isprintable()


@pytest.mark.parametrize("character", ["\ud800", "\u061c", "\u2028", "\u2029"])
def test_no_character_that_breaks_or_reorders_a_line_is_left(character: str) -> None:
    """A lone surrogate cannot be printed at all; the others part or turn the line."""
    assert strip_unsafe(f"a{character}b") == "ab"


@given(text=_ANY_TEXT, max_chars=st.integers(1, 50))
def test_a_shortened_text_is_a_beginning_that_fits(text: str, max_chars: int) -> None:
    """It is never longer than asked, and says so if something is missing."""
    line = collapse_whitespace(text)

    short = shorten(text, max_chars)

    assert len(short) <= max_chars
    assert short == line or (short.endswith("…") and line.startswith(short[:-1]))
    assert (len(line) <= max_chars) == (short == line)


@pytest.mark.parametrize(
    ("text", "max_chars", "expected"),
    [
        ("one two three", 13, "one two three"),
        ("one two three", 12, "one two…"),
        ("one two three", 8, "one two…"),
        ("one two", 4, "one…"),
        ("incomprehensibilities", 10, "incompreh…"),
        ("a incomprehensibilities", 10, "a incompr…"),
        ("", 5, ""),
        ("abc", 1, "…"),
    ],
)
def test_a_text_is_cut_at_a_word_unless_that_would_leave_little(
    text: str, max_chars: int, expected: str
) -> None:
    """A long word is cut rather than half of the room given away."""
    assert shorten(text, max_chars) == expected


def test_a_text_shortened_to_nothing_is_empty() -> None:
    """Zero characters are no characters, not even an ellipsis."""
    assert shorten("abc", 0) == ""


@given(text=_ANY_TEXT)
def test_texts_that_unicode_holds_for_equal_are_folded_alike(text: str) -> None:
    """Composed and decomposed spellings of the same text cannot be told apart afterwards."""
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


def test_folding_twice_changes_nothing_more() -> None:
    """A stored folded text matches what is folded later."""
    once = fold("\u0130\ua92d")

    assert fold(once) == once


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("STRASSE", "straße"),
        ("Cafe\u0301", "CAFÉ"),
        ("ﬁne", "FINE"),
        ("ＡＢＣ　１２", "abc 12"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        (" a\n\tb ", "A B"),
    ],
)
def test_spellings_that_a_reader_takes_for_the_same_are_the_same(one: str, other: str) -> None:
    """Case, ligatures, widths, accents' spelling and white space play no part."""
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("resume", "résumé"), ("a b", "ab"), ("1", "l")])
def test_spellings_that_mean_something_else_stay_apart(one: str, other: str) -> None:
    """Folding unifies forms, it does not guess."""
    assert fold(one) != fold(other)


def test_enormous_texts_cost_no_more_than_their_length() -> None:
    """Neither long words nor endless joints make a pattern run away."""
    texts = [
        "a" * 2_000_000,
        "a." * 1_000_000,
        " \n" * 1_000_000,
        "新 " * 1_000_000,
        "\x1b" * 10**6,
    ]

    started_s = process_time()
    for text in texts:
        count_words(text)
        shorten(text, 100)
        strip_unsafe(text)

    assert process_time() - started_s < 10
