"""Train the block model: `python -m training.train --data articles --data news --out model.json`.

With `--folds DIR` it also trains one model for each fold without that fold's sites, for figures on
pages that a model has not seen. Needs the dependency group "train".
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from aggregator.articles._columns import Matrix
from aggregator.articles._features import FEATURES, with_names
from aggregator.articles._naming import NAMING, name_words, naming
from training.pages import FOLDS, Reviewed, iter_sources, review

PARAMETERS = {
    "objective": "binary",
    "num_leaves": 24,
    "max_depth": 9,
    "learning_rate": 0.1,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 20,
    "max_bin": 127,
    "verbose": -1,
    "seed": 1,
    "deterministic": True,
    "num_threads": 2,
}
ROUNDS = 100

_KEPT = 0.5
"""The share of a block's words that the truth must have for it to count as the article's."""

_NEWS_WEIGHT = 2.5
"""How much more a news page counts: there are seven times fewer of them than of articles."""

PLAIN = {2: 0.5, 3: 0.25}
"""The places of the variants without names, and what they weigh beside the real ones."""

_LEAST_WEIGHT = 0.15
"""Percent of a page that every block weighs besides its words: headings are short, but count."""

_FEWEST_PAGES = 6
_PRIOR = 12.0
"""A word in names is weighed if so many pages have it, as if so many more had shown nothing."""

_REACH = 4
"""How many containers up the names of a block's containers are counted."""


def weigh_names(pages: Sequence[Reviewed]) -> dict[str, float]:
    """For each word in names the log-odds, over the average, that text under it is the article's.

    Every page has one vote for a word, split by the share of its text there that is article.
    """
    kept: Counter[str] = Counter()
    left: Counter[str] = Counter()
    met: Counter[str] = Counter()
    for page in pages:
        inside, outside = _name_votes(page)
        for word in inside.keys() | outside.keys():
            total = inside[word] + outside[word]
            kept[word] += inside[word] / total
            left[word] += outside[word] / total
            met[word] += 1
    base = kept.total() / (kept.total() + left.total())
    prior = math.log(base / (1 - base))
    return {
        word: round(
            math.log(
                (kept[word] + _PRIOR * base / 2) / (left[word] + _PRIOR * (1 - base) / 2)
            ) - prior,
            2,
        )
        for word, count in sorted(met.items())
        if count >= _FEWEST_PAGES
    }  # fmt: skip


def _name_votes(page: Reviewed) -> tuple[Counter[str], Counter[str]]:
    inside: Counter[str] = Counter()
    outside: Counter[str] = Counter()
    for block, container in enumerate(page.where):
        words: set[str] = set()
        here = int(container)
        for _ in range(_REACH):
            if here < 0:
                break
            words |= name_words(page.keys[here])
            here = page.parents[here]
        votes = inside if page.labels[block] >= _KEPT else outside
        for word in words:
            votes[word] += math.sqrt(page.sizes[block])
    return inside, outside


def rows_of(page: Reviewed, names: dict[str, float], variant: int) -> Matrix:
    """The features of a page's blocks in one of its variants under the weights `names`."""
    if variant in PLAIN:
        nameless = np.zeros(len(page.labels), np.intp)
        return with_names(page.static[variant], nameless, np.zeros((1, len(NAMING)), np.float32))
    named = naming(page.keys, page.parents, page.units, names)
    return with_names(page.static[variant], page.where, named)


def weights_of(page: Reviewed) -> NDArray[np.float64]:
    """What each block weighs: its share of the article's words, in percent."""
    share = np.minimum(np.array(page.words) / max(60, page.truth_words), 1.0)
    weight = 100 * share + _LEAST_WEIGHT
    return np.asarray(weight * (_NEWS_WEIGHT if page.collection == "news" else 1.0))


def train(pages: Sequence[Reviewed]) -> tuple[dict[str, float], lgb.Booster]:
    """The weights of names and the trees learnt from `pages`.

    A page's own names must not tell its labels, so for training each fold is weighed by the others.
    Every page is shown as it is, with a feed's entry, and in two variants without any names.
    """
    names = weigh_names(pages)
    folds = {page.fold for page in pages}
    others = {f: weigh_names([page for page in pages if page.fold != f]) for f in folds}
    rows, labels, weights = [], [], []
    for page in pages:
        for variant in range(len(page.static)):
            rows.append(rows_of(page, others[page.fold], variant))
            labels.append(np.array(page.labels) >= _KEPT)
            weights.append(weights_of(page) * PLAIN.get(variant, 1.0))
    examples = lgb.Dataset(np.vstack(rows), np.concatenate(labels), weight=np.concatenate(weights))
    return names, lgb.train(PARAMETERS, examples, ROUNDS)


def as_document(names: dict[str, float], booster: lgb.Booster) -> dict[str, Any]:
    """A model as JSON: each tree a list of nodes [feature, threshold, left, right, value]."""
    dumped = booster.dump_model()
    trees = []
    for tree in dumped["tree_info"]:
        nodes: list[list[float]] = []
        _add_node(tree["tree_structure"], nodes)
        trees.append(nodes)
    return {"features": list(FEATURES), "names": names, "trees": trees}


def _add_node(node: dict[str, Any], nodes: list[list[float]]) -> int:
    """Append `node` and all below; a leaf has feature -1. `value` is the mean of what is below."""
    place = len(nodes)
    nodes.append([])
    if "leaf_value" in node:
        nodes[place] = [-1, 0, place, place, _short(node["leaf_value"])]
    else:
        left = _add_node(node["left_child"], nodes)
        right = _add_node(node["right_child"], nodes)
        nodes[place] = [
            node["split_feature"],
            _short(node["threshold"]),
            left,
            right,
            _short(node["internal_value"]),
        ]
    return place


def _short(number: float) -> float:
    return float(f"{number:.5g}")


def main() -> None:
    """Read the pages, train, write the model and the models of the folds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, action="append", required=True)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--folds", type=Path)
    options = parser.parse_args()
    sources = [source for folder in options.data for source in iter_sources(folder)]
    with ProcessPoolExecutor() as pool:
        pages = [page for page in pool.map(review, sources, chunksize=20) if page]
    usable = [page for page in pages if page.truth_words > 20]
    print(f"{len(usable)} pages, {sum(len(page.labels) for page in usable)} blocks")
    if options.folds:
        options.folds.mkdir(parents=True, exist_ok=True)
        folds = {page.id: page.fold for page in pages}
        (options.folds / "folds.json").write_text(json.dumps(folds), "utf-8")
        for fold in range(FOLDS):
            model = as_document(*train([page for page in usable if page.fold != fold]))
            (options.folds / f"fold-{fold}.json").write_text(json.dumps(model), "utf-8")
            print(f"fold {fold} trained")
    if options.out:
        model = json.dumps(as_document(*train(usable)), separators=(",", ":"))
        options.out.write_text(model + "\n", "utf-8")
        print(f"{options.out}: {len(model):,} bytes")


if __name__ == "__main__":
    main()
