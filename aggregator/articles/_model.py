"""The learned model: for each text block a score, above 0 where it is rather the article's.

Boosted trees over the features of `_features`, summed; the sum is the log-odds. They were trained
by `training/train.py` on pages whose text people had reviewed, and lie beside this module as data.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aggregator.articles._columns import Matrix
from aggregator.articles._features import FEATURES

_SHIPPED = Path(__file__).with_name("model.json")
_ROWS_AT_ONCE = 2_000
"""Bounds the memory: each row takes 5 kB on the way through 100 trees."""

Scores = NDArray[np.float64]


class Model:
    """Trees as flat arrays. A leaf leads to itself, so that every row may take as many steps.

    `names` has the weight of each word that containers are called.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        if tuple(document["features"]) != FEATURES:
            raise ValueError("the model was trained on other features: train it anew")
        self.names: dict[str, float] = document["names"]
        nodes: list[Sequence[float]] = []
        starts = []
        for tree in document["trees"]:
            start = len(nodes)
            starts.append(start)
            nodes += [(*node[:2], node[2] + start, node[3] + start, node[4]) for node in tree]
        columns = np.array(nodes, np.float64).T
        self._is_leaf = columns[0] < 0
        self._feature = np.where(self._is_leaf, 0, columns[0]).astype(np.intp)
        self._threshold = columns[1].astype(np.float32)
        self._children = columns[2:4].T.astype(np.intp).ravel()  # the left one, then the right one
        self._value = columns[4]
        self._starts = np.array(starts, np.intp)

    def scores(self, rows: Matrix) -> Scores:
        """The score of each row of features."""
        parts = [
            self._scores(rows[start : start + _ROWS_AT_ONCE])
            for start in range(0, len(rows), _ROWS_AT_ONCE)
        ]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _scores(self, rows: Matrix) -> Scores:
        cells = np.ascontiguousarray(rows).ravel()
        base = (np.arange(len(rows)) * rows.shape[1])[:, np.newaxis]
        node = np.repeat(self._starts[np.newaxis], len(rows), axis=0)
        while not self._is_leaf.take(node).all():
            asked = cells.take(base + self._feature.take(node))
            node = self._children.take(2 * node + (asked > self._threshold.take(node)))
        return np.asarray(self._value.take(node).sum(axis=1))

    def reasons(self, row: NDArray[np.float32]) -> list[tuple[str, float]]:
        """What each feature added to the score of `row`, the strongest first.

        Every step down a tree changes the mean of what lies below; the change is put to the account
        of the feature that was asked (Saabas 2014, "Interpreting random forests").
        """
        parts: defaultdict[str, float] = defaultdict(float)
        for start in self._starts:
            node = int(start)
            while not self._is_leaf[node]:
                feature = self._feature[node]
                is_right = bool(row[feature] > self._threshold[node])
                after = int(self._children[2 * node + is_right])
                parts[FEATURES[feature]] += float(self._value[after] - self._value[node])
                node = after
        return sorted(parts.items(), key=lambda part: -abs(part[1]))


@lru_cache(maxsize=8)
def load_model(path: Path) -> Model:
    """The model in the file at `path`; read once."""
    return Model(json.loads(path.read_text("utf-8")))


class _Used:
    path = _SHIPPED


def use_model(path: str | Path) -> None:
    """Make the model at `path` the one that this process uses from now on (for measuring)."""
    _Used.path = Path(path)


def get_model() -> Model:
    """The model in use: the shipped one, unless `use_model` named another."""
    return load_model(_Used.path)
