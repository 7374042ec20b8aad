"""The terms of a query, found in stored text as the index finds them."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.search._matching import MAX_MATCH_CHARS, Match, Matcher, Matchers
from aggregator.search._snippet import mark
from aggregator.search.plan import Context, compile_query, holds, words_of
from aggregator.search.query import parse_query
from aggregator.search.terms import Column, Document, analyze

_LANGUAGES = ("en", "de", "fr", "ru", "th", "ar", "")


def _matcher(typed: str, language: str = "en") -> Matcher:
    return Matcher(words_of(parse_query(typed), _LANGUAGES), language)


def _marked(typed: str, text: str, language: str = "en") -> str:
    marked = mark(text, _matcher(typed, language).find(text))
    return marked.replace("\x02", "[").replace("\x03", "]")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("car", "A [car], two [CARS]."),
        ("cars", "A [car], two [CARS]."),
        ("running", "He [runs]; it ran. [Run]!"),
        ("cafe", "Das [Café] [Cafe\u0301], «[CAFE]»"),
        ("café", "[cafe] cafeteria"),
        ("straße", "die [Strasse], [STRASSE]"),
        ("strasse", "die [Straße] da"),
        ("e-mail", "an [e-mail], e or mail"),
        ("yu7", "Der [YU7]-SUV, YU71"),
        ("ﬁn", "[fin] [ﬁn]"),
        ("７", "Model [7] [７] 77"),
        ("co\xadoperate", "to [coop\xaderate] [cooperate]"),
        ("electri*", "[electric] dielectric [electrification]"),
        ("electric*", "[electric] [electrical]"),
        ("tom* be", "[tomorrow] topology"),
        ('"red car"', "[red car], car red, red cars, [Red\n– car]!"),
        ('"the who"', "[The Who] who the"),
        ('"don\'t"', "[don't] don t".replace("don t", "[don t]")),
        ('"café au lait"', "[cafe  au\tlait] cafe au laits"),
        ("title:car body:red", "a [red] [car]"),
        ("car -red", "red [car]"),
        ("/c[ao]r|red/", "[car], [COR], [red], cur"),
        ("/x*/", "a[xx]b[x]"),
        ("absent", "first words"),
        ("", "first words"),
        ("!!!", "first!!! words"),
    ],
)
def test_words_are_found_in_all_their_forms(typed: str, shown: str) -> None:
    """Whatever their case, ending and diacritics; quoted ones only as they stand."""
    assert _marked(typed, shown.replace("[", "").replace("]", "")) == shown


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("3.11", "Python [3.11] and [3.11].2, v[3.11], 13.11, 3 11"),
        ("v2.0", "[v2.0] [V2.0]"),
        ("c++", "[C++], c, [c++]"),
        ('"C++"', "[C++] C c+"),
        ("example.com", "www.[example.com]/path, [Example.COM] example.common"),
        ("http://example.org/cars", "the [cars] at example".replace("[cars]", "cars")),
    ],
)
def test_compounds_are_found_as_a_whole(typed: str, shown: str) -> None:
    """Not where only their parts stand."""
    assert _marked(typed, shown.replace("[", "").replace("]", "")) == shown


@pytest.mark.parametrize(
    ("language", "typed", "shown"),
    [
        ("", "小米", "新[小米]手机,[小米]"),
        ("", "米", "小[米]"),
        ("", "小米su7", "[小米SU7] 小米手su7 小 米su7"),
        ("", "小米su7 手机", "[小米 su7] [手机]"),
        ("", '"米手"', "小[米手]机"),
        ("", "カー", "レース[カー] ﾚｰｽ[ｶｰ]"),
        ("", "ガス", "[ガス]会社と[ｶﾞｽ]"),
        ("", "삼성", "새 [삼성]전자"),
        ("th", "น้ำ", "ดื่ม[น้ำ]"),
        ("th", "ไทย", "ภาษา[ไทย]ง่าย"),
        ("de", "häuser", "Das [Haus], viele [Häuser] und Hausboote"),
        ("fr", "manger", "On [mange], ils [mangeaient]"),
        ("ru", "дом", "Большие [дома] и [Домами]"),
        ("hi", "किताब", "नई [किताब]।"),
        ("ar", "كتاب", "هذا [الكتاب] جديد"),
    ],
)
def test_words_of_every_script_are_found(language: str, typed: str, shown: str) -> None:
    """Runs in any part of them, all others by the stems of their language."""
    text = shown.replace("[", "").replace("]", "")

    shown_now = _marked(typed, text, language)

    assert shown_now.replace("][", "") == shown


def test_places_are_those_of_the_text() -> None:
    """Whatever its characters become when they are compared."""
    text = "ßﬁ½…İ㎏ 𝔘 car Ǆ ἇ car"

    found = _matcher("car").find(text)

    assert [text[match.start : match.end] for match in found] == ["car", "car"]


def test_terms_are_found_only_in_their_columns() -> None:
    """A word that is asked of the title says nothing of the body."""
    matcher = _matcher("title:red car")

    assert [match.term for match in matcher.find("red car", Column.TITLE)] == [0, 1]
    assert [match.term for match in matcher.find("red car", Column.BODY)] == [1]


def test_stop_words_are_passed_over_beside_others() -> None:
    """Alone they are all there is; terms keep their numbers."""
    assert _matcher("the car").find("the car") == [Match(4, 7, 1)]
    assert _matcher("the").find("the car") == [Match(0, 3, 0)]


def test_overlapping_matches_are_counted_but_not_marked() -> None:
    """The longest of those that begin first is marked."""
    matcher = _matcher('red "red car" cars 小米 米')

    assert matcher.find("red car 小米") == [Match(0, 7, 1), Match(8, 10, 3)]
    assert [match.term for match in matcher.find_all("red car 小米")] == [1, 0, 2, 3, 4]


def test_matches_never_overlap_and_stand_in_order() -> None:
    """Whatever finds them, a place of the text is marked once."""
    matches = _matcher("red car* 小 小米 /d.c/ 3.1").find("redcar 3.1 cars 小米小 carsred red" * 50)

    assert len(matches) > 200
    assert all(one.start < one.end <= after.start for one, after in pairwise(matches))


def test_matchers_know_their_languages() -> None:
    """One is made for each, and kept."""
    matchers = Matchers(words_of(parse_query("häuser"), _LANGUAGES))

    assert matchers.of("de") is matchers.of("de")
    assert len(matchers.of("de").find("haus")) == 1


def test_a_text_that_is_all_beginning_is_given_up() -> None:
    """Who repeats the first words of a phrase without end is not followed without end."""
    phrase = "a " * 250
    text = "a " * 200_000

    assert _matcher(f'"{phrase}b"').find(text) == []
    assert _matcher(f"{phrase.strip().replace(' ', '-')}-b").find(text) == []


_LETTERS = "abcdefghijklmnopqrstuvwxyzäöüßéèœøåñçőğışабвгдеёжийклюяαβγδεζηθικλμνόάώ"


@given(
    st.text(alphabet=_LETTERS, min_size=1, max_size=12),
    st.sampled_from(["de", "fr", "fi", "hu", "tr", "ru", "el", "nl", "ar", "pl", "ca", "ga"]),
)
def test_a_word_is_found_in_itself(word: str, language: str) -> None:
    """Whatever its language makes of it."""
    matcher = Matcher(words_of(parse_query(word), (language,)), language)

    assert matcher.find(word.upper() if word.isascii() else word)


@given(st.text(max_size=80), st.text(max_size=200), st.sampled_from(_LANGUAGES))
def test_any_query_is_looked_for_in_any_text(typed: str, text: str, language: str) -> None:
    """Without an error, and no match is longer than what may be marked."""
    matches = _matcher(typed, language).find(text)

    assert all(0 <= one.start < one.end <= len(text) for one in matches)
    assert all(one.end - one.start <= MAX_MATCH_CHARS for one in matches)


_VOCABULARY = (
    "car Cars running runs electrical café Cafe Straße strasse ein Häuser Haus mangeons дома дом"
    " 小米 小 米手机 ガス ﾚｰｽｶﾞ ไทย ภาษาไทย น้ำ 3.11 3.11.2 c++ C e-mail don't x_y the"
    " www.example.com example.com"
)
_words = st.sampled_from(_VOCABULARY.split())
_texts = st.lists(_words, max_size=6).flatmap(
    lambda words: st.sampled_from([" ", ", ", "\n", "…"]).map(lambda sign: sign.join(words))
)


@given(
    st.lists(_words, min_size=1, max_size=2),
    _texts,
    st.sampled_from(["", '"']),
    st.sampled_from(_LANGUAGES),
)
def test_it_finds_what_the_index_finds(
    words: list[str], text: str, quote: str, language: str
) -> None:
    """There is something to mark exactly where a query is true."""
    typed = f"{quote}{' '.join(words)}{quote}" if quote else words[0]
    query = parse_query(typed)
    now = datetime(2026, 11, 22, tzinfo=UTC)
    document = Document(1, "", "", "", text, language, (), now, 1, 1)

    plan = compile_query(query, Context(_LANGUAGES))

    is_found = bool(_matcher(typed, language).find(text))
    assert is_found is holds(plan, document, analyze(document))
