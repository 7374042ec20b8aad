"""Where in a text the words of a query stand, found the way the index finds them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from aggregator.search._analyzer import normalize
from aggregator.search._query import Query
from aggregator.search._stems import stem
from aggregator.text import IDEOGRAPHS, MARKS

_TOKEN = re.compile(rf"(?:[^\W_{IDEOGRAPHS}]|[{MARKS}])+")
_RUN = re.compile(f"[{IDEOGRAPHS}]+")
_STEM_HEAD = 2
"""Letters that Porter's algorithm never touches: a cheap test before a token is stemmed."""

MAX_MATCH_CHARS = 100
"""Of a longer word only the beginning is marked: a snippet must stay one."""


@dataclass(frozen=True, slots=True)
class Match:
    """A piece of text that answers a query: `start` to `end`, `term` says which of its terms."""

    start: int
    end: int
    term: str


class Matcher:
    """Finds the words of one query in any number of texts."""

    def __init__(self, query: Query) -> None:
        self._stems: set[str] = set()
        self._prefixes: list[str] = []
        self._runs: set[str] = set()
        for word in query.words:
            normal = normalize(word.text)
            self._runs.update(_RUN.findall(normal))
            tokens = [_plain(token) for token in _TOKEN.findall(normal)]
            if word.is_prefix and tokens:
                self._prefixes.append(tokens.pop())
            self._stems.update(stem(token) for token in tokens)

    @cached_property
    def _heads(self) -> set[str]:
        return {one[:_STEM_HEAD] for one in self._stems}

    def find(self, text: str) -> list[Match]:
        """All matches in `text`, in order, none overlapping another."""
        found = [*self._find_tokens(text), *self._find_runs(text)]
        apart: list[Match] = []
        for match in sorted(found, key=lambda match: (match.start, -match.end)):
            if not apart or match.start >= apart[-1].end:
                apart.append(match)
        return apart

    def _find_tokens(self, text: str) -> Iterator[Match]:
        if not (self._stems or self._prefixes):
            return
        for token in _TOKEN.finditer(text):
            term = self._term(token.group())
            if term is not None:
                yield _match(token.start(), token.end(), term)

    def _term(self, token: str) -> str | None:
        plain = _plain(token)
        if plain[:_STEM_HEAD] in self._heads and stem(plain) in self._stems:
            return stem(plain)
        return next((prefix for prefix in self._prefixes if plain.startswith(prefix)), None)

    def _find_runs(self, text: str) -> Iterator[Match]:
        for run in self._runs:
            at = text.find(run)
            while at >= 0:
                yield _match(at, at + len(run), run)
                at = text.find(run, at + len(run))


def _match(start: int, end: int, term: str) -> Match:
    return Match(start, min(end, start + MAX_MATCH_CHARS), term)


@lru_cache(maxsize=20_000)
def _plain(token: str) -> str:
    """A token in the index's form, without diacritics."""
    normal = normalize(token)
    if normal.isascii():
        return normal
    apart = unicodedata.normalize("NFD", normal)
    return "".join(char for char in apart if not unicodedata.combining(char))
