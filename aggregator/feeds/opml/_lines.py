"""Subscription lists that are no XML at all: one address in a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_LINE_CHARS = 10_000
"""Of an address with its tags; what is longer is no line that a person wrote."""

INVISIBLE = "\ufeff\u200b\u2060"
"""Marks without width, which are copied along with an address and are no part of it."""

_ADDRESS = re.compile(r"(?:feed:(?://)?)?https?://|feed://", re.IGNORECASE)
_EDGES = " " + INVISIBLE
# Behind the address newsboat keeps tags, those with blanks in quotes, and with "~" a name.
_WORD = re.compile(r'"([^"]*+)"|(\S++)')


@dataclass(frozen=True, slots=True)
class Line:
    """What one line says: an address, or something that is none, and words behind it."""

    address: str
    name: str | None = None
    tags: tuple[str, ...] = ()


def is_line_list(text: str) -> bool:
    r"""Whether half of the lines in `text` at least, and one, begin with an address of the web.

    >>> is_line_list("# mine\nhttps://example.org/feed"), is_line_list("<opml/>")
    (True, False)
    """
    lines = list(_iter_written(text))
    return bool(lines) and 2 * sum(bool(_ADDRESS.match(line)) for line in lines) >= len(lines)


def iter_lines(text: str) -> Iterator[Line]:
    """The lines of `text` that are neither blank nor comments (``#``)."""
    for line in _iter_written(text):
        if not _ADDRESS.match(line):
            yield Line(line)
            continue
        address, _, rest = line.partition(" ")
        words = [quoted or bare for quoted, bare in _WORD.findall(rest)]
        names = [word[1:] for word in words if word.startswith("~")]
        tags = tuple(word for word in words if word and not word.startswith("~"))
        yield Line(address, names[0] if names else None, tags)


def _iter_written(text: str) -> Iterator[str]:
    for line in text.splitlines():
        written = line[:MAX_LINE_CHARS].replace("\t", " ").strip(_EDGES)
        if written and not written.startswith("#"):
            yield written
