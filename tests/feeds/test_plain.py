"""Markup and plain text into each other."""

from __future__ import annotations

import html
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.feeds._plain import (
    html_from_plain,
    plain_from_either,
    plain_from_html,
    visible_text,
)
from aggregator.text import collapse_whitespace


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("AT&T", "AT&T"),
        ("AT&amp;T", "AT&T"),
        ("a < b > c", "a < b > c"),
        ("<3 <4", "<3 <4"),
        ("C++ <vector> and List<String>", "C++ <vector> and List<String>"),
        ("Use <b> in HTML", "Use <b> in HTML"),
        ("Use &lt;b&gt; in HTML", "Use <b> in HTML"),
        ("<b>Bold</b><i>er</i>", "Bolder"),
        ("one<br>two<br/>three", "one two three"),
        ("<p>one</p><p>two</p>", "one two"),
        ('<a href="x?a=1&copy=2">link</a> ?a=1&copy=2', "link ?a=1&copy=2"),
        ("x<!-- hidden -->y", "xy"),
        ("&#8220;quoted&#x201D; &nbsp; &unknown;", "“quoted” &unknown;"),
        (" \n a \t b ", "a b"),
        ("", ""),
    ],
)
def test_a_title_of_unknown_kind_keeps_what_it_says(title: str, expected: str) -> None:
    """Only tags that HTML knows and that are closed, or need no closing, are markup."""
    assert plain_from_either(title) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("Use <b>it", "Use it"),
        ("a &lt;b&gt; c", "a <b> c"),
        ("List<String>", "List<String>"),
        ("AT&amp;amp;T", "AT&amp;T"),
    ],
)
def test_markup_loses_its_known_tags(markup: str, expected: str) -> None:
    """Closed or not; an unknown tag is text that was not escaped."""
    assert plain_from_html(markup) == expected


@given(st.text())
def test_escaping_and_reading_gives_the_text_back(text: str) -> None:
    """Escaped once, any text is its own title."""
    escaped = html.escape(text)

    assert plain_from_html(escaped) == collapse_whitespace(text)
    assert plain_from_either(escaped) == collapse_whitespace(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\r\ntwo\n\n\nthree & <b>", "<p>one<br>two</p><p>three &amp; &lt;b&gt;</p>"),
        ("  \n ", ""),
        ('say "it\'s"', '<p>say "it\'s"</p>'),
    ],
)
def test_plain_text_keeps_its_paragraphs(text: str, expected: str) -> None:
    """Blank lines part paragraphs, single line ends are breaks."""
    assert html_from_plain(text) == expected


def test_only_what_is_seen_is_compared() -> None:
    """Scripts, styles, comments, pictures and tags do not count."""
    markup = (
        "<style>p{}</style><p class='a'>One <b>two</b></p><!-- <p>no</p> -->"
        "<SCRIPT>alert('<p>')</SCRIPT><img src='https://t.example/p.gif?x=1'>caf&eacute; a < b"
    )

    assert visible_text(markup) == "One two café a < b"


@pytest.mark.parametrize("function", [plain_from_either, plain_from_html, visible_text])
@pytest.mark.parametrize(
    "part", ["<", "<!--", "<a ", "<b>", "</b", "&a", "<script>", "<a b='", "\n "]
)
def test_a_megabyte_of_one_thing_takes_no_time(function: Callable[[str], str], part: str) -> None:
    """Every pattern is linear, also where nothing ever closes."""
    started = time.process_time()

    function(part * (500_000 // len(part)))

    assert time.process_time() - started < 5  # quadratic time would be minutes
