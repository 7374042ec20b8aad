"""What a feed would say about a page that we have without its feed: simulated entries.

The sets of pages come without feeds, so the entry's title and summary are made from the reviewed
title and text, worse than the real ones on purpose. In 104 real feeds (20 entries each, counted by
feed, 2026-11) 6 % of the entries have no summary beyond their title, and a summary that stands
apart from the full text has 37 words in the median (quartiles 21 and 57). Half of those repeat the
beginning of the text word for word; a quarter are reworded: of their runs of four words 7 % stand
in the text, of their words 84 %. Here all are reworded (6 % and 80 %), 15 to 40 words long, none is
made of the text's beginning, and 15 % are missing, with those of texts too short for it 19 %.
"""

from __future__ import annotations

import random
import re
from itertools import pairwise

WORDS_OF_BEGINNING = 40
"""No run of `RUN` words of a text's first so many words comes back in its summary."""

RUN = 4

_MISSING = 0.15
"""More than twice the share of the real feeds, see above."""

_SHORTEST, _LONGEST = 15, 40
"""Words of a summary, fewer than real ones have."""

_MOST_SENTENCES = 3

_FEWEST_WORDS = 6
"""What is shorter between two full stops is a heading, a caption or half a sentence."""

_DROPPED = 1 / 3
_EXCHANGED_SHORT = 0.5
_EXCHANGED_ENDING = 0.25
_EXCHANGED_CHARACTER = 0.1
"""Chances of a word, chosen so that as much of a summary stands in its text as above."""

_LONGEST_SHORT_WORD = 3
_SHORTEST_INFLECTED_WORD = 6
_ENDING = 2

_TITLE_CUT = 0.10
_TITLE_WITH_SITE = 0.05
"""Chances of a title that differs from the page's; in the real feeds 1 % name their site."""

# Scripts without spaces (Thai to Burmese, Khmer, Kana, Han), where a word is a character; and
# vowel signs of the others, which \w does not know.
_UNSPACED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff"
)
_SIGNS = r"\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u0900-\u0963\u0966-\u0dff"
_WORD = re.compile(rf"[{_UNSPACED}]|(?:[^\W{_UNSPACED}]|[{_SIGNS}])+")
_UNSPACED_WORD = re.compile(rf"[{_UNSPACED}]")
_SENTENCE_END = re.compile(r"\n+|(?<=[.!?؟।])\s+|(?<=[。！？])")
_CLAUSE_END = re.compile(r"[,;:،؛、，；：—–]")


def split_words(text: str) -> list[str]:
    """The words of `text`; where a script has no spaces, its characters.

    >>> split_words("It's new: 新闻")
    ['It', 's', 'new', '新', '闻']
    """
    return _WORD.findall(text)


def simulate_anchor(text: str, title: str | None, seed: str) -> tuple[str | None, str | None]:
    """The title and the summary of a feed's entry about `text`; always the same for one `seed`."""
    chance = random.Random(f"anchor of {seed}")  # noqa: S311 - a simulation, not a secret
    return _retitle(title, chance), _summarise(text, chance)


def _retitle(title: str | None, chance: random.Random) -> str | None:
    words = (title or "").split()
    if not words:
        return None
    draw = chance.random()
    if draw < _TITLE_CUT and len(words) > RUN:
        return " ".join(words[: len(words) * 2 // 3]) + "…"
    if draw > 1 - _TITLE_WITH_SITE:
        return " ".join(words) + " | The Example Times"
    return " ".join(words)


def _summarise(text: str, chance: random.Random) -> str | None:
    """Sentences from the first third of `text` on, never the first one, reworded."""
    sentences = [part for part in _SENTENCE_END.split(text) if _is_long_enough(part)]
    if chance.random() < _MISSING or len(sentences) < 2:
        return None
    first = chance.randrange(1, max(2, len(sentences) // 3))
    vocabulary = split_words(text)
    wanted = chance.randint(_SHORTEST, _LONGEST)
    words: list[str] = []
    for sentence in sentences[first : first + _MOST_SENTENCES]:
        words += _reworded(sentence, vocabulary, chance)
        if len(words) >= wanted:
            break
    words = _without_runs(words[:wanted], vocabulary[:WORDS_OF_BEGINNING])
    return _joined(words) if words else None


def _is_long_enough(sentence: str) -> bool:
    return len(split_words(sentence)) >= _FEWEST_WORDS


def _reworded(sentence: str, vocabulary: list[str], chance: random.Random) -> list[str]:
    """The words of `sentence`, its clauses turned round, a third dropped, others exchanged."""
    clauses = [part for part in _CLAUSE_END.split(sentence) if part.strip()]
    turn = chance.randrange(len(clauses)) if clauses else 0
    words = split_words(" ".join(clauses[turn:] + clauses[:turn]))
    kept = (word for word in words if chance.random() >= _DROPPED)
    return [_exchanged(word, vocabulary, chance) for word in kept]


def _exchanged(word: str, vocabulary: list[str], chance: random.Random) -> str:
    """`word`, another one in its place if it is short, or with another ending if it is long."""
    other, draw = chance.choice(vocabulary), chance.random()
    if bool(_UNSPACED_WORD.match(word)) != bool(_UNSPACED_WORD.match(other)):
        return word
    if _UNSPACED_WORD.match(word):
        return other if draw < _EXCHANGED_CHARACTER else word
    if len(word) <= _LONGEST_SHORT_WORD:
        return other[:_LONGEST_SHORT_WORD] if draw < _EXCHANGED_SHORT else word
    if len(word) >= _SHORTEST_INFLECTED_WORD and draw < _EXCHANGED_ENDING:
        return word[:-_ENDING] + other[-_ENDING:]
    return word


def _without_runs(words: list[str], beginning: list[str]) -> list[str]:
    """`words` without those that would complete a run of `RUN` words of `beginning`."""
    folded = [word.casefold() for word in beginning]
    runs = {tuple(folded[at : at + RUN]) for at in range(len(folded) - RUN + 1)}
    kept: list[str] = []
    for word in words:
        if tuple(each.casefold() for each in [*kept[-RUN + 1 :], word]) not in runs:
            kept.append(word)
    return kept


def _joined(words: list[str]) -> str:
    """`words` as one line, with spaces only where the script has them."""
    line = words[0]
    for before, word in pairwise(words):
        close = _UNSPACED_WORD.match(before) and _UNSPACED_WORD.match(word)
        line += word if close else f" {word}"
    return line
