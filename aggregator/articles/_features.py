"""Text blocks -> the numbers that the model judges them by: one row a block, one column a feature.

No feature knows a language: they count characters, links, places and repetitions, compare words
with the title and the feed's summary, and weigh what containers are called.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from aggregator.articles._columns import NONE, Columns, Matrix, Places, column
from aggregator.articles._layout import Layout, read_layout
from aggregator.articles._naming import NAMING, naming
from aggregator.articles._surroundings import (
    ALIKE,
    AROUND,
    PLACE,
    alike_columns,
    around_columns,
    place_columns,
)
from aggregator.articles._walk import Walk
from aggregator.articles._words import (
    OWN,
    SAME_TITLE,
    Known,
    find_headline,
    own_columns,
    read_words,
)

_PAGE = ("page_blocks", "page_log_size", "page_running", "page_articles")
_NEIGHBOURS = (
    "log_size", "linked", "tag", "name_unit", "linked_unit", "away", "name_min", "name_grandparent",
)  # fmt: skip
_STEPS = (-2, -1, 1, 2)
_WINDOWS = (3, 8)

FEATURES = (
    *OWN,
    *PLACE,
    *AROUND,
    *ALIKE,
    *_PAGE,
    *(f"plain_within_{width}" for width in _WINDOWS),
    *NAMING,
    *(f"{name}{step:+d}" for step in _STEPS for name in _NEIGHBOURS),
)
"""The names of all features, in the order of the columns."""

_FROM_HEADLINE, _TITLE_WORDS = FEATURES.index("from_headline"), FEATURES.index("title_words")
_COPIED = [FEATURES.index(name) for name in _NEIGHBOURS]


def features(walk: Walk, known: Known, names: Mapping[str, float]) -> Matrix:
    """One row for each block of `walk`; `names` weighs the words that containers are called."""
    if not walk.blocks:
        return np.zeros((0, len(FEATURES)), np.float32)
    layout = read_layout(walk.containers)
    keys = [container.key for container in walk.containers]
    parents = [container.parent for container in walk.containers]
    named = naming(keys, parents, layout.unit, names)
    return with_names(static_features(walk, known, layout), places(walk), named)


def headline_place(rows: Matrix) -> int | None:
    """The place of the block that says the title, read off its `rows`; None without one."""
    place = -int(rows[0, _FROM_HEADLINE])
    is_found = 0 <= place < len(rows) and rows[place, _TITLE_WORDS] >= SAME_TITLE
    return place if is_found else None


def with_names(static: Matrix, where: Places, named: NDArray[np.float64]) -> Matrix:
    """The whole rows: what needs no weights, the weighed names, and the neighbours' values."""
    columns = np.hstack([static, named.astype(np.float32)[where]])
    return np.hstack([columns, _neighbours(columns)])


def static_features(walk: Walk, known: Known, layout: Layout) -> Matrix:
    """The columns that depend on nothing learnt."""
    says = read_words(walk, known)
    headline = find_headline(walk, says, known)
    where = places(walk)
    columns = [
        *own_columns(walk, says, known, headline),
        *place_columns(walk, layout, headline, where),
        *around_columns(walk, layout, where),
        *alike_columns(walk),
        *_page(walk),
        *_windows(walk),
    ]
    rows = np.empty((len(walk.blocks), len(columns)), np.float32)
    for place, values in enumerate(columns):
        rows[:, place] = values
    return rows


def places(walk: Walk) -> Places:
    """The container of each block."""
    return np.fromiter([block.container for block in walk.blocks], np.intp, len(walk.blocks))


def _page(walk: Walk) -> Columns:
    root = walk.containers[0]
    return [
        float(len(walk.blocks)),
        math.log1p(root.chars),
        root.running / (root.chars or 1),
        float(sum(container.tag == "article" for container in walk.containers)),
    ]


def _windows(walk: Walk) -> Columns:
    """For each block the mean of unlinked characters in the blocks around."""
    plain = column(walk.blocks, "size") - column(walk.blocks, "linked")
    sums = np.concatenate([[0.0], np.cumsum(plain)])
    index = np.arange(len(plain))
    means: Columns = []
    for width in _WINDOWS:
        low, high = np.maximum(index - width, 0), np.minimum(index + width + 1, len(plain))
        means.append((sums[high] - sums[low]) / (high - low))
    return means


def _neighbours(columns: Matrix) -> Matrix:
    """The columns `_NEIGHBOURS` of the blocks before and after each."""
    wanted = columns[:, _COPIED]
    shifted = []
    for step in _STEPS:
        moved = np.full_like(wanted, NONE)
        if abs(step) < len(wanted):
            if step < 0:
                moved[-step:] = wanted[:step]
            else:
                moved[:-step] = wanted[step:]
        shifted.append(moved)
    return np.hstack(shifted)
