"""The command `aggregator`: one file a group of commands, each loaded when it is called."""

from __future__ import annotations

import sys
from pathlib import Path

from aggregator import __version__


def main() -> None:
    """Run the command line of this process and exit with its code."""
    arguments = sys.argv[1:]
    # What people ask first is answered without loading click: a test keeps the text equal to it.
    if arguments in ([], ["-h"], ["--help"]):
        sys.stdout.write(Path(__file__).with_name("help.txt").read_text(encoding="utf-8"))
        sys.exit(0)
    if arguments == ["--version"]:
        sys.stdout.write(f"aggregator {__version__}\n")
        sys.exit(0)
    from aggregator.cli._app import run  # noqa: PLC0415 - see above

    sys.exit(run(arguments))
