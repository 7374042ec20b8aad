"""The lock: one daemon an archive, for as long as that daemon lives."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from aggregator.archive import ArchiveLock
from aggregator.errors import ArchiveError, LockedError

_HOLD = """
import sys
from pathlib import Path
from aggregator.archive import ArchiveLock
with ArchiveLock(Path(sys.argv[1])):
    print("held", flush=True)
    input()
"""

Start = Callable[..., "subprocess.Popen[str]"]


def _hold(start_python: Start, path: Path) -> subprocess.Popen[str]:
    process = start_python(_HOLD, str(path))
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_daemon_is_told_who_the_first_is(tmp_path: Path, start_python: Start) -> None:
    """The number of the process is that of the holder, and asking does not take it from it."""
    holder = _hold(start_python, tmp_path / "a.db")

    for _ in range(2):
        with pytest.raises(LockedError, match=rf"process {holder.pid}\)"):
            ArchiveLock(tmp_path / "a.db").acquire()


def test_a_lock_ends_with_its_holder(tmp_path: Path, start_python: Start) -> None:
    """Death by kill -9 leaves nothing behind that somebody would have to delete."""
    holder = _hold(start_python, tmp_path / "a.db")
    holder.kill()
    holder.wait()

    with ArchiveLock(tmp_path / "a.db") as lock:
        assert lock.path.read_text() == f"{os.getpid()}\n"


def test_a_lock_is_given_back(tmp_path: Path) -> None:
    """Also twice, and it can be taken again afterwards."""
    lock = ArchiveLock(tmp_path / "a.db")
    for _ in range(2):
        with lock, pytest.raises(LockedError, match=str(os.getpid())):
            ArchiveLock(tmp_path / "a.db").acquire()
        lock.release()

    assert lock.path.read_text() == ""


def test_an_archive_has_one_lock_under_all_its_names(tmp_path: Path) -> None:
    """A link to the file or to its folder does not make it another archive."""
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.db").touch()
    (tmp_path / "link.db").symlink_to(tmp_path / "real" / "a.db")
    (tmp_path / "folder").symlink_to(tmp_path / "real")

    with ArchiveLock(tmp_path / "real" / "a.db"):
        for name in ("link.db", "folder/a.db", "real/../real/a.db"):
            with pytest.raises(LockedError):
                ArchiveLock(tmp_path / name).acquire()


def test_two_archives_have_two_locks(tmp_path: Path) -> None:
    """Daemons of different archives in one folder do not meet."""
    with ArchiveLock(tmp_path / "a.db"), ArchiveLock(tmp_path / "b.db"):
        assert sorted(file.name for file in tmp_path.iterdir()) == ["a.db.lock", "b.db.lock"]


def test_a_lock_file_with_nonsense_is_no_obstacle(tmp_path: Path) -> None:
    """What stands in the file is for people; a full disk or an old one may have cut it."""
    (tmp_path / "a.db.lock").write_bytes(b"\xff\xfe" * 100)

    with ArchiveLock(tmp_path / "a.db") as lock:
        assert lock.path.read_text() == f"{os.getpid()}\n"


def test_a_lock_that_cannot_be_made_is_an_error_of_the_archive(tmp_path: Path) -> None:
    """A folder in the place of the lock file is said, not guessed at."""
    (tmp_path / "a.db.lock").mkdir()

    with pytest.raises(ArchiveError, match="cannot lock the archive"):
        ArchiveLock(tmp_path / "a.db").acquire()
