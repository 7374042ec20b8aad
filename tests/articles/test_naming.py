"""The words in names are weighed, and their weights reach what stands inside."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.articles._naming import NAMING, name_words, naming

KEYS = ["", "page", "post-body", "share"]
PARENTS = [-1, 0, 1, 2]


def column(name: str, names: dict[str, float]) -> list[float]:
    """The values under `name` for a page in which each container holds the next."""
    rows = naming(KEYS, PARENTS, [0, 1, 2, 2], names)
    return [float(value) for value in rows[:, NAMING.index(name)]]


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("postBody main-2", {"post", "body", "main"}),
        ("HTMLBody", {"htmlbody"}),
        ("a b1c", set()),
        ("größe", {"gr"}),
        ("", set()),
    ],
)
def test_names_are_parted_at_small_and_capital_letters(key: str, words: set[str]) -> None:
    """Numbers, signs and a capital after a small letter end a word; one letter is none."""
    assert name_words(key) == words


@given(st.text(max_size=50))
def test_words_are_small_letters_of_the_name(key: str) -> None:
    """A word has at least two letters, all of them from the name."""
    for word in name_words(key):
        assert word.isascii()
        assert word.islower()
        assert len(word) > 1
        assert word in key.lower()


def test_the_own_weight_and_those_around_are_told_apart() -> None:
    """Each container has its own weight, its parent's and its grandparent's."""
    names = {"page": 1.0, "share": -2.0}

    assert column("name", names) == [0, 1, 0, -2]
    assert column("name_parent", names) == [0, 0, 1, 0]
    assert column("name_grandparent", names) == [0, 0, 0, 1]


def test_weights_fade_on_their_way_inside() -> None:
    """The sum of a container is its own weight and a part of the sum around it."""
    sums = column("name_sum", {"page": 1.0})

    assert sums[1] == 1
    assert 0 < sums[3] < sums[2] < 1


def test_the_best_and_the_worst_name_around_are_remembered() -> None:
    """They reach everything inside; no name is neither good nor bad."""
    names = {"page": 1.0, "share": -2.0}

    assert column("name_max", names) == [0, 1, 1, 1]
    assert column("name_min", names) == [0, 0, 0, -2]


def test_a_unit_lends_its_weight() -> None:
    """What lies deep in a unit is judged by the unit's name, too."""
    assert column("name_unit", {"post": 3.0})[3] == 3


def test_many_words_weigh_more_than_one_but_less_than_their_sum() -> None:
    """A long row of style classes does not outweigh everything around."""
    one = column("name", {"post": 1.0})[2]
    two = column("name", {"post": 1.0, "body": 1.0})[2]

    assert one < two < 2 * one


def test_the_weight_is_the_same_in_whatever_order_words_come() -> None:
    """A set has another order in each process, and a sum of floats another last digit."""
    words = [f"w{letter}" for letter in "abcdefghijklmn"]
    names = {**dict.fromkeys(words, 1.0), "wy": 1e20, "wz": -1e20}

    (row,) = naming(["-".join(names)], [-1], [0], names)

    assert float(row[NAMING.index("name")]) == len(words) / math.sqrt(len(names))


def test_words_that_cancel_out_weigh_nothing() -> None:
    """A remainder of rounding above or below 0 would choose the branches of the model's trees."""
    weights = (-0.48, -0.9, -0.36, -1.11, 0.66, 2.19)
    names = {f"w{letter}": weight for letter, weight in zip("abcdef", weights, strict=True)}

    (row,) = naming(["-".join(names)], [-1], [0], names)

    assert float(row[NAMING.index("name")]) == 0


@given(st.dictionaries(st.sampled_from(["page", "post", "body", "share"]), st.floats(-5, 5)))
def test_the_least_the_most_and_the_own_weight_are_in_order(names: dict[str, float]) -> None:
    """No weight lies outside of the extremes around it."""
    for least, own, most in zip(
        column("name_min", names), column("name", names), column("name_max", names), strict=True
    ):
        assert least <= own <= most
