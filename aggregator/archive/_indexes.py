"""The tables with their partial indexes, for who makes or compares a schema.

They stand apart from `_tables` because naming a dialect loads it, that of the other database too: a
tenth of the start of every command that opens an archive.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Index

from aggregator.archive._tables import article, host, metadata

__all__ = ["metadata"]


def _index_where_known(column: Column[Any]) -> None:
    """Index the few rows that have a value there, without those that have none."""
    is_known = column.is_not(None)
    name = f"ix_{column.table.name}_{column.name}"
    Index(name, column, sqlite_where=is_known, postgresql_where=is_known)


# The few that rest or are held are found without looking at all the others.
_index_where_known(host.c.rest_until)
_index_where_known(host.c.leased_until)
# So are the few whose page is asked for again.
_index_where_known(article.c.page_misses)
