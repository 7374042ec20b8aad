"""Searches that were saved under a name."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from aggregator.archive._engine import Database
from aggregator.archive._tables import saved_search
from aggregator.archive._types import storable
from aggregator.errors import ArchiveError, NotFoundError
from aggregator.model import SavedSearch
from aggregator.text import collapse_whitespace, fold, strip_unsafe

_MAX_NAME_CHARS = 64
_MAX_QUERY_CHARS = 4096
_UNTYPED = frozenset("\t\n\u2060")
"""What is no harm to a terminal, but is never read in a query: blanks, and the word joiner."""


class SavedSearches:
    """The saved searches of an archive; their names are compared without case."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[SavedSearch]:
        """All saved searches, by name."""
        with self._database.reading("cannot read the saved searches") as connection:
            found = [_saved_from(row) for row in _rows(connection)]
        return sorted(found, key=lambda one: (fold(one.name), one.name))

    def get(self, name: str) -> SavedSearch:
        """The search of that name; NotFoundError if there is none."""
        for one in self.all():
            if fold(one.name) == fold(name):
                return one
        raise _no_such(name)

    def save(self, name: str, query: str, *, replace: bool = False) -> SavedSearch:
        """Keep `query` under `name`, and say how; `replace` lets it take the place of another.

        Raises ArchiveError for a name or query that cannot be kept, and for a name that is taken.
        """
        name, query = _checked_name(name), _checked_query(query)
        now = datetime.now(UTC)
        with self._database.writing("cannot save the search") as connection:
            old = _find(connection, name)
            if old is None:
                row = {"name": name, "query": query, "created_at": now, "changed_at": now}
                connection.execute(insert(saved_search), row)
                return SavedSearch(name, query, now, now)
            if not replace:
                raise ArchiveError(
                    f"there is a saved search {old['name']!r} already; "
                    "replace it (--replace) or take another name"
                )
            of_name = saved_search.c.name == old["name"]
            values = {"name": name, "query": query, "changed_at": now}
            connection.execute(update(saved_search).where(of_name).values(**values))
            return SavedSearch(name, query, old["created_at"], now)

    def remove(self, name: str) -> None:
        """Forget the search of that name; NotFoundError if there is none."""
        with self._database.writing("cannot remove the saved search") as connection:
            old = _find(connection, name)
            if old is None:
                raise _no_such(name)
            connection.execute(delete(saved_search).where(saved_search.c.name == old["name"]))


def _rows(connection: Connection) -> list[RowMapping]:
    return list(connection.execute(select(saved_search)).mappings())


def _find(connection: Connection, name: str) -> RowMapping | None:
    # Databases do not agree on case, and there are few: all are looked at.
    wanted = fold(name)
    return next((row for row in _rows(connection) if fold(row["name"]) == wanted), None)


def _saved_from(row: RowMapping) -> SavedSearch:
    return SavedSearch(row["name"], row["query"], row["created_at"], row["changed_at"])


def _checked_name(name: str) -> str:
    if strip_unsafe(name) != name or not _UNTYPED.isdisjoint(name):
        raise ArchiveError(
            "the name of a saved search has no invisible or control characters; take another one"
        )
    name = collapse_whitespace(name)
    if not 1 <= len(name) <= _MAX_NAME_CHARS:
        raise ArchiveError(
            f"the name of a saved search has 1 to {_MAX_NAME_CHARS} characters; take another one"
        )
    return name


def _checked_query(query: str) -> str:
    query = query.strip()
    if not query:
        raise ArchiveError("there is nothing to save; give the words of the search, too")
    if len(query) > _MAX_QUERY_CHARS:
        raise ArchiveError(f"a saved search has at most {_MAX_QUERY_CHARS} characters; shorten it")
    return str(storable(query))


def _no_such(name: str) -> NotFoundError:
    return NotFoundError(f"no saved search {name!r} (see: aggregator saved list)")
