"""Words, quoted words and regular expressions as plans."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

from aggregator.search.plan._nodes import EVERYTHING, AllOf, AnyOf, Check, Phrase, Plan
from aggregator.search.plan._patterns import compile_pattern
from aggregator.search.query._nodes import Pattern, TextField, Words
from aggregator.search.terms import Column, Document, Piece, exact_form, has_exact, places_of
from aggregator.text import IDEOGRAPHS

COLUMNS: dict[TextField | None, tuple[Column, ...]] = {
    None: (),
    TextField.TITLE: (Column.TITLE,),
    TextField.HEADING: (Column.HEADINGS,),
    TextField.BODY: (Column.LEAD, Column.BODY),
}
"""Where the words of a field may stand; () is any column of text."""

# No stemmer changes a token that has a digit or a sign, and there is none for ideographs.
_HAS_SIGN = re.compile("[.+#-]")
_HAS_DIGIT_OR_SIGN = re.compile("[0-9.+#-]")


def phrases_of(words: Words, languages: Sequence[str]) -> list[tuple[str, tuple[Phrase, ...]]]:
    """Each word, or the quoted words as one, with the phrases any of which stands for it.

    Quoted words that are a compound as a whole, such as ``"C++"``, are its one token; of all others
    every text that has them exactly as written has one of the phrases, too.
    """
    columns = COLUMNS[words.field]
    typed = [words.text] if words.is_quoted else words.text.split()
    found = []
    for at, text in enumerate(typed, 1):
        is_prefix = words.is_prefix and at == len(typed)
        pieces = places_of(text, languages, is_prefix=is_prefix)
        if words.is_quoted and not all(map(_is_compound, pieces)):
            pieces = places_of(text, languages, is_prefix=is_prefix, is_plain=True)
        phrases = tuple(Phrase(one.places, columns, one.is_prefix) for one in pieces)
        found += [(text, phrases)] if phrases else []
    return found


def plan_words(words: Words, languages: Sequence[str]) -> Plan | None:
    """All the words, or the quoted words in a row; None if there are none.

    Of what is quoted each column's text decides, where tokens do not say it all. A quoted prefix is
    a phrase whose last word goes on, in any form of the words before it.
    """
    found = [phrases for _, phrases in phrases_of(words, languages)]
    if not found:
        return None
    wide = AllOf(tuple(map(AnyOf, found)))
    if not words.is_quoted or words.is_prefix or all(map(_is_exact, found[0])):
        return wide
    form = exact_form(words.text)

    def is_exactly_in(text: str) -> bool:
        # What stands there letter by letter between blanks needs no other form.
        return form in text or has_exact(exact_form(text), form)

    return Check(wide, _in_text(COLUMNS[words.field], is_exactly_in))


def plan_pattern(pattern: Pattern, languages: Sequence[str]) -> Plan | None:
    """Texts in which the expression is found; what is none, is looked for as words.

    The time that re2 takes grows with the text and not with what the expression asks.
    """
    expression = compile_pattern(pattern.pattern)
    if expression is None:
        return plan_words(Words(pattern.pattern, pattern.field), languages)
    return Check(EVERYTHING, _in_text(COLUMNS[pattern.field], expression.is_in))


def _in_text(
    columns: tuple[Column, ...], is_in: Callable[[str], bool]
) -> Callable[[Document], bool]:
    names = [column.value for column in columns or tuple(Column)]
    return lambda document: any(is_in(getattr(document, name)) for name in names)


def _is_compound(piece: Piece) -> bool:
    return len(piece.places) == 1 and all(map(_HAS_SIGN.search, piece.places[0]))


def _is_exact(phrase: Phrase) -> bool:
    """Whether its tokens stand for nothing but the very words."""
    return all(len(place) == 1 and _is_never_stemmed(place[0]) for place in phrase.places)


def _is_never_stemmed(token: str) -> bool:
    if _HAS_DIGIT_OR_SIGN.search(token):
        return True
    return not token.isascii() and _ideograph().search(token) is not None


@cache
def _ideograph() -> re.Pattern[str]:
    # So large a class takes milliseconds to compile, which few searches need.
    return re.compile(f"[{IDEOGRAPHS}]")
