"""Which hits come first, how many there are, and pages that fit together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator.search import SearchReader
from aggregator.search._reader import MAX_LIMIT

if TYPE_CHECKING:
    from tests.search.conftest import Shelf

Find = Callable[..., list[int]]


def test_a_word_in_the_title_counts_more_than_in_a_heading_than_in_the_text(
    shelf: Shelf, find: Find
) -> None:
    """Where else the same words stand, the place decides."""
    shelf.put("needle x", title="y z", sections=[("hay", "hay")])
    shelf.put("x x", title="y z", sections=[("needle", "hay")])
    shelf.put("x x", title="needle z", sections=[("hay", "hay")])
    shelf.put(*["nothing"] * 20)

    assert find("needle") == [3, 2, 1]


def test_few_hits_of_all_words_come_before_hits_of_any(shelf: Shelf, find: Find) -> None:
    """Though another entry says one of the words much more often."""
    shelf.put("red red red red red", *["blue"] * 5, "long text " * 50 + "red and blue", "neither")

    with SearchReader(shelf.path) as reader:
        result = reader.search("red blue")

    assert result.hits[0].id == 7
    assert sorted(hit.id for hit in result.hits) == [1, 2, 3, 4, 5, 6, 7]
    assert (result.total, result.query) == (7, "red blue")
    assert [hit.rank for hit in result.hits] == [1, 2, 3, 4, 5, 6, 7]
    assert find("red blue") == [hit.id for hit in result.hits]


def test_with_ten_hits_of_all_words_the_others_are_left_out(shelf: Shelf) -> None:
    """Nine are too few, ten are enough."""
    shelf.put(*["red blue"] * 9, *["red"] * 30)
    with SearchReader(shelf.path) as reader:
        nine = reader.search("red blue").total
    shelf.put("blue red")
    with SearchReader(shelf.path) as reader:
        ten = reader.search("red blue").total

    assert (nine, ten) == (39, 10)


def test_nothing_is_found_for_nothing(shelf: Shelf) -> None:
    """No word, or words that nobody wrote: no hit, no error, and the query as it was typed."""
    shelf.put("some text")

    with SearchReader(shelf.path) as reader:
        for typed in ("", "  ", "!?", "absent", "absent missing", '"text some"', "\0", "\ud800"):
            result = reader.search(typed)
            assert (result.query, result.total, result.hits) == (typed, 0, ())


@pytest.mark.parametrize(
    ("texts", "typed", "total"),
    [
        (["same words"] * 57, "same words", 57),
        (["red"] * 31 + ["red blue"] * 9 + ["blue"] * 17, "red blue", 57),
        ([f"red {'x ' * (n % 7)}" for n in range(57)], "red", 57),
        (["red blue"] * 5 + ["red"] * 20, '"red blue" red', 25),
    ],
    ids=["all-equal", "some-words", "one-word", "phrase"],
)
@pytest.mark.parametrize("size", [1, 7, 10, 100])
def test_pages_have_every_hit_once(
    texts: list[str], typed: str, total: int, size: int, shelf: Shelf
) -> None:
    """Turning pages repeats nothing and leaves out nothing, and no page is past the end."""
    shelf.put(*texts)

    with SearchReader(shelf.path) as reader:
        whole = reader.search(typed, limit=1000)
        pages = [reader.search(typed, limit=size, offset=at) for at in range(0, total, size)]
        beyond = reader.search(typed, limit=size, offset=total)

    assert [hit for page in pages for hit in page.hits] == list(whole.hits)
    assert len({hit.id for hit in whole.hits}) == total
    assert {page.total for page in [*pages, whole, beyond]} == {total}
    assert beyond.hits == ()


@pytest.mark.parametrize("search", ["search", "newest"])
def test_absurd_pages_are_no_error(search: str, shelf: Shelf) -> None:
    """Negative and enormous numbers are taken as the nearest that make sense."""
    shelf.put(*["red"] * 3, "red blue")

    with SearchReader(shelf.path) as reader:
        ask = getattr(reader, search)
        for typed in ("red", "red blue"):
            assert ask(typed, limit=-1).hits == ask(typed, limit=0).hits == ()
            assert len(ask(typed, limit=10**30).hits) == 4
            assert ask(typed, offset=10**30).hits == ()
            assert ask(typed, offset=-5).hits == ask(typed).hits


def test_more_hits_than_a_statement_takes_are_returned(shelf: Shelf) -> None:
    """The longest page is one answer, too."""
    shelf.put(*["red"] * 2000)

    with SearchReader(shelf.path) as reader:
        assert len(reader.search("red", limit=MAX_LIMIT).hits) == 2000


def test_newest_orders_by_date_then_number(shelf: Shelf) -> None:
    """All entries, or those that a search would find; a date ahead of us counts as arrival."""
    day = datetime(2026, 11, 1, tzinfo=UTC)
    for days, text in ((3, "red"), (1, "red"), (2, "blue"), (900, "red"), (1, "green")):
        shelf.put(text, published_at=day + timedelta(days=days))

    with SearchReader(shelf.path) as reader:
        everything, red = reader.newest(), reader.newest("red")
        pages = [reader.newest(limit=2, offset=at).hits for at in (0, 2, 4, 6)]
        nothing = reader.newest("!!")

    assert [hit.id for hit in everything.hits] == [4, 1, 3, 5, 2]
    assert [hit.published_at for hit in red.hits][1:] == [
        day + timedelta(days=3),
        day + timedelta(days=1),
    ]
    assert ([hit.id for hit in red.hits], red.total) == ([4, 1, 2], 3)
    assert [hit.id for page in pages for hit in page] == [4, 1, 3, 5, 2]
    assert (nothing.total, nothing.hits) == (0, ())


def test_newest_finds_what_search_finds(shelf: Shelf, find: Find) -> None:
    """Also where some of the words are enough."""
    shelf.put("red", "blue", "red blue", "green")

    with SearchReader(shelf.path) as reader:
        newest = [hit.id for hit in reader.newest("red blue").hits]

    assert newest == [3, 2, 1]
    assert sorted(find("red blue")) == sorted(newest)
