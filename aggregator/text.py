"""Pure functions on plain text: white space, words, read time, what a terminal may show."""

from __future__ import annotations

import math
import re
import unicodedata

IDEOGRAPHS = (
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
"""Han, Kana and Hangul as the inside of a regular-expression character class."""

_SPACE = re.compile(r"\s+")
_IDEOGRAPH = re.compile(f"[{IDEOGRAPHS}]")
# A word may hold an apostrophe, a hyphen or a dot inside: don't, e-mail, 3.14.
_WORD = re.compile(r"\w+(?:['’.\-]\w+)*")
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)


def collapse_whitespace(text: str) -> str:
    r"""`text` in one line: each run of white space one blank, none at the ends.

    >>> collapse_whitespace("  a\n\tb ")
    'a b'
    """
    return _SPACE.sub(" ", text).strip()


def count_words(text: str) -> tuple[int, int]:
    """How many words and how many ideographs `text` has; an ideograph is never part of a word.

    >>> count_words("Don't buy 小米 now")
    (3, 2)
    """
    if text.isascii():
        return len(_WORD.findall(text)), 0
    spaced, ideographs = _IDEOGRAPH.subn(" ", text)
    return len(_WORD.findall(spaced)), ideographs


def read_minutes(
    text: str, *, words_per_minute: int = 265, ideographs_per_minute: int = 500
) -> int:
    """Whole minutes a reader needs for `text`: 0 for no words, else at least 1, rounded up.

    Words and ideographs are counted separately and added, so mixed text needs no guess at its
    language. The speeds are those of Medium and Miniflux. Raises ValueError if one is not positive.

    >>> read_minutes("word " * 266)
    2
    >>> read_minutes("新" * 500)
    1
    """
    if words_per_minute <= 0 or ideographs_per_minute <= 0:
        raise ValueError("reading speeds must be positive")
    words, ideographs = count_words(text)
    return math.ceil(words / words_per_minute + ideographs / ideographs_per_minute)


def strip_unsafe(text: str) -> str:
    r"""`text` without control characters, escape sequences' starts and direction overrides.

    What remains can be printed on a terminal without moving its cursor, changing its colours or
    reordering the line; tabs and newlines stay.

    >>> strip_unsafe("a\x1b[31mb\u202ec")
    'a[31mbc'
    """
    return _UNSAFE.sub("", text)


def shorten(text: str, max_chars: int) -> str:
    """`text` in one line of at most `max_chars` characters, cut at a word and ended by "…".

    >>> shorten("one two three", 9)
    'one two…'
    """
    line = collapse_whitespace(text)
    if len(line) <= max_chars:
        return line
    head = line[: max(max_chars - 1, 0)]
    at_word = head.rsplit(" ", 1)[0] if line[len(head) : len(head) + 1] != " " else head
    return (at_word if len(at_word) > max_chars // 2 else head).rstrip() + "…"


def fold(text: str) -> str:
    """`text` for comparing: compatibility forms unified, case folded, white space collapsed.

    >>> fold("Ärger  MIT")
    'ärger mit'
    """
    return collapse_whitespace(unicodedata.normalize("NFKC", text).casefold())
