"""The section that answers, and the words that show why."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from aggregator.model import SectionRef
from aggregator.search import MARK_END, MARK_START, SearchReader, parse_query
from aggregator.search._matching import Matcher
from aggregator.search._snippet import SNIPPET_CHARS, Part, best_part, make_snippet

if TYPE_CHECKING:
    from tests.search.conftest import Shelf


def _snippet(typed: str, *texts: str) -> str:
    parts = [Part(position, "", text) for position, text in enumerate(texts)]
    return (
        best_part(parts, Matcher(parse_query(typed)))[1].replace("\x02", "[").replace("\x03", "]")
    )


@pytest.mark.parametrize(
    ("typed", "text", "shown"),
    [
        ("car", "A car, two CARS.", "A [car], two [CARS]."),
        ("running", "He runs; it ran.", "He [runs]; it ran."),
        ("cafe", "Das Café Cafe\u0301", "Das [Café] [Cafe\u0301]"),
        ("小米", "新小米手机,小米", "新[小米]手机,[小米]"),
        ("米", "小米", "小[米]"),
        ("electri*", "electric dielectric", "[electric] dielectric"),
        ('"red car"', "red car, car red", "[red] [car], [car] [red]"),
        ("किताब", "नई किताब।", "नई [किताब]।"),
        ("yu7", "Der YU7 ist da", "Der [YU7] ist da"),
        ("absent", "first words", "first words"),
        ("", "first words", "first words"),
        ("b", "a\n\n\t b", "a [b]"),
    ],
)
def test_matches_are_marked_as_the_index_finds_them(typed: str, text: str, shown: str) -> None:
    """In all forms of the word, in their spelling in the text, on one line."""
    assert _snippet(typed, text) == shown


def test_marks_of_the_text_itself_are_not_marks() -> None:
    """A hostile page cannot open or close a mark, nor move the cursor of a terminal."""
    text = f"a {MARK_START}evil{MARK_END} \x1b[31m car{MARK_END} \u202e"

    assert _snippet("car", text) == "a evil [31m [car]"


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


def test_text_without_blanks_is_cut_all_the_same() -> None:
    """Chinese has none, and hostile text need not."""
    assert len(_snippet("小米", "天" * 500 + "小米" + "天" * 500)) < 250
    assert len(_snippet("xxx*", "x" * 1_000_000)) < 250
    assert len(_snippet("none", "x" * 1_000_000)) < 250


def test_a_text_full_of_matches_is_read_once() -> None:
    """Ten times the matches take about ten times the time, not a hundred times."""

    def cost_s(count: int) -> float:
        matches = Matcher(parse_query("red blue")).find("red blue " * count)
        started = time.process_time()
        make_snippet("red blue " * count, matches)
        return time.process_time() - started

    cost_s(1000)

    assert min(cost_s(20_000) for _ in range(3)) < 40 * min(cost_s(2000) for _ in range(3))


@pytest.mark.parametrize(
    ("typed", "position"),
    [
        ("lead", 0),
        ("beta", 2),
        ("alpha beta", 2),
        ("market", 1),
        ("gamma", 3),
        ("gamma market", 1),
        ("title", 0),
    ],
)
def test_the_section_is_the_one_with_most_of_the_words(
    typed: str, position: int, shelf: Shelf
) -> None:
    """Different words before repeated ones, headings count, a tie goes to the earlier one."""
    shelf.put(
        "the lead text",
        title="title",
        sections=[
            ("Market share", "alpha alpha alpha"),
            ("Second", "alpha and beta"),
            ("Third", "gamma"),
        ],
    )
    headings = ["", "Market share", "Second", "Third"]

    with SearchReader(shelf.path) as reader:
        (hit,) = reader.search(typed).hits

    assert hit.section == SectionRef(position, headings[position])


def test_a_hit_shows_what_there_is(shelf: Shelf) -> None:
    """Of an entry without title, text or sections, too."""
    shelf.put("", title="only this", url="https://example.org/1")
    shelf.put("only lead")

    with SearchReader(shelf.path) as reader:
        titled, untitled = reader.search("only").hits

    assert (titled.id, titled.title, titled.url, titled.snippet) == (
        1,
        "only this",
        "https://example.org/1",
        "",
    )
    assert (untitled.title, untitled.headline, untitled.url) == (None, None, None)
    assert untitled.snippet == f"{MARK_START}only{MARK_END} lead"
    assert (titled.feed, titled.section, titled.read_minutes) == ("A feed", SectionRef(0, ""), 1)


def test_no_part_is_no_snippet() -> None:
    """An article of which nothing is known has none."""
    assert best_part([], Matcher(parse_query("x"))) == (SectionRef(0, ""), "")


def test_matches_never_overlap_and_stand_in_order() -> None:
    """Whatever finds them, a place of the text is marked once."""
    matcher = Matcher(parse_query("red car* 小 小米"))

    matches = matcher.find("redcar cars 小米小 carsred red" * 50)

    assert len(matches) > 200
    assert all(one.start < one.end <= after.start for one, after in pairwise(matches))
    assert matcher.find("") == []
