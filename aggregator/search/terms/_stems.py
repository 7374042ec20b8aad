"""The stems under which words are filed, language by language.

Porter's for English and wherever there is no better one, Snowball's for the other languages it
knows; both in C. Words with digits stay as they are.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import Stemmer

from aggregator.search.terms._forms import fold, normalize, words_of

MAX_TOKEN_CHARS = 64
"""Longer ones are cut: nobody types them, and every one is a line in the index's vocabulary."""

_MAX_CACHED = 200_000
_MIN_CHARS = 3
"""Porter leaves shorter words alone."""

_DIGIT = re.compile(r"\d")

_PORTER = "porter"
_ALGORITHMS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "eo": "esperanto",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "st": "sesotho",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}

# The endings that Porter's five steps take off or change, as words end in them.
_ENDINGS_AS_WRITTEN = (
    "sses ies es s eed ed ing y ational tional ency ancy izer izing ized ably ibly ally ently ely"
    " ously ization ation ator alism iveness fulness ousness ality ivity bility icate ative alize"
    " icity ical ful ness al ance ence er ic able ible ant ement ment ent ion ism ate ity ous ive"
    " ize e"
)
_ENDINGS = tuple(_ENDINGS_AS_WRITTEN.split())


class _Stems(dict[str, str]):
    """Words in normal form -> tokens; what is missing is made, and all forgotten in time."""

    def __init__(self, algorithm: str) -> None:
        super().__init__()
        # Its own cache would only double ours. It runs under the GIL, so threads may share it.
        self._stemmer: Any = Stemmer.Stemmer(algorithm, 0)
        self._is_porter = algorithm == _PORTER

    def __missing__(self, word: str) -> str:
        if len(self) >= _MAX_CACHED:
            self.clear()
        token = self._make(word[:MAX_TOKEN_CHARS])[:MAX_TOKEN_CHARS]
        if len(word) <= MAX_TOKEN_CHARS:
            self[word] = token
        return token

    def _make(self, word: str) -> str:
        if self._is_porter:
            # It knows no accents, so "élèves" and "eleves" must be the same to it.
            word = fold(word)
            if not word.isascii():
                return word
        if len(word) < _MIN_CHARS or _DIGIT.search(word):
            return fold(word)
        return fold(self._stemmer.stemWord(word))


_stems_by = cache(_Stems)


def stems_of(language: str) -> dict[str, str]:
    """Tokens by words in normal form, for documents in `language`; "" where nothing remains."""
    return _stems_by(_ALGORITHMS.get(language, _PORTER))


def stemming_language(tag: str | None) -> str:
    """The language of a tag such as ``de-AT`` if it has stems of its own, otherwise "".

    >>> stemming_language("de-AT"), stemming_language("ja"), stemming_language(None)
    ('de', '', '')
    """
    primary = (tag or "").strip().lower().replace("_", "-").split("-", 1)[0]
    return primary if primary in _ALGORITHMS or primary == "en" else ""


def is_porter(language: str) -> bool:
    """Whether the words of documents in `language` are stemmed as English ones."""
    return language not in _ALGORITHMS


def stem(word: str, language: str) -> str:
    """The token of one written word in a document of `language`; "" if nothing of it remains.

    Of more than one word it is that of the first. Scripts without blanks have no stems, and their
    tokens are no words.

    >>> stem("Running", "en"), stem("Häuser", "de")
    ('run', 'haus')
    """
    words = words_of(normalize(word))
    return stems_of(language)[words[0]] if words else ""


def stems_behind(prefix: str) -> set[str]:
    """Porter's stems of words that begin with `prefix`, though the stem does not.

    A search for beginnings of stems misses them: "electric" is filed under "electr", which does not
    begin with "electri". They are found by ending `prefix` in the ways that Porter takes off, so
    some of the words are none; their stems are what counts.

    >>> stems_behind("electri"), stems_behind("xiao")
    ({'electr'}, set())
    """
    if not _MIN_CHARS <= len(prefix) <= MAX_TOKEN_CHARS or not prefix.isascii():
        return set()
    words = [prefix]
    if prefix[-1] == prefix[-2]:
        words.append(prefix + "ing")  # runn|ing is filed under run
    words += [
        prefix + ending[begun:]
        for ending in _ENDINGS
        for begun in range(1, len(ending))
        if prefix.endswith(ending[:begun])
    ]
    stems = stems_of("")
    return {found for word in words if not (found := stems[word]).startswith(prefix)}
