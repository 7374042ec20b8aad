"""Matches in texts: shown in brackets, colours or HTML, and never more than that."""

from __future__ import annotations

import re
from html import unescape

from hypothesis import given

from aggregator.cli._marks import marked_html, paint, shown_marks, unmarked
from aggregator.text import strip_unsafe
from tests.cli.hits import texts


@given(text=texts)
def test_html_with_marks_is_the_text_and_well_formed(text: str) -> None:
    """No tag but <mark>, each closed before the next; without them the text is there as it was."""
    html = marked_html(text)

    bare = re.sub(r"<mark>([^<]*)</mark>", r"\1", html)
    assert "<" not in bare
    assert unescape(bare) == unmarked(unescape(text) if "&" in text else text)


@given(text=texts)
def test_shown_marks_are_one_harmless_line(text: str) -> None:
    """Here as everywhere that is no terminal, in brackets."""
    shown = shown_marks(text)

    assert shown == strip_unsafe(shown)
    assert not re.search(r"[\t\n\r]", shown)


def test_marks_without_their_other_half_count() -> None:
    """A feed's own control characters cannot leave a colour on."""
    assert shown_marks("a \x02b \x02c\x03 \x03d \x02e") == "a [b ][c] d [e]"
    assert list(paint(["\x02a", "b\x03 c", "d"])) == [
        "\x1b[1;33ma\x1b[0m",
        "\x1b[1;33mb\x1b[0m c",
        "d",
    ]
