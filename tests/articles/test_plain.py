"""Lines of plain text become a headline and the same blocks as a page gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.articles._blocks import Kind
from aggregator.articles._plain import read_lines, read_plain

_LONG = "This line is a paragraph of the text, because it is long and ends with a full stop."


def _kinds(text: str) -> list[tuple[str, str]]:
    return [(block.kind.value, block.text) for block in read_plain(text)[1]]


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        (f"The Tide\n{_LONG}", "The Tide"),
        (f"3 min read\n\nThe Tide\n{_LONG}", "The Tide"),
        (f"By Ann Lee\nThe Tide\n{_LONG}", "The Tide"),
        (f"# The Tide\n{_LONG}", "The Tide"),
        (f"{_LONG}\nThe Tide\n{_LONG}", None),
        (_LONG, None),
        ("The Tide", None),
        ("", None),
    ],
)
def test_the_first_title_like_line_is_the_headline(text: str, headline: str | None) -> None:
    """Labels may stand above it, a sentence may not."""
    assert read_plain(text)[0] == headline


def test_the_line_that_says_the_feeds_title_is_the_headline() -> None:
    """A kicker above the headline does not take its place if the title is known."""
    headline, blocks = read_plain(f"From the harbour\nThe Tide\n{_LONG}", "the tide")

    assert headline == "The Tide"
    assert [block.text for block in blocks] == ["From the harbour", _LONG]


@pytest.mark.parametrize(
    "line", ["Why so late?", "Hull, Engine, and Crew", "## Second part", "结论"]
)
def test_a_short_line_above_a_longer_one_is_a_heading(line: str) -> None:
    """Sub-headings end without a full stop and stand above text."""
    blocks = read_plain(f"The Tide\n{_LONG}\n{line}\n{_LONG}")[1]

    assert [block.kind for block in blocks] == [Kind.PARAGRAPH, Kind.HEADING, Kind.PARAGRAPH]
    assert blocks[1].text == line.removeprefix("## ")


@pytest.mark.parametrize(
    "line", ["Short, but a sentence.", "Comments", "5 min read", f"{'word ' * 15}"]
)
def test_other_short_lines_are_no_headings(line: str) -> None:
    """Sentences, labels and long lines without a stop are not."""
    assert _kinds(f"The Tide\n{_LONG}\n{line}\n{_LONG}{_LONG}")[1][0] == "paragraph"


def test_lines_with_bullets_are_one_list() -> None:
    """Neighbouring items make one list, in text and in HTML."""
    blocks = read_lines(f"{_LONG}\n- one\n* two & three\n{_LONG}")

    assert [block.kind for block in blocks] == [Kind.PARAGRAPH, Kind.LIST, Kind.PARAGRAPH]
    assert blocks[1].text == "- one\n- two & three"
    assert blocks[1].html == "<ul><li>one</li><li>two &amp; three</li></ul>"


def test_lines_broken_by_hand_are_joined() -> None:
    """Where all lines end near one margin, blank lines part the paragraphs."""
    words = [f"word{i:02d}" for i in range(40)]
    rows = [" ".join(words[i : i + 10]) for i in range(0, 40, 10)]

    text = "\n".join(rows) + "\n\n" + "\n".join(rows)

    assert _kinds(text) == [("paragraph", " ".join(words))] * 2


def test_line_ends_of_all_systems_part_lines() -> None:
    """Windows and old Macintosh files are read like any other."""
    assert [text for _, text in _kinds(f"{_LONG}\r\n{_LONG}1\r{_LONG}2")] == [
        _LONG,
        f"{_LONG}1",
        f"{_LONG}2",
    ]


@given(st.text(max_size=200))
def test_no_word_of_a_text_is_lost(text: str) -> None:
    """Every word is in the headline or in a block, in order."""
    headline, blocks = read_plain(text)

    kept = "".join(part for block in blocks for part in block.text if part.isalpha())
    whole = "".join(part for part in text if part.isalpha())
    title = "".join(part for part in headline or "" if part.isalpha())
    assert len(kept) + len(title) == len(whole)
    assert kept in whole.replace(title, "", 1) or kept in whole


@given(st.text(max_size=200))
def test_the_html_of_lines_holds_no_markup_of_theirs(text: str) -> None:
    """Angle brackets of a text stay text."""
    for block in read_lines(text):
        inside = block.html
        for tag in ("<p>", "</p>", "<ul>", "</ul>", "<li>", "</li>"):
            inside = inside.replace(tag, "")
        assert "<" not in inside
