"""Scores -> which text blocks are kept, and how sure that is.

The threshold is the page's own: the one whose kept words promise the best F1 (harmonic mean of
precision and recall, in letters). On a page where nothing is certain it sinks, so that something is
always kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from aggregator.articles._walk import Walk
from aggregator.articles._words import tokens
from aggregator.text import fold

_SHARPNESS = 0.8
"""Scores of sites that the model has not seen are a little too sure: they are multiplied by this
before they become probabilities. Of 0.7 to 1.5 it gave the best F1 over five folds of 912 pages."""

_LOWEST, _HIGHEST = -2.5, 1.0
"""Bounds of the threshold: below, furniture of empty pages comes in; above, short paragraphs go."""

_SURE, _SURE_SHARE = 2.0, 0.5
"""A block with that score is sure, a page where such blocks have that share of what is kept."""

_SURE_DISTANCE = 3.0
_OUTSIDE = (0.5, 1.0)
"""On a sure page what lies outside of the sure blocks' span may score so much less than they do on
average, within these bounds. Teasers that stand by themselves on pages without names came in
otherwise; over five folds it moves F1 by less than 0.0005 and precision up by 0.004."""

_HOME_CHARS = 300
"""An article element needs so many kept letters to make the other ones beside it other articles."""

_COPIED_SHARE = 0.2
"""A second copy of the text holds at least this part of all that was kept: with two in one page and
the paragraphs, a third."""

_HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
_HEADING_DISTANCE = 2.0
"""How far below the threshold, or below 0, a heading may score with a kept block under it: headings
are short, and a model that minds the words of an article learns little about them. Headings' F1
rises by 0.017, the text's not at all."""

_RUN = 4
_LONG_WORDS = 60
_REPEATED_SHARE = 0.7
"""A long run of text is a second copy if so many of its runs of 4 words stand in shorter blocks."""

_MOST_COPIES = 5
"""How many of the longest runs are compared: pages have their text twice or three times."""

_TEMPLATE_CHARS = 40
"""Shorter blocks ("Ingredients", "What happened") may well stand in every article of a feed."""

_TEMPLATE_PAGES = 3
"""On so many other pages of the feed a block must have stood to be its template."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which blocks are kept; `expected` is the F1 that the model expects of them (0 to 1)."""

    is_kept: NDArray[np.bool_]
    threshold: float
    expected: float


def choose(
    walk: Walk,
    scores: NDArray[np.float64],
    *,
    headline: int | None,
    headline_article: NDArray[np.float32],
    is_form: NDArray[np.bool_],
    recurring: Mapping[str, int],
) -> Choice:
    """The blocks of `walk` that are the article's.

    `headline` is the place of the block that says the page's title, `headline_article` has for each
    block 1 where it stands in the article element that holds the headline, 0 where not, -1 where
    there is none; `is_form` says which stand beside the fields of a form, `recurring` on how many
    pages of the feed a block was met, by its fingerprint.
    """
    sizes = np.array([block.size for block in walk.blocks], np.float64)
    threshold, expected = _best_threshold(sizes, scores)
    is_kept = scores >= threshold
    is_kept &= ~_is_outlier(sizes, scores, is_kept, is_form)
    is_foreign = _is_above(sizes, scores, is_kept, headline) | _is_template(
        walk, recurring, is_kept
    )
    is_foreign |= _is_other_article(walk, sizes, is_kept & ~is_foreign, headline_article)
    is_kept &= ~is_foreign
    is_kept &= ~_is_copy(walk, is_kept)
    is_kept |= _is_heading_of(walk, scores, is_kept, min(0.0, threshold)) & ~is_foreign
    return Choice(is_kept, threshold, expected)


def fingerprint(text: str) -> str:
    """What a block is recognised by on other pages; empty for one that is too short."""
    if len(text) < _TEMPLATE_CHARS:
        return ""
    return blake2b(fold(text).encode("utf-8", "replace"), digest_size=8).hexdigest()


def _best_threshold(sizes: NDArray[np.float64], scores: NDArray[np.float64]) -> tuple[float, float]:
    """The score from which on blocks are kept, and the F1 to be expected then."""
    likely = 1 / (1 + np.exp(-_SHARPNESS * scores))
    order = np.argsort(-scores, kind="stable")
    kept = np.cumsum(sizes[order])
    right = np.cumsum((sizes * likely)[order])
    promised = 2 * right / (kept + right[-1])
    best = int(np.argmax(promised))
    lowest = min(_LOWEST, float(scores.max()))  # something is kept, however doubtful it is
    return float(np.clip(scores[order[best]], lowest, _HIGHEST)), float(promised[best])


