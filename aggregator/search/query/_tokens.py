"""The pieces of a typed query, as the scanner hands them to the parser."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Form(Enum):
    """How a leaf was typed."""

    BARE = auto()
    QUOTED = auto()
    PATTERN = auto()


@dataclass(frozen=True, slots=True)
class Leaf:
    """A word, phrase or pattern with the field it is for, "" for none.

    `text` is what was meant (without quotes, slashes, backslashes and the asterisk), `source` what
    was typed behind the field.
    """

    text: str
    field: str = ""
    form: Form = Form.BARE
    is_prefix: bool = False
    source: str = ""

    @property
    def literal(self) -> str:
        """What is looked for if the field cannot make anything of the text."""
        return f"{self.field}:{self.text}" if self.field else self.text


@dataclass(frozen=True, slots=True)
class Join:
    """An operator between two parts; `word` is what is looked for where it stands between none."""

    is_or: bool
    word: str


@dataclass(frozen=True, slots=True)
class Negate:
    """An operator before a part; `word` as with `Join`."""

    word: str


@dataclass(frozen=True, slots=True)
class Open:
    """The beginning of a group."""


@dataclass(frozen=True, slots=True)
class Close:
    """The end of a group."""


Token = Leaf | Join | Negate | Open | Close
