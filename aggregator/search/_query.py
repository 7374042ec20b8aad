"""What a user types, read as words and phrases; there is no input that is an error."""

from __future__ import annotations

import re
from dataclasses import dataclass

from aggregator.search._analyzer import query_terms
from aggregator.search._stems import words_behind

MAX_CHARS = 512
MAX_WORDS = 32
"""Beyond these a query is cut: the cost of a search must not be the asker's choice."""

_PIECE = re.compile(r'"([^"]*)"?|([^\s"]+)')
_HAS_LETTER = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word or a quoted phrase; `is_prefix` for a word that ended in an asterisk."""

    text: str
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """The words that are looked for, in the order in which they were typed."""

    words: tuple[Word, ...]

    def match_all(self) -> str:
        """The FTS5 expression for entries that have all the words; "" if there are none."""
        return " AND ".join(filter(None, map(_expression, self.words)))

    def match_any(self) -> str:
        """The FTS5 expression for entries that have at least one of the words."""
        return " OR ".join(filter(None, map(_expression, self.words)))


def parse_query(typed: str) -> Query:
    """The query that `typed` means: words, "phrases" and prefixes (``xiao*``, from 3 letters).

    >>> parse_query('yu7 "electric car" xiao*').match_all()
    '"yu7" AND "electric car" AND "xiao" *'
    """
    words: list[Word] = []
    for piece in _PIECE.finditer(typed[:MAX_CHARS]):
        phrase, word = piece.groups()
        text = phrase if phrase is not None else word
        if not _HAS_LETTER.search(text):
            continue
        is_prefix = phrase is None and text.endswith("*") and len(text) > 3
        words.append(Word(text.rstrip("*") if is_prefix else text, is_prefix))
    return Query(tuple(dict.fromkeys(words[:MAX_WORDS])))


def _expression(word: Word) -> str:
    """The FTS5 expression of one word: only quoted strings, so nothing in it is syntax."""
    terms = query_terms(word.text)
    if not terms:
        return ""
    phrase = _quoted(*(term for term, _ in terms))
    last, is_prefix = terms[-1]
    if not (is_prefix or word.is_prefix):
        return phrase
    others = words_behind(last) if len(terms) == 1 else []
    beginnings = " OR ".join([f"{phrase} *", *map(_quoted, others)])
    return f"({beginnings})" if others else beginnings


def _quoted(*terms: str) -> str:
    return '"' + " ".join(terms).replace('"', " ") + '"'
