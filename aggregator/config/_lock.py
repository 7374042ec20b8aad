"""One edit of feeds.toml at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path


@contextmanager
def only_editor(path: Path) -> Iterator[None]:
    """Keep other edits of the file at `path` waiting from its reading to its writing.

    The lock is `flock` on the file's folder: an edit replaces the file itself, a lock file would
    be litter, and this lock ends with its process. Where it cannot be had (there is no folder
    yet, a file system knows no such locks) the edit goes on without; if it has to fail, reading
    or writing gives the better reason.
    """
    with ExitStack() as held:
        with suppress(OSError, RuntimeError, ValueError):  # a loop of links, a NUL in the name
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
            folder = os.open(path.resolve().parent, flags)
            held.callback(os.close, folder)
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
