"""Which entries one page of results has, and how many there are in all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from aggregator.search._engine import Engine, Found
from aggregator.search._ordering import Ordering
from aggregator.search._reading import Reading
from aggregator.search._texts import Texts
from aggregator.search.plan import Plan, widen
from aggregator.search.query import Sort

FEW_HITS = 10
"""With fewer entries that have all words, those that have some of them follow (nDCG never loses
more than .002 against "any word" alone, and short queries keep the precision of "all words")."""
MOST_FOUND = 5_000
"""Of more common words the last archived so many entries are looked at."""
MOST_CHECKED = 1_000
"""How many entries are read to check what no index can answer."""
ENOUGH_CHECKED = 100
"""After so many that hold no more are read, unless the page goes on."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which of the hits are wanted; `recency` as in `ranking.Weighing`."""

    limit: int
    offset: int
    recency: float = 0.0

    @property
    def end(self) -> int:
        """The number of hits up to the last one that is wanted."""
        return self.limit + self.offset

    def of(self, ids: Sequence[int]) -> tuple[int, ...]:
        """The part of all ids that is wanted."""
        return tuple(ids[self.offset : self.end])


@dataclass(frozen=True, slots=True)
class Chosen:
    """The ids of one page in their order; there are `total` in all, or more."""

    ids: tuple[int, ...]
    total: int
    has_more: bool


def choose(engine: Engine, texts: Texts, reading: Reading, sort: Sort, page: Page) -> Chosen:
    """The page of what answers a query, in the order of `sort`.

    By rank only words can be ordered: what has none to look for comes newest first.
    """
    if sort is Sort.RANK and reading.scored:
        return _ranked(engine, texts, reading, page)
    return _sorted(engine, texts, reading, Sort.NEW if sort is Sort.RANK else sort, page)


def _ranked(engine: Engine, texts: Texts, reading: Reading, page: Page) -> Chosen:
    ordering = Ordering(engine, reading, texts, page.recency, datetime.now(UTC))
    all_words, has_more = _best_first(engine, texts, ordering, reading.strict, page)
    if len(all_words) >= FEW_HITS or not reading.can_relax:
        return Chosen(page.of(all_words), len(all_words), has_more)
    parts, is_whole = _rarest(engine, reading)
    some, has_more = _best_first(engine, texts, ordering, reading.relaxed(parts), page)
    ids = list(dict.fromkeys([*all_words, *some]))
    return Chosen(page.of(ids), len(ids), has_more or not is_whole)


def _best_first(
    engine: Engine, texts: Texts, ordering: Ordering, plan: Plan, page: Page
) -> tuple[list[int], bool]:
    """All ids of which `plan` is true, the best first, and whether there are more."""
    wide, is_exact = widen(plan)
    if is_exact:
        found = engine.find(wide, max(MOST_FOUND, page.end))
        return ordering.best_first(found, wide, page.end), found.has_more
    kept: list[int] = []
    for most in (2 * ENOUGH_CHECKED, MOST_CHECKED):
        # Most of what is found holds: to find more than can be checked may be dear.
        found = engine.find(wide, max(most, page.end))
        ordered = ordering.best_first(found, wide, 2 * ENOUGH_CHECKED)
        kept, has_more = _checked(texts, plan, ordered, page, has_more=found.has_more)
        if not has_more or len(kept) >= max(ENOUGH_CHECKED, page.end):
            break
    return kept, has_more


def _checked(
    texts: Texts, plan: Plan, ids: Iterable[int], page: Page, *, has_more: bool
) -> tuple[list[int], bool]:
    """Those ids of which the whole of `plan` is true, and whether there may be more."""
    rest = iter(ids)
    held = texts.holding(plan, islice(rest, max(MOST_CHECKED, page.end)))
    kept = list(islice(held, max(ENOUGH_CHECKED, page.end)))
    is_open = next(held, None) is not None or next(rest, None) is not None
    return kept, has_more or is_open


def _rarest(engine: Engine, reading: Reading) -> tuple[list[Plan], bool]:
    """The rarest of the optional parts that together are not too many, and whether it is all.

    An entry that has none of them cannot be among the best: a common word tells little.
    """
    counted = sorted(
        ((engine.frequency(widen(part)[0]), at, part) for at, part in enumerate(reading.optional)),
        key=lambda one: one[:2],
    )
    kept, total = [counted[0][2]], counted[0][0]
    for frequency, _, part in counted[1:]:
        total += frequency
        if total > MOST_FOUND:
            break
        kept.append(part)
    return kept, len(kept) == len(counted)


def _sorted(engine: Engine, texts: Texts, reading: Reading, sort: Sort, page: Page) -> Chosen:
    wide, is_exact = widen(reading.strict)
    found = engine.find(wide, max(MOST_FOUND if is_exact else MOST_CHECKED, page.end))
    if not is_exact:
        ordered = _in_order(engine, wide, found, sort, Page(len(found.ids), 0))
        kept, has_more = _checked(texts, reading.strict, ordered, page, has_more=found.has_more)
        return Chosen(page.of(kept), len(kept), has_more)
    ids = _in_order(engine, wide, found, sort, page)
    return Chosen(tuple(ids), len(found.ids), found.has_more)


def _in_order(engine: Engine, plan: Plan, found: Found, sort: Sort, page: Page) -> list[int]:
    if sort is Sort.READTIME:
        return engine.shortest(found.ids, page.limit, page.offset)
    return engine.newest(plan, page.limit, page.offset, is_oldest=sort is Sort.OLD)
