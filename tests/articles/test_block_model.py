"""The trees of the model are summed as one would sum them by hand, and each part has a reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.articles import _model
from aggregator.articles._columns import Matrix
from aggregator.articles._features import FEATURES
from aggregator.articles._model import Model, get_model, load_model, use_model

Tree = list[list[float]]

SHIPPED: dict[str, Any] = json.loads(Path(_model.__file__).with_name("model.json").read_text())
STUMP: Tree = [[2, 0.5, 1, 2, 0.25], [-1, 0, 1, 1, -1.0], [-1, 0, 2, 2, 1.5]]
DEEP: Tree = [
    [0, 1.0, 1, 2, 0.5],
    [-1, 0, 1, 1, 3.0],
    [2, -4.0, 3, 4, 0.0],
    [-1, 0, 3, 3, -7.0],
    [-1, 0, 4, 4, 2.0],
]


def document(*trees: Tree) -> dict[str, Any]:
    """A model of `trees`: a node is feature, threshold, left, right and mean; -1 for a leaf."""
    return {"features": list(FEATURES), "names": {"lead": 2.0}, "trees": list(trees)}


def row_of(**values: float) -> Matrix:
    """One row of which only some features are not 0."""
    row = np.zeros((1, len(FEATURES)), np.float32)
    for name, value in values.items():
        row[0, FEATURES.index(name)] = value
    return row


def summed(trees: list[Tree], row: Matrix) -> float:
    """The score of the one row in a plain loop from each root to its leaf."""
    total = 0.0
    for tree in trees:
        node = tree[0]
        while node[0] >= 0:
            is_left = row[0, int(node[0])] <= np.float32(node[1])
            node = tree[int(node[2] if is_left else node[3])]
        total += node[4]
    return total


@pytest.fixture
def restored() -> Iterator[None]:
    """Afterwards the shipped model is in use again."""
    yield
    use_model(Path(_model.__file__).with_name("model.json"))


def test_a_score_is_the_sum_of_the_leaves() -> None:
    """At a threshold the way goes left; the values between the leaves do not count."""
    model = Model(document(STUMP, DEEP))
    first, third = FEATURES[0], FEATURES[2]

    assert model.scores(row_of()).tolist() == [-1.0 + 3.0]
    assert model.scores(row_of(**{third: 0.5})).tolist() == [-1.0 + 3.0]
    assert model.scores(row_of(**{third: 0.75, first: 1.5})).tolist() == [1.5 + 2.0]
    assert model.scores(row_of(**{third: -4.0, first: 1.5})).tolist() == [-1.0 - 7.0]


def test_no_rows_have_no_scores() -> None:
    """A page without text is no error."""
    assert get_model().scores(np.zeros((0, len(FEATURES)), np.float32)).tolist() == []


def test_rows_beyond_what_is_read_at_once_have_scores() -> None:
    """A page of thousands of blocks is read in parts, and none of them is lost."""
    model, rows = Model(document(STUMP)), np.zeros((5_001, len(FEATURES)), np.float32)
    rows[::2, 2] = 1

    scores = model.scores(rows)

    assert scores.tolist() == [1.5, -1.0] * 2_500 + [1.5]


rows = st.lists(
    st.sampled_from([-1.0, 0.0, 0.25, 0.5, 1.0, 2.0, 5.0, 50.0, 200.0]),
    min_size=len(FEATURES),
    max_size=len(FEATURES),
).map(lambda values: np.array([values], np.float32))


@given(rows)
def test_the_shipped_trees_are_summed_like_any_others(row: Matrix) -> None:
    """All trees at once, level by level, give what a loop over them gives."""
    assert get_model().scores(row)[0] == pytest.approx(summed(SHIPPED["trees"], row))


@given(rows)
def test_the_reasons_of_a_score_add_up_to_it(row: Matrix) -> None:
    """What is missing is the sum of the roots, which no feature has a part in."""
    model = get_model()

    reasons = model.reasons(row[0])

    base = sum(tree[0][4] for tree in SHIPPED["trees"])
    assert base + sum(part for _, part in reasons) == pytest.approx(model.scores(row)[0])
    assert {name for name, _ in reasons} <= set(FEATURES)
    assert [abs(part) for _, part in reasons] == sorted(
        (abs(part) for _, part in reasons), reverse=True
    )


def test_a_reason_is_the_change_of_the_mean_at_its_question() -> None:
    """A feature that is asked twice has one account."""
    model = Model(document(STUMP, DEEP))

    reasons = dict(model.reasons(row_of(**{FEATURES[0]: 1.5})[0]))

    asked_first, asked_third = 0.0 - 0.5, (-1.0 - 0.25) + (2.0 - 0.0)
    assert reasons == {FEATURES[0]: asked_first, FEATURES[2]: asked_third}


@pytest.mark.parametrize("features", [[], FEATURES[:-1], (*FEATURES[1:], FEATURES[0])])
def test_a_model_of_other_features_is_refused(features: tuple[str, ...]) -> None:
    """Fewer, or in another order: its questions would be asked of the wrong columns."""
    with pytest.raises(ValueError, match="train it anew"):
        Model({**document(STUMP), "features": list(features)})


@pytest.mark.usefixtures("restored")
def test_another_model_can_be_used(tmp_path: Path) -> None:
    """From then on, by name or path, and for the whole process; a file is read once."""
    path = tmp_path / "stump.json"
    path.write_text(json.dumps(document(STUMP)))
    before = get_model()

    use_model(str(path))

    assert get_model().scores(row_of()).tolist() == [-1.0]
    assert get_model().names == {"lead": 2.0}
    assert get_model() is load_model(path)
    assert get_model() is not before
