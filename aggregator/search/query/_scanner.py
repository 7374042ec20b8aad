"""What was typed, cut into words, phrases, patterns, operators and brackets."""

from __future__ import annotations

import re

from aggregator.search.query._fields import TEXT_FIELDS, field_name
from aggregator.search.query._signs import (
    CLOSING,
    OPENING_ANYWHERE,
    operator_of,
    shape_of,
    unescape,
    unescape_quoted,
)
from aggregator.search.query._tokens import Close, Form, Join, Leaf, Negate, Open, Token

MAX_DEPTH = 8

_BLANKS = re.compile(r"\s*")
_BARS = re.compile(r"\|+")
_NAME = re.compile(r"([^\W\d_][\w\-]{0,19}):(?![\s)|]|$)")
_TAG = re.compile(r"#(?=[\w\"“„«「『])(?!\d+(?:[\s)|]|$))")
_NEGATION = re.compile(r"-(?![\s\-!)|*]|$)|!(?![\s\-!=)|*]|$)")
# It begins with no blank, and its first slash is its end: paths and dates go on behind theirs.
_PATTERN = re.compile(r"/(?![\s/])((?:\\.|[^\\/])+)/i?(?=[\s)]|$)")
_PLAIN = re.compile(rf"(?:\\\S|\\(?=\s|$)|[^\s()|\\{''.join(CLOSING)}])+")
_SINGLE_QUOTED = re.compile(r"'([^']*)'(?=[\s)]|$)")
_SPECIAL = re.compile(r"[^\w ]")
_ESCAPED_SLASH = re.compile(r"\\(.)", re.DOTALL)
_STARS = re.compile(r"(?<!\\)(?:\\\\)*(\*+)$")


def scan(text: str, notes: list[str]) -> list[Token]:
    """The tokens of `text`, in their order; sentences on what could not be kept go to `notes`.

    Brackets that close nothing are left out, and those that are nested deeper than `MAX_DEPTH`.
    """
    scanner = _Scanner(text, notes)
    while not scanner.is_done():
        scanner.step()
    return scanner.tokens


class _Scanner:
    """A place in the typed text, the groups that are open there, and the tokens so far."""

    def __init__(self, text: str, notes: list[str]) -> None:
        self.text = text
        self.shape = shape_of(text)
        self.notes = notes
        self.at = 0
        self.groups: list[str] = []  # the field of each open group
        self.tokens: list[Token] = []

    def is_done(self) -> bool:
        """Whether nothing but blanks is left."""
        self._take(_BLANKS)
        return self.at >= len(self.shape)

    def step(self) -> None:
        """Read one token."""
        if self._take(_BARS):
            self.tokens.append(Join(is_or=True, word=""))
        elif self._take(_NEGATION):
            self.tokens.append(Negate(""))
        elif self.shape[self.at] == ")":
            self._close()
        elif self.shape[self.at] == "(":
            self._open(self.groups[-1] if self.groups else "")
        else:
            self._leaf()

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.shape, self.at)
        self.at = found.end() if found else self.at
        return found

    def _open(self, field: str) -> None:
        self.at += 1
        self.groups.append(field)
        if len(self.groups) <= MAX_DEPTH:
            self.tokens.append(Open())
        elif len(self.groups) == MAX_DEPTH + 1:
            self.notes.append(f"Brackets deeper than {MAX_DEPTH} are left out.")

    def _close(self) -> None:
        self.at += 1
        if not self.groups:
            return
        if len(self.groups) <= MAX_DEPTH:
            self.tokens.append(Close())
        self.groups.pop()

    def _leaf(self) -> None:
        field = self._field()
        if field and self.shape.startswith("(", self.at):
            self._open(field)
            return
        named = field or (self.groups[-1] if self.groups else "")
        leaf = self._phrase(named) or self._single_quoted(field) or self._pattern(named)
        self.tokens.append(leaf or self._bare(named, is_named=bool(field)))

    def _field(self) -> str:
        if self._take(_TAG):
            return "tag"
        found = _NAME.match(self.shape, self.at)
        if not found:
            return ""
        field = field_name(found.group(1))
        if field:
            self.at = found.end()
        elif found.group(1).isascii() and self.shape[found.end()] not in "/:\\":
            self.notes.append(f"“{found.group()}” is no field; it is looked for as a word.")
        return field

    def _phrase(self, field: str) -> Leaf | None:
        """The phrase that begins here, if one does; without an end it goes to the end of all."""
        opening = self.shape[self.at]
        if opening not in CLOSING or not self._opens(opening):
            return None
        end = self._closing(opening)
        start, stop = self.at + 1, len(self.shape) if end is None else end
        self.at = stop + 1
        source = self.text[start:stop]
        return Leaf(unescape_quoted(source), field, Form.QUOTED, source=source)

    def _opens(self, mark: str) -> bool:
        """Whether `mark`, which stands here, begins a phrase: not in 5" and not in צה"ל."""
        if not self.at or not (self.shape[self.at - 1].isalnum()):
            return True
        return mark in OPENING_ANYWHERE and self._closing(mark) is not None

    def _closing(self, opening: str) -> int | None:
        """Where the phrase ends that `opening` begins here; straight marks may end in curved."""
        for marks in (CLOSING[opening], '"”“' if opening == '"' else ""):
            found = marks and re.compile(rf"(?:\\.|[^\\{marks}]|\\$)*").match(
                self.shape, self.at + 1
            )
            if found and found.end() < len(self.shape):
                return found.end()
        return None

    def _single_quoted(self, field: str) -> Leaf | None:
        """The value in single quotes that begins here; they are quotes only behind a field."""
        found = self._take(_SINGLE_QUOTED) if field else None
        if not found:
            return None
        text = self.text[found.start(1) : found.end(1)]
        return Leaf(text, field, Form.QUOTED, source=text)

    def _pattern(self, field: str) -> Leaf | None:
        found = self._take(_PATTERN) if not field or field in TEXT_FIELDS else None
        if not found:
            return None
        inside = self.text[found.start(1) : found.end(1)]
        if " " in inside and not _SPECIAL.search(inside):
            self.at = found.start()
            return None  # words between slashes, as people write them
        text = _ESCAPED_SLASH.sub(lambda pair: "/" if pair[1] == "/" else pair[0], inside)
        return Leaf(text, field, Form.PATTERN, source=self.text[found.start() : found.end()])

    def _bare(self, field: str, *, is_named: bool) -> Leaf | Join | Negate:
        start = self.at
        while True:
            self._take(_PLAIN)
            mark = self.shape[self.at : self.at + 1]
            if mark not in CLOSING or self._opens(mark):
                break
            self.at += 1
        raw = self.text[start : self.at]
        operator = "" if is_named else operator_of(raw)
        if operator == "NOT":
            return Negate(raw)
        if operator:
            return Join(operator == "OR", raw)
        stars = _STARS.search(self.shape[start : self.at])
        text = unescape(raw[: stars.start(1)] if stars else raw)
        return Leaf(text, field, is_prefix=bool(stars), source=raw)
