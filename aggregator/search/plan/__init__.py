"""A query as a plan in the index's own tokens, and the predicate that needs no database."""

from aggregator.search.plan._compiling import Context, compile_query
from aggregator.search.plan._nodes import (
    EVERYTHING,
    NOTHING,
    AllOf,
    AnyOf,
    Check,
    Negation,
    Phrase,
    Plan,
    Token,
)
from aggregator.search.plan._patterns import Expression, compile_pattern
from aggregator.search.plan._predicate import holds, matches
from aggregator.search.plan._shape import simplify, widen
from aggregator.search.plan._words import Term, words_of

__all__ = [
    "EVERYTHING",
    "NOTHING",
    "AllOf",
    "AnyOf",
    "Check",
    "Context",
    "Expression",
    "Negation",
    "Phrase",
    "Plan",
    "Term",
    "Token",
    "compile_pattern",
    "compile_query",
    "holds",
    "matches",
    "simplify",
    "widen",
    "words_of",
]
