"""The program as a Python library: an archive with its search, behind one URL or path."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.archive import Archive, Index, has_archive
from aggregator.config import as_database_url, find_database_file, find_database_url
from aggregator.errors import ArchiveError
from aggregator.model import SearchResult, Suggestion

if TYPE_CHECKING:
    from aggregator.search import Searcher


class OpenArchive(Archive):
    """An archive that can be searched.

    with open_archive("archive.db") as archive:
        for hit in archive.search("xiaomi").hits:
            print(hit.title, hit.section.heading, archive.entries.get(hit.id).article.lead)
    """

    def __init__(self, database_url: str) -> None:
        super().__init__(database_url, _index_for(database_url))
        self._database_url = database_url

    def search(self, query: str, *, limit: int = 20, offset: int = 0) -> SearchResult:
        """The best entries for `query`, best first; any text is a query, see `Searcher`."""
        with self._searcher() as searcher:
            return searcher.search(query, limit=limit, offset=offset)

    def newest(self, query: str = "", *, limit: int = 20, offset: int = 0) -> SearchResult:
        """The newest entries first: all, or those that answer the whole of `query`."""
        with self._searcher() as searcher:
            return searcher.newest(query, limit=limit, offset=offset)

    def suggest(self, query: str) -> list[Suggestion]:
        """Queries like `query` that find something, where it finds little or nothing."""
        with self._searcher() as searcher:
            return searcher.suggest(query)

    def _searcher(self) -> Searcher:
        from aggregator.search import open_searcher  # noqa: PLC0415 - a poll does not search

        return open_searcher(self._database_url)


def open_archive(where: str | Path | None = None, *, must_exist: bool = False) -> OpenArchive:
    """The archive at a path or database URL; None: the one that the command line would use.

    A new one is created unless it `must_exist`, an older one brought to the newest schema. Raises
    ArchiveError when that cannot be done.
    """
    database_url = find_database_url() if where is None else as_database_url(str(where))
    if must_exist:
        _check_exists(database_url)
    return OpenArchive(database_url)


def _index_for(database_url: str) -> Index:
    """The index that an archive of this kind is searched by."""
    if database_url.startswith("postgresql"):
        from aggregator.search.postgresql import PostgresIndex  # noqa: PLC0415 - brings psycopg

        return PostgresIndex()
    from aggregator.search.sqlite import SqliteIndex  # noqa: PLC0415 - one of the two is needed

    return SqliteIndex()


def _check_exists(database_url: str) -> None:
    """Raise ArchiveError, with the command that makes one, if there is no archive at the URL."""
    file = find_database_file(database_url)
    try:
        is_there = has_archive(database_url) if file is None else file.is_file()
    except OSError as error:
        raise ArchiveError(f"cannot open the archive: {error.strerror}") from error
    if not is_there:
        place = file or "this database URL"
        raise ArchiveError(f"there is no archive at {place} yet; start with: aggregator run")
