"""Finding what a plan is true of: the last archived first, and no more of it than was asked for.

Ranges of ids are asked one after the other, from the newest on, see `_spans.py`; so the cost hangs
on how many are wanted, not on how many there are. What is asked of the places of words the index
cannot answer: it gives candidates, whose tsvectors are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregator.search._values import Found
from aggregator.search.plan import EVERYTHING, AnyOf, simplify
from aggregator.search.postgresql._expression import (
    any_lexeme,
    asks_for_places,
    expression_of,
    loose_expression_of,
)
from aggregator.search.postgresql._spans import SPAN_BITS, cover, steps
from aggregator.search.postgresql._streams import is_true

if TYPE_CHECKING:
    from aggregator.search.plan import Plan
    from aggregator.search.postgresql._connection import Connection

MAX_CANDIDATES = 20_000
"""How many tsvectors one search reads to look for places: 6 us each, so an eighth of a second."""
MANY = 20_000
"""From how many documents on a frequency is an estimate."""
MANY_CANDIDATES = 2_000
"""The same where places are asked for."""

_CANDIDATES_AT_ONCE = 2_000
_SPANS_OF_WORDS = 4
_SPANS_OF_PLACES = 1

_BOUNDS = "SELECT min(entry_id), max(entry_id) FROM search_{g}_document"
_EVERYTHING = """
SELECT entry_id FROM search_{g}_document WHERE entry_id >= %s ORDER BY entry_id DESC LIMIT %s
"""
# Sums hide the key from the planner, which would walk it backwards and read every row on its way.
_WORDS = """
SELECT entry_id FROM search_{g}_document
WHERE tokens @@ %s::tsquery AND entry_id + 0 >= %s
ORDER BY entry_id + 0 DESC LIMIT %s
"""
_PLACES = """
SELECT entry_id, CASE WHEN tokens @@ %s::tsquery THEN true WHEN NOT is_long THEN false END
FROM (
    SELECT entry_id, is_long, tokens FROM search_{g}_document
    WHERE tokens @@ %s::tsquery AND entry_id + 0 >= %s AND entry_id + 0 < %s
    ORDER BY entry_id + 0 DESC LIMIT %s
) AS candidate
"""
_COUNT = "SELECT count(*) FROM search_{g}_document WHERE tokens @@ %s::tsquery"
_COUNT_ALL = "SELECT coalesce(sum(documents), 0)::bigint FROM search_{g}_language"
_STREAM = "SELECT stream FROM search_{g}_long WHERE entry_id = %s"


@dataclass(frozen=True, slots=True)
class Range:
    """A range of ids, `end_id` not included, and its tsquery."""

    first_id: int
    end_id: int
    expression: str


@dataclass(frozen=True, slots=True)
class _Looked:
    """The ids that were found among so many candidates; `has_more`: there are others."""

    ids: tuple[int, ...]
    candidates: int
    has_more: bool


class Finder:
    """Finds in one state of the archive, and remembers what it has found."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._found: dict[tuple[Plan, int], Found] = {}
        self._frequencies: dict[Plan, int] = {}
        self._bounds: tuple[int, int] | None = None

    def find(self, plan: Plan, most: int, oldest: int = 0) -> Found:
        """The last archived `most` ids, from `oldest` on, of which `plan` is true."""
        known = self._found.get((plan, oldest))
        if known is None or (known.has_more and len(known.ids) < most):
            known = self._found[plan, oldest] = self._find(simplify(plan), most, oldest)
        return Found(known.ids[:most], known.has_more or len(known.ids) > most)

    def frequency(self, plan: Plan) -> int:
        """In how many documents `plan` is true; from `MANY` on, as it is among the newest."""
        known = self._found.get((plan, 0))
        if known is not None and not known.has_more:
            return len(known.ids)
        if plan not in self._frequencies:
            self._frequencies[plan] = self._frequency(simplify(plan))
        return self._frequencies[plan]

    def ranges(self, oldest: int, size: int) -> Iterator[Range]:
        """Ranges over all ids that there are from `oldest` on, from the newest on, see `steps`."""
        bounds = self._find_bounds()
        if bounds is None or bounds[1] < oldest:
            return
        for first, end in steps(max(bounds[0], oldest), bounds[1], size):
            expression = any_lexeme(cover(first, end))
            yield Range(first << SPAN_BITS, end << SPAN_BITS, expression)

    def _find(self, plan: Plan, most: int, oldest: int) -> Found:
        if plan == EVERYTHING:
            ids = [row[0] for row in self.connection.rows(_EVERYTHING, oldest, most + 1)]
        elif plan == AnyOf(()):
            ids = []
        elif asks_for_places(plan):
            looked = self._look(plan, most, oldest, MAX_CANDIDATES)
            return Found(looked.ids[:most], looked.has_more or len(looked.ids) > most)
        else:
            ids, expression = [], expression_of(plan)
            for one in self.ranges(oldest, _SPANS_OF_WORDS):
                asked = f"{one.expression} & {expression}"
                rows = self.connection.rows(_WORDS, asked, oldest, most + 1 - len(ids))
                ids += [row[0] for row in rows]
                if len(ids) > most:
                    break
        return Found(tuple(ids[:most]), len(ids) > most)

    def _look(self, plan: Plan, most: int, oldest: int, budget: int) -> _Looked:
        """Little more than `most` ids, found among little more than `budget` candidates."""
        asked, loose = expression_of(plan), loose_expression_of(plan)
        ids, seen = list[int](), 0
        for one in self.ranges(oldest, _SPANS_OF_PLACES):
            expression, end_id = f"{one.expression} & {loose}", one.end_id
            while end_id > one.first_id:
                if seen >= budget or len(ids) > most:
                    return _Looked(tuple(ids), seen, has_more=True)
                values = (asked, expression, oldest, end_id, _CANDIDATES_AT_ONCE)
                rows = sorted(self.connection.rows(_PLACES, *values), reverse=True)
                ids += [row[0] for row in rows if self._is_true(plan, row[0], verdict=row[1])]
                seen += len(rows)
                end_id = rows[-1][0] if len(rows) == _CANDIDATES_AT_ONCE else one.first_id
        return _Looked(tuple(ids), seen, has_more=False)

    def _is_true(self, plan: Plan, entry_id: int, *, verdict: bool | None) -> bool:
        """What the database said; if it could not say, what the stream of the document does."""
        if verdict is not None:
            return verdict
        return any(is_true(plan, row[0]) for row in self.connection.rows(_STREAM, entry_id))

    def _frequency(self, plan: Plan) -> int:
        if plan == EVERYTHING:
            rows = self.connection.rows(_COUNT_ALL)
            return int(rows[0][0]) if rows else 0
        if not asks_for_places(plan):
            return self._count(expression_of(plan))
        looked = self._look(plan, MANY, 0, MANY_CANDIDATES)
        if not looked.has_more:
            return len(looked.ids)
        candidates = max(self._count(loose_expression_of(plan)), looked.candidates)
        return round(candidates * len(looked.ids) / looked.candidates)

    def _count(self, expression: str) -> int:
        count = 0
        for one in self.ranges(0, _SPANS_OF_WORDS):
            count += self.connection.rows(_COUNT, f"{one.expression} & {expression}")[0][0]
            if count >= MANY:
                return self._extrapolated(count, one.first_id)
        return count

    def _extrapolated(self, count: int, oldest: int) -> int:
        """How many there are in all, if from the id `oldest` on there are `count`."""
        first, last = self._find_bounds() or (0, 0)
        seen = last - max(first, oldest) + 1
        return max(count, round(count * (last - first + 1) / seen))

    def _find_bounds(self) -> tuple[int, int] | None:
        if self._bounds is None:
            rows = self.connection.rows(_BOUNDS)
            if rows and rows[0][0] is not None:
                self._bounds = rows[0][0], rows[0][1]
        return self._bounds
