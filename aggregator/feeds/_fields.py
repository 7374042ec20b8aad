"""Reading fields of dictionaries in which anything may stand under any name.

feedparser stores elements that it does not know under their own names, so a feed can put a string
or a dictionary where a list belongs; JSON can do so anyway.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar

from aggregator.text import collapse_whitespace

Fields = dict[str, object]
_Value = TypeVar("_Value")

# Possible in JSON and in what entities stand for; not in UTF-8 (lone surrogates), and NUL is
# refused by databases.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_LENGTH = re.compile(r"\d{1,18}", re.ASCII)  # 18 digits fit 64 bits


def text_of(fields: Fields, name: str) -> str | None:
    """The trimmed text under `name`, None if there is none or it is no text."""
    value = fields.get(name)
    if not isinstance(value, str):
        return None
    return _UNSTORABLE.sub("\ufffd", value).strip() or None


def line_of(fields: Fields, name: str) -> str | None:
    """The text under `name` in one line, None if there is none."""
    text = text_of(fields, name)
    return collapse_whitespace(text) or None if text else None


def length_of(fields: Fields, name: str) -> int | None:
    """The count of bytes under `name`; None for nothing, zero (a common filler) and nonsense."""
    text = text_of(fields, name)
    return int(text) or None if text and _LENGTH.fullmatch(text) else None


def dicts_of(fields: Fields, name: str) -> list[Fields]:
    """The dictionaries in the list under `name`, as plain ones; empty for anything else."""
    value = fields.get(name)
    return (
        [dict(item) for item in value if isinstance(item, dict)] if isinstance(value, list) else []
    )


def once(values: Iterable[_Value | None]) -> tuple[_Value, ...]:
    """The `values` that are true, each once, in the order of their first appearance."""
    return tuple(dict.fromkeys(value for value in values if value))
