"""Porter's stemming as FTS5 does it, and what it does to words that begin in a given way."""

from __future__ import annotations

from functools import lru_cache

from snowballstemmer.porter_stemmer import PorterStemmer

_MIN_CHARS, _MAX_CHARS = 3, 64
"""FTS5 leaves shorter and longer tokens as they are."""

# The endings that Porter's five steps take off or change, as words end in them.
_ENDINGS_AS_WRITTEN = (
    "sses ies es s eed ed ing y ational tional ency ancy izer izing ized ably ibly ally ently ely"
    " ously ization ation ator alism iveness fulness ousness ality ivity bility icate ative alize"
    " icity ical ful ness al ance ence er ic able ible ant ement ment ent ion ism ate ity ous ive"
    " ize e"
)
_ENDINGS = tuple(_ENDINGS_AS_WRITTEN.split())


@lru_cache(maxsize=20_000)
def stem(token: str) -> str:
    """The form under which FTS5's `porter` files `token`; other letters than a to z stay.

    >>> stem("running"), stem("électrique")
    ('run', 'électrique')
    """
    if not _MIN_CHARS <= len(token) <= _MAX_CHARS or not token.isascii():
        return token
    # A stemmer holds the word at work, so threads cannot share one.
    stemmed: str = PorterStemmer().stemWord(token)
    return stemmed


def words_behind(prefix: str) -> list[str]:
    """Words that begin with `prefix` but are filed under a stem that does not, one for each stem.

    A search for beginnings of stems misses them: "electric" is filed under "electr", which does not
    begin with "electri". They are made by ending `prefix` in the ways that Porter takes off, so
    some are no words; their stems are what counts.

    >>> [stem(word) for word in words_behind("electri")]
    ['electr']
    >>> words_behind("xiao")
    []
    """
    if not _MIN_CHARS <= len(prefix) <= _MAX_CHARS or not prefix.isascii():
        return []
    words = [prefix + "ing"] if prefix[-1] == prefix[-2] else []  # runn|ing is filed under run
    words += [
        prefix + ending[begun:]
        for ending in _ENDINGS
        for begun in range(1, len(ending))
        if prefix.endswith(ending[:begun])
    ]
    found = {stem(word): word for word in words}
    filed_under = stem(prefix)
    return [word for form, word in found.items() if not form.startswith(filed_under)]
