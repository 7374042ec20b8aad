"""Copies of an SQLite archive while it is in use: complete or not there, their owner's alone."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path

from sqlalchemy import Engine


def copy_archive(engine: Engine, target: Path) -> None:
    """Write a consistent, compact copy of an SQLite archive to `target`, in place of what is there.

    Raises OSError or the driver's error when it cannot be written; `target` is as it was then.
    """
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        _create(unfinished)
        with engine.connect() as connection:
            # VACUUM cannot run inside a transaction, so the driver's own connection does it.
            driver = connection.connection.driver_connection
            assert driver is not None  # noqa: S101 - an open connection has one
            driver.execute("VACUUM INTO ?", (str(unfinished),))
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)


def keep_copy(engine: Engine, revision: str) -> Path:
    """A new copy beside the archive, named by its `revision`: ``archive.db.0001``.

    An older copy may be of another time, so it stays, and the new one is ``archive.db.0001-2``.
    """
    target = _reserve(Path(engine.url.database or ""), revision)
    try:
        copy_archive(engine, target)
    except BaseException:
        target.unlink()
        raise
    return target


def _reserve(archive: Path, revision: str) -> Path:
    """An empty file under the first name that is free; two programs never get the same one."""
    target = archive.with_name(f"{archive.name}.{revision}")
    for number in count(2):
        try:
            _create(target)
        except FileExistsError:
            target = archive.with_name(f"{archive.name}.{revision}-{number}")
        else:
            break
    return target


def _create(path: Path) -> None:
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
