"""Which entries a search has, how many it says there are, and pages that fit together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.search import Searcher, Sort, open_searcher
from aggregator.search._searcher import MAX_LIMIT
from tests.search.conftest import Shelf

Find = Callable[..., list[int]]


def test_few_hits_of_all_words_come_before_hits_of_any(
    shelf: Shelf, find: Find, searcher: Searcher
) -> None:
    """Though another entry says one of the words much more often."""
    shelf.put("red red red red red", *["blue"] * 5, "long text " * 50 + "red and blue", "neither")

    result = searcher.search("red blue")

    assert result.hits[0].id == 7
    assert sorted(hit.id for hit in result.hits) == [1, 2, 3, 4, 5, 6, 7]
    assert (result.total, result.query, result.has_more) == (7, "red blue", False)
    assert [hit.rank for hit in result.hits] == [1, 2, 3, 4, 5, 6, 7]
    assert find("red blue") == [hit.id for hit in result.hits]


def test_with_ten_hits_of_all_words_the_others_are_left_out(
    shelf: Shelf, searcher: Searcher
) -> None:
    """Nine are too few, ten are enough."""
    shelf.put(*["red blue"] * 9, *["red"] * 30)
    nine = searcher.search("red blue").total
    shelf.put("blue red")
    ten = searcher.search("red blue").total

    assert (nine, ten) == (39, 10)


@pytest.fixture(scope="module")
def colours(shared_shelf: Shelf) -> Iterator[Searcher]:
    """A searcher of an archive that only these tests read."""
    shared_shelf.put("red alone")
    shared_shelf.put("red blue", tags=("x",))
    shared_shelf.put("blue alone")
    shared_shelf.put("blue green", tags=("x",))
    shared_shelf.put("blue", language="en")
    shared_shelf.put("red", title="the first")
    shared_shelf.put("the other")
    with open_searcher(shared_shelf.url) as opened:
        yield opened


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("red blue", [1, 2, 3, 4, 5, 6]),
        ("red OR blue", [1, 2, 3, 4, 5, 6]),
        ("red blue title:green", [1, 2, 3, 4, 5, 6]),
        ('red "blue"', [2]),
        ('red blue "alone"', [1, 3]),
        ('red blue "not there"', []),
        ("red blue -green", [1, 2, 3, 5, 6]),
        ("red blue #x", [2, 4]),
        ("red blue #none", []),
        ("red blue lang:en", [5]),
        ("red blue /g.+n/", [4]),
        ("red the", [1, 2, 6]),
        ("the", [6, 7]),
    ],
)
def test_only_words_may_be_missing(typed: str, found: list[int], colours: Searcher) -> None:
    """Quoted words, facts, exclusions and patterns are asked for; a stop word alone adds none."""
    assert sorted(hit.id for hit in colours.search(typed).hits) == found


@pytest.mark.parametrize("typed", ["", "  ", "\0", "\ud800", "sort:new", "sort:rank"])
def test_a_search_for_nothing_lists_everything(typed: str, colours: Searcher) -> None:
    """The newest first, by whatever way one asks; characters that nobody can see are nothing."""
    result = colours.search(typed)

    assert [hit.id for hit in result.hits] == [7, 6, 5, 4, 3, 2, 1]
    assert (result.hits, result.notes) == (colours.newest(typed).hits, ())
    assert [hit.snippet for hit in result.hits if "\x02" in hit.snippet] == []


@pytest.mark.parametrize("typed", ["!!!", "-", '""', "*", "( )", "😀 …", "& _"])
def test_signs_find_nothing_and_are_told_of(typed: str, colours: Searcher) -> None:
    """Nobody who typed something is shown the whole archive as an answer to it."""
    for result in (colours.search(typed), colours.newest(typed)):
        assert (result.total, result.hits) == (0, ())
        assert len(result.notes) == 1
    assert colours.search(f"red {typed}").total == 3


@pytest.mark.parametrize("typed", ["absent", "absent missing", '"blue red"', "-the -red -blue"])
def test_words_that_nobody_wrote_find_nothing(typed: str, colours: Searcher) -> None:
    """No hit, no error, and the query as it was typed."""
    result = colours.search(typed)

    assert (result.query, result.total, result.hits, result.has_more) == (typed, 0, (), False)


@pytest.mark.parametrize(
    ("texts", "typed", "total"),
    [
        (["same words"] * 57, "same words", 57),
        (["red"] * 31 + ["red blue"] * 9 + ["blue"] * 17, "red blue", 57),
        ([f"red {'x ' * (n % 7)}" for n in range(57)], "red", 57),
        ([f"red {'x ' * (n % 7)}" for n in range(57)], "red* sort:readtime", 57),
        ([f"red {n % 3}" for n in range(57)], "/red [12]/", 38),
        (["red blue"] * 5 + ["red"] * 20, '"red blue" red', 5),
    ],
    ids=["all-equal", "some-words", "one-word", "by-read-time", "pattern", "phrase"],
)
def test_pages_have_every_hit_once(
    texts: list[str], typed: str, total: int, shelf: Shelf, searcher: Searcher
) -> None:
    """Turning pages repeats nothing and leaves out nothing, and no page is past the end."""
    shelf.put(*texts)
    whole = searcher.search(typed, limit=1000)
    beyond = searcher.search(typed, limit=10, offset=total)

    for size in (1, 7, 100):
        pages = [searcher.search(typed, limit=size, offset=at) for at in range(0, total, size)]
        assert [hit for page in pages for hit in page.hits] == list(whole.hits)
        assert {(page.total, page.has_more) for page in pages} == {(total, False)}

    assert len({hit.id for hit in whole.hits}) == whole.total == beyond.total == total
    assert beyond.hits == ()


@pytest.mark.parametrize("search", ["search", "newest"])
def test_absurd_pages_are_no_error(search: str, shelf: Shelf, searcher: Searcher) -> None:
    """Negative and enormous numbers are taken as the nearest that make sense."""
    shelf.put(*["red"] * 3, "red blue")

    ask = getattr(searcher, search)
    for typed in ("red", "red blue sort:old", "", "red*", "/red/"):
        assert ask(typed, limit=-1).hits == ask(typed, limit=0).hits == ()
        whole = ask(typed, limit=10**30)
        assert len(whole.hits) == whole.total == ask(typed, limit=0).total > 0
        assert ask(typed, offset=10**30).hits == ()
        assert ask(typed, offset=-5).hits == ask(typed).hits


def test_more_hits_than_a_statement_takes_are_returned(shelf: Shelf, searcher: Searcher) -> None:
    """The longest page is one answer, too."""
    shelf.put(*["red"] * 2000)

    assert len(searcher.search("red", limit=MAX_LIMIT).hits) == 2000
    assert len(searcher.newest("red", limit=MAX_LIMIT).hits) == 2000


def test_newest_orders_by_date_then_number(shelf: Shelf, searcher: Searcher) -> None:
    """All entries, or those that are meant; a date ahead of us counts as arrival."""
    day = datetime(2026, 11, 1, tzinfo=UTC)
    for days, text in ((3, "red"), (1, "red"), (2, "blue"), (900, "red"), (1, "green")):
        shelf.put(text, published_at=day + timedelta(days=days))

    everything, red = searcher.newest(), searcher.newest("red")
    pages = [searcher.newest(limit=2, offset=at).hits for at in (0, 2, 4, 6)]

    assert [hit.id for hit in everything.hits] == [4, 1, 3, 5, 2]
    assert [hit.published_at for hit in red.hits][1:] == [
        day + timedelta(days=3),
        day + timedelta(days=1),
    ]
    assert ([hit.id for hit in red.hits], red.total) == ([4, 1, 2], 3)
    assert [hit.id for page in pages for hit in page] == [4, 1, 3, 5, 2]


@pytest.mark.parametrize("sort", [Sort.NEW, Sort.OLD, Sort.READTIME])
def test_other_orders_find_only_what_answers_all(
    sort: Sort, shelf: Shelf, searcher: Searcher
) -> None:
    """What has some of the words would stand before what has all of them."""
    shelf.put("red", "blue", "red blue", "green")

    assert [hit.id for hit in searcher.search("red blue", sort=sort).hits] == [3]
    assert [hit.id for hit in searcher.search(f"red blue sort:{sort}").hits] == [3]
    assert [hit.id for hit in searcher.newest("red blue").hits] == [3]
    assert len(searcher.search("red blue").hits) == 3


def test_every_order_is_kept(shelf: Shelf, searcher: Searcher) -> None:
    """By date from both ends, by read time and then the newest; an argument goes before words."""
    day = datetime(2026, 11, 1, tzinfo=UTC)
    for minutes, days in ((5, 2), (1, 1), (5, 3), (2, 0)):
        shelf.put("red", published_at=day + timedelta(days=days), article={"read_minutes": minutes})

    def order(typed: str, sort: Sort | None = None) -> list[int]:
        return [hit.id for hit in searcher.search(typed, sort=sort).hits]

    assert order("red sort:new") == order("sort:new") == order("red", Sort.NEW) == [3, 1, 2, 4]
    assert order("red sort:old") == order("red", Sort.OLD) == [4, 2, 1, 3]
    assert order("red sort:readtime") == order("red", Sort.READTIME) == [2, 4, 3, 1]
    assert order("red sort:new", Sort.OLD) == [4, 2, 1, 3]
    assert [hit.id for hit in searcher.newest("red sort:old").hits] == [4, 2, 1, 3]
    assert order("sort:rank") == [3, 1, 2, 4]
