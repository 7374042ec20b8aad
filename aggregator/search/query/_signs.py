"""The signs of the query language, and what is done to typed text before it is read."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from aggregator.text import IDEOGRAPHS, MARKS

CLOSING = {
    '"': '"',
    "“": '”"',
    "”": '”"',
    "„": '“”"',
    "‟": '”"',
    "«": "»",
    "»": "«»",
    "「": "」",
    "『": "』",
}
"""The quotation marks that begin a phrase, each with those that end it."""

OPENING_ANYWHERE = frozenset("“„«「『")
"""Marks that begin a phrase inside a run of letters, too: Chinese puts no blanks around them."""

OPERATORS = frozenset({"OR", "AND", "NOT"})

# Signs as keyboards for Chinese, Japanese and Korean give them. ``！`` is not here: it ends
# sentences there, and "!" negates only before a word.
_WIDE = str.maketrans("：（）＂－−｜＃＊／！\u3000", ':()"--|#*/! ')
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u2028\u2029\ud800-\udfff]")
_INVISIBLE = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_ESCAPED = re.compile(r"\\([^\w\s])")
_ESCAPED_QUOTE = re.compile(rf"\\([\\{''.join(CLOSING)}{''.join(CLOSING.values())}＂])")
_SPECIAL = re.compile(rf"[\\()|:*/#!'\-{''.join(CLOSING)}：（）＂－−｜＃＊／！]")
_RUN = re.compile(f"(?:[^\\W_]|[{MARKS}])+")
_LETTER = re.compile(r"[^\W_]")


def clean(text: str) -> str:
    r"""`text` without what nobody meant to type.

    Control characters and surrogates become blanks; marks of direction are left out.

    >>> clean("a\0b\u202ec")
    'a bc'
    """
    return _INVISIBLE.sub("", _UNPRINTABLE.sub(" ", text))


def shape_of(text: str) -> str:
    """`text`, character by character, with ASCII in the place of full-width signs.

    >>> shape_of("title：（小米）")
    'title:(小米)'
    """
    return text.translate(_WIDE)


def has_letter(text: str) -> bool:
    """Whether there is a letter, ideograph or digit in `text`: without one there is no word."""
    return bool(_LETTER.search(text))


def may_be_prefix(text: str, least: int) -> bool:
    """Whether the last word of `text` has `least` characters or ends in an ideograph."""
    runs = _RUN.findall(unicodedata.normalize("NFKC", text))
    return bool(runs) and (len(runs[-1]) >= least or _ends_in_ideograph(runs[-1]))


def _ends_in_ideograph(run: str) -> bool:
    return not run.isascii() and _ideograph_last().search(run) is not None


@cache
def _ideograph_last() -> re.Pattern[str]:
    # So large a class takes milliseconds to compile, which few searches need.
    return re.compile(f"[{IDEOGRAPHS}][{MARKS}]*$")


def operator_of(raw: str) -> str:
    """``OR``, ``AND`` or ``NOT`` if `raw` is one of them, full-width or not; else ""."""
    word = unicodedata.normalize("NFKC", raw) if len(raw) <= 3 else ""
    return word if word in OPERATORS else ""


def unescape(raw: str) -> str:
    r"""`raw` without the backslashes that take the meaning from a sign or an operator.

    >>> unescape(r"\-x"), unescape(r"\OR"), unescape(r"C:\dir")
    ('-x', 'OR', 'C:\\dir')
    """
    if raw.startswith("\\") and operator_of(raw[1:]):
        return raw[1:]
    return _ESCAPED.sub(r"\1", raw)


def unescape_quoted(raw: str) -> str:
    """`raw`, from between quotation marks, without the backslashes before such marks."""
    return _ESCAPED_QUOTE.sub(r"\1", raw)


def escape(text: str) -> str:
    r"""`text` as it must be typed to be one word, whatever stands in it.

    >>> escape("-x"), escape("OR")
    ('\\-x', '\\OR')
    """
    return "\\" + text if operator_of(text) else _SPECIAL.sub(r"\\\g<0>", text)


def escape_quoted(text: str) -> str:
    """`text` as it must be typed between straight quotation marks."""
    return re.sub(r'[\\"＂]', r"\\\g<0>", text)
