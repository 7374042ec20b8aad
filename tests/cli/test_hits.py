"""Hits as people see them: a few lines each, or a table; whatever a feed has sent."""

from __future__ import annotations

from collections.abc import Iterable

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from aggregator.cli._fields import FIELDS
from aggregator.cli._hits import plain_lines, say_found, say_suggestions, table_lines
from aggregator.model import Hit, SearchResult, SectionRef, Suggestion
from aggregator.text import strip_unsafe
from tests.cli.hits import HIT, HOSTILE, hit, hits

WIDTHS = (40, 59, 60, 80, 100)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A standard output that takes colour."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)


def _at(columns: int, lines: Iterable[str]) -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(columns))
        return list(lines)


def test_a_hit_says_all_that_one_needs_to_choose_and_to_open_it() -> None:
    """Rank, headline with its match, minutes, date; feed, authors, number; section and snippet."""
    head, facts, *body = _at(80, plain_lines([HIT]))

    assert head.startswith("  1  Xiaomi puts its electric cars on one [dashboard]")
    assert head.endswith("   2 min  2026-11-22")
    assert facts == "     Harbour Wire · Ada Lovelace, Li Wei · id 3 §2"
    assert body[0].startswith("     § What the update changes — …to a thief. The [dashboard]")
    assert "[messages]" in " ".join(body)


def test_a_narrow_terminal_gets_the_whole_headline_and_the_facts_below_it() -> None:
    """Beside a date there would be no room for it."""
    lines = _at(40, plain_lines([HIT]))

    told = " ".join(" ".join(lines).split())
    assert max(map(len, lines)) <= 40
    assert "Xiaomi puts its electric cars on one [dashboard]" in told
    assert "2 min · 2026-11-22 · Harbour Wire · Ada Lovelace, Li Wei · id 3 §2" in told


@pytest.mark.parametrize("length", range(1, 12))
def test_a_match_that_is_cut_keeps_both_brackets(length: int) -> None:
    """Wherever in it the headline ends; what is not cut stays as it is."""
    start = "word " * 9 + "x" * length
    [cut, *_] = _at(80, plain_lines([hit(marked_title=f"{start} \x02dashboard\x03 and more")]))
    [whole, *_] = _at(80, plain_lines([hit(marked_title="a [b and c")]))

    assert cut.count("[") == cut.count("]")
    assert (len(cut), "…" in cut) == (80, True)
    assert " a [b and c  " in whole


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"marked_title": "", "headline": None}, "Cars from Xiaomi"),
        ({"marked_title": "", "headline": " ", "title": None}, "https://example.org/1"),
        ({"marked_title": "", "headline": None, "title": None, "url": None}, "(untitled)"),
        ({"authors": ("A", "B", "C", "D")}, "A, B, C … · id 3"),
        ({"authors": ("Harbour Wire",)}, "Harbour Wire · id 3"),
        ({"section": SectionRef(0, "")}, "id 3\n"),
        ({"url": "https://me:secret@one.example/", "marked_title": "", "headline": "", "title": ""},
         "1  https://one.example/"),
    ],
)  # fmt: skip
def test_what_is_missing_or_too_much_has_its_form(changes: dict[str, object], told: str) -> None:
    """Something to read in place of the headline; no author twice, no password."""
    assert told in "\n".join(_at(80, plain_lines([hit(**changes)])))


@given(found=st.lists(hits, max_size=3), columns=st.sampled_from(WIDTHS))
def test_plain_lines_fit_and_do_no_harm(found: list[Hit], columns: int) -> None:
    """No control character, no line that is too long, whatever stands in a hit."""
    lines = _at(columns, plain_lines(found))

    assert lines == [strip_unsafe(line) for line in lines]
    assert all(cell_len(line) <= columns for line in lines)
    assert all("\n" not in line and "\t" not in line for line in lines)


@given(
    found=st.lists(hits, max_size=3),
    columns=st.sampled_from(WIDTHS),
    names=st.lists(st.sampled_from(sorted(FIELDS)), unique=True, max_size=16),
)
def test_a_table_has_one_line_a_hit_and_fits(
    found: list[Hit], columns: int, names: list[str]
) -> None:
    """With any fields, even all of them at 40 columns."""
    lines = _at(columns, table_lines(found, names))

    assert len(lines) == len(found) + 1
    assert lines == [strip_unsafe(line) for line in lines]
    assert all(cell_len(line) <= columns for line in lines)
    assert all("\n" not in line and "\t" not in line for line in lines)


