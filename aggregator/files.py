"""Writing a file so that no reader ever sees half of it."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path


def write_atomically(path: Path, content: bytes) -> None:
    """Put `content` at `path` in one step: old or new is seen, never a part, never nothing.

    The bytes are flushed to disk before the rename; mode and owner of an existing file are kept,
    links are followed. What is no regular file (a pipe, /dev/null) is written to directly. Raises
    OSError, leaving the old file as it was.
    """
    target = _resolve(path)
    if target.exists() and not target.is_file():
        target.write_bytes(content)
        return
    import secrets  # noqa: PLC0415 - brings hashlib, which commands that only read do without

    unfinished = target.with_name(f".aggregator-{secrets.token_hex(8)}")
    try:
        with os.fdopen(
            os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb"
        ) as file:
            _keep_mode(target, file.fileno())
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        raise


def _resolve(path: Path) -> Path:
    try:
        return path.resolve()
    except RuntimeError as error:
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path)) from error


def _keep_mode(target: Path, handle: int) -> None:
    """Give the new file the mode and, where we may, the owner of the one that it replaces."""
    if not target.exists():
        return
    status = target.stat()
    with contextlib.suppress(PermissionError):
        os.fchown(handle, status.st_uid, status.st_gid)
    os.fchmod(handle, status.st_mode & 0o777)
