"""Words that stand in more articles than a search looks at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from aggregator.search import MOST_FOUND, Searcher, Sort, open_searcher
from aggregator.search._choosing import MOST_CHECKED
from tests.search.conftest import NOW, Shelf

COUNT = MOST_FOUND + 50


@pytest.fixture(scope="module")
def searcher(shared_shelf: Shelf) -> Iterator[Searcher]:
    """A searcher of an archive in which all have one word, some another, and one a third."""
    entries = [
        {
            "lead": "common"
            + (" some" if number % 100 == 0 else "")
            + (" rare" if number == 7 else ""),
            "published_at": NOW - timedelta(minutes=COUNT - number),
        }
        for number in range(1, COUNT + 1)
    ]
    shared_shelf.put_items(*entries)
    with open_searcher(shared_shelf.url) as opened:
        yield opened


@pytest.mark.parametrize("typed", ["common", "com*", "common -missing", "lead:common OR common"])
@pytest.mark.parametrize("sort", [Sort.RANK, Sort.NEW, Sort.READTIME])
def test_a_common_word_has_more_hits_than_are_counted(
    typed: str, sort: Sort, searcher: Searcher
) -> None:
    """The total is the bound, it is said that there are more, and the newest come first."""
    result = searcher.search(typed, limit=3, sort=sort)

    assert (result.total, result.has_more) == (MOST_FOUND, True)
    assert [hit.id for hit in result.hits] == [COUNT, COUNT - 1, COUNT - 2]


def test_what_is_rarer_is_counted(searcher: Searcher) -> None:
    """Also beside a common word, however old it is."""
    both = searcher.search("common some", limit=1000)
    old = searcher.search("rare common", limit=1)

    assert (both.total, both.has_more) == (COUNT // 100, False)
    assert old.hits[0].id == 7
    assert [hit.id for hit in searcher.newest("rare").hits] == [7]


def test_the_oldest_are_listed_though_they_are_not_among_the_counted(searcher: Searcher) -> None:
    """The order of dates is that of the whole archive."""
    assert [hit.id for hit in searcher.search("common sort:old", limit=3).hits] == [1, 2, 3]
    assert [hit.id for hit in searcher.newest(limit=2, offset=COUNT - 2).hits] == [2, 1]
    assert searcher.newest("common", limit=1, offset=COUNT).hits == ()


def test_pages_of_a_common_word_fit_together(searcher: Searcher) -> None:
    """Within what is ranked, behind it, and behind what is counted."""
    whole = [hit.id for hit in searcher.search("common", limit=1500).hits]
    pages = [
        hit.id
        for offset in range(0, 1500, 300)
        for hit in searcher.search("common", limit=300, offset=offset).hits
    ]

    assert pages == whole
    assert len(set(whole)) == 1500
    assert len(searcher.search("common", limit=100, offset=COUNT - 20).hits) == 20


def test_a_pattern_is_looked_for_in_so_many_texts(searcher: Searcher) -> None:
    """It says that there may be more; beside a rarer word it finds all."""
    alone = searcher.search("/c.mmon$/", limit=1)
    beside = searcher.search("some /c.mmon/", limit=1)

    assert alone.has_more
    assert 0 < alone.total <= MOST_CHECKED
    assert (beside.total, beside.has_more) == (COUNT // 100, False)
