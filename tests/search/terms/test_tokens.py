"""Tokens: what a reader would call the same word has the same token, in any script."""

from __future__ import annotations

import re
import threading
from itertools import pairwise

import pytest
import Stemmer
from hypothesis import given
from hypothesis import strategies as st

from aggregator.search.terms import (
    MAX_TOKEN_CHARS,
    is_stop_word,
    places_of,
    stem,
    tokens_of,
    words_in,
)
from aggregator.search.terms import _stems as stems_module
from aggregator.search.terms._stems import _ALGORITHMS, stems_of
from tests.search.terms.matching import has_pieces

ANY_TEXT = st.text(st.characters(exclude_categories=()))
ALL_LANGUAGES = ["", "en", *_ALGORITHMS]
_FORBIDDEN = re.compile("[\0-\x22\x24-\x2a,/:-\x60{-\x7f\ud800-\udfff]")


@given(ANY_TEXT, st.sampled_from([*ALL_LANGUAGES, "zh", "no such"]))
def test_any_text_has_tokens_that_can_be_stored(text: str, language: str) -> None:
    """No sign but those of compounds, nothing empty, nothing too long, the same each time."""
    tokens = tokens_of(text, language)

    assert tokens == tokens_of(text, language)
    for token in tokens:
        assert 0 < len(token) <= MAX_TOKEN_CHARS
        assert token.encode()
        assert not _FORBIDDEN.search(token)


@given(st.text(st.sampled_from("ab.+#-v1 2_é米\n"), max_size=40))
def test_compounds_stand_at_the_end(text: str) -> None:
    """The tokens are those of the text without its signs, and then the compounds."""
    plain = tokens_of(re.sub(r"[.+#\-]", " ", text), "")

    tokens = tokens_of(text, "")

    assert tokens[: len(plain)] == plain
    assert all(re.search("[.+#]", token) for token in tokens[len(plain) :])


@pytest.mark.parametrize(
    ("text", "compounds"),
    [
        ("www.example.co.uk", ["www.example.co.uk", "example.co.uk", "co.uk"]),
        ("mail joe@example.com now", ["example.com"]),
        ("Python 3.11.2.", ["3.11.2", "3.11"]),
        ("v2.0-rc1", ["v2.0-rc1", "2.0"]),
        ("C++, C# and .NET", ["c++", "c#", ".net"]),
        ("官网www.mi.com欢迎", ["www.mi.com", "mi.com"]),
        ("münchen.de", ["munchen.de"]),
        ("An end. A beginning... and #tag, 1 + 1, a#b", []),
        ("a." * 50 + "b", []),
    ],
)
def test_names_with_signs_are_tokens_as_a_whole(text: str, compounds: list[str]) -> None:
    """Hosts with their domains, versions with the shorter ones, names with signs."""
    assert [token for token in tokens_of(text, "") if re.search("[.+#]", token)] == compounds


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Café", "cafe"),
        ("cafe", "café"),
        ("cafe\u0301", "café"),
        ("CAFÉ", "cafe\u0301"),
        ("Ärger in Zürich", "arger zurich"),
        ("Straße", "STRASSE"),
        ("İstanbul", "istanbul"),
        ("Łódź", "lodz"),
        ("việt nam", "viet"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("ｶﾒﾗ", "カメラ"),
        ("running runs", "run"),
        ("run", "running"),
        ("élèves", "eleve"),
        ("don’t", "don't"),
        ("C3PO v2.5", "v2.5"),
        ("v2.5", "2.5"),
        ("كِتَاب", "كتاب"),
        ("שָׁלוֹם", "שלום"),
        ("ёлка", "елка"),
        ("x" * 100, "x" * 100),
    ],
)
@pytest.mark.parametrize("language", ["", "de", "fr", "ru"])
def test_spelling_does_not_hide_a_word(written: str, typed: str, language: str) -> None:
    """Case, accents, width and endings are not what a reader searches by."""
    tokens = tokens_of(f"before {written} after", language)

    languages = ["", language, "en"]
    # Endings are English here, so only English texts are asked for them.
    if language and stem(typed, language) != stem(written.split(maxsplit=1)[0], language):
        languages = ["", "en"]
        tokens = tokens_of(f"before {written} after", "en")

    for word in typed.split():
        assert has_pieces(tokens, places_of(word, languages)), word


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("de", "Häuser", "Haus"),
        ("fr", "chevaux", "cheval"),
        ("ru", "книги", "книгой"),
        ("es", "canciones", "canción"),
        ("sv", "flickorna", "flickor"),
        ("pt", "notícias", "noticia"),
    ],
)
def test_words_are_stemmed_by_their_language(language: str, one: str, other: str) -> None:
    """Forms of one word have one token."""
    assert tokens_of(one, language) == tokens_of(other, language)


