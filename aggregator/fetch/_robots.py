"""Reading a robots.txt (RFC 9309): which paths of a site we may ask for, and how often. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote

MAX_ROBOTS_BYTES = 512 * 1024
"""What lies behind this is not read; the RFC asks for 500 KiB at least."""

LONGEST_DELAY_S = 60.0
"""A Crawl-delay above a minute is taken for one of a crawler that reads whole sites."""

_NEEDS_QUOTING = re.compile(r"[^!-~]+")
_QUOTED = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_TOKEN = re.compile(r"[A-Za-z_-]+")


@dataclass(frozen=True, slots=True)
class Rules:
    """What a robots.txt says to us: `allow` and `disallow` paths and the seconds between requests.

    The empty one allows everything.
    """

    allow: tuple[str, ...] = ()
    disallow: tuple[str, ...] = ()
    delay_s: float = 0.0

    def permits(self, path: str) -> bool:
        """Whether `path` (with its query) may be asked: the longest rule that matches decides.

        Of two of the same length that which allows, as the RFC says.
        """
        path = _normal(path)
        return _longest(self.allow, path) >= _longest(self.disallow, path)

    def to_state(self) -> dict[str, Any]:
        """The rules as JSON can hold them."""
        return {"allow": self.allow, "disallow": self.disallow, "delay_s": self.delay_s}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        """The rules that `to_state` has made a state of."""
        return cls(tuple(state["allow"]), tuple(state["disallow"]), float(state["delay_s"]))


def read_robots(text: bytes, token: str) -> Rules:
    r"""What `text` says to the product `token` (letters, ``-`` and ``_``; case does not matter).

    All groups that name it count together; where none does, those for ``*``. Lines that cannot be
    read are passed over.

    >>> read_robots(b"User-agent: *\nDisallow: /private/", "aggregator").permits("/private/x")
    False
    """
    groups: dict[str, list[tuple[str, str]]] = {}
    for names, lines in _iter_groups(text):
        for name in names & {token.lower(), "*"}:
            groups.setdefault(name, []).extend(lines)
    lines = groups.get(token.lower(), groups.get("*", []))
    return Rules(
        allow=_paths(lines, "allow"), disallow=_paths(lines, "disallow"), delay_s=_delay(lines)
    )


def _iter_groups(text: bytes) -> Iterator[tuple[set[str], list[tuple[str, str]]]]:
    """The product tokens of each group, lower-case, and the rules that follow them."""
    names: set[str] = set()
    lines: list[tuple[str, str]] = []
    for key, value in _iter_lines(text):
        if key == "user-agent":
            if lines:
                yield names, lines
                names, lines = set(), []
            token = _TOKEN.match(value)
            names.add(token[0].lower() if token else value[:1])
        elif names and key in {"allow", "disallow", "crawl-delay"}:
            lines.append((key, value))
    # A group without rules counts, too: it allows all.
    yield names, lines


def _iter_lines(text: bytes) -> Iterator[tuple[str, str]]:
    """Key (lower-case) and value of each line that has both, without comments."""
    whole = text[:MAX_ROBOTS_BYTES].decode("utf-8", errors="replace").removeprefix("\ufeff")
    for line in re.split(r"\r\n?|\n", whole):
        key, colon, value = line.partition("#")[0].partition(":")
        if colon:
            yield key.strip().lower(), value.strip()


def _paths(lines: Iterable[tuple[str, str]], key: str) -> tuple[str, ...]:
    """The paths of one kind of rule; an empty one says nothing."""
    return tuple(
        dict.fromkeys(
            _normal(path) for name, path in lines if name == key and path[:1] in {"/", "*"}
        )
    )


def _delay(lines: Iterable[tuple[str, str]]) -> float:
    """The longest Crawl-delay in seconds that can be read, at most a minute."""
    delays = [0.0]
    for name, value in lines:
        if name == "crawl-delay" and re.fullmatch(r"\d{1,9}(?:\.\d{1,9})?", value):
            delays.append(float(value))
    return min(max(delays), LONGEST_DELAY_S)


def _normal(path: str) -> str:
    """`path` in one spelling: what needs no quoting is not quoted, the rest in capitals."""
    quoted = _NEEDS_QUOTING.sub(lambda found: quote(found[0], safe="", errors="replace"), path)
    return _QUOTED.sub(_unquote_plain, quoted)


def _unquote_plain(found: re.Match[str]) -> str:
    letter = chr(int(found[1], 16))
    return letter if _UNRESERVED.fullmatch(letter) else found[0].upper()


def _longest(patterns: Sequence[str], path: str) -> int:
    """The length of the longest of `patterns` that matches `path`, -1 if none does."""
    return max((len(one) for one in patterns if _matches(one, path)), default=-1)


def _matches(pattern: str, path: str) -> bool:
    """Whether `path` begins as `pattern` says: ``*`` is anything, a last ``$`` is the end.

    One pass without going back: the first place at which each part fits is as good as any later.
    """
    is_anchored = pattern.endswith("$")
    first, *parts = (pattern[:-1] if is_anchored else pattern).split("*")
    if not path.startswith(first):
        return False
    place = len(first)
    last = parts.pop() if parts and is_anchored else ""
    for part in parts:
        found = path.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    if not is_anchored:
        return True
    ends_there = path.endswith(last) and len(path) - len(last) >= place
    return ends_there if "*" in pattern else len(path) == place
