"""What containers are called, weighed: which words of classes and ids stand around articles.

The weights are learnt (`training/`): the log-odds that text under a container with that word in its
names is the article's. No list of words is written by hand here; that of `_names` has the roles.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

NAMING = (
    "name", "name_parent", "name_grandparent", "name_sum", "name_min", "name_max", "name_unit",
    "name_sum_unit",
)  # fmt: skip
"""What `naming` gives for each container: the weight of its own names and of those around it."""

_WORD = re.compile("[A-Z]*+[a-z]+|[A-Z]+")
_SMALL_WORD = re.compile("[a-z]{2,}")
_MAX_CHARS = 400
_FADE = 0.8
"""What of a name's weight reaches each container further inside."""


@lru_cache(maxsize=8192)
def name_words(key: str) -> frozenset[str]:
    """The words in a container's names.

    >>> sorted(name_words("postBody main-2"))
    ['body', 'main', 'post']
    """
    key = key[:_MAX_CHARS]
    if key.islower():
        return frozenset(_SMALL_WORD.findall(key))
    return frozenset([word.lower() for word in _WORD.findall(key) if len(word) > 1])


def naming(
    keys: Sequence[str], parents: Sequence[int], units: Sequence[int], names: Mapping[str, float]
) -> NDArray[np.float64]:
    """The values of `NAMING`, a row for each container, given its names, parent and unit."""
    weights = {key: _weight(key, names) for key in set(keys)}
    own = [weights[key] for key in keys]
    sums, least, most = (np.array(column) for column in _passed_on(own, parents))
    weight, unit = np.array(own), np.array(units)
    second = np.maximum(np.array(parents), 0)
    return np.column_stack((
        weight, weight[second], weight[second[second]], sums, least, most, weight[unit], sums[unit],
    ))  # fmt: skip


def _passed_on(own: Sequence[float], parents: Sequence[int]) -> tuple[list[float], ...]:
    """What reaches each container from those around: the fading sum, the least and the most."""
    # One place more than there are containers: it is what the root's parent, -1, passes on.
    sums, least, most = ([0.0] * (len(own) + 1) for _ in range(3))
    for i, (weight, parent) in enumerate(zip(own, parents, strict=True)):
        sums[i] = weight + _FADE * sums[parent]
        least[i] = min(least[parent], weight)
        most[i] = max(most[parent], weight)
    return sums[:-1], least[:-1], most[:-1]


def _weight(key: str, names: Mapping[str, float]) -> float:
    """What the names say: the sum of their words' weights, damped for long names."""
    weights = [weight for weight in map(names.get, name_words(key)) if weight is not None]
    # Exact, then rounded: the words have no order, on which a plain sum of floats depends, and what
    # adds up to nothing must be 0.
    return round(math.fsum(weights) / math.sqrt(len(weights)), 9) if weights else 0.0
