"""One state of the index, asked shard by shard, the newest first.

So a search ends as soon as enough is found, and costs the same in an archive of any size.
"""

from __future__ import annotations

import sqlite3
from heapq import nlargest
from time import thread_time

from aggregator.search._values import Found
from aggregator.search.plan import Plan
from aggregator.search.sqlite._expression import (
    has_prefix,
    match_expression,
    without_prefixes,
)
from aggregator.search.sqlite._shards import WEIGHTS
from aggregator.search.sqlite._state import State
from aggregator.search.terms import SHARD_BITS

MANY = 5_000
"""From how many documents on a frequency is an estimate: it is within 3 %, and is asked for by what
works with its logarithm."""
MAX_CPU_S = 0.5
"""After so long no further shard is looked into. Only what is nowhere and made of very common parts
takes so long: a phrase of stop words in another order, a frequent prefix beside a rare word."""
SOME = 1_000
"""The same, where no more need be counted, or where counting on would be dear."""

_FIND = """
SELECT rowid FROM search_{number}_{shard} WHERE search_{number}_{shard} MATCH ?
ORDER BY rowid DESC LIMIT ?
"""
_SCORE = """
SELECT rowid, bm25(search_{number}_{shard}, {weights}) AS score FROM search_{number}_{shard}
WHERE search_{number}_{shard} MATCH ? AND rowid >= ? ORDER BY score, rowid DESC LIMIT ?
"""
_COUNT = """
SELECT count(*), min(rowid) FROM (
    SELECT rowid FROM search_{number}_{shard} WHERE search_{number}_{shard} MATCH ?
    ORDER BY rowid DESC LIMIT ?
)
"""
_AMONG = """
SELECT rowid FROM search_{number}_{shard}
WHERE search_{number}_{shard} MATCH ? AND rowid BETWEEN ? AND ?
"""
_LAST_OF = "SELECT max(entry_id) FROM search_{number}_document WHERE entry_id BETWEEN ? AND ?"
_DOCUMENTS = "SELECT coalesce(sum(documents), 0) FROM search_{number}_language"


class Snapshot:
    """The active generation within one transaction; what was found is remembered that long."""

    def __init__(self, connection: sqlite3.Connection, state: State) -> None:
        self.connection = connection
        self.state = state
        self._found: dict[Plan, Found] = {}
        self._wholes: dict[tuple[Plan, int], tuple[int, ...]] = {}

    def find(self, plan: Plan, most: int) -> Found:
        """The last archived `most` entries of which the plan is true, see `MAX_CPU_S`."""
        known = self._found.get(plan)
        if known is None or (known.has_more and len(known.ids) < most):
            known = self._found[plan] = self._find(plan, most)
        return Found(known.ids[:most], known.has_more or len(known.ids) > most)

    def score(self, plan: Plan, oldest: int, most: int) -> list[int]:
        """The best `most` ids from `oldest` on, the newest first among equals."""
        expression = match_expression(plan)
        is_dear = has_prefix(plan)
        scored: list[tuple[float, int]] = []
        end = thread_time() + MAX_CPU_S
        for shard in self.state.shards:
            if (shard + 1) << SHARD_BITS <= oldest or thread_time() > end:
                break
            if is_dear and not self._whole(plan, shard):
                continue
            statement = self._statement(_SCORE, shard)
            rows = self.connection.execute(statement, (expression, oldest, most))
            scored += ((-score, entry_id) for entry_id, score in rows)
        return [entry_id for _, entry_id in nlargest(most, scored)]

    def frequency(self, plan: Plan) -> int:
        """In how many documents the plan is true; if in many, as it is among the newest."""
        known = self._found.get(plan)
        if known is not None and not known.has_more:
            return len(known.ids)
        if known is not None and len(known.ids) >= SOME:
            return self._extrapolated(len(known.ids), known.ids[-1])
        many = SOME if has_prefix(plan) else MANY
        count, end = 0, thread_time() + MAX_CPU_S
        for shard in self.state.shards:
            found, oldest = self._count(plan, shard, many)
            count += found
            if count >= many or thread_time() > end:
                return self._extrapolated(count, oldest)
        return count

    def among(self, plan: Plan, first: int, last: int) -> set[int]:
        """The ids from `first` to `last`, all of one shard, of which the plan is true."""
        shard = first >> SHARD_BITS
        if shard not in self.state.shards:
            return set()
        if has_prefix(plan):
            return {one for one in self._whole(plan, shard) if first <= one <= last}
        return set(self._ids(_AMONG, shard, match_expression(plan), first, last))

    def _find(self, plan: Plan, most: int) -> Found:
        expression = match_expression(plan)
        is_dear = has_prefix(plan)
        ids: list[int] = []
        end = thread_time() + MAX_CPU_S
        for shard in self.state.shards:
            if thread_time() > end:
                return Found(tuple(ids), has_more=True)
            if is_dear:
                ids += self._whole(plan, shard)
            else:
                ids += self._ids(_FIND, shard, expression, most + 1 - len(ids))
            if len(ids) > most:
                break
        return Found(tuple(ids[:most]), len(ids) > most)

    def _count(self, plan: Plan, shard: int, many: int) -> tuple[int, int]:
        """How many there are in a shard, at most `many`, and the id down to which was counted."""
        start = shard << SHARD_BITS
        if has_prefix(plan):
            return len(self._whole(plan, shard)), start
        values = (match_expression(plan), many)
        statement = self._statement(_COUNT, shard)
        count, oldest = self.connection.execute(statement, values).fetchone()
        return count, oldest if count == many else start

    def _whole(self, plan: Plan, shard: int) -> tuple[int, ...]:
        """All of a shard, the newest first: a prefix costs as much for one document as for all."""
        key = plan, shard
        if key not in self._wholes:
            cheap = match_expression(without_prefixes(plan))
            if not self._ids(_FIND, shard, cheap, 1):
                return ()
            ids = self._ids(_FIND, shard, match_expression(plan), 1 << SHARD_BITS)
            self._wholes[key] = tuple(ids)
        return self._wholes[key]

    def _extrapolated(self, count: int, oldest: int) -> int:
        """How many there are in all, if from the id `oldest` on there are `count`."""
        seen = 0
        for shard in self.state.shards:
            start, end = shard << SHARD_BITS, (shard + 1) << SHARD_BITS
            if end <= oldest:
                break
            statement = _LAST_OF.format(number=self.state.number)
            last = self.connection.execute(statement, (start, end - 1)).fetchone()[0]
            # Hardly any numbers are missing within a shard.
            seen += 0 if last is None else last - max(oldest, start) + 1
        statement = _DOCUMENTS.format(number=self.state.number)
        documents = int(self.connection.execute(statement).fetchone()[0])
        return max(count, min(count * documents // max(seen, 1), documents))

    def _ids(self, statement: str, shard: int, *values: str | int) -> list[int]:
        rows = self.connection.execute(self._statement(statement, shard), values)
        return [entry_id for (entry_id,) in rows]

    def _statement(self, statement: str, shard: int) -> str:
        return statement.format(number=self.state.number, shard=shard, weights=WEIGHTS)
