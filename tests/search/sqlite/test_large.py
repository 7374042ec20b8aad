"""Common words cost little, and what is found by date and frequency is right all the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.search.plan import EVERYTHING, NOTHING, AllOf, Negation, Phrase, Plan
from aggregator.search.sqlite import SqliteEngine
from aggregator.search.sqlite._dates import RARE
from aggregator.search.sqlite._snapshot import MANY
from aggregator.search.terms import Analyzed
from tests.search.sqlite.archives import NOW, Store

SHARD = 1 << 16
LARGE = 2 * RARE


def word(text: str, *, is_prefix: bool = False) -> Phrase:
    """The plan for one word."""
    return Phrase(((text,),), (), is_prefix)


def spread(number: int) -> int:
    """The id of a document of the large archive: in four shards, most of each never given out."""
    return number % (LARGE // 4) + number // (LARGE // 4) * SHARD


def minutes_of(number: int) -> int:
    """When it was published: ten in a row, then those of somewhere else."""
    return (number // 10 * 7919) % LARGE * 10 + number % 10


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteEngine]:
    """An archive of so many short documents that common words are not sorted but walked to."""
    path = tmp_path_factory.mktemp("large") / "archive.db"
    analyzed = [
        Analyzed(
            id=spread(number),
            language="en",
            title=("common",),
            headings=("third",) if number % 3 == 0 else (),
            lead=("rare",) if number % 1000 == 0 else (),
            body=(f"w{number % 10}", f"w{number % 7}x"),
            facets=("all",),
            sort_at=NOW + timedelta(minutes=minutes_of(number)),
            read_minutes=number % 60,
        )
        for number in range(LARGE)
    ]
    with closing(Store(path)) as store:
        store.put_analyzed(analyzed)
    with closing(SqliteEngine(path)) as engine:
        yield engine


def by_date(*, is_oldest: bool, step: int = 1) -> list[int]:
    """The ids of every `step`-th document of the large archive, by date."""
    numbers = sorted(range(0, LARGE, step), key=minutes_of, reverse=not is_oldest)
    return [spread(number) for number in numbers]


def test_what_is_found_once_is_found_again(large: SqliteEngine) -> None:
    """Within one reading, whatever was asked for before and however much of it."""
    for plan in (word("third"), word("th", is_prefix=True), word("w1x")):
        apart = {most: large.find(plan, most) for most in (10, 100, 7000)}
        with large.reading():
            again = {most: large.find(plan, most) for most in (100, 10, 7000, 100)}
        assert again == apart


def test_frequencies_of_rare_words_are_exact(large: SqliteEngine) -> None:
    """Counted over all shards, whether or not it was looked for before."""
    plan = word("rare")

    assert large.frequency(plan) == LARGE / 1000
    assert large.frequency(NOTHING) == 0
    with large.reading():
        large.find(plan, 1000)
        assert large.frequency(plan) == LARGE / 1000


@pytest.mark.parametrize(
    ("plan", "share"),
    [(word("common"), 1), (word("third"), 3), (word("th", is_prefix=True), 3)],
)
def test_frequencies_of_common_words_are_estimated(
    large: SqliteEngine, plan: Plan, share: int
) -> None:
    """From the newest: nearly right, where they are as common everywhere."""
    assert LARGE / share > MANY

    alone = large.frequency(plan)
    with large.reading():
        large.find(plan, 2000)
        after = large.frequency(plan)

    for estimate in (alone, after):
        assert estimate == pytest.approx(LARGE / share, rel=0.05)


@pytest.mark.parametrize("is_oldest", [False, True])
@pytest.mark.parametrize(
    ("plan", "step"),
    [
        (EVERYTHING, 1),
        (word("common"), 1),
        (word("commo", is_prefix=True), 1),
        (Negation(NOTHING), 1),
        (word("third"), 3),
        (word("thi", is_prefix=True), 3),
        (AllOf((word("common"), word("rare"))), 1000),
    ],
)
def test_pages_by_date_are_exact(
    large: SqliteEngine, plan: Plan, step: int, *, is_oldest: bool
) -> None:
    """Of rare and of common words, of words and prefixes, at the start and further on."""
    expected = by_date(is_oldest=is_oldest, step=step)

    for limit, offset in [(20, 0), (7, 3), (300, 500), (5, LARGE), (0, 0)]:
        page = large.newest(plan, limit, offset, is_oldest=is_oldest)
        assert page == expected[offset : offset + limit]


def test_a_walk_without_end_ends(tmp_path: Path) -> None:
    """Where the matches are all at the far end of the dates, what was archived last is shown."""
    analyzed = [
        Analyzed(
            id=number * 600,  # each a probe of its own
            language="en",
            title=("old",) if number % 5 else ("new",),
            headings=(),
            lead=(),
            body=(),
            facets=("all",),
            sort_at=NOW - timedelta(days=9999 * (number % 5 != 0), minutes=number),
            read_minutes=1,
        )
        for number in range(1, RARE * 2)
    ]
    with closing(Store(tmp_path / "archive.db")) as store:
        store.put_analyzed(analyzed)
        with closing(SqliteEngine(store.path)) as engine:
            page = engine.newest(word("old"), 20, 0)

    members = {one.id for one in analyzed if one.title == ("old",)}
    assert len(page) == 20
    assert members.issuperset(page)


def test_words_of_a_large_archive_are_listed(large: SqliteEngine) -> None:
    """However many documents have them."""
    assert [token for token, _ in large.words_like("comm", 5)] == ["common"]
    assert dict(large.words_like("w", 99)).keys() >= {f"w{number}" for number in range(10)}
