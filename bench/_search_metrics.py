"""Figures of ranked answers, and of times."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence


def ndcg(found: Sequence[str], answers: Collection[str], depth: int = 10) -> float:
    """How near the first `depth` are to the best order (1); every answer has the gain 1."""
    gained = sum(
        1 / math.log2(place + 2) for place, key in enumerate(found[:depth]) if key in answers
    )
    return gained / sum(1 / math.log2(place + 2) for place in range(min(depth, len(answers))))


def recall(found: Sequence[str], answers: Collection[str], depth: int = 100) -> float:
    """The share of the answers that are among the first `depth`."""
    return len(set(answers) & set(found[:depth])) / len(answers)


def reciprocal_rank(found: Sequence[str], answers: Collection[str], depth: int = 10) -> float:
    """One by the place of the first answer; 0 if it is not among the first `depth`."""
    places = (place for place, key in enumerate(found[:depth], 1) if key in answers)
    return 1 / next(places, math.inf)


def means_of(
    found: Mapping[str, Sequence[str]], answers: Mapping[str, Collection[str]]
) -> dict[str, float]:
    """The three figures over all questions; one without hits counts 0."""
    wanted = [(found.get(key, ()), judged) for key, judged in answers.items()]
    return {
        "nDCG@10": sum(ndcg(*pair) for pair in wanted) / len(wanted),
        "Recall@100": sum(recall(*pair) for pair in wanted) / len(wanted),
        "MRR@10": sum(reciprocal_rank(*pair) for pair in wanted) / len(wanted),
    }


def spread_of(times: Sequence[float]) -> dict[str, float]:
    """Median, 95th percentile (the nearest rank) and maximum; no times: nothing."""
    ordered = sorted(times)
    if not ordered:
        return {}
    return {
        "p50": ordered[(len(ordered) - 1) // 2],
        "p95": ordered[math.ceil(0.95 * len(ordered)) - 1],
        "max": ordered[-1],
    }
