"""Damage to the file of an archive: told apart by what can be done, and healed where it can be.

What is damaged beside the rows (indexes, the search index, lists of free pages) is made anew from
them. Rows that cannot be read are lost here: they come back from a backup only. Whatever is done,
the damaged file is kept.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from aggregator.archive._engine import own_errors, parse_url, sqlite_path
from aggregator.archive._lock import make_lock
from aggregator.archive._row_copy import SEARCH_PREFIX, copy_rows, has_whole_rows, table_names
from aggregator.errors import ArchiveError

_MOST_WORDS = 10


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong with the file of an archive.

    `words` are those of SQLite, `tables` are those whose rows cannot all be read: only a backup
    has them. Without any the file can be made anew (`rebuild_archive`).
    """

    words: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()

    @property
    def is_healable(self) -> bool:
        """Whether there is damage, and none of it is to what cannot be made anew."""
        return bool(self.words) and not self.tables


def find_damage(database_url: str) -> Damage:
    """The damage to the file of an archive, all of which is read; of a server, none.

    Raises ArchiveError where there is no archive. A byte that was changed inside of a text is
    nobody's to find.
    """
    path = sqlite_path(parse_url(database_url))
    if path is None:
        return Damage()
    _refuse_missing(path)
    what = "cannot read the damaged archive"
    with own_errors(what), closing(sqlite3.connect(path)) as connection:
        names = table_names(connection)
        words = _check_pages(connection)
        broken = [name for name in names if not has_whole_rows(connection, name)] if words else []
    lost = tuple(name for name in broken if not name.startswith(SEARCH_PREFIX))
    return Damage(tuple(words), lost)


def rebuild_archive(database_url: str) -> Path:
    """Make the file of an archive anew from its rows; where the damaged one is kept.

    The search index is left out: whoever opens the archive makes it. Raises LockedError while a
    daemon is at work there, ArchiveError where rows cannot be read; nothing was changed then.
    """
    path = sqlite_path(parse_url(database_url))
    if path is None:
        raise ArchiveError("only SQLite files are made anew; a server has tools of its own")
    path = path.resolve()
    _refuse_missing(path)
    if lost := find_damage(database_url).tables:
        # A copy of what is left of them would pass for the whole.
        raise ArchiveError(f"the rows of table {lost[0]} cannot be read; restore a backup")
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with make_lock(database_url), own_errors("cannot make the archive anew"):
        try:
            os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            copy_rows(path, unfinished)
            unfinished.chmod(path.stat().st_mode & 0o777)
            _empty_log(path)
            return _swap(path, unfinished)
        finally:
            unfinished.unlink(missing_ok=True)


def _refuse_missing(path: Path) -> None:
    if not path.exists():
        raise ArchiveError(f"there is no archive at {path}")


def _check_pages(connection: sqlite3.Connection) -> list[str]:
    try:
        found = connection.execute(f"PRAGMA integrity_check({_MOST_WORDS})").fetchall()
    except sqlite3.OperationalError:
        raise  # locked, or no right to read: that is no damage
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [" ".join(str(words).split()) for (words,) in found if words != "ok"]


def _empty_log(path: Path) -> None:
    """Bring what the log holds into the file; nobody may go on with it beside the new one."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size:
        raise ArchiveError("another program uses the archive; end it first")


def _swap(path: Path, anew: Path) -> Path:
    """Put the new file in the place of the damaged one, which gets another name."""
    with anew.open("rb") as written:
        os.fsync(written.fileno())
    kept = path.with_name(f"{path.name}.damaged")
    for number in count(2):
        try:
            os.link(path, kept)
        except FileExistsError:
            kept = path.with_name(f"{path.name}.damaged-{number}")
        else:
            break
    anew.replace(path)
    return kept
