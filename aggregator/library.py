"""The program as a Python library: an archive with its search, behind one URL or path."""

from __future__ import annotations

from pathlib import Path

from aggregator.archive import Archive
from aggregator.config import as_database_url, find_database_file, find_database_url
from aggregator.errors import ArchiveError
from aggregator.model import SearchResult
from aggregator.search import SearchReader, SqliteIndex, check_exists


class OpenArchive(Archive):
    """An archive that can be searched.

    with open_archive("archive.db") as archive:
        for hit in archive.search("xiaomi").hits:
            print(hit.title, hit.section.heading, archive.entries.get(hit.id).article.lead)
    """

    def __init__(self, database_url: str) -> None:
        super().__init__(database_url, SqliteIndex())

    def search(self, query: str, *, limit: int = 20, offset: int = 0) -> SearchResult:
        """The best entries for `query`, best first; any text is a query, see `SearchReader`."""
        with SearchReader(self._sqlite_file()) as reader:
            return reader.search(query, limit=limit, offset=offset)

    def newest(self, query: str = "", *, limit: int = 20, offset: int = 0) -> SearchResult:
        """The newest entries first: all, or those that `search` would find."""
        with SearchReader(self._sqlite_file()) as reader:
            return reader.newest(query, limit=limit, offset=offset)

    def _sqlite_file(self) -> Path:
        if self.path is None:
            raise ArchiveError("only SQLite archives can be searched so far")
        return self.path


def open_archive(where: str | Path | None = None, *, must_exist: bool = False) -> OpenArchive:
    """The archive at a path or database URL; None: the one that the command line would use.

    A new one is created unless it `must_exist`, an older one brought to the newest schema. Raises
    ArchiveError when that cannot be done, and for PostgreSQL, which this version cannot search yet.
    """
    database_url = find_database_url() if where is None else as_database_url(str(where))
    if not database_url.startswith("sqlite"):
        raise ArchiveError("this version keeps its archive in SQLite; use sqlite:////path/file.db")
    file = find_database_file(database_url)
    if must_exist and file is not None:
        check_exists(file)
    return OpenArchive(database_url)
