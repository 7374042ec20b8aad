"""Matches in a text: as colour or brackets at a terminal, as HTML, or not shown at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from aggregator.cli._output import is_coloured
from aggregator.search import MARK_END, MARK_START
from aggregator.text import strip_unsafe

_MARK = re.compile(f"([{MARK_START}{MARK_END}])")
_BLANKS = re.compile(r"\s+")
_COLOUR, _PLAIN = "\x1b[1;33m", "\x1b[0m"
BOLD_AGAIN = "\x1b[0;1m"


def unmarked(text: str) -> str:
    r"""`text` as it is without its marks.

    >>> unmarked("a \x02word\x03")
    'a word'
    """
    return _MARK.sub("", text)


def marked_html(text: str) -> str:
    r"""`text` as HTML, in which each match stands in ``<mark>``.

    >>> marked_html("a < \x02b\x03")
    'a &lt; <mark>b</mark>'
    """
    parts = ((escape(part, quote=False), is_match) for part, is_match in _parts(text))
    return "".join(f"<mark>{part}</mark>" if is_match else part for part, is_match in parts)


def shown_marks(text: str) -> str:
    """`text` in one line that does a terminal no harm, to be cut to lines and then painted.

    Where there is no colour the matches are in brackets, else between marks, which take no room.
    """
    start, end = (MARK_START, MARK_END) if is_coloured() else ("[", "]")
    parts = ((strip_unsafe(_BLANKS.sub(" ", part)), is_match) for part, is_match in _parts(text))
    return "".join(f"{start}{part}{end}" if is_match else part for part, is_match in parts).strip()


def paint(lines: Iterable[str], *, after: str = _PLAIN) -> Iterator[str]:
    """The lines of one text with colour for its marks; `after` is the sequence behind a match.

    A match may go on in the next line: no line leaves its colour to what is printed behind it.
    """
    is_match = False
    for line in lines:
        begun = (MARK_START if is_match else "") + line
        is_match = begun.rfind(MARK_START) > begun.rfind(MARK_END)
        whole = begun + (MARK_END if is_match else "")
        yield whole.replace(MARK_START, _COLOUR).replace(MARK_END, after)


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """The parts of `text` with whether each is a match; marks without their other half count."""
    is_match = False
    for part in _MARK.split(text):
        if part in {MARK_START, MARK_END}:
            is_match = part == MARK_START
        elif part:
            yield part, is_match