def test_every_language_has_its_stemmer() -> None:
    """The library knows all algorithms that are named."""
    assert set(_ALGORITHMS.values()) < set(Stemmer.algorithms())
    assert all(stems_of(language)["2026er"] == "2026er" for language in ALL_LANGUAGES)


@given(
    st.text(st.characters(categories=["L", "M", "N"]), min_size=1), st.sampled_from(ALL_LANGUAGES)
)
def test_every_stemmer_bears_every_word(word: str, language: str) -> None:
    """Letters of any script, in rows that no language has, make tokens."""
    assert isinstance(stem(word, language), str)


def test_short_i_is_no_i() -> None:
    """A letter that merely looks as if it had a diacritic stays itself."""
    assert tokens_of("мой", "") != tokens_of("мои", "")


@pytest.mark.parametrize(
    ("word", "inside"),
    [("हिन्दी", "हन"), ("الكتاب", "الكت"), ("புத்தகம்", "புத்"), ("книга", "книг"), ("ខ្មែរ", "ខម")],
)
def test_vowel_signs_cut_no_word(word: str, inside: str) -> None:
    """A word is found whole, not by what remains of it without its signs."""
    tokens = tokens_of(f"abc {word} def", "")

    assert has_pieces(tokens, places_of(word, [""]))
    assert not has_pieces(tokens, places_of(inside, [""]))


def test_the_cache_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words without end do not fill the memory, and the tokens stay the same."""
    monkeypatch.setattr(stems_module, "_MAX_CACHED", 100)
    stems = stems_of("it")

    tokens = [
        stems[f"parola{'abcdefghij'[n % 10]}{'klmnopqrst'[n // 10 % 10]}"] for n in range(900)
    ]

    assert len(stems) <= 100
    assert tokens[:100] == tokens[100:200]


def test_threads_share_the_stemmers() -> None:
    """Eight threads at once get what one gets."""
    words = [
        f"{head}{tail}" for head in ("lauf", "renn", "sing", "spiel") for tail in ("en", "er", "t")
    ]
    text = " ".join(words * 200)
    expected = tokens_of(text, "de")
    wrong: list[int] = []

    def run(number: int) -> None:
        for _ in range(5):
            stems_of("de").clear()
            if tokens_of(text, "de") != expected:
                wrong.append(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        part * (300_000 // len(part))
        for part in (
            "a",
            "a.",
            ".a ",
            "a+",
            "-",
            "米",
            "\u0301",
            "กี",
            "é-",
            "v1.1.",
            "a#",
            "é.",
            "+",
        )
    ],
    ids=lambda text: text[:5],
)
def test_enormous_text_has_no_more_tokens_than_characters(text: str) -> None:
    """Hundreds of thousands of characters end in the time of the test, whatever they are."""
    assert len(tokens_of(text, "")) <= len(text)
    assert sum(1 for _ in words_in(text)) <= len(text)


@given(ANY_TEXT)
def test_words_as_written_have_the_tokens_of_the_text(text: str) -> None:
    """Words in a text do not overlap, and ASCII ones are those of the index."""
    words = list(words_in(text))

    assert all(one.end <= other.start for one, other in pairwise(words))
    assert all(0 <= word.start < word.end <= len(text) for word in words)
    if text.isascii() and not re.search("[.+#]", text):
        assert [stem(text[word.start : word.end], "") for word in words] == tokens_of(text, "")


def test_stop_words_are_known_by_their_stems() -> None:
    """Function words are, as written and as filed; others are not."""
    assert all(map(is_stop_word, ["the", "was", *tokens_of("was does because having", "en")]))
    assert not any(map(is_stop_word, ["xiaomi", "", "plane", "die"]))
