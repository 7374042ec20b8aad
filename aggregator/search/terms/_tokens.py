"""The tokens of a text and of a document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from aggregator.search.terms._compounds import compounds_of
from aggregator.search.terms._forms import (
    INVISIBLE,
    characters_of,
    exact_form,
    has_runs,
    normalize,
    parts_of,
    words_of,
)
from aggregator.search.terms._stems import stems_of
from aggregator.search.terms._values import Analyzed, Document
from aggregator.text import IDEOGRAPHS, MARKS, UNSPACED

ANALYZER_VERSION = 2
"""Goes up whenever the same document gets other tokens, so that indexes are filled anew."""

_ASCII_WORD = re.compile("[A-Za-z0-9]+")


@cache
def _written_word() -> re.Pattern[str]:
    letter = rf"[^\W_{IDEOGRAPHS}{UNSPACED}]"
    run = f"(?:(?![\u30a0\u30fb])[{IDEOGRAPHS}])+|[{UNSPACED}][{UNSPACED}{MARKS}{INVISIBLE}]*"
    return re.compile(f"({run})|{letter}(?:{letter}|(?![{UNSPACED}])[{MARKS}{INVISIBLE}])*")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it stands in a text from `start` to `end`; `is_run`: of a script without blanks.

    `plain` is its folded form without stemming; for its token give the written word to `stem`.
    """

    start: int
    end: int
    plain: str
    is_run: bool


def words_in(text: str) -> Iterator[Word]:
    """The words of `text` as written, in order: for marking them, any script.

    >>> [(word.start, word.plain) for word in words_in("Ein Café, 小米")]
    [(0, 'ein'), (4, 'cafe'), (10, '小米')]
    """
    if text.isascii():
        for word in _ASCII_WORD.finditer(text):
            yield Word(word.start(), word.end(), word.group().lower(), is_run=False)
        return
    for word in _written_word().finditer(text):
        plain = exact_form(word.group())[1:-1]
        yield Word(word.start(), word.end(), plain, is_run=word.group(1) is not None)


def tokens_of(text: str, language: str) -> list[str]:
    """The tokens of `text`: its words in order, then its compounds.

    Words are the stems of `language`, at most 64 characters. Runs of ideographs and of other
    scripts without blanks are overlapping pairs and the last character, so that their words are
    found without a dictionary.

    >>> tokens_of("Xiaomi小米手机 runs v2.0", "zh")
    ['xiaomi', '小米', '米手', '手机', '机', 'run', 'v2', '0', 'v2.0', '2.0']
    """
    normal = normalize(text)
    stems = stems_of(language)
    if has_runs(normal):
        tokens = _mixed_tokens(normal, stems)
    else:
        tokens = list(filter(None, map(stems.__getitem__, words_of(normal))))
    if "." in normal or "+" in normal or "#" in normal:
        tokens += compounds_of(normal)
    return tokens


def _mixed_tokens(normal: str, stems: dict[str, str]) -> list[str]:
    tokens: list[str] = []
    for run, word in parts_of(normal):
        if word:
            if token := stems[word]:
                tokens.append(token)
        else:
            characters = characters_of(run)
            tokens += pairs_of(characters)
            tokens.append(characters[-1])
    return tokens


def pairs_of(characters: list[str]) -> list[str]:
    """Each character with the next one.

    >>> pairs_of(["小", "米", "手"])
    ['小米', '米手']
    """
    return [one + other for one, other in pairwise(characters)]


def analyze(document: Document) -> Analyzed:
    """The tokens of `document`, column by column."""
    language = document.language
    return Analyzed(
        id=document.id,
        language=language,
        title=tuple(tokens_of(document.title, language)),
        headings=tuple(tokens_of(document.headings, language)),
        lead=tuple(tokens_of(document.lead, language)),
        body=tuple(tokens_of(document.body, language)),
        facets=document.facets,
        sort_at=document.sort_at,
        read_minutes=document.read_minutes,
    )
