"""Files that are put in place in one step, on a real file system."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from aggregator.files import write_atomically

_OLD = b"old\n" * 1000
_NEW = b"new, and longer\n" * 1000


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("content", [b"", b"a\x00\r\n\xff", b"x" * 5_000_000])
def test_a_new_file_has_exactly_the_bytes(tmp_path: Path, content: bytes) -> None:
    """Nothing is translated, and nothing else is left in the folder."""
    path = tmp_path / "digest.json"

    write_atomically(path, content)

    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_an_old_file_is_replaced_whole(tmp_path: Path) -> None:
    """No tail of the longer old content remains."""
    path = tmp_path / "feeds.toml"
    path.write_bytes(_NEW)

    write_atomically(path, _OLD)

    assert path.read_bytes() == _OLD
    assert list(tmp_path.iterdir()) == [path]


def test_whoever_reads_meanwhile_sees_the_old_or_the_new(tmp_path: Path) -> None:
    """A reader that never stops never sees a part, and never sees nothing."""
    path = tmp_path / "feeds.toml"
    path.write_bytes(_OLD)
    seen: set[bytes] = set()
    is_done = threading.Event()

    def read_on() -> None:
        while not is_done.is_set():
            seen.add(path.read_bytes())

    reader = threading.Thread(target=read_on)
    reader.start()
    for _ in range(100):
        write_atomically(path, _NEW)
        write_atomically(path, _OLD)
    is_done.set()
    reader.join()

    assert seen <= {_OLD, _NEW}
    assert seen


def test_writers_that_meet_leave_the_content_of_one(tmp_path: Path) -> None:
    """Each writes a file of its own beside the target, and none is left over."""
    path = tmp_path / "feeds.toml"
    contents = [bytes([number]) * 100_000 for number in range(8)]
    writers = [
        threading.Thread(target=write_atomically, args=(path, content)) for content in contents
    ]

    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert path.read_bytes() in contents
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o755])
def test_the_mode_of_an_existing_file_is_kept(tmp_path: Path, mode: int) -> None:
    """A list of feeds that only its owner may read stays so."""
    path = tmp_path / "feeds.toml"
    path.write_bytes(_OLD)
    path.chmod(mode)

    write_atomically(path, _NEW)

    assert _mode(path) == mode


@pytest.mark.parametrize("umask", [0o022, 0o077, 0o002])
def test_a_new_file_has_the_mode_that_the_operator_asked_for(tmp_path: Path, umask: int) -> None:
    """The umask decides, as for any file, and is left as it was."""
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from aggregator.files import write_atomically\n"
        f"os.umask({umask})\n"
        "write_atomically(Path(sys.argv[1]), b'x')\n"
        "print(os.umask(0))\n"
    )
    path = tmp_path / "new"

    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, check=True)

    assert _mode(path) == 0o666 & ~umask
    assert int(done.stdout) == umask


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """A list of feeds that is kept elsewhere is written where it is kept."""
    kept = tmp_path / "kept" / "feeds.toml"
    kept.parent.mkdir()
    kept.write_bytes(_OLD)
    link = tmp_path / "feeds.toml"
    link.symlink_to(kept)

    write_atomically(link, _NEW)

    assert link.is_symlink()
    assert kept.read_bytes() == _NEW
    assert list(kept.parent.iterdir()) == [kept]


def test_a_path_that_cannot_be_written_leaves_everything_as_it_was(tmp_path: Path) -> None:
    """A folder in the place of the file, or no folder for it, is the caller's to report."""
    folder = tmp_path / "folder"
    folder.mkdir()

    for path in (folder, tmp_path / "missing" / "file"):
        with pytest.raises(OSError, match=r"folder|missing"):
            write_atomically(path, _NEW)

    assert list(tmp_path.iterdir()) == [folder]


def test_a_failure_while_writing_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    """A file system that is full is no reason to lose what was there."""
    path = tmp_path / "feeds.toml"
    path.write_bytes(_OLD)
    script = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from aggregator.files import write_atomically\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))\n"
        "write_atomically(Path(sys.argv[1]), b'x' * 1_000_000)\n"
    )

    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, check=False)

    assert done.returncode == 1
    assert b"OSError" in done.stderr
    assert path.read_bytes() == _OLD
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_no_file_is_not_replaced_by_one(tmp_path: Path) -> None:
    """Root that writes to /dev/null or a pipe must not take it away from everybody."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    try:
        write_atomically(pipe, b"x")
    finally:
        os.close(reader)

    assert pipe.is_fifo()


def test_a_name_as_long_as_names_may_be_can_be_written(tmp_path: Path) -> None:
    """What can be opened can be written."""
    path = tmp_path / ("n" * 255)
    path.write_bytes(_OLD)

    write_atomically(path, _NEW)

    assert path.read_bytes() == _NEW


def test_links_that_go_in_a_circle_are_an_os_error(tmp_path: Path) -> None:
    """Callers catch OSError, as the docstring tells them."""
    one, other = tmp_path / "one", tmp_path / "other"
    one.symlink_to(other)
    other.symlink_to(one)

    with pytest.raises(OSError, match="one"):
        write_atomically(one, _NEW)
