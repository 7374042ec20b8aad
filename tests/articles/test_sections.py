"""Blocks are trimmed of labels and parted into a lead and sections."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.articles._blocks import BOLD_LEVEL, Block, Kind
from aggregator.articles._clean import read_blocks
from aggregator.articles._sanitise import sanitise
from aggregator.articles._sections import Outline, outline

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
        ([1, 2, 3, 4, 5, 6], [2, 3, 4, 5, 6, 6]),
        ([BOLD_LEVEL, BOLD_LEVEL], [2, 2]),
    ],
)
def test_levels_follow_the_nesting(given: list[int], wanted: list[int]) -> None:
    """The first heading is of level 2, each deeper one a single level below the one it is in."""
    blocks = [b for i, level in enumerate(given) for b in (_h(f"h{i}", level), _p(f"{i} text"))]

    assert [section.level for section in outline(blocks, None).sections] == wanted


@given(st.lists(st.integers(1, 6), max_size=30))
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


@pytest.mark.parametrize("facts", ["- Mara Quill\n- July 3, 2025\n- 2 Minutes", "- By Ann Lee"])
def test_a_list_of_facts_above_the_text_is_dropped(facts: str) -> None:
    """Some pages list author, date and read time as items; a list of words is text."""
    words = Block(Kind.LIST, "- Tides\n- Winds", "<ul><li>Tides</li><li>Winds</li></ul>")

    assert outline([Block(Kind.LIST, facts, "<ul>"), _p(_SENTENCE)], None).lead == _SENTENCE
    assert outline([words, _p(_SENTENCE)], None).lead == f"{words.text}\n\n{_SENTENCE}"


@pytest.mark.parametrize(
    "credit", [_p("Mara Quill"), Block(Kind.LIST, "- Mara Quill\n- Kelmere", "<ul>")]
)
def test_the_byline_that_is_known_leaves_the_lead(credit: Block) -> None:
    """A bare name above the text is the author's if the article's byline says so."""
    assert outline([credit, _p(_SENTENCE)], None, "Mara Quill").lead == _SENTENCE
    assert outline([credit, _p(_SENTENCE)], None, "Ann Lee").lead == f"{credit.text}\n\n{_SENTENCE}"
    assert outline([_p(_SENTENCE), credit], None, "Mara Quill").lead.endswith(credit.text)


@pytest.mark.parametrize("line", ["Mara Quill", "By Mara Quill · July 3, 2025", "3 min read"])
def test_credits_between_standfirst_and_text_are_dropped(line: str) -> None:
    """Many papers print the author below the standfirst, which is text; a signature stays."""
    standfirst = _p(f"Above it all: {_SENTENCE}")

    made = outline([standfirst, _p(line), _p(_SENTENCE)], None, "Mara Quill")

    assert made.lead == f"{standfirst.text}\n\n{_SENTENCE}"
    assert made.stated_minutes == (3 if "min" in line else None)


def test_the_facts_of_a_recipe_stay() -> None:
    """How long a dish takes is no time to read, in a line or in a list below the introduction."""
    facts = Block(Kind.LIST, "- Serves 4\n- 30 minutes", "<ul>")

    made = outline([_p(_SENTENCE), facts, _p(_SENTENCE + " Stir.")], None)
    line = outline([_p("Serves 4 · 30 minutes"), _p(_SENTENCE)], None)

    assert (facts.text in made.lead, made.stated_minutes) == (True, None)
    assert ("30 minutes" in line.lead, line.stated_minutes) == (True, None)


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
        [_h("Comments"), _p("fox wrote:"), _p(_SENTENCE + " Or so one hears.")],
        [_p("Comments")],
        [_h("Related articles"), Block(Kind.LIST, "- Boats\n- Tides", "<ul></ul>")],
        [_h("Anything"), _h("Comments")],
        [_p("Read more: Another story of the sea")],
        [_p("The post The Tide appeared first on Courier.")],
        [_h("Share"), _p("Facebook"), _p("Twitter")],
        [_p("Printer-friendly version | E-mail this story")],
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


def test_sections_have_anchors_and_say_what_they_are() -> None:
    """Headings give their words as anchor; a bold line in their place is marked."""
    real = outline([_h("What's new?"), _p("a"), _h("What's new?"), _p("b")], None)
    bold = outline([_p(_SENTENCE), _h("One", BOLD_LEVEL), _p("a")], None)

    assert [(s.anchor, s.is_pseudo) for s in real.sections] == [
        ("whats-new", False),
        ("whats-new-2", False),
    ]
    assert [(s.anchor, s.is_pseudo) for s in bold.sections] == [("one", True)]


def test_links_inside_the_article_lead_to_its_parts() -> None:
    """A table of contents leads to sections, a reference to its note and back."""
    html = """<ul><li><a href="#c1">Cause</a></li></ul>
    <p>It rained.<sup><a href="#fn1" id="ref1">1</a></sup></p>
    <section id="c1"><h2>The Cause</h2><p>Clouds.</p></section>
    <ol><li id="fn1">A note. <a href="#ref1">↩</a></li></ol>"""

    made = outline(read_blocks(html, "https://e.example/a"), None)

    (section,) = made.sections
    assert 'href="#the-cause"' in made.lead_html
    note = re.search(r'href="#(at-[^"]+)"[^>]*>1<', made.lead_html)
    assert note is not None
    assert f'<li id="{note[1]}">' in section.html
    assert "It rained.[1]" in made.lead
    assert "↩" not in section.text


def test_a_quotation_of_the_article_itself_goes() -> None:
    """Words that stand in large letters beside the text they come from are no second text."""
    pulled = Block(Kind.QUOTE, "“a sentence of the article with more words”", "<blockquote>")
    other = Block(Kind.QUOTE, "I have never seen such a thing in my life", "<blockquote>")

    made = outline([_p(_SENTENCE), pulled, other], None)

    assert made.lead == f"{_SENTENCE}\n\n{other.text}"


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


def test_a_section_about_related_links_keeps_its_heading() -> None:
    """The label goes only where what it announced is gone."""
    sentence = "A link is a promise that somebody else keeps, and most promises grow old with time."

    made = outline([_p(sentence), _h("Related links"), _p(sentence + " Indeed.")], None)

    assert [section.heading for section in made.sections] == ["Related links"]
