"""Long output goes through a pager at a terminal, and nowhere else."""

from __future__ import annotations

import os
import pty
import stat
import struct
import subprocess
import sys
import termios
from collections.abc import Sequence
from fcntl import ioctl
from pathlib import Path

import pytest

_PRINT = (
    "import sys; from aggregator.cli._pager import print_lines;"
    "print_lines([f'line {n}' for n in range(int(sys.argv[1]))], wants_pager=eval(sys.argv[2]))"
)


@pytest.fixture
def pager(tmp_path: Path) -> str:
    """The path of a pager that says how it was called, and shows what it is given."""
    program = tmp_path / "my pager"
    program.write_text('#!/bin/sh\necho "PAGED $* $LESS"\nexec cat\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return f'"{program}"'


def _shown(arguments: Sequence[str], **environment: str) -> str:
    """What stands on a terminal of 10 lines after lines were printed there."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 10, 80, 0, 0))
    usual = {"PATH": os.environ["PATH"], "TERM": "xterm", "PYTHONUTF8": "1"}
    process = subprocess.Popen(
        [sys.executable, "-c", _PRINT, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**usual, **environment},
        start_new_session=True,
    )
    os.close(theirs)
    told = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # Linux: nobody holds the other side any more
            break
        if not part:
            break
        told += part
    os.close(ours)
    assert process.wait(timeout=30) == 0, told
    return told.decode().replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("arguments", "is_paged"),
    [
        (("9", "None"), False),
        (("10", "None"), True),
        (("1", "True"), True),
        (("99", "False"), False),
    ],
)
def test_what_the_terminal_cannot_show_at_once_is_paged(
    pager: str, arguments: tuple[str, str], *, is_paged: bool
) -> None:
    """Unless the person said otherwise; the program may have arguments and blanks in its path."""
    told = _shown(arguments, PAGER=f"{pager} -x 1")

    assert told.startswith("PAGED -x 1 FRX\n") == is_paged
    assert told.endswith(f"line {int(arguments[0]) - 1}\n")
    assert told.count("line ") == int(arguments[0])


@pytest.mark.parametrize("name", ["", "cat", "/no/such/program", '"unclosed', "/etc/passwd"])
def test_without_a_usable_pager_all_is_printed(name: str) -> None:
    """None, none that is there, none that can be started."""
    assert _shown(("20", "None"), PAGER=name) == "".join(f"line {n}\n" for n in range(20))


def test_a_dumb_terminal_has_no_pager(pager: str) -> None:
    """It could not move its cursor."""
    assert "PAGED" not in _shown(("20", "True"), PAGER=pager, TERM="dumb")


def test_a_pager_that_is_left_early_is_no_failure() -> None:
    """However much was still to come."""
    assert _shown(("200000", "None"), PAGER="head -n 1") == "line 0\n"


def test_ctrl_c_is_for_the_pager(tmp_path: Path) -> None:
    """We go on when it ends, with exit code 0."""
    program = tmp_path / "pager"
    program.write_text('#!/bin/sh\ntrap "echo caught" INT\nkill -INT 0\nexec cat\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)

    told = _shown(("20", "None"), PAGER=str(program))

    assert "caught" in told
    assert "line 19" in told


def test_what_goes_into_a_file_is_never_paged(pager: str) -> None:
    """Even where a pager was asked for."""
    done = subprocess.run(
        [sys.executable, "-c", _PRINT, "30", "True"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PAGER": pager},
    )

    assert done.stdout == "".join(f"line {n}\n" for n in range(30))
