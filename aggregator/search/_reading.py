"""One query as a search goes about it: what must hold, what is looked for, what may be left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from aggregator.search.plan import (
    EVERYTHING,
    NOTHING,
    AllOf,
    AnyOf,
    Context,
    Phrase,
    Plan,
    Term,
    compile_query,
    simplify,
    widen,
    words_of,
)
from aggregator.search.query import And, Node, Or, Query, Words
from aggregator.search.terms import is_stop_word
from aggregator.text import IDEOGRAPHS, UNSPACED

_MIN_RUN_PAIRS = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """A query and its plans.

    `strict` is true of what answers the whole query; `required` is the part of it that always must
    hold, and each of `optional` a word or group of words that may be missing where too few articles
    have them all, if it `can_relax`. `terms` are what is looked for, `scored` those of them that
    tell articles apart.
    """

    query: Query
    strict: Plan
    required: Plan
    optional: tuple[Plan, ...]
    terms: tuple[Term, ...]
    scored: tuple[Term, ...]
    can_relax: bool

    def relaxed(self, some: Sequence[Plan]) -> Plan:
        """The plan of what has at least one of `some` of the optional parts."""
        return AllOf((self.required, AnyOf(tuple(some))))


def read_query(query: Query, context: Context) -> Reading:
    """The reading of a query whose saved searches were resolved before."""
    terms = words_of(query, context.languages)
    apart = tuple(dict.fromkeys(one for term in terms for one in _apart(term)))
    parts = query.node.parts if isinstance(query.node, And) else (query.node,)
    optional = [part for part in parts if _is_plain_text(part)]
    required = [part for part in parts if not _is_plain_text(part)]

    def plan(node: Node) -> Plan:
        return simplify(compile_query(replace(query, node=node), context))

    loose = [one for part in map(plan, optional) for one in _loosened(part)]
    asked = dict.fromkeys(part for part in loose if part != NOTHING)
    informative = tuple(part for part in asked if not _is_common(part))
    return Reading(
        query=query,
        strict=plan(query.node),
        required=plan(And(tuple(required))) if required else EVERYTHING,
        optional=informative,
        terms=tuple(dict.fromkeys([*terms, *apart])),
        scored=_scored(apart),
        can_relax=bool(informative) and len(asked) > 1,
    )


def lighten(plan: Plan) -> Plan:
    """A plan that is true of all that `plan` is true of, and costs a database little to score.

    A phrase becomes its words, without the most common ones; beginnings of words are left out,
    since a database has to collect all words that begin so.
    """
    return simplify(_lighten(simplify(widen(plan)[0])))


def _lighten(plan: Plan) -> Plan:
    match plan:
        case AllOf(parts):
            return AllOf(tuple(map(_lighten, parts)))
        case AnyOf(parts):
            return AnyOf(tuple(map(_lighten, parts)))
        case Phrase(places, columns, is_prefix):
            kept = places[:-1] if is_prefix else places
            words = [Phrase((place,), columns) for place in kept if not _is_common_place(place)]
            return AllOf(tuple(words))
    return plan


def _apart(term: Term) -> list[Term]:
    """The words of a term such as ``load-deflection``, each with its own weight; else the term."""
    if term.exact or len(term.phrases) != 1:
        return [term]
    return [
        term if one is term.phrases[0] else _term_of(term, one)
        for one in _loosened(term.phrases[0])
        if isinstance(one, Phrase)
    ]


def _term_of(term: Term, phrase: Phrase) -> Term:
    [place] = phrase.places
    return replace(term, text=place[0], phrases=(phrase,), is_stop_word=_is_common_place(place))


def _loosened(plan: Plan) -> list[Plan]:
    """The words of a phrase that nobody put in quotation marks; what is short or else, as it is.

    Ideographs are loosened from five on: up to four they are one word.
    """
    if not isinstance(plan, Phrase) or plan.is_prefix or len(plan.places) == 1:
        return [plan]
    is_run = any(_has_ideograph(token) for place in plan.places for token in place)
    if is_run and len(plan.places) < _MIN_RUN_PAIRS:
        return [plan]
    return [Phrase((place,), plan.columns) for place in plan.places]


def _has_ideograph(token: str) -> bool:
    return not token.isascii() and _ideograph().search(token) is not None


@cache
def _ideograph() -> re.Pattern[str]:
    # So large a class takes milliseconds to compile, which few searches need.
    return re.compile(f"[{IDEOGRAPHS}{UNSPACED}]")


def _is_plain_text(node: Node) -> bool:
    """Whether a node is made of words alone, none of them in quotation marks."""
    if isinstance(node, Words):
        return not node.is_quoted
    return isinstance(node, And | Or) and all(map(_is_plain_text, node.parts))


def _scored(terms: Sequence[Term]) -> tuple[Term, ...]:
    telling = tuple(term for term in terms if not term.is_stop_word and not term.pattern)
    return telling or tuple(term for term in terms if not term.pattern)


def _is_common(plan: Plan) -> bool:
    return isinstance(plan, Phrase) and all(map(_is_common_place, plan.places))


def _is_common_place(place: tuple[str, ...]) -> bool:
    return any(map(is_stop_word, place))
