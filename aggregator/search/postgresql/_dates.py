"""What a plan is true of, by date of publication.

Of what is rare all is found and sorted. Of what is common there is some in any few thousand
documents: the days that hold the newest ones are asked for by their facets, then as many again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from aggregator.search.plan import EVERYTHING, AllOf, AnyOf, Negation, Token, simplify
from aggregator.search.postgresql._expression import asks_for_places, expression_of
from aggregator.search.postgresql._finding import MAX_CANDIDATES
from aggregator.search.terms import date_tokens

if TYPE_CHECKING:
    from aggregator.search.plan import Plan
    from aggregator.search.postgresql._finding import Finder

RARE = 5_000
"""Up to how many entries are found and sorted: about 15 ms."""

_FIRST_STEP = 2_000
_DOWN = "sort_at DESC, entry_id DESC"
_UP = "sort_at, entry_id"
_SHORTEST = f"read_minutes, {_DOWN}"
_WALK = "SELECT entry_id FROM search_{{g}}_document ORDER BY {order} LIMIT %s OFFSET %s"
_SORTED = """
SELECT entry_id FROM search_{{g}}_document WHERE entry_id = ANY(%s::bigint[])
ORDER BY {order} LIMIT %s OFFSET %s
"""
# Sorted outside: the index of dates would be walked with every tsvector on the way.
_FOUND = """
WITH found AS MATERIALIZED (
    SELECT entry_id, sort_at FROM search_{{g}}_document WHERE tokens @@ %s::tsquery
)
SELECT entry_id FROM found ORDER BY {order} LIMIT %s
"""
_EDGE = "SELECT sort_at FROM search_{{g}}_document ORDER BY {order} LIMIT 1 OFFSET %s"


def read_newest(
    finder: Finder, plan: Plan, limit: int, offset: int, *, is_oldest: bool
) -> list[int]:
    """A page of the ids of which the plan is true, by date; `is_oldest`: the oldest first."""
    order = _UP if is_oldest else _DOWN
    plan = simplify(plan)
    if plan == EVERYTHING:
        return _ids(finder, _WALK.format(order=order), limit, offset)
    found = finder.find(plan, RARE)
    if not found.has_more:
        return _ids(finder, _SORTED.format(order=order), list(found.ids), limit, offset)
    wanted, ids = limit + offset, dict[int, None]()
    for days in _days(finder, wanted, is_oldest=is_oldest):
        # Before 1970 days overlap: what stands in two steps has come in the first.
        ids.update(dict.fromkeys(_page(finder, simplify(AllOf((plan, days))), order, wanted)))
        if len(ids) >= wanted:
            break
    return list(ids)[offset:wanted]


def read_shortest(finder: Finder, ids: Sequence[int], limit: int, offset: int) -> list[int]:
    """A page of these ids, those with the shortest read time first, then the newest."""
    return _ids(finder, _SORTED.format(order=_SHORTEST), list(ids), limit, offset)


def _page(finder: Finder, plan: Plan, order: str, wanted: int) -> list[int]:
    """The first ids of a plan of a few days; by date."""
    if asks_for_places(plan):
        found = finder.find(plan, MAX_CANDIDATES)
        return _ids(finder, _SORTED.format(order=order), list(found.ids), wanted, 0)
    return _ids(finder, _FOUND.format(order=order), expression_of(plan), wanted)


def _days(finder: Finder, wanted: int, *, is_oldest: bool) -> Iterator[Plan]:
    """Plans of days, one after the other from one end of time to the other.

    Each has as many documents as all before it; the last has all that are left.
    """
    statement = _EDGE.format(order=_UP if is_oldest else _DOWN)
    step, edge = max(_FIRST_STEP, 2 * wanted), None
    while rows := finder.connection.rows(statement, step):
        day = datetime.fromtimestamp(rows[0][0], UTC).date()
        if day != edge:
            yield _between(edge, day, is_oldest=is_oldest)
            edge = day
        step *= 2
    yield Negation(_passed(edge, is_oldest=is_oldest)) if edge else EVERYTHING


def _between(edge: date | None, day: date, *, is_oldest: bool) -> Plan:
    """From the day where the last step ended, without it, up to `day`."""
    if is_oldest:
        start = edge + timedelta(days=1) if edge else None
        return _any_of(start, day + timedelta(days=1))
    return _any_of(day, edge)


def _passed(edge: date, *, is_oldest: bool) -> Plan:
    return _any_of(None, edge + timedelta(days=1)) if is_oldest else _any_of(edge, None)


def _any_of(start: date | None, end: date | None) -> Plan:
    return AnyOf(tuple(map(Token, date_tokens(start, end))))


def _ids(finder: Finder, statement: str, *values: object) -> list[int]:
    return [row[0] for row in finder.connection.rows(statement, *values)]
