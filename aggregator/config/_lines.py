"""On which line of a TOML text each key stands; tomllib does not tell.

One pass over the tokens of a text that tomllib has accepted. Only what moves the current path is
understood (headers, keys, arrays, inline tables); values are skipped whole.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field

KeyPath = tuple[str | int, ...]
"""Where a value stands: keys of tables and, for members of arrays, positions from 0."""

# Quantifiers are possessive: no string, however long or broken, is scanned twice.
_TOKEN = re.compile(
    r'''
      (?P<text> """ (?: [^"\\]++ | \\. | "{1,2}(?!") )*+ "{3,5}
              | \'\'\' (?: [^']++ | '{1,2}(?!') )*+ '{3,5}
              | " (?: [^"\\\n]++ | \\. )*+ "
              | ' [^'\n]*+ ' )
    | (?P<comment> \# [^\n]*+ )
    | (?P<newline> \n )
    | (?P<mark> [][{},=] )
    | (?P<bare> [^][{},="'\#.\s]++ )
    ''',
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Layout:
    """The lines (from 1) of a text: of all values by path, and of all tables with a header.

    `tables` gives for the line of each `[table]` or `[[table]]` the last line of what it says;
    comments and blank lines behind that belong to nobody.
    """

    lines: dict[KeyPath, int]
    tables: dict[int, int]

    def line_of(self, path: KeyPath) -> int | None:
        """The line of `path`, or of the nearest table around it; None if there is neither."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return None


def scan(text: str) -> Layout:
    r"""The layout of `text`, which must be valid TOML; for other text it is a guess.

    >>> scan('[[feeds]]\nurl = "a"\n').lines
    {('feeds',): 1, ('feeds', 0): 1, ('feeds', 0, 'url'): 2}
    """
    scanner = _Scanner()
    for kind, token, line in _iter_tokens(text):
        scanner.take(kind, token, line)
    return Layout(scanner.lines, scanner.tables)


def _iter_tokens(text: str) -> Iterator[tuple[str, str, int]]:
    line, counted = 1, 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", counted, match.start())
        counted = match.start()
        yield match.lastgroup or "", match.group(), line


@dataclass(slots=True)
class _Frame:
    """An open array (`index` is its current member) or table (`index` is None).

    In a table, `parts` are those of the key being read and `value` is the path of the value once
    its "=" was seen.
    """

    path: KeyPath
    index: int | None = None
    parts: list[str] = field(default_factory=list)
    value: KeyPath | None = None


class _Scanner:
    """The state between two tokens."""

    def __init__(self) -> None:
        self.lines: dict[KeyPath, int] = {}
        self.tables: dict[int, int] = {}
        self._stack = [_Frame(())]
        self._header = 0  # the line of the last one
        self._brackets = 0  # of the header being read
        self._lengths: dict[KeyPath, int] = {}  # of arrays of tables

    def take(self, kind: str, token: str, line: int) -> None:
        """Move on by one token."""
        frame = self._stack[-1]
        if kind == "comment":
            return
        if kind == "newline":
            if len(self._stack) == 1:
                frame.parts, frame.value, self._brackets = [], None, 0
            return
        if kind == "mark":
            self._take_mark(frame, token, line)
        elif frame.index is None and frame.value is None:
            frame.parts.append(_read_key(token))
        else:
            self._begin_value(frame, line)
        if self._header and not self._brackets:
            self.tables[self._header] = line + token.count("\n")

    def _take_mark(self, frame: _Frame, mark: str, line: int) -> None:
        if mark == "=":
            frame.value = self._name_value(frame, line)
        elif mark == ",":
            self._next_member(frame)
        elif mark == "{":
            self._stack.append(_Frame(self._begin_value(frame, line)))
        elif mark == "[":
            self._open_bracket(frame, line)
        elif self._brackets:
            self._close_header(frame, line)
        elif len(self._stack) > 1:
            self._stack.pop()

    def _open_bracket(self, frame: _Frame, line: int) -> None:
        if len(self._stack) == 1 and frame.value is None:
            self._brackets += 1
        else:
            self._stack.append(_Frame(self._begin_value(frame, line), index=0))

    def _close_header(self, frame: _Frame, line: int) -> None:
        """Enter the table of a header at its first closing bracket."""
        if frame.parts:
            self._header = line
            self._stack = [_Frame(self._enter(frame.parts, line))]
        self._brackets -= 1

    def _enter(self, parts: list[str], line: int) -> KeyPath:
        path: KeyPath = ()
        for part in parts[:-1]:
            path = (*path, part)
            self.lines.setdefault(path, line)
            if path in self._lengths:
                path = (*path, self._lengths[path] - 1)
        path = (*path, parts[-1])
        if self._brackets == 2:
            self.lines.setdefault(path, line)
            self._lengths[path] = self._lengths.get(path, 0) + 1
            path = (*path, self._lengths[path] - 1)
        self.lines[path] = line
        return path

    def _name_value(self, frame: _Frame, line: int) -> KeyPath:
        path = frame.path
        for part in frame.parts:
            path = (*path, part)
            self.lines.setdefault(path, line)
        return path

    def _begin_value(self, frame: _Frame, line: int) -> KeyPath:
        """The path of the value that begins or goes on here."""
        if frame.index is None:
            return frame.value or frame.path
        path = (*frame.path, frame.index)
        self.lines.setdefault(path, line)
        return path

    @staticmethod
    def _next_member(frame: _Frame) -> None:
        if frame.index is None:
            frame.parts, frame.value = [], None
        else:
            frame.index += 1


def _read_key(token: str) -> str:
    if token[0] not in "\"'":
        return token
    try:
        return str(tomllib.loads(f"key = {token}")["key"])
    except tomllib.TOMLDecodeError:
        return token
