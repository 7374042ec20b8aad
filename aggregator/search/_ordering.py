"""Which of the entries that were found come first: the database's best, ranked from their text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from aggregator.search._engine import Engine, Found
from aggregator.search._evidence import Examiner
from aggregator.search._ranking import Weighing, rarity, score
from aggregator.search._reading import Reading, lighten
from aggregator.search._texts import Texts
from aggregator.search.plan import EVERYTHING, Plan, Term

CANDIDATES = 20
"""How many entries are ranked from their text: nDCG@10 is the same with 20, 30 and 80."""
_MOST_SCORED = 5_000
"""Of how many that were found last: to score one costs as much as to find four."""
_COMMON_SHARE = 0.05
"""The share of the documents that are taken to have a word that begins in a given way: counting
them would cost as much as the search."""


class Ordering:
    """The order of the entries that one search found."""

    def __init__(
        self, engine: Engine, reading: Reading, texts: Texts, recency: float, now: datetime
    ) -> None:
        self._engine, self._reading, self._texts = engine, reading, texts
        self._examiner = Examiner(reading)
        self._weighing = self._weigh(recency, now)

    def best_first(self, found: Found, plan: Plan, most: int) -> list[int]:
        """All ids that were found for `plan`: the best `most` first, behind them the newest."""
        ids = list(found.ids)
        if len(ids) > CANDIDATES:
            ids = self._by_database(ids, plan, max(most, CANDIDATES))
        return [*self._by_text(ids[:CANDIDATES]), *ids[CANDIDATES:]]

    def _by_database(self, ids: Sequence[int], plan: Plan, most: int) -> list[int]:
        light = lighten(plan)
        if light == EVERYTHING:
            return list(ids)
        found = set(ids)
        scored = self._engine.score(light, ids[:_MOST_SCORED][-1], most)
        return list(dict.fromkeys([*(one for one in scored if one in found), *ids]))

    def _by_text(self, ids: Sequence[int]) -> list[int]:
        scores = {
            entry.id: score(self._examiner.examine(entry), self._weighing)
            for entry in self._texts.get(ids)
        }
        # Sorting keeps the order of equals, which is that of the database.
        return sorted(scores, key=lambda one: -scores[one])

    def _weigh(self, recency: float, now: datetime) -> Weighing:
        statistics = self._engine.statistics()
        documents = max(statistics.documents, 1)
        terms = self._reading.scored
        return Weighing(
            rarities=tuple(self._rarity(term, documents) for term in terms),
            mean_length=statistics.tokens / documents,
            words=len(self._examiner.words),
            recency=recency,
            now=now,
        )

    def _rarity(self, term: Term, documents: int) -> float:
        if len(self._reading.scored) == 1:
            return 1.0  # nothing to compare it with
        if any(phrase.is_prefix for phrase in term.phrases):
            return rarity(round(documents * _COMMON_SHARE), documents)
        return rarity(self._engine.frequency(term.plan), documents)
