"""What a search asks of a database; one implementation each in `sqlite/` and `postgresql/`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from aggregator.search._values import FeedNames, Found, Statistics, StoredEntry
from aggregator.search.plan import Plan

__all__ = ["Engine", "FeedNames", "Found", "Statistics", "StoredEntry"]


class Engine(Protocol):
    """One archive's index and texts, for reading; plans given to it have no `Check`."""

    @property
    def unfinished(self) -> bool:
        """Whether the index does not have all entries yet."""

    def reading(self) -> AbstractContextManager[None]:
        """Within it, all that is read is of one state of the archive."""

    def statistics(self) -> Statistics:
        """The figures of the active index."""

    def feeds(self) -> Sequence[FeedNames]:
        """All feeds that were not merged into another."""

    def saved(self) -> dict[str, str]:
        """The saved searches, by name."""

    def find(self, plan: Plan, most: int) -> Found:
        """The last archived `most` entries of which `plan` is true; the cost is bounded by it."""

    def score(self, plan: Plan, oldest: int, most: int) -> list[int]:
        """The best `most` ids from `oldest` on of which `plan` is true, by the database's BM25."""

    def frequency(self, plan: Plan) -> int:
        """In how many documents `plan` is true; estimated where it is in very many."""

    def newest(self, plan: Plan, limit: int, offset: int, *, is_oldest: bool = False) -> list[int]:
        """A page of the ids of which `plan` is true, by date of publication."""

    def shortest(self, ids: Iterable[int], limit: int, offset: int) -> list[int]:
        """A page of these ids, those with the shortest read time first, then the newest."""

    def entries(self, ids: Sequence[int]) -> list[StoredEntry]:
        """These entries, in this order; those that are not there are left out."""

    def words_like(self, beginning: str, most: int) -> list[tuple[str, int]]:
        """Tokens of text that begin so, with the number of documents of each (may be estimated)."""

    def close(self) -> None:
        """Close the connection."""
