"""Long output at a terminal: shown page by page by the program that $PAGER names."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Iterable
from contextlib import suppress

import click
from rich.cells import cell_len

_USUAL = "less -FRX"
_NONE = {"", "cat"}


def print_lines(lines: Iterable[str], *, wants_pager: bool | None = None) -> None:
    """Print lines, through a pager where that is wanted; never where nobody looks.

    None: at a terminal, if there are more lines than it has.
    """
    written = list(lines)
    if wants_pager is not False and sys.stdout.isatty():
        command = _find_pager()
        if command and (wants_pager or not _fits_screen(written)) and _page(written, command):
            return
    for line in written:
        click.echo(line)


def _find_pager() -> list[str]:
    """The program with its arguments, none if there is none to use; no shell reads it."""
    if os.environ.get("TERM") == "dumb":
        return []
    with suppress(ValueError):  # quotes that are not closed
        command = shlex.split(os.environ.get("PAGER", _USUAL))
        if command and command[0] not in _NONE and shutil.which(command[0]):
            return command
    return []


def _fits_screen(lines: Iterable[str]) -> bool:
    """Whether all lines, and the prompt below them, are seen at once."""
    screen = shutil.get_terminal_size((80, 24))
    rows = (max(1, -(-cell_len(click.unstyle(line)) // screen.columns)) for line in lines)
    return sum(rows) < screen.lines


def _page(lines: Iterable[str], command: list[str]) -> bool:
    """Whether a pager could be started; returns when the person has left it."""
    import signal  # noqa: PLC0415 - most output is printed at once
    import subprocess  # noqa: PLC0415 - the same

    sys.stdout.flush()
    text = "".join(f"{line}\n" for line in lines)
    # Colours are ours, and what $PAGER calls may be `less` without the option for them.
    environment = {"LESS": "FRX", **os.environ}
    # Ctrl-C is for the pager alone. It would inherit SIG_IGN, but not a function.
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        pager = subprocess.Popen(  # noqa: S603 - the program that its user has named
            command, stdin=subprocess.PIPE, env=environment
        )
        with suppress(BrokenPipeError):  # left before its end
            pager.communicate(text.encode(sys.stdout.encoding, "backslashreplace"))
        pager.wait()
    except OSError:
        return False
    finally:
        signal.signal(signal.SIGINT, before)
    return True