def _is_outlier(
    sizes: NDArray[np.float64],
    scores: NDArray[np.float64],
    is_kept: NDArray[np.bool_],
    is_form: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Which blocks before the first sure one and behind the last are not sure enough.

    Beside a form (newsletter, login, comment) only a sure one is. Nothing is an outlier where most
    of what is kept is itself unsure.
    """
    sure = np.flatnonzero(is_kept & (scores >= _SURE))
    if not len(sure) or sizes[sure].sum() < _SURE_SHARE * sizes[is_kept].sum():
        return np.zeros(len(sizes), np.bool_)
    usual = np.average(scores[sure], weights=sizes[sure])
    index = np.arange(len(sizes))
    is_outside = (index < sure[0]) | (index > sure[-1])
    least = np.where(is_form, _SURE, np.clip(usual - _SURE_DISTANCE, *_OUTSIDE))
    return np.asarray(is_outside & (scores < least))


def _is_above(
    sizes: NDArray[np.float64],
    scores: NDArray[np.float64],
    is_kept: NDArray[np.bool_],
    headline: int | None,
) -> NDArray[np.bool_]:
    """Which blocks stand before the headline and are not sure, where most text follows it."""
    is_before = np.arange(len(sizes)) < (headline or 0)
    if 2 * sizes[is_before & is_kept].sum() > sizes[is_kept].sum():
        return np.zeros(len(sizes), np.bool_)
    return np.asarray(is_before & (scores < _SURE))


def _is_other_article(
    walk: Walk,
    sizes: NDArray[np.float64],
    is_kept: NDArray[np.bool_],
    headline_article: NDArray[np.float32],
) -> NDArray[np.bool_]:
    """Which blocks stand in an article element other than that of the headline, if that has text.

    Blogs print the whole of several posts on one page. Elements outside of any article stay.
    """
    is_home = headline_article == 1
    if sizes[is_home & is_kept].sum() < _HOME_CHARS:
        return np.zeros(len(sizes), np.bool_)
    in_article: list[bool] = []
    for container in walk.containers:
        outer = container.parent >= 0 and in_article[container.parent]
        in_article.append(outer or container.tag == "article")
    where = [in_article[block.container] for block in walk.blocks]
    return np.asarray((headline_article == 0) & np.array(where))


def _is_copy(walk: Walk, is_kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which kept blocks are one long run that repeats what shorter kept blocks say.

    Pages carry their text a second time for machines or for print, without paragraphs.
    """
    is_copy = np.zeros(len(is_kept), np.bool_)
    kept = [int(i) for i in np.flatnonzero(is_kept)]
    sizes = [walk.blocks[i].size for i in kept]
    if len(kept) < 2 or max(sizes) < _COPIED_SHARE * sum(sizes):
        return is_copy
    words = {i: tokens(walk.blocks[i].text) for i in kept}
    runs = {i: _runs(words[i]) for i in kept}
    longest = sorted(kept, key=lambda i: -len(words[i]))[:_MOST_COPIES]
    for i in longest:
        if len(words[i]) < _LONG_WORDS:
            break
        shorter = [runs[j] for j in kept if 2 * len(words[j]) <= len(words[i])]
        repeated = runs[i].intersection(*[set().union(*shorter)]) if shorter else set()
        is_copy[i] = len(repeated) >= _REPEATED_SHARE * len(runs[i])
    return is_copy


def _is_heading_of(
    walk: Walk, scores: NDArray[np.float64], is_kept: NDArray[np.bool_], threshold: float
) -> NDArray[np.bool_]:
    """Which sub-headings stand right above a kept block, or above the heading of one."""
    least = threshold - _HEADING_DISTANCE
    is_heading = np.zeros(len(is_kept), np.bool_)
    for i in range(len(is_kept) - 2, -1, -1):
        if scores[i] >= least and (is_kept[i + 1] or is_heading[i + 1]):
            is_heading[i] = walk.containers[walk.blocks[i].container].tag in _HEADINGS
    return is_heading


def _runs(words: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1)}


def _is_template(
    walk: Walk, recurring: Mapping[str, int], is_kept: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which blocks have stood on enough other pages of the feed to belong to all of them.

    None where that is most of what was kept: then the page itself came under several addresses.
    """
    sizes = np.array([block.size for block in walk.blocks])
    counts = [recurring.get(fingerprint(block.text), 0) for block in walk.blocks]
    is_template = np.array(counts) >= _TEMPLATE_PAGES
    is_most = 2 * sizes[is_template & is_kept].sum() > sizes[is_kept].sum()
    return np.asarray(is_template & (not is_most))
