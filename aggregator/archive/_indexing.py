"""The search index kept where the archive is: made, filled step by step, written anew."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from aggregator.archive._engine import Database
from aggregator.archive._entries import read_entries
from aggregator.archive._index import Index, index_entry, is_found_alike
from aggregator.archive._tables import article, entry
from aggregator.model import ArchivedEntry

FILLED_AT_ONCE = 2000
"""So many entries are filled in when an archive is opened; that takes about a second."""

_BATCH = 200


def open_index(database: Database, index: Index) -> None:
    """See to it that there is an index, and finish one that lacks little.

    Where there is nothing to do, nothing is locked and hardly anything is read.
    """
    what = "cannot open the archive"
    with database.reading(what) as connection:
        is_prepared = index.is_prepared(connection)
        left = count_unfilled(connection, index) if is_prepared else None
    if not is_prepared:
        with database.writing(what) as connection:
            index.prepare(connection)
            left = count_unfilled(connection, index)
    if left is None or left > FILLED_AT_ONCE:
        return
    is_unfinished = True
    while is_unfinished:
        with database.writing(what) as connection:
            is_unfinished = bool(fill_next(connection, index, _BATCH))


def fill_next(connection: Connection, index: Index, batch: int) -> int | None:
    """How many entries are to come after `batch` more, see `Archive.index_step`."""
    # Asked first: it keeps writers of entries waiting, where there can be several.
    filled_to = index.filled_to(connection)
    if filled_to is None:
        return None
    # One without an article is damage, which a check tells of; it stops nobody else.
    with_article = entry.c.id.in_(select(article.c.entry_id))
    next_ids = select(entry.c.id).where(entry.c.id > filled_to, with_article).order_by(entry.c.id)
    ids = list(connection.execute(next_ids.limit(max(batch, 1))).scalars())
    if not ids:
        index.fill(connection, [])
        return 0
    found = read_entries(connection, entry.c.id > filled_to, entry.c.id <= ids[-1], with_article)
    index.fill(connection, [index_entry(one) for one in found])
    left = _count_after(connection, ids[-1])
    if not left:
        index.fill(connection, [])
    return left


def index_anew(connection: Connection, before: Sequence[ArchivedEntry], index: Index) -> None:
    """Have the index follow entries that were written just now; `before` is what they were.

    At most as many as one statement can name.
    """
    if not before:
        return
    after = read_entries(connection, entry.c.id.in_([one.id for one in before]))
    written = {one.id: index_entry(one) for one in after}
    pairs = [(index_entry(one), written[one.id]) for one in before if one.id in written]
    changed = [(old, new) for old, new in pairs if not is_found_alike(old, new)]
    if changed:
        index.remove(connection, [old for old, _ in changed])
        index.add(connection, [new for _, new in changed])


def count_unfilled(connection: Connection, index: Index) -> int | None:
    """How many entries an unfinished index lacks, None if none is unfinished; see `index_step`."""
    filled_to = index.filled_to(connection)
    return None if filled_to is None else _count_after(connection, filled_to)


def _count_after(connection: Connection, last_id: int) -> int:
    """How many entries come after a number; of very many the greatest that it can be."""
    after = select(entry.c.id).where(entry.c.id > last_id).order_by(entry.c.id)
    few = after.limit(FILLED_AT_ONCE + 1).subquery()
    count: int = connection.execute(select(func.count()).select_from(few)).scalar_one()
    if count <= FILLED_AT_ONCE:
        return count
    greatest: int = connection.execute(select(func.max(entry.c.id))).scalar_one()
    return greatest - last_id
