"""Names that signs hold together: hosts, versions, and the likes of C++ and .NET.

Their parts are words as any others; the whole is one more token, so that ``3.11`` does not find
every 3 beside an 11.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from aggregator.search.terms._forms import fold
from aggregator.search.terms._stems import MAX_TOKEN_CHARS
from aggregator.text import IDEOGRAPHS, UNSPACED

_MAX_LABELS = 8
_DOT_INSIDE = re.compile(r"\.(?=[^\W_])")
_SIGN_INSIDE = re.compile(r"\.(?=[^\W_])|[+#]")
_ASCII_DOTTED = re.compile(r"(?<![a-z0-9\-])[a-z0-9\-]++(?:\.[a-z0-9\-]++)+")
_SIGNED = re.compile(r"(?<![\w+#])[^\W\d_][^\W_]{0,19}(?:\+\+?|#)(?![\w+#])")
_DOT_FIRST = re.compile(r"(?<![\w.])\.[^\W\d_][^\W_]{1,19}(?![\w.])")
_VERSION = re.compile(r"v?(\d+(?:\.\d+)+)")
_AROUND = " \t\r\n\"'“”‘’«»()[]{}<>,;:!?"


@cache
def _dotted() -> re.Pattern[str]:
    # Begun only where a word begins and taken whole (++), each character is looked at once.
    letter = rf"[^\W_{IDEOGRAPHS}{UNSPACED}]"
    return re.compile(rf"(?<!-)(?<!{letter})(?:{letter}|-)++(?:\.(?:{letter}|-)++)+")


def compounds_of(normal: str) -> list[str]:
    """The compounds in a text in normal form, in order.

    A host also is its domains, a version also the shorter ones.

    >>> compounds_of("see www.example.com, python 3.11.2 and c++")
    ['www.example.com', 'example.com', '3.11.2', '3.11', 'c++']
    """
    found: list[str] = []
    for chunk in _chunks(normal):
        for dotted in (_ASCII_DOTTED if chunk.isascii() else _dotted()).findall(chunk):
            found += _names(fold(dotted.strip("-")))
        found += map(fold, _SIGNED.findall(chunk))
        found += map(fold, _DOT_FIRST.findall(chunk))
    return found


def compound_of(normal: str) -> str:
    """The token of a text in normal form that is one compound and nothing else, otherwise "".

    >>> compound_of("(3.11)"), compound_of("example.com/path"), compound_of("c")
    ('3.11', '', '')
    """
    bare = normal.strip(_AROUND)
    if len(bare) > MAX_TOKEN_CHARS:
        return ""
    found = compounds_of(bare)
    return next((one for one in (fold(bare), fold(bare.rstrip("."))) if one in found), "")


def _chunks(normal: str) -> Iterator[str]:
    """The stretches between blanks that have a sign where a compound would; most texts have none.

    Nothing is looked at twice, however many signs there are.
    """
    end = 0
    # A pattern that begins with one character is found much faster.
    pattern = _SIGN_INSIDE if "+" in normal or "#" in normal else _DOT_INSIDE
    for sign in pattern.finditer(normal):
        at = sign.start()
        if at < end:
            continue
        begin = normal.rfind(" ", end, at) + 1 or end
        end = normal.find(" ", at)
        end = len(normal) if end < 0 else end
        yield normal[begin:end]


def _names(whole: str) -> Iterator[str]:
    labels = whole.split(".")
    if len(labels) > _MAX_LABELS:
        return
    names = [whole]
    if len(labels[-1]) > 1 and labels[-1].isalpha():
        names += [".".join(labels[at:]) for at in range(1, len(labels) - 1)]
    elif version := _VERSION.match(whole):
        numbers = version.group(1).split(".")
        names += [".".join(numbers[:count]) for count in range(len(numbers), 1, -1)]
    for name in dict.fromkeys(names):
        if len(name) <= MAX_TOKEN_CHARS and "." in name:
            yield name
