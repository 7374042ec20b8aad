"""One daemon an archive: a lock that the operating system, or the server, ends with its holder."""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from aggregator.archive._engine import parse_url, sqlite_path
from aggregator.archive._server_lock import ServerLock
from aggregator.errors import ArchiveError, LockedError


class DaemonLock(Protocol):
    """The right to be the only daemon on an archive; see `ArchiveLock` and `ServerLock`."""

    def acquire(self) -> None:
        """Take the lock; LockedError, naming the holder, if another process has it."""

    def check(self) -> None:
        """Nothing while the lock is ours; LockedError if it was lost to another daemon."""

    def release(self) -> None:
        """Give the lock back; nothing happens if it is not held."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def make_lock(database_url: str) -> DaemonLock:
    """The lock of the archive behind a URL, not yet taken."""
    url = parse_url(database_url)
    path = sqlite_path(url)
    return ServerLock(url) if path is None else ArchiveLock(path)


class ArchiveLock:
    """The right to be the only daemon on an SQLite archive, held until it is closed.

    A lock file beside the archive carries the number of the holding process for people; the lock
    itself is `flock`, so nothing is left behind by kill -9.

        with ArchiveLock(Path("archive.db")):
            ...
    """

    def __init__(self, archive_path: Path) -> None:
        # Under whatever name the archive is reached, it has one lock.
        target = archive_path.resolve()
        self.path = target.with_name(target.name + ".lock")
        self._handle: int | None = None

    def acquire(self) -> None:
        """Take the lock; LockedError, naming the holder, if another process has it."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise ArchiveError(f"cannot lock the archive: {error}") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(handle, 32).decode("ascii", "replace").strip() or "unknown"
            os.close(handle)
            raise LockedError(
                f"another aggregator (process {holder}) works on this archive; "
                "stop it first, or let it do the polling"
            ) from error
        except OSError as error:
            os.close(handle)
            raise ArchiveError(f"cannot lock the archive: {error}") from error
        self._handle = handle
        with contextlib.suppress(OSError):  # a full disk costs the name of the holder, no more
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode("ascii"), 0)

    def check(self) -> None:
        """Nothing: what the operating system has given stays until it is released."""

    def release(self) -> None:
        """Give the lock back; nothing happens if it is not held."""
        if self._handle is not None:
            os.ftruncate(self._handle, 0)
            os.close(self._handle)
            self._handle = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()
