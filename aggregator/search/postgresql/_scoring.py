"""The best of what a plan finds, by BM25 as `_ranking.py` and SQLite have it.

Of one word `ts_rank_cd` is the sum of the weights of its places (the cover density of PostgreSQL's
manual, "Ranking Search Results", where each place is a cover of its own): what BM25 saturates. The
index of SQLite knows as much. It reads tsvectors, so that only so many can be ranked.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING

from aggregator.search._ranking import LENGTH_SHARE, SATURATION, WEIGHTS, rarity
from aggregator.search.plan import AllOf, AnyOf
from aggregator.search.postgresql._expression import expression_of, phrases_of
from aggregator.search.terms import Column

if TYPE_CHECKING:
    from aggregator.search._values import Statistics
    from aggregator.search.plan import Phrase, Plan
    from aggregator.search.postgresql._finding import Finder

MAX_RANKED_TOKENS = 1_100_000
"""How many tokens the ranked documents have, all in all: 10 ns each, and some for each word."""
_MIN_RANKED, _MAX_RANKED = 2_000, 10_000
_MAX_PHRASES = 32

# For D, C, B and A; none may be above 1, so that all, and what saturates them, are divided by one.
_GREATEST = max(WEIGHTS.values())
_WEIGHTS = ", ".join(
    f"{WEIGHTS[column] / _GREATEST:.4f}"
    for column in (Column.BODY, Column.LEAD, Column.HEADINGS, Column.TITLE)
)
_SATURATION = SATURATION / _GREATEST
# Joined with nothing, a tsvector is read once and not for each word.
_READ_ONCE = "tokens || ''::tsvector"
_SCORE = """
SELECT entry_id FROM (
    SELECT entry_id, {tokens} AS tokens,
        {saturation} * ({fixed} + {share} * length / {mean_length}) AS dampening
    FROM search_{{g}}_document
    WHERE entry_id = ANY(%s::bigint[]) OFFSET 0
) AS document
ORDER BY {score} DESC, entry_id DESC LIMIT %s
"""
# With OFFSET 0 the rank is taken once, though it stands there twice.
_ONE_SCORE = f"""%s * (
    SELECT rank / (rank + dampening)
    FROM (SELECT ts_rank_cd('{{{_WEIGHTS}}}', tokens, %s::tsquery) AS rank OFFSET 0) AS ranked
)"""  # noqa: S608 - put together from constants


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
        rare = _rarity(finder, statistics, phrase) if len(phrases) > 1 else 1.0
        values += [rare, expression_of(phrase)]
    statement = _SCORE.format(
        score=" + ".join([_ONE_SCORE] * len(phrases)),
        tokens=_READ_ONCE if len(phrases) > 1 else "tokens",
        saturation=_SATURATION,
        fixed=1 - LENGTH_SHARE,
        share=LENGTH_SHARE,
        mean_length=_mean_length(statistics),
    )
    return [row[0] for row in finder.connection.rows(statement, *values, most)]


def _bound(statistics: Statistics) -> int:
    most = MAX_RANKED_TOKENS / _mean_length(statistics)
    return int(min(max(most, _MIN_RANKED), _MAX_RANKED))


def _mean_length(statistics: Statistics) -> float:
    return max(statistics.tokens / max(statistics.documents, 1), 1.0)


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
    return rarity(finder.frequency(phrase), max(statistics.documents, 1))
