"""Text to JSON, whole or as much of it as a feed needs: the items that can be read.

Numbers stay texts, as they were written: 1.10 and 1.1 are two ids. What JavaScript knows and JSON
does not (NaN, comments, commas before a bracket, line ends in strings, backslashes before what
needs none) costs nothing.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from aggregator.errors import FeedError
from aggregator.feeds._fields import Fields, make_storable

_EDGES = "\ufeff \t\r\n\0"
# An unclosed string or comment runs to the end, so that no text is looked at twice.
_STRING = r'"(?:[^"\\]++|\\.?)*+(?:"|\Z)'
_COMMENT = re.compile(rf"({_STRING})|//[^\n]*|/\*(?:[^*]++|\*(?!/))*+(?:\*/|\Z)", re.DOTALL)
_LAST_COMMA = re.compile(rf"({_STRING})|,(?=\s*+[}}\]])", re.DOTALL)
# A backslash begins what JSON knows, stands before an apostrophe, or is meant as it is (C:\path).
_ESCAPE = re.compile(r"""\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}|(')|)""")
_BLANK = re.compile(r"[\s,]*")
_COLON = re.compile(r"\s*:\s*")
_ITEMS = re.compile(r'"items"\s*:\s*(?=[\[{])')
# Where after an item that cannot be read another one may begin, and how often that is tried: each
# try may have to read to the end.
_NEXT_ITEM = re.compile(r"[}\]]\s*,\s*(?=\{)")
_MAX_RESTARTS = 50
_ITEM_MEMBERS = frozenset({"id", "content_html", "content_text", "date_published"})


@dataclass(frozen=True, slots=True)
class Loaded:
    """A JSON value, and what had to be done to read it."""

    value: object
    warnings: tuple[str, ...] = ()


def load_json(text: str) -> Loaded:
    """The value in `text`; of a broken object its sound members, of its ``items`` the sound ones.

    Raises FeedError if not even that can be had.
    """
    loaded = _load(text.strip(_EDGES))
    if isinstance(loaded.value, dict | list) and ("\\u" in text or "\0" in text):
        make_storable(loaded.value)
    return loaded


def _load(text: str) -> Loaded:
    try:
        return Loaded(_DECODER.decode(text))
    except (ValueError, RecursionError) as error:
        fault = f"broken JSON: {error}"
    mended = _LAST_COMMA.sub(_keep_string, _COMMENT.sub(_keep_string, text))
    mended = _ESCAPE.sub(_mend_escape, mended)
    try:
        return Loaded(_DECODER.decode(mended), (f"{fault}; it was mended",))
    except (ValueError, RecursionError):
        found = _read_members(mended)
    if not found.get("items"):
        raise FeedError(fault, looks_like="json")
    return Loaded(found, (f"{fault}; only what is whole was read",))


def _keep_string(found: re.Match[str]) -> str:
    return found.group(1) or ""


def _mend_escape(found: re.Match[str]) -> str:
    return found.group(1) or ("\\\\" if found.group() == "\\" else found.group())


def _read_members(text: str) -> Fields:
    """The members of the object in `text` up to the first that is broken, and its items."""
    members: Fields = {}
    position = 1 if text.startswith("{") else len(text)
    while True:
        name, value_at = _read_name(text, position)
        if name is None:
            break
        if name == "items" and text.startswith("[", value_at):
            members["items"], position = _read_items(text, value_at + 1)
            continue
        found = _decode_at(text, value_at)
        if found is None:
            break
        members[name], position = found
    if "items" not in members and (items := _ITEMS.search(text, position)):
        members["items"], _ = _read_items(text, items.end() + 1)
    return members


def _read_name(text: str, position: int) -> tuple[str | None, int]:
    """The name of the member that begins at `position` and where its value begins."""
    start = _skip(text, position)
    found = _decode_at(text, start) if text.startswith('"', start) else None
    colon = _COLON.match(text, found[1]) if found else None
    if found is None or colon is None:
        return None, start
    return str(found[0]), colon.end()


def _read_items(text: str, position: int) -> tuple[list[object], int]:
    """The items from `position` on that can be read, and where their list ends."""
    items: list[object] = []
    restarts = 0
    while True:
        position = _skip(text, position)
        if not restarts and text.startswith("]", position):
            return items, position + 1
        found = _decode_at(text, position)
        # Behind a broken item a list of something else may come: only what looks like one is one.
        if found and (not restarts or _looks_like_item(found[0])):
            items.append(found[0])
            position = found[1]
            continue
        start = _NEXT_ITEM.search(text, found[1] - 1 if found else position)
        restarts += 1
        if start is None or restarts > _MAX_RESTARTS:
            return items, len(text)
        position = start.end()


def _looks_like_item(value: object) -> bool:
    return isinstance(value, dict) and not _ITEM_MEMBERS.isdisjoint(value)


def _decode_at(text: str, position: int) -> tuple[object, int] | None:
    try:
        return _DECODER.raw_decode(text, position)
    except (ValueError, RecursionError):
        return None


def _skip(text: str, position: int) -> int:
    found = _BLANK.match(text, position)
    return found.end() if found else position


def _no_number(_name: str) -> None:
    """What NaN and the infinities are: nothing."""


_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_no_number, strict=False)
