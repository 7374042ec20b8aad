"""The candidates of PostgreSQL come in the order of the BM25 by which they are ranked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.search._ranking import Evidence, Weighing, rarity, score
from aggregator.search.plan import AnyOf, Phrase
from aggregator.search.postgresql import PostgresEngine
from aggregator.search.terms import Analyzed, Column
from tests.search.postgresql.archives import Store, document

texts = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=8)
parts = st.fixed_dictionaries({"body": texts, "title": texts, "headings": texts, "lead": texts})


def _scores(archived: Sequence[Analyzed], asked: Sequence[str]) -> dict[int, float]:
    """What each document is worth, of those that have one of the words."""
    held = [[one.id for one in archived if word in _words(one)] for word in asked]
    weighing = Weighing(
        tuple(rarity(len(ids), len(archived)) for ids in held),
        sum(one.length for one in archived) / len(archived),
        words=1,
    )
    return {
        one.id: score(
            Evidence(one.id, _occurrences(one, asked), one.length, 0, one.sort_at), weighing
        )
        for one in archived
        if any(one.id in ids for ids in held)
    }


def _words(one: Analyzed) -> set[str]:
    return {*one.title, *one.headings, *one.lead, *one.body}


def _occurrences(one: Analyzed, asked: Sequence[str]) -> tuple[dict[Column, int], ...]:
    columns = {
        Column.TITLE: Counter(one.title),
        Column.HEADINGS: Counter(one.headings),
        Column.LEAD: Counter(one.lead),
        Column.BODY: Counter(one.body),
    }
    return tuple({column: count[word] for column, count in columns.items()} for word in asked)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(parts, min_size=1, max_size=12),
    st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=1, max_size=3, unique=True),
)
def test_candidates_come_in_the_order_of_the_ranking(
    shared: Store, reader: PostgresEngine, written: list[dict[str, Any]], asked: list[str]
) -> None:
    """Wherever and however often words stand, in short documents and long ones."""
    archived = [document(number, **each) for number, each in enumerate(written, 1)]
    shared.write(*archived)
    expected = _scores(archived, asked)

    found = reader.score(AnyOf(tuple(Phrase(((word,),)) for word in asked)), 0, 20)

    assert set(found) == set(expected)
    # The weights are written with four digits.
    for better, worse in pairwise(found):
        assert expected[better] >= expected[worse] * 0.999


def test_long_lists_of_headings_are_found(shared: Store, reader: PostgresEngine) -> None:
    """As many different words as a long document has; beyond 300 kB by the word alone."""
    headings = [f"heading{number}" for number in range(15_000)]
    shared.write(document(1, headings=headings), document(2, headings=["x" * 60] + headings * 2))

    for word in (headings[0], headings[1_500], headings[-1]):
        asked = Phrase(((word,),), (Column.HEADINGS,))
        assert reader.find(asked, 9).ids == (2, 1)
    many = [f"{number:060}" for number in range(6_000)]
    shared.write(document(1, headings=many, title=["first"]))
    assert reader.find(Phrase((("first",),), (Column.TITLE,)), 9).ids == (1,)
    assert reader.find(Phrase(((many[4_000],),), (Column.HEADINGS,)), 9).ids == (1,)
    assert reader.find(Phrase(((many[-1],),)), 9).ids == (1,)


def test_the_longest_words_of_a_short_text_fit(shared: Store, reader: PostgresEngine) -> None:
    """Each as long as a token can be, all in headings, in signs of four bytes."""
    words = [f"{number:04}" + "\U0001f600" * 60 for number in range(2_500)]
    shared.write(document(1, headings=words))

    assert reader.find(Phrase(((words[-1],),)), 9).ids == (1,)
