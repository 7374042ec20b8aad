"""A plan as a tsquery.

A long document has lost some of its places, so of what is asked of places only a yes is certain
there; after a no its stream is asked, see `_streams.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from aggregator.search.plan import AllOf, AnyOf, Check, Negation, Phrase, Token
from aggregator.search.postgresql._spans import OWN
from aggregator.search.postgresql._vector import FACET, IN_HEADING, IN_TITLE, LONG, quoted
from aggregator.search.terms import Column

if TYPE_CHECKING:
    from aggregator.search.plan import Plan

_WEIGHTS = {Column.TITLE: "A", Column.HEADINGS: "B", Column.LEAD: "C", Column.BODY: "D"}
_TITLED = {Column.TITLE: IN_TITLE, Column.HEADINGS: IN_HEADING}
_ALL = quoted(f"{FACET}all")
_NONE = quoted(f"{OWN}none")
_MAX_BYTES = 512  # a token has at most 64 characters; a tsquery takes 2,046 bytes


def expression_of(plan: Plan, *, is_negated: bool = False) -> str:
    """The tsquery of a plan without `Check`; ValueError for one with it.

    It is true of a short document exactly if the plan is, of a long one only if the plan is.
    """
    match plan:
        case Phrase():
            return _phrase(plan, is_negated=is_negated)
        case Token(token):
            return _lexeme(f"{FACET}{token}")
        case Negation(part):
            return f"!({expression_of(part, is_negated=not is_negated)})"
        case AllOf(parts):
            return joined("&", [expression_of(part, is_negated=is_negated) for part in parts], _ALL)
        case AnyOf(parts):
            return joined(
                "|", [expression_of(part, is_negated=is_negated) for part in parts], _NONE
            )
        case Check():
            raise ValueError("no index answers a check: widen the plan")


def loose_expression_of(plan: Plan) -> str:
    """The tsquery that the index answers alone, true wherever `plan` is: words, in any order."""
    match plan:
        case Phrase():
            return _loose_phrase(plan)
        case AllOf(parts):
            return joined("&", [loose_expression_of(part) for part in parts], _ALL)
        case AnyOf(parts):
            return joined("|", [loose_expression_of(part) for part in parts], _NONE)
        case Negation(part) if asks_for_places(part):
            return _ALL
        case _:
            return expression_of(plan)


def asks_for_places(plan: Plan) -> bool:
    """Whether the answer hangs on where words stand: the tsvectors themselves must be read."""
    match plan:
        case Phrase(places, columns):
            return len(places) > 1 or not _TITLED.keys() >= set(columns)
        case Negation(part):
            return asks_for_places(part)
        case AllOf(parts) | AnyOf(parts):
            return any(asks_for_places(part) for part in parts)
        case _:
            return False


def phrases_of(plan: Plan) -> Iterator[Phrase]:
    """The phrases by which what the plan finds is ranked: those that are not negated."""
    match plan:
        case Phrase():
            yield plan
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from phrases_of(part)
        case _:
            return


def joined(sign: str, parts: Sequence[str], empty: str) -> str:
    """The parts with `sign` between them, two by two: a thousand nest ten deep, not a thousand."""
    if len(parts) <= 1:
        return parts[0] if parts else empty
    half = len(parts) // 2
    return f"({joined(sign, parts[:half], empty)} {sign} {joined(sign, parts[half:], empty)})"


def any_lexeme(lexemes: Sequence[str]) -> str:
    """The tsquery of the documents that have one of these lexemes."""
    return joined("|", [quoted(lexeme) for lexeme in lexemes], _NONE)


def _phrase(phrase: Phrase, *, is_negated: bool) -> str:
    if not asks_for_places(phrase):
        return _loose_phrase(phrase)
    weights = "".join(_WEIGHTS[column] for column in phrase.columns)
    placed = "(" + " <-> ".join(_places(phrase, weights)) + ")"
    if is_negated:
        return f"({placed} | ({quoted(LONG)} & {_loose_phrase(phrase)}))"
    # A lexeme that has lost all places is taken for one of every weight.
    return f"({placed} & !{quoted(LONG)})" if len(phrase.places) == 1 else placed


def _loose_phrase(phrase: Phrase) -> str:
    """All words of a phrase, in one of its columns as far as the index tells columns apart."""
    marks = {_TITLED.get(column, "") for column in phrase.columns} or {""}
    found = [joined("&", _places(phrase, mark=mark), _ALL) for mark in sorted(marks)]
    return f"({joined('|', found, _NONE)})"


def _places(phrase: Phrase, weights: str = "", mark: str = "") -> list[str]:
    last = len(phrase.places) - 1
    return [
        joined(
            "|",
            [
                _word(token, ("*" if phrase.is_prefix and number == last else "") + weights, mark)
                for token in alternatives
            ],
            _NONE,
        )
        for number, alternatives in enumerate(phrase.places)
    ]


def _word(token: str, flags: str, mark: str) -> str:
    return _lexeme(mark + token, flags) if token and not token.startswith(FACET) else _NONE


def _lexeme(token: str, flags: str = "") -> str:
    """The token; one that cannot be in any index, such as an empty one, is what nothing has."""
    if not token or "\0" in token:
        return _NONE
    try:
        size = len(token.encode())
    except UnicodeEncodeError:
        return _NONE
    if size > _MAX_BYTES:
        return _NONE
    return f"{quoted(token)}:{flags}" if flags else quoted(token)
