"""Single keys of a terminal, read while a picture is shown."""

from __future__ import annotations

import os
import select
import sys
import termios
import tty
from types import TracebackType
from typing import Self


class Keys:
    """Reads keys as they are pressed, without showing them; a context manager.

    The terminal is given back as it was, also after Ctrl-C, which raises KeyboardInterrupt as ever.
    """

    def __init__(self) -> None:
        self._number = sys.stdin.fileno()

    def wait(self, timeout_s: float) -> str:
        """The keys that were pressed, waiting for one so long; empty if none was."""
        ready, _, _ = select.select([self._number], [], [], timeout_s)
        if not ready:
            return ""
        # An end of input is what the program is to end at, too.
        return os.read(self._number, 64).decode(errors="replace") or "q"

    def __enter__(self) -> Self:
        self._before = termios.tcgetattr(self._number)
        tty.setcbreak(self._number)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        termios.tcsetattr(self._number, termios.TCSADRAIN, self._before)
