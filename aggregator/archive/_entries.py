"""Reading archived entries back: with their feed, their article and its sections."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    func,
    select,
)

from aggregator.archive._tables import article, entry, feed, revision, section
from aggregator.archive._values import article_from, entry_from, feed_from, section_from
from aggregator.model import ArchivedEntry, Section

_IDS_PER_QUERY = 500


def read_entries(connection: Connection, *conditions: ColumnElement[bool]) -> list[ArchivedEntry]:
    """The entries for which all conditions hold, in the order of their ids."""
    chosen = select(entry).where(*conditions).order_by(entry.c.id)
    rows = connection.execute(chosen).mappings().all()
    feed_rows = _rows(connection, select(feed), feed.c.id, {row["feed_id"] for row in rows})
    feeds = {row["id"]: feed_from(row) for row in feed_rows}
    ids = [row["id"] for row in rows]
    articles = {
        row["entry_id"]: row for row in _rows(connection, select(article), article.c.entry_id, ids)
    }
    sections = _sections(connection, ids)
    revisions = _revision_counts(connection, ids)
    return [
        ArchivedEntry(
            id=row["id"],
            feed=feeds[row["feed_id"]],
            entry=entry_from(row),
            article=article_from(articles[row["id"]], tuple(sections[row["id"]])),
            first_seen_at=row["first_seen_at"],
            revision_count=revisions.get(row["id"], 0),
        )
        for row in rows
    ]


def _sections(connection: Connection, ids: Sequence[int]) -> dict[int, list[Section]]:
    found: dict[int, list[Section]] = defaultdict(list)
    ordered = select(section).order_by(section.c.entry_id, section.c.position)
    for row in _rows(connection, ordered, section.c.entry_id, ids):
        found[row["entry_id"]].append(section_from(row))
    return found


def _revision_counts(connection: Connection, ids: Sequence[int]) -> dict[int, int]:
    grouped = select(revision.c.entry_id, func.count().label("count")).group_by(revision.c.entry_id)
    rows = _rows(connection, grouped, revision.c.entry_id, ids)
    return {row["entry_id"]: row["count"] for row in rows}


def _rows(
    connection: Connection, query: Select[Any], column: Column[Any], ids: Sequence[int] | set[int]
) -> Iterator[RowMapping]:
    """The rows of `query` whose `column` is one of `ids`, asked for in bounded portions."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), _IDS_PER_QUERY):
        part = ordered[start : start + _IDS_PER_QUERY]
        yield from connection.execute(query.where(column.in_(part))).mappings()
