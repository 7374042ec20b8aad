"""What the words of each text block say: how it is written, where it stands, what it repeats."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import chain
from math import fsum

import numpy as np
from numpy.typing import NDArray

from aggregator.articles._columns import FAR, NONE, Columns, column
from aggregator.articles._walk import Walk
from aggregator.text import IDEOGRAPHS

_TOKEN = re.compile(f"[{IDEOGRAPHS}]|[^\\W{IDEOGRAPHS}]+")
_ASCII_TOKEN = re.compile(r"\w+", re.ASCII)
_END = re.compile(r"[.!?:;…。！？：；؟।][\"'”’»」』)\]]*$")
_PUNCTUATION = ",;:.!?。、，；：！？،؟।"
_ENDING_CHARS = 6

_LONG_CHARS = 100
"""A block of so many characters with few links is text for sure: others are placed by it."""

_MAX_LINKED = 0.3

TAGS = {
    tag: float(code)
    for code, tags in enumerate((
        ("p",), ("li", "ul", "ol"), ("h1",), ("h2",), ("h3",), ("h4",), ("h5", "h6"), ("td", "th"),
        ("pre",), ("figcaption", "figure", "caption"), ("dt", "dd", "dl"), ("blockquote",),
        ("summary", "details"), ("footer",), ("header", "hgroup"), ("address",), ("table",),
    ))
    for tag in tags
}  # fmt: skip
_OTHER_TAG = max(TAGS.values()) + 1

OWN = (
    "log_size", "linked", "bold", "links", "ends_sentence", "punctuation", "lower_words", "tag",
    "index", "offset", "from_headline", "from_first_long", "from_last_long", "times_said",
    "title_words", "description_words", "anchor_title_words", "anchor_words", "from_anchor",
)  # fmt: skip
"""The names of the columns that `own_columns` gives."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the article before its page is read: from the page's head and the feed.

    `anchor` is the feed's summary or text without its markup.
    """

    title: str = ""
    description: str = ""
    anchor_title: str = ""
    anchor: str = ""


def tokens(text: str) -> list[str]:
    """The words of `text`, folded; each ideograph is one."""
    folded = text.casefold()
    return _ASCII_TOKEN.findall(folded) if folded.isascii() else _TOKEN.findall(folded)


@dataclass(frozen=True, slots=True)
class Said:
    """For each block how many words it has, and which of them are known of the article."""

    counts: list[int]
    known: list[set[str]]


def read_words(walk: Walk, known: Known) -> Said:
    wanted = set(chain(*map(tokens, (known.title, known.description, known.anchor_title))))
    wanted |= set(tokens(known.anchor))
    said = Said([], [])
    for block in walk.blocks:
        words = set(tokens(block.text))
        said.counts.append(len(words))
        said.known.append(words & wanted)
    return said


def find_headline(walk: Walk, said: Said, known: Known) -> int:
    """The block of the heading that says the title; else of the first h1; -1 for none.

    An h1 goes before another heading that says it no better.
    """
    titles = [set(tokens(title)) for title in (known.title, known.anchor_title) if title]
    best, best_share = -1, 0.0
    for i, block in enumerate(walk.blocks):
        tag = walk.containers[block.container].tag
        if tag not in _HEADINGS:
            continue
        share = max((_likeness(said, i, title) for title in titles), default=0.0)
        if tag == "h1":
            share += _H1_BONUS
        elif share < SAME_TITLE:
            continue
        if share > best_share:
            best, best_share = i, share
    return best


def _likeness(said: Said, i: int, title: set[str]) -> float:
    """The share of the words of a block and of `title` that both have."""
    both = len(said.known[i] & title)
    return both / ((said.counts[i] + len(title) - both) or 1)


_HEADINGS = frozenset(("h1", "h2", "h3", "h4"))
_H1_BONUS = 0.3
SAME_TITLE = 0.7
"""The shared part of all their words from which a lower heading and a title say the same."""


def own_columns(walk: Walk, said: Said, known: Known, headline: int) -> Columns:
    """The columns `OWN`."""
    blocks = walk.blocks
    texts = [block.text for block in blocks]
    size = column(blocks, "size")
    linked = column(blocks, "linked") / size
    index = np.arange(len(blocks))
    long = np.flatnonzero((size >= _LONG_CHARS) & (linked < _MAX_LINKED))
    times = Counter(texts)
    punctuation, lower_share = _letter_counts(texts)
    anchored = _anchored(said, known.anchor)
    anchor = int(np.argmax(anchored)) if max(anchored) > 0 else -1
    tags = [TAGS.get(container.tag, _OTHER_TAG) for container in walk.containers]
    return [
        np.log1p(size),
        linked,
        np.minimum(1.0, column(blocks, "bold") / size),
        column(blocks, "links"),
        [_END.search(text, max(0, len(text) - _ENDING_CHARS)) is not None for text in texts],
        punctuation / size,
        lower_share,
        [tags[block.container] for block in blocks],
        index / len(blocks),
        (np.cumsum(size) - size) / size.sum(),
        index - headline if headline >= 0 else -FAR,
        index - long[0] if len(long) else -FAR,
        index - long[-1] if len(long) else -FAR,
        [times[text] for text in texts],
        _shares(said, known.title),
        _shares(said, known.description),
        _shares(said, known.anchor_title),
        anchored,
        index - anchor if anchor >= 0 else -FAR,
    ]


_LOWER, _MARK = 1, 2
_LAST_LETTER = 0x1FFFF
"""No letter beyond has a small form."""


@cache
def _letter_kinds() -> NDArray[np.uint8]:
    """For each character up to `_LAST_LETTER` whether it is a small letter or a punctuation."""
    letters = map(chr, range(_LAST_LETTER + 1))
    kinds = np.fromiter(map(str.islower, letters), np.uint8, _LAST_LETTER + 1)
    kinds[[ord(mark) for mark in _PUNCTUATION]] |= _MARK
    return kinds


def _letter_counts(texts: list[str]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """For each text its punctuation marks, and the share of its words with a small first letter.

    Most words start small in sentences, few in menus. All texts are read at once, which takes a
    tenth of the time.
    """
    joined = " ".join(texts)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    kinds = _letter_kinds()[np.minimum(codes, _LAST_LETTER)]
    lengths = np.array([len(text) + 1 for text in texts])
    starts = np.cumsum(lengths) - lengths
    is_first = np.append(True, codes[:-1] == ord(" "))
    is_lower = is_first & ((kinds & _LOWER) > 0)
    marks, words, lower = (
        np.add.reduceat(column, starts, dtype=np.intp)
        for column in ((kinds & _MARK) > 0, is_first, is_lower)
    )
    return marks, lower / words


def _shares(said: Said, text: str) -> list[float] | float:
    """For each block the share of its words that stand in `text`; `NONE` without a text."""
    wanted = set(tokens(text))
    if not wanted:
        return NONE
    pairs = zip(said.known, said.counts, strict=True)
    return [len(known & wanted) / (count or 1) for known, count in pairs]


def _anchored(said: Said, anchor: str) -> list[float]:
    """For each block how much of the anchor it says: its words, weighed by their rarity here."""
    wanted = set(tokens(anchor))
    if not wanted:
        return [NONE] * len(said.known)
    shared = [known & wanted for known in said.known]
    held = Counter(chain.from_iterable(shared))
    weights = {word: 1 / count for word, count in held.items()}
    total = fsum(weights.values()) or 1.0
    # Exact: sets have no order, and a plain sum of floats depends on it.
    return [round(fsum([weights[word] for word in words]) / total, 6) for words in shared]
