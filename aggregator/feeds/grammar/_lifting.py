"""Long texts past feedparser: it is given a short name for each, and they come back in the end.

feedparser goes over each text about five times. What it would do to a long body is done here once.
"""

from __future__ import annotations

import re
from contextlib import suppress
from secrets import token_hex
from typing import Any

from feedparser.html import _cp1252 as cp1252_controls

MIN_LIFTED_CHARS = 120
"""Shorter texts cost feedparser less than the detour."""

# Noncharacters, which nobody means; who writes them on purpose does not know the number.
_OPENS, _CLOSES = "\ufdd0", "\ufdd1"
_NAME = re.compile(f"{_OPENS}([0-9]{{1,9}}):([0-9a-f]{{16}}){_CLOSES}")
_CONTROLS = re.compile("[\x80-\x9f]")


class LiftedTexts:
    """The long texts of one document."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._number = token_hex(8)

    def lift(self, text: str) -> str:
        """The name under which `text` is kept."""
        self._texts.append(text)
        return f"{_OPENS}{len(self._texts) - 1}:{self._number}{_CLOSES}"

    def put_back(self, fields: dict[str, Any]) -> None:
        """Put the texts in the places of their names, in `fields` and all that is in them."""
        if not self._texts:
            return
        for key, value in fields.items():
            if isinstance(value, str):
                if _OPENS in value:
                    whole = _NAME.sub(self._find, value).strip()
                    dict.__setitem__(fields, key, mend_encoding(whole))
            elif isinstance(value, dict):
                self.put_back(value)
            elif isinstance(value, list):
                for one in value:
                    if isinstance(one, dict):
                        self.put_back(one)

    def _find(self, name: re.Match[str]) -> str:
        index, number = name.groups()
        return self._texts[int(index)] if number == self._number else name.group()


def mend_encoding(text: str) -> str:
    """`text` as feedparser mends it: UTF-8 that was taken for latin-1, controls of windows-1252."""
    if text.isascii():
        return text
    with suppress(UnicodeError):
        text = text.encode("iso-8859-1").decode("utf-8")
    return text.translate(cp1252_controls) if _CONTROLS.search(text) else text
