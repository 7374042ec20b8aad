"""Saved searches inside of queries, in an archive of each kind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aggregator.search import Searcher, open_searcher
from aggregator.search.query import Saved, write_query
from tests.search.conftest import Shelf


@pytest.fixture(scope="module")
def searcher(shared_shelf: Shelf) -> Iterator[Searcher]:
    """A searcher of an archive with searches that are saved, some of them in a circle."""
    shared_shelf.put("red car", "blue car", "red bus", "green train", "search self round")
    saved = shared_shelf.archive.saved
    saved.save("Cars", "car OR bus sort:old")
    saved.save("red ones", "search:cars red")
    saved.save("nested", "search:'red ones' -bus")
    saved.save("self", "car search:self")
    saved.save("round", "search:trip")
    saved.save("trip", "search:round")
    saved.save("odd", "red is:nonsense")
    saved.save("signs", "!!!")
    saved.save('my "own\\" \\ ', "search:signs OR train")
    with open_searcher(shared_shelf.url) as opened:
        yield opened


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("search:cars", [1, 2, 3]),
        ("saved:CARS", [1, 2, 3]),
        ("search:cars -red", [2]),
        ("-search:cars", [4, 5]),
        ("search:cars OR train", [1, 2, 3, 4]),
        ('search:"red ones"', [1, 3]),
        ("search:nested", [1]),
        ("search:unknown", []),
        ("search:self", []),
        ("search:round", [5]),
        ("search:signs", []),
        ("search:signs OR train", [4]),
        (write_query(Saved('my "own\\" \\')), [4]),
    ],
)
def test_a_name_stands_for_its_search(typed: str, found: list[int], searcher: Searcher) -> None:
    """In any part of a query; one that is unknown or leads back to itself is a word."""
    assert sorted(hit.id for hit in searcher.newest(typed).hits) == found


def test_its_order_counts_where_it_is_all_that_is_asked(searcher: Searcher) -> None:
    """Not where it is only a part, and never before the order that is typed."""
    assert [hit.id for hit in searcher.search("search:cars").hits] == [1, 2, 3]
    assert [hit.id for hit in searcher.search("search:cars sort:new").hits] == [3, 2, 1]
    assert [hit.id for hit in searcher.newest("search:cars is:odd").hits] == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("search:unknown", "is not saved"),
        ("search:self", "leads back to itself"),
        ("search:round", "leads back to itself"),
        ("search:odd", "In search:odd: "),
    ],
)
def test_what_cannot_be_meant_is_said(typed: str, said: str, searcher: Searcher) -> None:
    """Beside the hits and in the reading of the query."""
    notes = searcher.search(typed).notes

    assert [note for note in notes if said in note] == list(notes)
    assert len(notes) == 1
    assert searcher.explain(typed)[-1] == f"note: {notes[0]}"


def test_words_of_a_saved_search_are_ranked_and_marked(searcher: Searcher) -> None:
    """As if they had been typed."""
    hits = searcher.search('search:"red ones"').hits

    assert [hit.snippet for hit in hits[:2]] == [
        "\x02red\x03 \x02bus\x03",
        "\x02red\x03 \x02car\x03",
    ]


def test_searches_that_are_saved_later_count_at_once(shelf: Shelf) -> None:
    """And those that were removed no longer do."""
    shelf.put("red", "blue")
    with open_searcher(shelf.url) as searcher:
        before = searcher.search("search:mine").notes
        shelf.archive.saved.save("mine", "blue")
        found = [hit.id for hit in searcher.search("search:mine").hits]
        shelf.archive.saved.save("mine", "red", replace=True)
        changed = [hit.id for hit in searcher.search("search:mine").hits]
        shelf.archive.saved.remove("mine")
        after = searcher.search("search:mine").notes

    assert (found, changed) == ([2], [1])
    assert before == after
    assert "is not saved" in before[0]
