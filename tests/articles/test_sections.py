"""Blocks are trimmed of labels and parted into a lead and sections."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.articles._blocks import BOLD_LEVEL, Block, Kind
from aggregator.articles._sections import Outline, outline, sanitise

_SENTENCE = "This is a sentence of the article with more words in it than any label has."


def _p(text: str) -> Block:
    return Block(Kind.PARAGRAPH, text, f"<p>{text}</p>")


def _h(text: str, level: int = 2) -> Block:
    return Block(Kind.HEADING, text, f"<p>{text}</p>", level)


def _shape(made: Outline) -> list[tuple[int, str, str]]:
    return [(section.level, section.heading, section.text) for section in made.sections]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ([2, 3, 2], [2, 3, 2]),
        ([3, 5, 5, 4, 3], [2, 3, 3, 3, 2]),
        ([1, 2, 6], [2, 3, 4]),
        ([4, 2, 3], [2, 2, 3]),
        ([1, 2, 3, 4, 5, 6, BOLD_LEVEL], [2, 3, 4, 5, 6, 6, 6]),
        ([BOLD_LEVEL, BOLD_LEVEL], [2, 2]),
    ],
)
def test_levels_follow_the_nesting(given: list[int], wanted: list[int]) -> None:
    """The first heading is of level 2, each deeper one a single level below the one it is in."""
    blocks = [b for i, level in enumerate(given) for b in (_h(f"h{i}", level), _p(f"{i} text"))]

    assert [section.level for section in outline(blocks, None).sections] == wanted


@given(st.lists(st.integers(1, BOLD_LEVEL), max_size=30))
def test_levels_never_skip_one(levels: list[int]) -> None:
    """Whatever the page does, levels begin at 2, stay below 7 and go down in single steps."""
    blocks = [
        block for i, level in enumerate(levels) for block in (_h(f"h{i}", level), _p(f"{i} text"))
    ]

    made = [section.level for section in outline(blocks, None).sections]

    assert len(made) == len(levels)
    assert all(2 <= level <= 6 for level in made)
    assert all(after <= before + 1 for before, after in zip([1, *made], made, strict=False))


def test_paragraphs_are_parted_by_blank_lines() -> None:
    """Lead and sections have their paragraphs apart, and positions count from 1."""
    made = outline([_p("a"), _p("b"), _h("H"), _p("c"), _p("d")], None)

    assert made.lead == "a\n\nb"
    assert made.lead_html == "<p>a</p>\n<p>b</p>"
    assert [(s.position, s.heading, s.text) for s in made.sections] == [(1, "H", "c\n\nd")]


@pytest.mark.parametrize(
    "label",
    [
        "2 min read",
        "By Ann Lee",
        "June 9, 2024",
        "Published: 9 June 2024",
        "Share this article",
        "Subscribe",
    ],
)
def test_labels_above_the_text_are_dropped(label: str) -> None:
    """Between headline and text stand lines that are no text."""
    assert outline([_p(label), _p(_SENTENCE)], None).lead == _SENTENCE


@pytest.mark.parametrize(
    "line", ["By the river", "June was wet", "In 2 minutes all was over", "A deck"]
)
def test_short_lines_that_are_no_labels_stay(line: str) -> None:
    """A standfirst or a short first paragraph is text."""
    assert outline([_p(line), _p(_SENTENCE)], None).lead == f"{line}\n\n{_SENTENCE}"


def test_a_byline_below_the_text_stays() -> None:
    """The same line means something else where the text has begun."""
    assert "By Ann Lee" in outline([_p(_SENTENCE), _p("By Ann Lee"), _p("End.")], None).lead


@pytest.mark.parametrize("repeated", [_h("The Tide!", 1), _p("the  tide"), _h("The Tide", 2)])
def test_the_headline_is_not_said_twice(repeated: Block) -> None:
    """Its repetition above the text is no lead and no section."""
    made = outline([repeated, _p(_SENTENCE)], "The Tide")

    assert (made.lead, made.sections) == (_SENTENCE, ())


@pytest.mark.parametrize(
    ("line", "minutes"),
    [("2 Minutes", 2), ("5 min read", 5), ("Ann · May 5 · 7 min read", 7), ("2", None)],
)
def test_the_stated_time_leaves_the_text(line: str, minutes: int | None) -> None:
    """A read time above the text is a fact of the article and no paragraph of it."""
    made = outline([_p(line), _p(_SENTENCE)], None)

    assert made.stated_minutes == minutes
    assert (made.lead == _SENTENCE) == (minutes is not None)


def test_a_repeated_paragraph_appears_once() -> None:
    """Pages made for two widths print some paragraphs twice; short refrains may be meant."""
    made = outline([_p(_SENTENCE), _p("Yes."), _p(_SENTENCE), _p("Yes.")], None)

    assert made.lead == f"{_SENTENCE}\n\nYes.\n\nYes."


@pytest.mark.parametrize(
    "tail",
    [
        [_h("Comments")],
        [_h("3 Comments"), _p("Log in to reply.")],
        [_h("Leave a Reply"), _p("Your email address will not be published.")],
        [_p("Comments")],
        [_h("Related articles"), Block(Kind.LIST, "- Boats\n- Tides", "<ul></ul>")],
        [_h("Anything"), _h("Comments")],
        [_p("Read more: Another story of the sea")],
        [_p("The post The Tide appeared first on Courier.")],
        [_h("Share"), _p("Facebook"), _p("Twitter")],
    ],
)
def test_what_follows_the_text_is_dropped(tail: list[Block]) -> None:
    """Comments, forms, related links, notes and empty headings at the end are no section."""
    made = outline([_p(_SENTENCE), _h("Inside"), _p("Text."), *tail], None)

    assert _shape(made) == [(2, "Inside", "Text.")]


def test_comments_from_someone_are_a_section() -> None:
    """A heading that says more than "Comments", or has real text below it, stays."""
    made = outline(
        [
            _p(_SENTENCE),
            _h("Comments from the jury"),
            _p("Fine."),
            _h("Comments"),
            _p(_SENTENCE + "!"),
        ],
        None,
    )

    assert [section.heading for section in made.sections] == ["Comments from the jury", "Comments"]


def test_a_bold_line_without_text_below_is_a_paragraph() -> None:
    """Bold lines in a row, or at the end, head nothing."""
    made = outline(
        [
            _p(_SENTENCE),
            _h("One", BOLD_LEVEL),
            _h("Two", BOLD_LEVEL),
            _p("Text."),
            _h("Three", BOLD_LEVEL),
        ],
        None,
    )

    assert made.lead == f"{_SENTENCE}\n\nOne"
    assert _shape(made) == [(2, "Two", "Text.\n\nThree")]


def test_nothing_but_headings_is_kept() -> None:
    """An article that is all headings loses none of them."""
    made = outline([_h("One"), _h("Two")], None)

    assert [section.heading for section in made.sections] == ["One", "Two"]


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='data:text/html,x'>x</a>",
        "<iframe src='https://e.example'></iframe>",
        "<svg><script>alert(1)</script></svg>",
        "<p style='position:fixed' onclick='x()'>x</p>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<form action='/x'><input name=a></form>",
    ],
)
def test_nothing_that_runs_is_left(hostile: str) -> None:
    """Scripts, handlers, frames, styles, forms and foreign schemes do not survive."""
    html = sanitise(f"<p>a</p>{hostile}").lower()

    assert "<p>a</p>" in html
    banned = (
        "script",
        "onerror",
        "onclick",
        "style=",
        "<iframe",
        "<svg",
        "<form",
        "<input",
        "data:",
    )
    assert not any(word in html for word in banned)
