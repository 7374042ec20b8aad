"""A plan as the expression that FTS5 is given after MATCH.

Every token stands in quotes, every part in brackets, so nothing in it can be taken for syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from math import prod

from aggregator.search.plan import EVERYTHING, AllOf, AnyOf, Check, Negation, Phrase, Plan, Token

MAX_WORDINGS = 64
"""In how many wordings one phrase is asked for; a phrase of more is asked for in pieces."""
MAX_DEPTH = 24
"""How deep a plan may be; the parser of FTS5 gives up at about 30 brackets within each other."""

_TEXT = "title headings lead body"
_ALL = '{facets} : "all"'
_NONE = '{facets} : "none:"'  # facets have a value after the colon
_TOKEN = re.compile(r"(?:[0-9a-z:_.+#-]|[^\x00-\x7f\ud800-\udfff])+")


def match_expression(plan: Plan) -> str:
    """The expression that is true of the documents of which the plan is true.

    A phrase with alternatives that make more than `MAX_WORDINGS` wordings is true of somewhat
    more: its pieces, overlapping by one place, may stand apart. ValueError for a plan that is
    deeper than `MAX_DEPTH` or has a `Check`.
    """
    return _render(plan, MAX_DEPTH)


def is_token(text: str) -> bool:
    """Whether the index could hold it: no sign in it is one at which FTS5 parts or folds."""
    return _TOKEN.fullmatch(text) is not None


def has_prefix(plan: Plan) -> bool:
    """Whether some phrase ends in a prefix: those are dear, whatever they are combined with."""
    if isinstance(plan, Phrase):
        return plan.is_prefix
    if isinstance(plan, AllOf | AnyOf):
        return any(map(has_prefix, plan.parts))
    return isinstance(plan, Negation) and has_prefix(plan.part)


def without_prefixes(plan: Plan) -> Plan:
    """A plan without prefixes that is true of all that `plan` is true of, and of more."""
    if not has_prefix(plan):
        return plan
    match plan:
        case Phrase(places, columns):
            return Phrase(places[:-1], columns) if len(places) > 1 else EVERYTHING
        case AllOf(parts):
            return AllOf(tuple(map(without_prefixes, parts)))
        case AnyOf(parts):
            return AnyOf(tuple(map(without_prefixes, parts)))
    return EVERYTHING


def _render(plan: Plan, depth: int) -> str:
    if depth < 0:
        raise ValueError(f"the plan is deeper than {MAX_DEPTH}")
    match plan:
        case Phrase():
            return _phrase(plan)
        case Token(token):
            return f'{{facets}} : "{token}"' if is_token(token) else _NONE
        case Negation(part):
            return f"({_ALL} NOT {_render(part, depth - 1)})"
        case AllOf():
            return _all_of(list(_flat(plan, AllOf)), depth - 1)
        case AnyOf():
            return _any_of([_render(part, depth - 1) for part in _flat(plan, AnyOf)])
        case Check():
            raise ValueError("no index can answer a check")


def _flat(plan: Plan, kind: type[AllOf | AnyOf]) -> Iterator[Plan]:
    waiting = [plan]
    while waiting:
        one = waiting.pop()
        if isinstance(one, AllOf | AnyOf) and isinstance(one, kind):
            waiting.extend(reversed(one.parts))
        else:
            yield one


def _all_of(parts: Sequence[Plan], depth: int) -> str:
    negated = [part.part for part in parts if isinstance(part, Negation)]
    inner = depth - 1 if negated else depth
    wanted = [_render(part, inner) for part in parts if not isinstance(part, Negation)]
    found = _join(" AND ", wanted) or _ALL
    if not negated:
        return found
    return f"({found} NOT {_any_of([_render(part, inner) for part in negated])})"


def _any_of(parts: Sequence[str]) -> str:
    return _join(" OR ", parts) or _NONE


def _phrase(phrase: Phrase) -> str:
    places = [tuple(filter(is_token, place)) for place in phrase.places]
    if not places or not all(places):
        return _NONE
    columns = " ".join(phrase.columns) or _TEXT
    pieces = [
        _any_of([_quoted(tokens, is_prefix=is_prefix) for tokens in product(*piece)])
        for piece, is_prefix in _pieces(places, is_prefix=phrase.is_prefix)
    ]
    return f"{{{columns}}} : {_bracketed(_join(' AND ', pieces))}"


def _pieces(
    places: Sequence[tuple[str, ...]], *, is_prefix: bool
) -> Iterator[tuple[Sequence[tuple[str, ...]], bool]]:
    """The places in pieces of at most `MAX_WORDINGS` wordings, but of two places at least."""
    start = 0
    while True:
        end = min(start + 2, len(places))
        while end < len(places) and prod(map(len, places[start : end + 1])) <= MAX_WORDINGS:
            end += 1
        is_last = end == len(places)
        yield places[start:end], is_prefix and is_last
        if is_last:
            return
        start = end - 1


def _quoted(tokens: Iterable[str], *, is_prefix: bool) -> str:
    return f'"{" ".join(tokens)}"{" *" if is_prefix else ""}'


def _join(sign: str, parts: Sequence[str]) -> str:
    return f"({sign.join(parts)})" if len(parts) > 1 else "".join(parts)


def _bracketed(part: str) -> str:
    return part if part.startswith("(") else f"({part})"
