"""Headings that head nothing become lines; bold lines become headings where nothing else is one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aggregator.articles._blocks import BOLD_LEVEL, Block, Kind
from aggregator.articles._headings import settle_bold_lines, settle_headings


def _p(text: str) -> Block:
    return Block(Kind.PARAGRAPH, text, f"<p>{text}</p>")


def _h(text: str, level: int = 2) -> Block:
    return Block(Kind.HEADING, text, f"<p>{text}</p>", level)


def _headings(blocks: list[Block]) -> list[str]:
    return [block.text for block in blocks if block.kind is Kind.HEADING]


def test_headings_in_a_row_are_lines() -> None:
    """Of headings of one level without text between them, only the last heads something."""
    settled = settle_headings([_h("a"), _h("b"), _h("c"), _p("text")])

    assert _headings(settled) == ["c"]
    assert [block.text for block in settled] == ["a", "b", "c", "text"]


def test_a_heading_above_deeper_ones_heads_them() -> None:
    """A part may begin with the heading of its first chapter."""
    assert _headings(settle_headings([_h("a", 2), _h("b", 3), _p("c")])) == ["a", "b"]


def test_a_heading_above_a_figure_stays() -> None:
    """Pictures are content, too."""
    assert _headings(
        settle_headings([_h("a"), Block(Kind.FIGURE, "", "<figure>"), _h("b"), _p("c")])
    )[:1] == ["a"]


def test_an_empty_repeated_heading_is_gone() -> None:
    """What is printed again for another width of screen is not said twice."""
    settled = settle_headings([_h("a"), _p("text"), _h("a"), _h("b"), _p("more")])

    assert [block.text for block in settled] == ["a", "text", "b", "more"]


def test_bold_lines_yield_to_real_headings() -> None:
    """A page that marks headings as such means emphasis by bold."""
    mixed = [_h("a"), _p("text"), _h("bold", BOLD_LEVEL), _p("more")]

    assert _headings(settle_headings(mixed)) == ["a"]
    assert _headings(settle_headings(mixed[1:])) == ["bold"]


def test_a_bold_line_above_text_only_is_a_heading() -> None:
    """Bold lines in a row, above a picture or at the end head nothing."""
    bold = [_h(text, BOLD_LEVEL) for text in "abc"]

    settled = settle_bold_lines([bold[0], bold[1], _p("text"), bold[2]])

    assert _headings(settled) == ["b"]


@given(st.lists(st.one_of(st.integers(1, BOLD_LEVEL), st.text("ab ", min_size=1)), max_size=20))
def test_no_text_but_repeated_headings_is_lost(parts: list[int | str]) -> None:
    """Settling changes what a block is, never what it says."""
    blocks = [
        _p(part) if isinstance(part, str) else _h(f"h{i}", part) for i, part in enumerate(parts)
    ]

    settled = settle_headings(blocks)

    assert [block.text for block in settled] == [block.text for block in blocks]
