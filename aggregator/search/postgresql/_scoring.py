"""The best of what a plan finds, by the database's own rank and by how rare each word is.

`ts_rank` knows how often a word stands in a document, where, and how long the document is, but not
how rare the word is; the sum over the words, each times its inverse document frequency, has the
shape of BM25. It reads tsvectors, so that only so many can be ranked.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING

from aggregator.search.plan import AllOf, AnyOf
from aggregator.search.postgresql._expression import expression_of, phrases_of

if TYPE_CHECKING:
    from aggregator.search._values import Statistics
    from aggregator.search.plan import Phrase, Plan
    from aggregator.search.postgresql._finding import Finder

MAX_RANKED_TOKENS = 1_100_000
"""How many tokens the ranked documents have, all in all: 10 ns each, and some for each word."""
_MIN_RANKED, _MAX_RANKED = 2_000, 10_000
_MAX_PHRASES = 32

# For D, C, B and A; they are 1, 1.2, 2 and 4, but none may be above 1. With 1, `ts_rank` divides
# by the logarithm of the length; by the length itself (2) is far worse.
_WEIGHTS = "{0.25, 0.3, 0.5, 1}"
_LENGTH = 1
# Joined with nothing, a tsvector is read once and not for each word.
_READ_ONCE = "tokens || ''::tsvector"
_SCORE = """
SELECT entry_id FROM (
    SELECT entry_id, {tokens} AS tokens FROM search_{{g}}_document
    WHERE entry_id = ANY(%s::bigint[]) OFFSET 0
) AS document
ORDER BY {score} DESC, entry_id DESC LIMIT %s
"""
_ONE_SCORE = f"%s * ts_rank('{_WEIGHTS}', tokens, %s::tsquery, {_LENGTH})"


def best_of(
    finder: Finder, statistics: Statistics, plan: Plan, oldest: int, most: int
) -> list[int]:
    """The best `most` ids from `oldest` on, the newest first among equals.

    Of very many, those with the rarest words are ranked, and of those the newest.
    """
    ids = _candidates(finder, plan, oldest, _bound(statistics))
    phrases = list(islice(dict.fromkeys(phrases_of(plan)), _MAX_PHRASES))
    if not phrases or not ids:
        return sorted(ids, reverse=True)[:most]
    values: list[object] = [list(ids)]
    for phrase in phrases:
        rarity = _rarity(finder, statistics, phrase) if len(phrases) > 1 else 1.0
        values += [rarity, expression_of(phrase)]
    tokens = _READ_ONCE if len(phrases) > 1 else "tokens"
    statement = _SCORE.format(score=" + ".join([_ONE_SCORE] * len(phrases)), tokens=tokens)
    return [row[0] for row in finder.connection.rows(statement, *values, most)]


def _bound(statistics: Statistics) -> int:
    mean_length = statistics.tokens / max(statistics.documents, 1)
    return int(min(max(MAX_RANKED_TOKENS / max(mean_length, 1), _MIN_RANKED), _MAX_RANKED))


def _candidates(finder: Finder, plan: Plan, oldest: int, bound: int) -> Iterable[int]:
    found = finder.find(plan, bound, oldest)
    parts = _alternatives(plan)
    if not found.has_more or len(parts) < 2:
        return found.ids
    ids: dict[int, None] = {}
    for part in sorted(parts, key=finder.frequency):
        ids.update(dict.fromkeys(finder.find(part, bound, oldest).ids))
        if len(ids) >= bound:
            break
    return islice(ids, bound)


def _alternatives(plan: Plan) -> list[Plan]:
    """Plans any of which is true if and only if `plan` is; one alone if it has no alternatives."""
    match plan:
        case AnyOf(parts):
            return list(parts)
        case AllOf(parts):
            found = next((part for part in parts if isinstance(part, AnyOf)), AnyOf(()))
            others = tuple(part for part in parts if part is not found)
            return [AllOf((*others, part)) for part in found.parts]
        case _:
            return [plan]


def _rarity(finder: Finder, statistics: Statistics, phrase: Phrase) -> float:
    documents = max(statistics.documents, 1)
    held = min(finder.frequency(phrase), documents)
    return math.log(1 + (documents - held + 0.5) / (held + 0.5))
