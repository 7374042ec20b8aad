"""The feeds of the archive: read, and chosen by what an operator types."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, func, select

from aggregator.archive._known import portions
from aggregator.archive._tables import entry, feed
from aggregator.archive._values import feed_from
from aggregator.errors import NotFoundError
from aggregator.model import Feed
from aggregator.text import fold
from aggregator.urls import normalize_link, without_credentials


def read_feeds(connection: Connection, *, counted: bool = False) -> list[Feed]:
    """All feeds in the order in which they were added; `counted` fills in `entry_count`."""
    counts: dict[int, int] = {}
    if counted:
        grouped = select(entry.c.feed_id, func.count().label("n")).group_by(entry.c.feed_id)
        counts = {row.feed_id: row.n for row in connection.execute(grouped)}
    rows = connection.execute(select(feed).order_by(feed.c.id)).mappings()
    return [feed_from(row, counts.get(row["id"], 0)) for row in rows]


def read_some_feeds(connection: Connection, ids: Iterable[int]) -> list[Feed]:
    """The feeds of some numbers in the order in which they were added."""
    chosen = (select(feed).where(feed.c.id.in_(part)) for part in portions(sorted(ids)))
    rows = (row for one in chosen for row in connection.execute(one.order_by(feed.c.id)).mappings())
    return [feed_from(row) for row in rows]


def has_feeds(connection: Connection) -> bool:
    """Whether there is any feed."""
    return connection.execute(select(feed.c.id).limit(1)).first() is not None


def choose_feeds(feeds: Sequence[Feed], names: Iterable[str]) -> list[Feed]:
    """The feeds that `names` mean, in the given order: a number, a URL, a name or a part of one.

    A part must mean one feed only. Raises NotFoundError with what comes nearest.
    """
    return [_choose_one(feeds, name) for name in names]


def _choose_one(feeds: Sequence[Feed], name: str) -> Feed:
    found = [one for one in feeds if _is_called(one, name)]
    found = found or [one for one in feeds if _is_called_partly(one, name)]
    # A feed that was merged bears the name and the URL of the one that has its entries.
    found = [one for one in found if one.merged_into is None] or found
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(f"{one.id} ({without_credentials(one.url)})" for one in found[:5])
        raise NotFoundError(f"{name!r} means {len(found)} feeds: {listed}; use the number")
    titles = [one.display_title for one in feeds]
    near = difflib.get_close_matches(name, titles, n=1, cutoff=0.4)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise NotFoundError(f"no feed {name!r}{hint} (see: aggregator feeds list)")


def _is_called(one: Feed, name: str) -> bool:
    """Whether `name` is the feed's number, its URL in any spelling, or all of a name of it."""
    is_url = normalize_link(name) in {normalize_link(one.url), normalize_link(one.current_url)}
    is_name = fold(name) in {fold(one.name or ""), fold(one.title or "")} - {""}
    return is_url or is_name or name in {str(one.id), one.url}


def _is_called_partly(one: Feed, name: str) -> bool:
    wanted = fold(name)
    return wanted != "" and (wanted in fold(one.display_title) or name in one.url)
