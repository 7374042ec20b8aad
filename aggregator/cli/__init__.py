"""The command `aggregator`: one file a group of commands, each loaded when it is called."""

from __future__ import annotations

import gc
import io
import os
import sys
from contextlib import suppress
from pathlib import Path

from aggregator import __version__

COMPLETE_VARIABLE = "_AGGREGATOR_COMPLETE"
"""Set by the completion script of a shell, which asks with it what may come next."""

_GARBAGE_AFTER = 10_000
"""After so many new objects it is looked for garbage. With Python's 700 that took an eighth of the
time of 10,000 polls: hardly anything of what is loaded or polled is ever garbage in a circle."""


def main() -> None:
    """Run the command line of this process and exit with its code.

    Output that nobody takes (``| head``, ``>&-``) is no error; a full disk is one.
    """
    gc.set_threshold(_GARBAGE_AFTER)
    _prepare_streams()
    try:
        code = _answer(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()
        code = 0
    except OSError as error:
        place = f": {error.filename}" if error.filename else ""
        with suppress(OSError):
            sys.stderr.write(f"aggregator: {error.strerror or error}{place}\n")
        _drop_output()
        code = 1
    sys.exit(code)


def _answer(arguments: list[str]) -> int:
    # What people ask first is answered without loading click: a test keeps the text equal to it.
    if COMPLETE_VARIABLE not in os.environ:
        if arguments in ([], ["-h"], ["--help"]):
            sys.stdout.write(Path(__file__).with_name("help.txt").read_text(encoding="utf-8"))
            return 0
        if arguments == ["--version"]:
            sys.stdout.write(f"aggregator {__version__}\n")
            return 0
    from aggregator.cli._app import run  # noqa: PLC0415 - see above

    return run(arguments)


def _prepare_streams() -> None:
    """Open what the caller has closed, and let any character be printed in any encoding."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # In this order each gets its own number again, which no archive may take by chance.
            nowhere = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 - for good
            setattr(sys, name, nowhere)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _drop_output() -> None:
    """Send what is still to be written nowhere; Python would complain of it at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())
