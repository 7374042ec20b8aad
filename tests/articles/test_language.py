"""The language of a text is told by the page, by the feed or by the text itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.articles._language import detect_language, direction_of
from tests.articles.pages.templates import LANGUAGES, read_local_story

_GERMAN = "Am Samstag legte die Fähre zum ersten Mal seit elf Jahren wieder in der Nacht ab, "
_ENGLISH = "On Saturday the ferry left the quay at night for the first time in eleven years, "


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_is_told_from_its_text(language: str) -> None:
    """Where nothing is stated the text alone says it."""
    assert detect_language([], read_local_story(language).text) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_in_english_is_corrected(language: str) -> None:
    """Many themes say "en" whatever is written in them."""
    assert detect_language(["en-US"], read_local_story(language).text) == language


@pytest.mark.parametrize(
    ("stated", "text", "language"),
    [
        pytest.param(["de-CH", "en"], _GERMAN, "de-CH", id="the page first"),
        pytest.param([None, "de-AT"], _GERMAN, "de-AT", id="then the feed"),
        pytest.param(["", "de"], _GERMAN, "de", id="an empty tag is none"),
        pytest.param(["x y", "de"], _GERMAN, "de", id="nor is anything else"),
        pytest.param(["und", None], _GERMAN, "de", id="nor is undetermined"),
        pytest.param(["pt_BR, en"], "O barco partiu.", "pt-BR", id="the first of several"),
        pytest.param(["de"], _ENGLISH, "en", id="English is told from any other"),
        pytest.param(["nds"], _GERMAN, "nds", id="neighbours are not"),
        pytest.param(
            ["en", "ar"], "قرأت المقال مرتين في الطريق إلى العمل", "ar", id="the script decides"
        ),
        pytest.param(
            ["de", "fr"], "汽车公司的股票今天上涨了很多，工人们都非常高兴", "zh", id="against both"
        ),
        pytest.param(
            ["zh-Hant-TW"],
            "汽車公司的股票今天上漲了很多，工人們都非常高興",
            "zh-Hant-TW",
            id="kept",
        ),
        pytest.param(
            ["sr"],
            "Brod je isplovio u subotu uveče prvi put posle jedanaest godina.",
            "sr",
            id="two scripts",
        ),
        pytest.param(
            ["ru"],
            "Корабель відплив у суботу ввечері вперше за одинадцять років.",
            "ru",
            id="one script",
        ),
        pytest.param(["en"], "7 + 7 = 14", "en", id="no letters"),
        pytest.param([], "7 + 7 = 14", None, id="nothing at all"),
    ],
)
def test_what_is_stated_is_weighed_against_the_text(
    stated: list[str | None], text: str, language: str | None
) -> None:
    """The first tag that fits the text is kept as it was given."""
    assert detect_language(stated, text) == language


@pytest.mark.parametrize(
    ("language", "text", "direction"),
    [
        ("he", "הגשר נבנה פעמיים", "rtl"),
        ("en", "הגשר נבנה פעמיים", "rtl"),
        ("ar", "The bridge was built twice (جسر)", "ltr"),
        (None, "新しい橋", "ltr"),
        ("fa", "1404", "rtl"),
        ("de", "2025", "ltr"),
        (None, "2025", None),
    ],
)
def test_direction_follows_the_letters(
    language: str | None, text: str, direction: str | None
) -> None:
    """The language is asked only where there are no letters."""
    assert direction_of(language, text) == direction


@given(st.lists(st.none() | st.text(max_size=60), max_size=3), st.text(max_size=3_000))
def test_any_text_has_a_language_or_none(stated: list[str | None], text: str) -> None:
    """Odd characters and odd tags raise nothing, and what comes back is a short tag."""
    language = detect_language(stated, text)

    assert language is None or 2 <= len(language) <= 35
    assert direction_of(language, text) in {"ltr", "rtl", None}
