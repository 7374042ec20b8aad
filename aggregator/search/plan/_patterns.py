"""Regular expressions by re2, whose time grows with the text and not with the expression."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aggregator.text import replace_unstorable

MAX_TEXT_CHARS = 1_000_000
"""Of a longer text only the beginning is looked at."""
MAX_PLACES = 1000
"""So many places of one text are told at most: `.` is found everywhere."""

_FLAGS = "(?im)"  # before those of the pattern, so that its own win
_MAX_MEMORY = 1 << 22


@dataclass(frozen=True, slots=True)
class Expression:
    """A regular expression that can be looked for; case counts only where it says so."""

    compiled: Any  # re2 tells no types

    def is_in(self, text: str) -> bool:
        """Whether it is found in `text`; ``^`` and ``$`` are the borders of a line."""
        return self.compiled.search(_storable(text)) is not None

    def places(self, text: str) -> Iterator[tuple[int, int]]:
        """Start and end of what it is found in, left to right; what is empty is left out."""
        found = self.compiled.finditer(_storable(text))
        for _, match in zip(range(MAX_PLACES), found, strict=False):
            start, end = match.span()
            if start < end:
                yield start, end


def compile_pattern(pattern: str) -> Expression | None:
    """The expression, None for what is none or would take too much memory."""
    # Few searches have an expression, and all others start faster without.
    import re2  # noqa: PLC0415

    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MAX_MEMORY
    try:
        return Expression(re2.compile(_FLAGS + pattern, options))
    except (re2.error, UnicodeEncodeError):
        return None


def _storable(text: str) -> str:
    cut = text[:MAX_TEXT_CHARS]
    return cut if cut.isascii() else replace_unstorable(cut)
