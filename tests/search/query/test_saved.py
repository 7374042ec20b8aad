"""Saved searches inside of queries."""

from __future__ import annotations

import pytest

from aggregator.search.query import (
    And,
    Not,
    Or,
    Query,
    Saved,
    Sort,
    TextField,
    Words,
    parse_query,
    resolve_saved,
)

SAVED = {
    "Cars": "car OR auto sort:new",
    "both": "search:cars -bus",
    "again": "search:both",
    "self": "a search:self",
    "one": "search:two",
    "two": "b search:one",
    "none": "",
    "odd": "is:foo",
    "signs": "!!!",
    "more signs": "search:signs ?",
}
CARS = Or((Words("car"), Words("auto")))


def resolved(typed: str) -> Query:
    """`typed` with what is saved in it."""
    return resolve_saved(parse_query(typed), SAVED)


def test_a_name_stands_for_what_is_saved() -> None:
    """In whatever case, negated, in groups, inside of others."""
    assert resolved("search:cars").node == CARS
    assert resolved("x -search:CARS").node == And((Words("x"), Not(CARS)))
    assert resolved("search:again").node == And((CARS, Not(Words("bus"))))
    assert resolved("search:none x").node == Words("x")
    assert resolved("title:x").node == Words("x", TextField.TITLE)


def test_saved_signs_find_nothing() -> None:
    """As they do when they are typed; not everything, by whatever name."""
    nothing = Or(())

    assert resolved("search:signs").node == resolved('search:"more signs"').node == nothing
    assert resolved("search:signs OR x").node == Words("x")
    assert resolved("search:signs").notes[0].startswith("In search:signs: ")


@pytest.mark.parametrize("typed", ["search:self", "search:one", "search:unknown"])
def test_circles_and_unknown_names_are_words(typed: str) -> None:
    """The name is looked for, and a note says why."""
    query = resolved(typed)

    assert "Saved" not in repr(query.node)
    assert len(query.notes) == 1
    assert "search:" in query.notes[0]


def test_an_order_counts_where_nothing_else_is_asked() -> None:
    """A part orders nothing, and the query's own order goes before."""
    assert resolved("search:cars").sort is Sort.NEW
    assert resolved("search:cars sort:old").sort is Sort.OLD
    assert resolved("search:cars x").sort is None
    assert resolved("-search:cars").sort is None


def test_notes_on_what_is_saved_name_it() -> None:
    """What was odd when it was saved still is."""
    assert resolved("x search:odd").notes[0].startswith("In search:odd: ")


def test_nesting_has_an_end() -> None:
    """Four deep, and no deeper."""
    chain = {f"s{number}": f"search:s{number + 1}" for number in range(9)} | {"s9": "end"}

    assert resolve_saved(parse_query("search:s6"), chain).node == Words("end")
    assert resolve_saved(parse_query("search:s5"), chain).notes != ()


def test_what_multiplies_is_bounded() -> None:
    """Searches of searches do not grow without end."""
    wide = " ".join(f"search:n{number}" for number in range(32))
    saved = {f"n{number}": " ".join(f"w{number}x{i}" for i in range(32)) for number in range(32)}

    query = resolve_saved(
        Query(wide, And(tuple(Saved(f"n{number}") for number in range(32)))), saved
    )

    assert isinstance(query.node, And)
    assert len(query.node.parts) <= 128
    assert query.notes != ()
