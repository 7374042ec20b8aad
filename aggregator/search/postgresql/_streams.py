"""What a query asks of places, answered from the stream of a long document."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from aggregator.search.plan import AllOf, AnyOf, Check, Negation, Phrase, Token
from aggregator.search.terms import Column

if TYPE_CHECKING:
    from aggregator.search.plan import Plan

_LINES = {Column.TITLE: 0, Column.HEADINGS: 1, Column.LEAD: 2, Column.BODY: 3}
_TEXT = tuple(_LINES.values())


def is_true(plan: Plan, stream: str) -> bool:
    """Whether a plan without `Check` is true of the document of this stream, see `Vector`."""
    lines = stream.split("\n")
    return _holds(plan, lines, frozenset(lines[-1].split(" ")))


def _holds(plan: Plan, lines: list[str], facets: frozenset[str]) -> bool:
    match plan:
        case Phrase():
            find = _pattern(plan.places, plan.is_prefix).search
            numbers = [_LINES[column] for column in plan.columns] or _TEXT
            return any(find(lines[number]) for number in numbers)
        case Token(token):
            return token in facets
        case Negation(part):
            return not _holds(part, lines, facets)
        case AllOf(parts):
            return all(_holds(part, lines, facets) for part in parts)
        case AnyOf(parts):
            return any(_holds(part, lines, facets) for part in parts)
        case Check():
            raise ValueError("no index answers a check: widen the plan")


@lru_cache(maxsize=64)
def _pattern(places: tuple[tuple[str, ...], ...], is_prefix: bool) -> re.Pattern[str]:  # noqa: FBT001 - a key of the cache
    """The phrase in a line of tokens; linear, since each place ends at a blank."""
    words = [f"(?:{'|'.join(map(re.escape, alternatives))})" for alternatives in places]
    return re.compile(f"(?<![^ ]){' '.join(words)}{'' if is_prefix else '(?![^ ])'}")
