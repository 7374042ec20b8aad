"""From the tree of a query to a plan: each leaf in the tokens of the index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from aggregator.search.plan._feeds import plan_facet, plan_feed, plan_site, plan_tag
from aggregator.search.plan._nodes import (
    EVERYTHING,
    NOTHING,
    AllOf,
    AnyOf,
    Check,
    Negation,
    Plan,
    Token,
)
from aggregator.search.plan._texts import plan_pattern, plan_words
from aggregator.search.query._nodes import (
    And,
    Dates,
    Facet,
    Node,
    Not,
    Number,
    Or,
    Pattern,
    Saved,
    Words,
)
from aggregator.search.terms import Document, date_tokens, has_exact_dates, number_of, number_tokens

if TYPE_CHECKING:
    from aggregator.search._values import FeedNames
    from aggregator.search.query._nodes import Query


@dataclass(frozen=True, slots=True)
class Context:
    """What a query is read against: the languages by whose stems texts are filed, and the feeds."""

    languages: tuple[str, ...] = ()
    feeds: Sequence[FeedNames] = ()


def compile_query(query: Query, context: Context) -> Plan:
    """The plan of a query whose saved searches were resolved before; there is none that fails.

    What has nothing to look for, such as ``!!!``, is left out. A query of nothing else finds
    nothing; one without parts finds everything.
    """
    plan = _compile(query.node, context)
    return NOTHING if plan is None else plan


def _compile(node: Node, context: Context) -> Plan | None:
    """The plan of a node, None if there is nothing in it that could be looked for."""
    match node:
        case And(parts) | Or(parts):
            return _compile_parts(node, parts, context)
        case Not(part):
            negated = _compile(part, context)
            return None if negated is None else Negation(negated)
        case Words() | Saved() | Pattern():
            return _plan_text(node, context.languages)
        case Facet():
            return _plan_facet(node, context.feeds)
        case Dates():
            return _plan_dates(node)
        case Number():
            return _plan_number(node)


def _compile_parts(node: And | Or, parts: tuple[Node, ...], context: Context) -> Plan | None:
    compiled = [_compile(part, context) for part in parts]
    kept = tuple(part for part in compiled if part is not None)
    if parts and not kept:
        return None
    return AllOf(kept) if isinstance(node, And) else AnyOf(kept)


def _plan_text(node: Words | Saved | Pattern, languages: Sequence[str]) -> Plan | None:
    if isinstance(node, Pattern):
        return plan_pattern(node, languages)
    return plan_words(Words(node.name) if isinstance(node, Saved) else node, languages)


def _plan_facet(facet: Facet, feeds: Sequence[FeedNames]) -> Plan:
    match facet.name:
        case "feed":
            return plan_feed(facet.value, feeds)
        case "site":
            return plan_site(facet.value, feeds)
        case "tag":
            return plan_tag(facet.value, feeds)
    return plan_facet(facet.name, facet.value)


def _plan_dates(dates: Dates) -> Plan:
    start, end = dates.start, dates.end
    if start is None and end is None:
        return EVERYTHING
    wide = AnyOf(tuple(map(Token, date_tokens(start, end))))
    if has_exact_dates(start, end):
        return wide

    def is_between(document: Document) -> bool:
        day = document.sort_at.astimezone(UTC).date()
        return (start is None or start <= day) and (end is None or day < end)

    return Check(wide, is_between)


def _plan_number(number: Number) -> Plan:
    name, low, high = number.name, number.low, number.high
    if low is None and high is None:
        return EVERYTHING
    tokens, is_exact = number_tokens(name, low, high)
    wide = AnyOf(tuple(map(Token, tokens)))
    if is_exact:
        return wide

    def is_between(document: Document) -> bool:
        value = number_of(document, name)
        return (low is None or low <= value) and (high is None or value <= high)

    return Check(wide, is_between)