def test_ideographs_keep_the_columns_of_a_table_in_line() -> None:
    """They take two columns each."""
    found = [hit(feed="小米新闻"), hit(feed="Harbour", headline="小米" * 60)]

    head, *rows = _at(80, table_lines(found, ("id", "feed", "read_minutes", "headline")))

    at = cell_len(head[: head.index("headline")])
    for row, begins in zip(rows, ("Xiaomi", "小米"), strict=True):
        place = row.index(begins, row.index("  2  "))
        assert cell_len(row[:place]) == at


def test_numbers_and_dates_of_a_table_are_never_cut() -> None:
    """They give no room to a feed that has a long name."""
    [_, row] = _at(40, table_lines([hit(id=123456, feed="F" * 99)]))

    assert row.split()[:3] == ["123456", "2026-11-22", "2"]


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("text", HOSTILE)
def test_colours_are_ours_alone_and_end_with_each_line(text: str, columns: int) -> None:
    """Without our own sequences nothing harmful is left; no line leaves a colour on."""
    marked = f"one \x02{text}\x03 two"
    found = [hit(marked_title=text, snippet=marked), hit(marked_title=marked, snippet=text)]

    for line in _at(columns, plain_lines(found)):
        bare = click.unstyle(line)
        assert bare == strip_unsafe(bare)
        assert cell_len(bare) <= columns
        assert "\x1b[" not in line or line.rindex("\x1b[0m") == line.rindex("\x1b[")


@pytest.mark.usefixtures("terminal")
def test_a_match_over_the_end_of_a_line_goes_on_in_the_next() -> None:
    """Each line brings its own colour."""
    lines = _at(40, plain_lines([hit(snippet="\x02" + "word " * 20 + "\x03 end")]))

    body = [line for line in lines if "word" in line]
    assert len(body) > 2
    assert all("\x1b[1;33m" in line for line in body)


@pytest.mark.usefixtures("terminal")
def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then matches are in brackets, as they are in a file."""
    monkeypatch.setenv("NO_COLOR", "1")

    told = "\n".join(_at(80, plain_lines([HIT])))

    assert "\x1b" not in told
    assert "[messages]" in told


@pytest.mark.parametrize(
    ("total", "has_more", "told"),
    [
        (0, False, "no article for x"),
        (
            0,
            True,
            "no article for x among those that were looked through; there may be more",
        ),
        (1, False, "1 of 1 article for x"),
        (7, False, "1 of 7 articles for x"),
        (7, True, "1 of more than 7 articles for x"),
    ],
)
def test_how_many_there_are_is_said(
    capsys: pytest.CaptureFixture[str], total: int, *, has_more: bool, told: str
) -> None:
    """Exactly, or as "more than" where nobody has counted."""
    say_found(SearchResult("x", total, (HIT,) if total else (), has_more=has_more))

    assert capsys.readouterr().err == f"{told}\n"


@pytest.mark.parametrize(
    ("query", "command"),
    [
        ("xiaomi", "search xiaomi\n"),
        ("a OR b", "search 'a OR b'\n"),
        ("it's", "search 'it'\"'\"'s'\n"),
        ("-not", "search -- -not\n"),
        ("reindex", "search '\"reindex\"'\n"),
        ("a\x1b[2Jb", "search 'a[2Jb'\n"),
    ],
)
def test_a_suggestion_comes_with_the_command_to_type(
    capsys: pytest.CaptureFixture[str], query: str, command: str
) -> None:
    """As a shell takes it, and so that it is a query again."""
    say_suggestions([Suggestion(query, "spelling", 2), Suggestion(query, "relaxed", 1, True)])

    told = capsys.readouterr().err
    assert told.count(command) == 2
    assert told.startswith("did you mean: ")
    assert "(2 articles)" in told
    assert "fewer words find more: " in told
    assert "(more than 1 articles)" in told
