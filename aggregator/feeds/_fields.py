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

# Possible in JSON and in references that no XML allows; not in UTF-8 (lone surrogates), and NUL is
# refused by databases. What expat has read is free of both.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_SECTION = "<![CDATA[", "]]>"
_SECTIONS = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_COUNT = re.compile(r"\d{1,18}", re.ASCII)  # 18 digits fit 64 bits
_MAX_COUNT = 10**18
_NUMBER = re.compile(r"[+-]?\d{1,18}(?:\.\d{0,30})?(?:[eE][+-]?\d{1,2})?", re.ASCII)
_CLOCK = re.compile(r"(?:(?:(\d{1,4}):)?(\d{1,4}):)?(\d{1,9}(?:\.\d{0,9})?)", re.ASCII)
_ISO_DURATION = re.compile(
    r"PT(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,8}(?:\.\d{1,9})?)S)?", re.ASCII | re.IGNORECASE
)
_MAX_SECONDS = 366 * 86400


def text_of(fields: Fields, name: str) -> str | None:
    """The trimmed text under `name`, None if there is none or it is no text.

    A text that is a CDATA section to the letter was escaped once too often, and is what stands in
    the section: a browser would take it for a comment.
    """
    value = dict.get(fields, name)  # feedparser's dictionaries answer for other names as well
    if not value or not isinstance(value, str):
        return None
    value = value.strip()
    if value.startswith(_SECTION[0]) and value.endswith(_SECTION[1]):
        value = _SECTIONS.sub(r"\1", value).strip()
    return value or None


def make_storable(value: object) -> None:
    """Replace what cannot be stored in all texts that a dictionary or list holds."""
    left = [value]
    while left:
        part = left.pop()
        pairs = list(part.items() if isinstance(part, dict) else enumerate(part))  # type: ignore[arg-type] # only these two are put there
        for key, inner in pairs:
            if isinstance(inner, dict | list):
                left.append(inner)
            elif isinstance(inner, str) and _UNSTORABLE.search(inner):
                part[key] = _UNSTORABLE.sub("\ufffd", inner)  # type: ignore[index]


def line_of(fields: Fields, name: str) -> str | None:
    """The text under `name` in one line, None if there is none."""
    text = text_of(fields, name)
    return collapse_whitespace(text) or None if text else None


def number_of(fields: Fields, name: str) -> float | None:
    """The number under `name`, of common size; None for anything else."""
    text = text_of(fields, name)
    return float(text) if text and _NUMBER.fullmatch(text) else None


def count_of(fields: Fields, name: str) -> int | None:
    """The whole number from 0 on under `name`, however it is written; None for anything else."""
    text = text_of(fields, name)
    if text and _COUNT.fullmatch(text):
        return int(text)
    number = number_of(fields, name)
    is_count = number is not None and 0 <= number < _MAX_COUNT and number.is_integer()
    return int(number) if number is not None and is_count else None


def length_of(fields: Fields, name: str) -> int | None:
    """The count of bytes or pixels under `name`; None for nothing and zero (a common filler)."""
    return count_of(fields, name) or None


def seconds_of(fields: Fields, name: str) -> float | None:
    """The duration under `name`: seconds, ``[h:]m:s`` (iTunes, Podlove) or ISO 8601 (PT1M).

    Zero stays zero; None for what is negative, above a year or nothing of these.
    """
    text = text_of(fields, name)
    if text is None:
        return None
    if found := _CLOCK.fullmatch(text) or _ISO_DURATION.fullmatch(text):
        hours, minutes, seconds = (float(part or 0) for part in found.groups())
        total = hours * 3600 + minutes * 60 + seconds
        return total if total <= _MAX_SECONDS else None
    return None


def dicts_of(fields: Fields, name: str) -> list[Fields]:
    """The dictionaries in the list under `name`; empty for anything else."""
    value = dict.get(fields, name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def once(values: Iterable[_Value | None]) -> tuple[_Value, ...]:
    """The `values` that are true, each once, in the order of their first appearance."""
    return tuple(dict.fromkeys(value for value in values if value))
