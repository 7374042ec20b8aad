"""FTS5 takes every plan and finds what the predicate finds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.search.plan import (
    EVERYTHING,
    NOTHING,
    AllOf,
    AnyOf,
    Check,
    Negation,
    Phrase,
    Plan,
    Token,
    holds,
)
from aggregator.search.sqlite._expression import (
    MAX_DEPTH,
    MAX_WORDINGS,
    has_prefix,
    match_expression,
    without_prefixes,
)
from aggregator.search.terms import Analyzed, Column, Document
from tests.search.sqlite.archives import NOW
from tests.search.sqlite.plans import analyses, plans

DOCUMENT = Document(0, "", "", "", "", "en", (), NOW, 1, 1)


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    """A table as those of shards, in memory, and empty."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute(
            "CREATE VIRTUAL TABLE shard USING fts5 (title, headings, lead, body, facets, "
            "content = '', tokenize = \"ascii tokenchars ':_.+#-'\")"
        )
        yield connection


def find(index: sqlite3.Connection, plan: Plan) -> set[int]:
    """The documents that FTS5 finds."""
    statement = "SELECT rowid FROM shard WHERE shard MATCH ?"
    return {row[0] for row in index.execute(statement, (match_expression(plan),))}


def fill(index: sqlite3.Connection, documents: Sequence[Analyzed]) -> None:
    """Have the table hold these documents, numbered from 0 on, and no others."""
    index.execute("INSERT INTO shard (shard) VALUES ('delete-all')")
    for number, one in enumerate(documents):
        columns = (one.title, one.headings, one.lead, one.body, one.facets)
        index.execute(
            "INSERT INTO shard (rowid, title, headings, lead, body, facets) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (number, *map(" ".join, columns)),
        )


@settings(max_examples=300)
@given(documents=st.lists(analyses, min_size=1, max_size=5), plan=plans)
def test_it_finds_what_the_predicate_finds(
    index: sqlite3.Connection, documents: list[Analyzed], plan: Plan
) -> None:
    """Any plan on any documents."""
    fill(index, documents)

    found = find(index, plan)

    assert found == {number for number, one in enumerate(documents) if holds(plan, DOCUMENT, one)}


@given(
    st.text() | st.sampled_from(['"', "a b", "NEAR(", "*", "", "A", "\0", "a\0b", "\ud800", "%"])
)
def test_no_token_is_taken_for_syntax(index: sqlite3.Connection, token: str) -> None:
    """Whatever stands in a plan, FTS5 takes the expression."""
    fill(index, [])
    for plan in (Token(token), Phrase(((token,), (token, "a")), (), is_prefix=True)):
        assert find(index, plan) == set()


@pytest.mark.parametrize("token", ["A", "a b", 'a"b', "", " ", "\0", "a'", "\ud800"])
def test_what_is_no_token_is_in_no_document(index: sqlite3.Connection, token: str) -> None:
    """FTS5 would fold or split it, and find what was not asked for."""
    document = Analyzed(0, "en", ("a", "b"), (), (), (), ("all", "a"), NOW, 1)
    fill(index, [document])

    assert find(index, Phrase(((token,),))) == set()
    assert find(index, Token(token)) == set()
    assert find(index, Phrase(((token, "b"),))) == {0}


def test_nothing_and_everything(index: sqlite3.Connection) -> None:
    """The constants, also as parts and negated."""
    document = Analyzed(0, "en", (), (), (), (), ("all",), NOW, 1)
    fill(index, [document, document])

    assert find(index, EVERYTHING) == find(index, Negation(NOTHING)) == {0, 1}
    assert find(index, NOTHING) == find(index, Negation(EVERYTHING)) == set()
    assert find(index, AllOf((EVERYTHING, AnyOf((NOTHING, EVERYTHING))))) == {0, 1}
    assert find(index, Phrase(())) == set()


def one_of(plan: Plan) -> Plan:
    """The plan with one more level of every kind around it."""
    word = Phrase((("a", "b"), ("b", "ab")), (), is_prefix=True)
    return AllOf((word, AnyOf((word, plan)), Negation(word)))


@pytest.mark.parametrize("deepen", [Negation, lambda plan: AllOf((Negation(plan),)), one_of])
def test_deep_plans_are_taken_or_refused(index: sqlite3.Connection, deepen: type[Negation]) -> None:
    """FTS5 never meets a plan that is too deep for its parser, and never one that is too wide."""
    fill(index, [Analyzed(0, "en", (), (), (), (), ("all",), NOW, 1)])
    plan: Plan = Phrase((("a", "b"), ("b", "ab")), (Column.TITLE,), is_prefix=True)
    is_taken = []
    for _ in range(4 * MAX_DEPTH):
        plan = deepen(plan)
        try:
            find(index, plan)
            is_taken.append(True)
        except ValueError:
            is_taken.append(False)

    assert is_taken == sorted(is_taken, reverse=True)
    assert is_taken.count(True) >= MAX_DEPTH // 3


def test_wide_plans_are_taken(index: sqlite3.Connection) -> None:
    """A thousand parts, in one level or one in the other."""
    fill(index, [Analyzed(0, "en", ("w7",), (), (), (), ("all",), NOW, 1)])
    words: list[Plan] = [Phrase(((f"w{number}",),)) for number in range(1000)]

    assert find(index, AnyOf(tuple(words))) == {0}
    assert find(index, AllOf(tuple(words))) == set()
    assert find(index, reduce(lambda left, right: AnyOf((left, right)), words)) == {0}
    assert find(index, AllOf(tuple(map(Negation, words[8:])))) == {0}


def test_phrases_of_very_many_wordings_find_a_little_more(index: sqlite3.Connection) -> None:
    """They are asked for in pieces; what has not even the pieces stays out."""
    alternatives = ("a", "b", "c", "d")
    phrase = Phrase((alternatives,) * 6)
    assert len(alternatives) ** 6 > MAX_WORDINGS
    right = ("x", "a", "b", "c", "d", "a", "b", "x")
    apart = ("a", "b", "x", "c", "d", "x", "a", "b")
    fill(index, [Analyzed(0, "en", (), (), (), one, ("all",), NOW, 1) for one in (right, apart)])

    assert find(index, phrase) == {0}


@given(documents=st.lists(analyses, min_size=1, max_size=5), plan=plans)
def test_without_prefixes_more_is_found(documents: list[Analyzed], plan: Plan) -> None:
    """Nothing of what the plan is true of is lost, and no prefix is left."""
    wide = without_prefixes(plan)

    assert not has_prefix(wide)
    assert all(holds(wide, DOCUMENT, one) for one in documents if holds(plan, DOCUMENT, one))


def test_a_check_is_refused() -> None:
    """Whoever asks the index has widened the plan before."""
    with pytest.raises(ValueError, match="no index can answer a check"):
        match_expression(AllOf((Check(EVERYTHING, bool),)))
