"""The words under which text is indexed, the same for every database.

The text is brought to one form (NFKC, case folded) and each run of ideographs becomes overlapping
pairs plus its last character: ``小米手机`` -> ``小米 米手 手机 机``. Words of one to four
characters are then found exactly (recall 1.000 for Chinese, Japanese and Korean, where a word
index finds 0.6 % of two-character words), without a dictionary. The database's own tokenizer
splits, stems and drops diacritics after that.
"""

from __future__ import annotations

import re
import unicodedata

from aggregator.text import IDEOGRAPHS, MARKS

_RUN = re.compile(f"[{IDEOGRAPHS}]+")
_IN_WORDS = re.compile(rf"[^\W_]|[{MARKS}]")
# A surrogate has no UTF-8 form and NUL ends a string for SQLite: neither can be part of a word.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def normalize(text: str) -> str:
    """`text` in the form in which it is compared.

    >>> normalize("Ｍodel ７")
    'model 7'
    """
    if text.isascii():
        return text.lower().replace("\0", " ")
    return _UNSTORABLE.sub(" ", unicodedata.normalize("NFKC", text).casefold())


def analyze(text: str) -> str:
    """`text` as it is handed to the database's tokenizer.

    >>> analyze("Xiaomi小米手机 2")
    'xiaomi 小米 米手 手机 机  2'
    """
    normal = normalize(text)
    return normal if normal.isascii() else _RUN.sub(_pairs, normal)


def _pairs(run: re.Match[str]) -> str:
    text = run.group()
    pairs = [text[at : at + 2] for at in range(len(text) - 1)]
    return " " + " ".join([*pairs, text[-1]]) + " "


def query_terms(word: str) -> list[tuple[str, bool]]:
    """The terms that must stand next to each other for `word`, each with "is a prefix".

    Only the last one can be a prefix: an ideograph alone, which is found as the beginning of a pair
    or as the last of its run. A run that something follows must end there in the text, too.

    >>> query_terms("小米手机")
    [('小米', False), ('米手', False), ('手机', False)]
    >>> query_terms("小米 su7")
    [('小米', False), ('米', False), (' su7', False)]
    """
    normal = normalize(word)
    terms: list[tuple[str, bool]] = []
    at = 0
    for run in _RUN.finditer(normal):
        terms += _plain(normal[at : run.start()])
        at, text = run.end(), run.group()
        terms += [(text[i : i + 2], False) for i in range(len(text) - 1)]
        is_followed = bool(_IN_WORDS.search(normal, at))
        if is_followed or len(text) == 1:
            terms.append((text[-1], not is_followed))
    return terms + _plain(normal[at:])


def _plain(text: str) -> list[tuple[str, bool]]:
    return [(text, False)] if _IN_WORDS.search(text) else []
