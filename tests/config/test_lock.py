"""Edits beside each other: each one sees what the one before has written."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest

from aggregator.config import add_feeds, load_config, remove_feed, set_enabled, write_starter
from aggregator.config._lock import only_editor
from aggregator.model import FeedSpec

ADD_TEN = """
import sys
from pathlib import Path
from aggregator.config import add_feeds
from aggregator.model import FeedSpec
print("ready", flush=True)
sys.stdin.read()
for number in range(10):
    add_feeds(Path(sys.argv[1]), [FeedSpec(f"https://{sys.argv[2]}.example/{number}")])
"""
HOLD = """
import sys
from pathlib import Path
from aggregator.config._lock import only_editor
with only_editor(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def _start(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_edits_of_many_processes_lose_nothing_and_leave_nothing(tmp_path: Path) -> None:
    """Six programs add ten feeds each to a file in a folder that is not there yet."""
    path = tmp_path / "new/feeds.toml"
    programs = [_start(ADD_TEN, str(path), f"p{number}") for number in range(6)]
    for program in programs:
        assert program.stdout
        assert program.stdout.readline() == "ready\n"

    for program in programs:
        assert program.stdin
        program.stdin.close()
    codes = [program.wait(timeout=60) for program in programs]
    for program in programs:
        assert program.stdout
        program.stdout.close()

    assert codes == [0] * 6
    assert len(load_config(str(path), {"HOME": "/"}).feeds) == 60
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    "edit",
    [
        lambda path: add_feeds(path, [FeedSpec("https://b.example/")]),
        lambda path: remove_feed(path, "https://a.example/"),
        lambda path: set_enabled(path, "https://a.example/", is_enabled=False),
        lambda path: write_starter(path.with_name("other.toml")),
    ],
    ids=["add", "remove", "pause", "start"],
)
def test_every_edit_waits_for_the_one_under_way(
    tmp_path: Path, edit: Callable[[Path], object]
) -> None:
    """Nothing is written before the lock is free, and all is written then."""
    path = tmp_path / "feeds.toml"
    path.write_text('[[feeds]]\nurl = "https://a.example/"\n')
    before = sorted(tmp_path.iterdir()), path.read_bytes()
    thread = Thread(target=edit, args=[path])

    with only_editor(path):
        thread.start()
        thread.join(timeout=0.3)
        is_waiting, during = thread.is_alive(), (sorted(tmp_path.iterdir()), path.read_bytes())
    thread.join(timeout=10)

    assert is_waiting
    assert during == before
    assert (sorted(tmp_path.iterdir()), path.read_bytes()) != before


def test_a_link_has_the_lock_of_the_file_that_it_leads_to(tmp_path: Path) -> None:
    """Two names of one file are one file."""
    (tmp_path / "real").mkdir()
    link = tmp_path / "link.toml"
    link.symlink_to(tmp_path / "real/feeds.toml")

    with only_editor(link), closing(_Folder(tmp_path / "real")) as real:
        is_held = real.is_locked()

    assert is_held


def test_a_killed_edit_holds_up_nobody(tmp_path: Path) -> None:
    """The lock ends with its process."""
    path = tmp_path / "feeds.toml"
    program = _start(HOLD, str(path))
    assert program.stdin
    assert program.stdout
    assert program.stdout.readline() == "held\n"
    with closing(_Folder(tmp_path)) as folder:
        assert folder.is_locked()

    program.kill()
    program.communicate()

    assert add_feeds(path, [FeedSpec("https://a.example/")]) == ("https://a.example/",)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "name", ["missing/feeds.toml", "a\0b", "loop/feeds.toml", "x" * 300 + "/y"]
)
def test_what_cannot_be_locked_is_left_to_fail_by_itself(tmp_path: Path, name: str) -> None:
    """No error comes from the lock."""
    (tmp_path / "loop").symlink_to(tmp_path / "loop")

    with only_editor(tmp_path / name):
        is_reached = True

    assert is_reached


class _Folder:
    """A folder that another program, so to speak, tries to lock."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_RDONLY)

    def is_locked(self) -> bool:
        """Whether somebody has its lock."""
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False

    def close(self) -> None:
        """Let go of it."""
        os.close(self._handle)
