"""The order of hits: BM25 over four columns, with evidence of quotation; pure functions.

BM25 as Robertson and Zaragoza give it for several fields ("The Probabilistic Relevance Framework",
2009): the occurrences in each column are weighted and added, and only their sum is saturated. The
constants were chosen on Cranfield and NPL and on known items among real articles
(docs/decisions/0023-search-ranking.md): none of them is the best for one collection alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aggregator.search.terms import Column

WEIGHTS: Mapping[Column, float] = {
    Column.TITLE: 8.0,
    Column.HEADINGS: 1.5,
    Column.LEAD: 1.1,
    Column.BODY: 1.0,
}
SATURATION = 1.2
"""k1: how soon a word that is repeated says nothing more."""
LENGTH_SHARE = 0.5
"""b: how much a long text pays for its length."""
QUOTATION = 0.5
"""What an unbroken run of all the typed words adds, as a share of the most that words can give."""
MIN_RUN = 4
"""Fewer words in a row are no quotation: they stand so in many texts (NPL loses 2 % with 2)."""
HALF_LIFE = timedelta(days=365)
MAX_RECENCY = 0.3
"""A greater share costs known items more than it could ever bring (measured: .06 MRR at 0.3)."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one article shows of a query.

    `occurrences` has for each term of the query how often it stands in each column, `length` is
    the number of tokens, `run` how many of the typed words stand in a row somewhere.
    """

    id: int
    occurrences: tuple[Mapping[Column, int], ...]
    length: int
    run: int
    sort_at: datetime


@dataclass(frozen=True, slots=True)
class Weighing:
    """What is the same for all articles of a search.

    `rarities` has the inverse document frequency of each term, see `rarity`; `words` is the number
    of words typed, `recency` the share of the score that halves with each year of age before `now`.
    """

    rarities: tuple[float, ...]
    mean_length: float
    words: int
    recency: float = 0.0
    now: datetime | None = None


def rarity(frequency: int, documents: int) -> float:
    """The inverse document frequency of a term that stands in `frequency` of `documents`.

    Lucene's form of it: never negative, so that no word counts against an article.
    """
    held = min(frequency, documents)
    return math.log(1 + (documents - held + 0.5) / (held + 0.5))


def score(evidence: Evidence, weighing: Weighing) -> float:
    """How well an article answers; only the order of scores within one search means anything."""
    by_length = evidence.length / weighing.mean_length if weighing.mean_length else 1.0
    dampening = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * by_length)
    total = 0.0
    for rare, counts in zip(weighing.rarities, evidence.occurrences, strict=True):
        weighted = sum(WEIGHTS[column] * count for column, count in counts.items())
        total += rare * weighted * (SATURATION + 1) / (weighted + dampening) if weighted else 0.0
    total += _quotation(evidence.run, weighing)
    return total * _freshness(evidence.sort_at, weighing)


def _quotation(run: int, weighing: Weighing) -> float:
    if run < MIN_RUN:
        return 0.0
    share = (run - MIN_RUN + 1) / (max(run, weighing.words) - MIN_RUN + 1)
    return QUOTATION * share * sum(weighing.rarities)


def _freshness(sort_at: datetime, weighing: Weighing) -> float:
    share = min(max(weighing.recency, 0.0), MAX_RECENCY)
    if not share or weighing.now is None:
        return 1.0
    age = max(weighing.now - sort_at, timedelta())
    return 1 - share + share * math.exp2(-(age / HALF_LIFE))


def longest_run(words: Sequence[str], text_form: str) -> int:
    """How many of `words`, in their order, stand in a row in a text; 0 for less than `MIN_RUN`.

    `text_form` has the words of the text between single blanks, see `terms.exact_form`.

    >>> longest_run("to be or not to".split(), " whether to be or not ")
    4
    """
    best, at = 0, 0
    while at + (size := max(best + 1, MIN_RUN)) <= len(words):
        if f" {' '.join(words[at : at + size])} " in text_form:
            best = size
        else:
            at += 1
    return best
