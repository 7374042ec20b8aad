"""The section that answers, and the words that show why."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import SectionRef
from aggregator.search._matching import MAX_MATCH_CHARS, Matcher
from aggregator.search._snippet import (
    MARK_END,
    MARK_START,
    SNIPPET_CHARS,
    Part,
    best_part,
    make_snippet,
    mark,
    marked_title,
)
from aggregator.search.plan import words_of
from aggregator.search.query import parse_query

_PARTS = (
    Part(0, "", "the lead text"),
    Part(1, "Market share", "alpha alpha alpha"),
    Part(2, "Second", "alpha and beta"),
    Part(3, "Third", "gamma"),
)


def _matcher(typed: str) -> Matcher:
    return Matcher(words_of(parse_query(typed), ("en",)), "en")


def _snippet(typed: str, text: str) -> str:
    return _shown(best_part([Part(0, "", text)], _matcher(typed))[1])


def _shown(marked: str) -> str:
    return marked.replace(MARK_START, "[").replace(MARK_END, "]")


@pytest.mark.parametrize(
    ("typed", "position"),
    [
        ("lead", 0),
        ("beta", 2),
        ("alpha", 1),
        ("alpha beta", 2),
        ("market", 1),
        ("gamma", 3),
        ("gamma market", 1),
        ("heading:gamma third", 3),
        ("body:second alpha", 1),
        ('"and beta"', 2),
        ("/b.ta/", 2),
        ("the alpha", 1),
        ("absent", 0),
        ("", 0),
    ],
)
def test_the_section_is_the_one_with_most_of_the_words(typed: str, position: int) -> None:
    """Different words before repeated ones, headings count, a tie goes to the earlier one."""
    section, _ = best_part(_PARTS, _matcher(typed))

    assert section == SectionRef(position, _PARTS[position].heading)


def test_words_of_two_sections_are_no_phrase() -> None:
    """Nor are the last one of a heading and the first one below it."""
    assert best_part(_PARTS, _matcher('"alpha second"'))[0].position == 0
    assert best_part(_PARTS, _matcher('"second alpha"'))[0].position == 0


def test_no_part_is_no_snippet() -> None:
    """An article of which nothing is known has none."""
    assert best_part([], _matcher("x")) == (SectionRef(0, ""), "")


def test_marks_of_the_text_itself_are_not_marks() -> None:
    """A hostile page cannot open or close a mark, nor move the cursor of a terminal."""
    text = f"a {MARK_START}evil{MARK_END} \x1b[31m car{MARK_END} \u202e"

    assert _snippet("car", text) == "a evil [31m [car]"
    assert _shown(marked_title(text, _matcher("car"))) == "a evil [31m [car]"


def test_a_title_is_marked_as_a_whole() -> None:
    """On one line, with what is asked of titles and not with what is asked of texts."""
    title = "Red\n\n cars and a  red car"

    assert _shown(marked_title(title, _matcher("car title:red body:and"))) == (
        "[Red] [cars] and a [red] [car]"
    )
    assert mark("as it is", []) == "as it is"


def test_a_snippet_is_cut_around_the_densest_place() -> None:
    """Where most different words stand together, cut at blanks and said to be cut."""
    far = "red filler words " * 40 + "then a red and blue thing " + "blue filler words " * 40

    shown = _snippet("red blue", far)

    assert "[red] and [blue] thing" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")
    plain = shown.strip("…").replace("[", "").replace("]", "")
    assert plain in far
    assert len(plain) <= SNIPPET_CHARS
    assert not {plain.split()[0], plain.split()[-1]} - set(far.split())


def test_a_text_without_matches_is_shown_from_its_beginning() -> None:
    """On one line."""
    assert _snippet("absent", "first\n\n\t words") == "first words"
    assert _snippet("b", "a\n\n\t b") == "a [b]"


def test_text_without_blanks_is_cut_all_the_same() -> None:
    """Chinese has none, and hostile text need not."""
    assert len(_snippet("小米", "天" * 500 + "小米" + "天" * 500)) < 250
    assert len(_snippet("xxx*", "x" * 1_000_000)) < 250
    assert len(_snippet("/x+/", "x" * 1_000_000)) < 250
    assert len(_snippet("none", "x" * 1_000_000)) < 250


_texts = st.text(alphabet="ab c\n小米é\x02\x03\x1b.", max_size=700)


@given(st.sampled_from(["a b", "a*", "小米 c", '"a b"', "/a.?b/", "abc* é 米"]), _texts)
def test_a_snippet_is_never_longer_than_its_bound(typed: str, text: str) -> None:
    """But for its marks, which are balanced and never stand in each other."""
    marked = best_part([Part(0, "", text)], _matcher(typed))[1]

    assert re.fullmatch(r"[^\x02\x03]*(\x02[^\x02\x03]+\x03[^\x02\x03]*)*", marked)
    plain = marked.replace(MARK_START, "").replace(MARK_END, "")
    assert len(plain) <= SNIPPET_CHARS + MAX_MATCH_CHARS
    assert "\x1b" not in plain


@given(st.text(max_size=300), st.text(max_size=30))
def test_any_text_has_a_snippet(text: str, typed: str) -> None:
    """Without an error; what is shown stands in the text."""
    matcher = _matcher(typed)

    matches = matcher.find(text)

    assert mark(text, matches).replace(MARK_START, "").replace(MARK_END, "") == text.replace(
        MARK_START, ""
    ).replace(MARK_END, "")
    shown = make_snippet(text, matches)
    assert len(shown) <= SNIPPET_CHARS + 3 * max(1, len(matches))
