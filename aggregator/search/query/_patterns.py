"""Regular expressions whose cost is bounded, whoever wrote them."""

from __future__ import annotations

MAX_PATTERN_CHARS = 200
MAX_PROGRAM = 2000
"""Instructions of RE2. Its time is at worst their number times that of the characters; `a{1000}`
has 1,004, and `(a{100}){100}` as many as 10,000."""

_MAX_MEMORY = 1 << 20


class PatternError(ValueError):
    """A pattern that is wrong or too costly; the message says which."""


def check_pattern(pattern: str) -> None:
    """Nothing for a pattern that may be looked for; raises PatternError for any other."""
    import re2  # noqa: PLC0415 - few searches need it, and all must start fast

    if len(pattern) > MAX_PATTERN_CHARS:
        raise PatternError(f"is longer than {MAX_PATTERN_CHARS} characters")
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = _MAX_MEMORY
    try:
        size = re2.compile(pattern, options).programsize
    except re2.error as error:
        is_large = b"too large" in error.args[0]
        raise PatternError("is too large" if is_large else "cannot be read") from None
    if size > MAX_PROGRAM:
        raise PatternError("is too large")
