"""Examining what is stored: the database, the search index, the disk, the backups."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aggregator.archive import Damage
from aggregator.errors import AggregatorError
from aggregator.operation._picture import Picture
from aggregator.operation.doctor._finding import Finding, Level
from aggregator.schema import HEAD

_RESTORE = "restore a backup: docs/operations.md, chapter Restore"
_HEAL = "make it anew from the articles, which are whole: aggregator doctor --heal"

_REBUILD = "stop the daemon, and have the file made anew from its rows: aggregator doctor --heal"

_MAX_WORDS = 2
"""Of what SQLite says of a damaged file; the others follow from it."""

_BACKUP_AGE = timedelta(days=8)
"""A week and a day: a weekly timer may come late once."""

_LEAST_FREE_BYTES = 500_000_000
"""Below it logs, temporary files and a night of polls fill a disk."""

_LARGE_LOG_BYTES = 256_000_000
"""The log is emptied at 4 MB where nobody reads for hours on end."""

_DAYS_LEFT = 30


def examine_failure(error: AggregatorError) -> Finding:
    """Why the archive cannot even be opened."""
    advice = "" if "docs/operations.md" in str(error) else _RESTORE
    is_damage = any(word in str(error) for word in ("malformed", "not a database", "corrupt"))
    return Finding("database", Level.ERROR, str(error), advice if is_damage else "")


def examine_database(
    damage: Damage,
    problems: Sequence[str] = (),
    index: Sequence[str] = (),
    unfilled: int | None = None,
) -> Iterator[Finding]:
    """What was found in the file (`damage`), in its tables (`problems`) and in the search `index`.

    `unfilled` is how many entries an index lacks that is being filled; None: none is.
    """
    lost = [f"the rows of table {name} cannot be read" for name in damage.tables]
    for problem in (*lost, *problems):
        yield Finding("database", Level.ERROR, problem, _RESTORE)
    if damage.is_healable:
        message = f"damaged, but all rows can be read: {'; '.join(damage.words[:_MAX_WORDS])}"
        yield Finding("database", Level.ERROR, message, _REBUILD)
    if not damage.words and not problems:
        yield Finding("database", Level.OK, f"all tables are whole; the schema is {HEAD}")
    for problem in index:
        yield Finding("index", Level.ERROR, problem, _HEAL)
    if unfilled is not None:
        yield Finding(
            "index",
            Level.NOTE,
            f"a new index is being filled; {unfilled} entries are to come",
            "the daemon finishes it, or: aggregator search reindex",
        )
    if not damage.words and not index and unfilled is None:
        yield Finding("index", Level.OK, "complete")


def examine_disk(path: Path | None, picture: Picture) -> Iterator[Finding]:
    """Whether there is room for the archive to grow, and for a copy of it before an upgrade."""
    size, log = picture.activity.size_bytes, picture.activity.wal_bytes
    if log > max(_LARGE_LOG_BYTES, size // 4):
        yield Finding(
            "disk",
            Level.WARNING,
            f"the archive's log has {_mb(log)}, beside {_mb(size)} of archive",
            "end programs that have been reading for hours; the daemon empties it then",
        )
    if path is None:
        yield Finding("disk", Level.NOTE, f"the archive has {_mb(size)} on its server")
        return
    free = shutil.disk_usage(path.resolve().parent).free
    days = _days_left(picture, free)
    if free < _LEAST_FREE_BYTES:
        yield Finding(
            "disk",
            Level.ERROR if free < _LEAST_FREE_BYTES // 10 else Level.WARNING,
            f"only {_mb(free)} are free where the archive lies",
            "free some space, or move the archive: docs/operations.md",
        )
    elif days is not None and days < _DAYS_LEFT:
        yield Finding(
            "disk",
            Level.WARNING,
            f"at today's growth the disk is full in {days:.0f} days",
            "free some space, or move the archive: docs/operations.md",
        )
    elif free < size:
        yield Finding(
            "disk",
            Level.NOTE,
            f"{_mb(free)} are free, less than a copy of the archive ({_mb(size)}) needs",
            "an upgrade keeps one beside it: make room before the next",
        )
    else:
        yield Finding("disk", Level.OK, f"{_mb(size)} of archive, {_mb(free)} free")


def examine_backups(
    note: Mapping[str, Any] | None, path: Path | None, now: datetime
) -> Iterator[Finding]:
    """How old the last backup is that this program has made."""
    if path is None:
        yield Finding("backups", Level.NOTE, "backups of a server are made by pg_dump")
        return
    command = "make one, best each night: aggregator db backup FILE"
    made_at = _instant(note)
    if note is None or made_at is None:
        yield Finding("backups", Level.WARNING, "there is no backup of this archive", command)
        return
    age, file = now - made_at, Path(str(note.get("file", "")))
    if not file.is_file():
        yield Finding(
            "backups",
            Level.NOTE,
            f"the last backup, of {made_at:%Y-%m-%d}, is no longer at {file}",
            "nothing, if it was taken to another machine",
        )
    if age > _BACKUP_AGE:
        yield Finding("backups", Level.WARNING, f"the last backup is {age.days} days old", command)
    elif file.is_file():
        yield Finding("backups", Level.OK, f"the last is of {made_at:%Y-%m-%d %H:%M} UTC: {file}")


def _instant(note: Mapping[str, Any] | None) -> datetime | None:
    try:
        return datetime.fromisoformat(str((note or {}).get("at")))
    except ValueError:
        return None


def _days_left(picture: Picture, free: int) -> float | None:
    """How long the disk lasts; None where too little came in to tell."""
    entries, a_day = picture.activity.entries, picture.activity.new_day
    if entries < 1000 or not a_day:
        return None
    return free / (picture.activity.size_bytes / entries * a_day)


def _mb(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 10**9 else f"{count / 1e6:.0f} MB"
