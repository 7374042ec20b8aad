"""What a plan is true of, by date of publication.

The index is in the order of archiving. Of what is rare all is found and sorted; what is common is
come upon soon when one walks through the dates and asks the index which documents are meant.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import pairwise

from aggregator.search.plan import EVERYTHING, Plan, simplify
from aggregator.search.sqlite._snapshot import Snapshot
from aggregator.search.terms import SHARD_BITS

RARE = 10_000
"""Up to how many entries are found and sorted: about 15 ms."""
MAX_WALKED = 50_000
"""How many documents are walked through, at most."""
MAX_PROBES = 2_000
"""How often the index is asked on the walk, at most: 20 to 50 us each."""

_FIRST_CHUNK = 200
_LAST_CHUNK = 3_200
_GAP = 500  # to read past so many ids is as cheap as to ask once more
_DOWN = "sort_at DESC, entry_id DESC"
_UP = "sort_at, entry_id"
_WALK = "SELECT entry_id FROM search_{number}_document ORDER BY {order} LIMIT ? OFFSET ?"
_SORTED = """
SELECT entry_id FROM search_{number}_document WHERE entry_id IN (SELECT value FROM json_each(?))
ORDER BY {order} LIMIT ? OFFSET ?
"""
_SHORTEST = f"read_minutes, {_DOWN}"


def read_newest(
    snapshot: Snapshot, plan: Plan, limit: int, offset: int, *, is_oldest: bool
) -> list[int]:
    """A page of the ids of which the plan is true, by date; `is_oldest`: the oldest first.

    Exact, unless the walk ends at its bounds; then the dates of the `RARE` entries that were
    archived last follow.
    """
    number = snapshot.state.number
    if not number:
        return []
    order = _UP if is_oldest else _DOWN
    if simplify(plan) == EVERYTHING:
        return _ids(snapshot, _WALK.format(number=number, order=order), limit, offset)
    found = snapshot.find(plan, RARE)
    if not found.has_more:
        return _sorted(snapshot, found.ids, order, limit, offset)
    wanted = limit + offset
    ids: dict[int, None] = {}
    for members in _walk(snapshot, plan, order):
        ids.update(dict.fromkeys(members))
        if len(ids) >= wanted:
            return list(ids)[offset:wanted]
    ids.update(dict.fromkeys(_sorted(snapshot, found.ids, order, RARE, 0)))
    return list(ids)[offset:wanted]


def read_shortest(snapshot: Snapshot, ids: Sequence[int], limit: int, offset: int) -> list[int]:
    """A page of these ids, those with the shortest read time first, then the newest."""
    return _sorted(snapshot, ids, _SHORTEST, limit, offset) if snapshot.state.number else []


def _sorted(
    snapshot: Snapshot, ids: Sequence[int], order: str, limit: int, offset: int
) -> list[int]:
    statement = _SORTED.format(number=snapshot.state.number, order=order)
    return _ids(snapshot, statement, json.dumps(ids), limit, offset)


def _ids(snapshot: Snapshot, statement: str, *values: str | int) -> list[int]:
    return [entry_id for (entry_id,) in snapshot.connection.execute(statement, values)]


def _walk(snapshot: Snapshot, plan: Plan, order: str) -> Iterator[list[int]]:
    """The documents of which the plan is true, by date, chunk by chunk, up to the bounds."""
    statement = _WALK.format(number=snapshot.state.number, order=order)
    cursor: sqlite3.Cursor = snapshot.connection.execute(statement, (MAX_WALKED, 0))
    probes, size = 0, _FIRST_CHUNK
    while chunk := [entry_id for (entry_id,) in cursor.fetchmany(size)]:
        runs = list(_runs(chunk))
        probes += len(runs)
        if probes > MAX_PROBES:
            return
        members = set().union(*(snapshot.among(plan, first, last) for first, last in runs))
        yield [entry_id for entry_id in chunk if entry_id in members]
        size = min(2 * size, _LAST_CHUNK)


def _runs(ids: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of the ids that are near to each other and in one shard."""
    ordered = sorted(ids)
    first = ordered[0]
    for one, following in pairwise(ordered):
        if following - one > _GAP or one >> SHARD_BITS != following >> SHARD_BITS:
            yield first, one
            first = following
    yield first, ordered[-1]
