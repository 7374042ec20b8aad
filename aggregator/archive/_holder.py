"""Who polls into an archive, found out without taking the lock: nobody's start is disturbed."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from aggregator.archive._engine import parse_url, sqlite_path
from aggregator.archive._lock import ArchiveLock
from aggregator.archive._server_lock import ServerLock

_LOCKS = Path("/proc/locks")


def find_holder(database_url: str) -> str | None:
    """Who holds the lock of the archive behind a URL (``process 4711``); None: nobody polls.

    Raises UnreachableError while a database server does not answer.
    """
    url = parse_url(database_url)
    path = sqlite_path(url)
    if path is None:
        return ServerLock(url).find_holder()
    return _find_file_holder(ArchiveLock(path).path)


def _find_file_holder(lock: Path) -> str | None:
    try:
        written = lock.read_text("ascii", "replace").strip()
        inode = lock.stat().st_ino
    except OSError:
        return None
    if not written.isdecimal():
        return None
    with suppress(OSError):
        # Number, FLOCK, ADVISORY, WRITE, the process, major:minor:inode and the range, see proc(5).
        held = (line.split() for line in _LOCKS.read_text("ascii", "replace").splitlines())
        is_held = any(
            len(words) > 5 and words[1] == "FLOCK" and words[5].endswith(f":{inode}")
            for words in held
        )
        return f"process {written}" if is_held else None
    return f"process {written}" if _is_running(int(written)) else None


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
