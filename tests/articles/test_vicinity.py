"""The lines around a headline are those that readers see there."""

from __future__ import annotations

from aggregator.articles._parse import parse_tree
from aggregator.articles._vicinity import Line, read_vicinity


def _lines(body: str) -> list[Line]:
    tree = parse_tree(f"<html><body>{body}</body></html>")
    return read_vicinity(next(tree.iter("h1")))


def test_lines_follow_the_headline_and_then_lead_away_from_it() -> None:
    """Those after it come first, then those before it, the nearest first."""
    lines = _lines("<p>a</p><p>b</p><h1>c</h1><p>d</p><div>e<br>f</div>")

    assert [line.text for line in lines] == ["c", "d", "e", "f", "b", "a"]
    assert [line.is_before for line in lines] == [False] * 4 + [True] * 2


def test_inline_elements_are_pieces_of_one_line() -> None:
    """Blocks and line breaks end a line, spans and links do not."""
    line = _lines("<h1>c</h1><p>By <a href=/ann>Ann</a> <time>May 6</time></p>")[1]

    assert line.pieces == ["By", "Ann", "May 6"]
    assert line.text == "By Ann May 6"


def test_lines_know_their_marks_and_machine_readable_instants() -> None:
    """Classes around a line and targets inside it count, and so does what a time states."""
    body = "<h1>c</h1><div class=Meta><p><a href=/author/ann>Ann</a><time datetime=2024>x</time>"
    line = _lines(body)[1]

    assert "meta" in line.marks
    assert "/author/ann" in line.marks
    assert line.stated == ["2024"]


def test_menus_forms_and_the_text_of_the_article_are_not_near() -> None:
    """What follows the first paragraph belongs to the article or to others."""
    body = f"<nav>a</nav><h1>c</h1><form>b</form><p>{'word ' * 100}</p><p>d</p>"

    assert [line.text for line in _lines(body)] == ["c"]


def test_a_long_page_before_the_headline_is_not_walked() -> None:
    """Only the nearest lines are read, however much stands above."""
    lines = _lines(f"{'<p>x</p>' * 5000}<p>near</p><h1>c</h1>")

    assert [line.text for line in lines][:2] == ["c", "near"]
    assert len(lines) < 20
