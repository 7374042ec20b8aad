"""Taking secrets out of what is logged: passwords in URLs, keys in queries, headers.

What is taken for a secret goes by its name and its place, never by how it looks: a long value may
be the number of a playlist. Rather too much is hidden than too little.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from urllib.parse import unquote

HIDDEN = "***"

_MAX_DEPTH = 20

_NAME = re.compile(
    r"""[\w.\-\[\]]*(?:token|secret|passw(?:or)?d|passwd|passphrase|pwd|credential|signature
        |auth(?!or(?!i[sz]))|api_?key)[\w.\-\[\]]*
      |(?:[\w.\-]*[_.\-])?(?:key|sig|pass|pw|jwt|sid|session|sessionid|nonce|hmac|cookie|code)""",
    re.IGNORECASE | re.VERBOSE,
)
"""Names of parameters whose values let somebody in; "author" and "keyword" are none of them."""

# All that stands before the last "@" of an address; where a password with a slash in it has torn
# the address apart (its "port" is no number), before the next "@".
_USER = re.compile(r"(?<=://)[^\s/?#]*@")
_TORN_USER = re.compile(r"(?<=://)(?!\[)[^\s/?#@:]{0,500}:(?!\d*(?:[/?#\s]|$))[^\s@]{0,500}@")

_PARAMETER = re.compile(r"[?&;#](?P<name>[^=&;#?\s\"'<>]{1,200})=")
_PARAMETER_VALUE = re.compile(r"[^&;#\s\"'<>]+")

_QUOTED = r"""'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*\""""

_HEADER = re.compile(
    rf"""(?P<name>\b(?:proxy-)?authorization|\b(?:set-)?cookie
            |\bx-[\w-]{{0,60}}(?:key|token|signature))
         (?P<between>["']?\s*[:=,]\s*b?)
         (?:{re.escape(HIDDEN)}|{_QUOTED}|[^\n]+)""",
    re.IGNORECASE | re.VERBOSE,
)
_SCHEME = re.compile(r"\b(bearer|basic)(\s+)[\w+/=.~\-]{8,}", re.IGNORECASE)

# name='value' as dataclasses and dictionaries are printed, name=value as logs are written.
_ASSIGNMENT = re.compile(
    r"""(?<![\w.\-])(?P<name>[\w.\-]++)["']?\s*(?:=|(?<=["'])\s*:|:(?=\s*["']))\s*b?"""
)
_ASSIGNED = re.compile(rf"""{_QUOTED}|[^\s,;&"'<>()\]}}]+""")
_TOLD = re.compile(
    r"\b(password|passwd|passphrase|secret|api[_-]?key|access[_-]?token)(\s*:\s*|\s+is\s+)"
    r"[^\s,;\"'<>]+",
    re.IGNORECASE,
)


# Most texts have none of these words, and are looked at once.
_HINT = re.compile(
    "token|secret|pass|pwd|pw|credential|sig|auth|key|jwt|sid|session|nonce|hmac|cookie|code"
    "|bearer|basic|%"
)


def clean(text: str) -> str:
    """`text` without what could be a secret in it; never raises, and takes time in proportion.

    >>> clean("GET https://me:pw@example.org/feed?user=7&token=abc failed")
    'GET https://example.org/feed?user=7&token=*** failed'
    """
    if "@" in text and "://" in text:
        text = _USER.sub("", _TORN_USER.sub("", text))
    lowered = text.lower()
    if not _HINT.search(lowered):
        return text
    if "=" in text:
        text = _hide(text, _PARAMETER, _PARAMETER_VALUE)
    if "authorization" in lowered or "cookie" in lowered or "x-" in lowered:
        text = _HEADER.sub(rf"\g<name>\g<between>{HIDDEN}", text)
    if "bearer" in lowered or "basic" in lowered:
        text = _SCHEME.sub(rf"\1\2{HIDDEN}", text)
    if "=" in text or ":" in text:
        text = _hide(text, _ASSIGNMENT, _ASSIGNED)
    return _TOLD.sub(rf"\1\2{HIDDEN}", text)


def clean_value(value: object, *, depth: int = _MAX_DEPTH) -> object:
    """A value of a log's field as JSON can hold it, each text in it cleaned.

    What stands in a dictionary under a secret's name is hidden. Numbers that are none become None.
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if depth and isinstance(value, dict):
        return {
            clean(str(name)): HIDDEN
            if one is not None and _is_secret(str(name))
            else clean_value(one, depth=depth - 1)
            for name, one in value.items()
        }
    if depth and isinstance(value, list | tuple | set | frozenset):
        return [clean_value(one, depth=depth - 1) for one in value]
    return clean(str(value))


@lru_cache(maxsize=512)
def _is_secret(name: str) -> bool:
    """Whether what bears this name is a secret; our own fields have few names, asked each time."""
    return _NAME.fullmatch(name) is not None


def _hide(text: str, assignment: re.Pattern[str], value: re.Pattern[str]) -> str:
    """`text` without the values of secret names; in those of other names one may stand again."""
    parts, at = [], 0
    for found in assignment.finditer(text):
        if found.start() < at or not _NAME.fullmatch(unquote(found["name"]).strip()):
            continue
        if stated := value.match(text, found.end()):
            parts += [text[at : stated.start()], HIDDEN]
            at = stated.end()
    return "".join([*parts, text[at:]])
