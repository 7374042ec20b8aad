"""What is typed is always a query: words, phrases, prefixes, and no syntax to get wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.search import parse_query
from aggregator.search._matching import Matcher
from aggregator.search._query import MAX_WORDS, Word
from aggregator.search._snippet import MARK_END, MARK_START, Part, best_part

if TYPE_CHECKING:
    from tests.search.conftest import Shelf

Find = Callable[..., list[int]]

TABLE = (
    "CREATE VIRTUAL TABLE t USING fts5(title, headings, body, content='', tokenize="
    "\"porter unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'\")"
)
PIECES = (
    *"\"*():-+^~'\\/.{},_%",
    *("AND", "OR", "NOT", "NEAR(", "NEAR/2", "title:", "rowid:", "search_index", ";--", "$1", "?"),
    *("小", "小米手机", "ー", "한국어", "ひらがな", "𠀋", "किताब", "กำ", "كِتَاب", "é", "e\u0301"),
    *("\0", "\ud800", "\udfff", "\u200b", "\u202e", "\x02", "\x03", "\ufeff", "＂", "＊", "ﷺ"),
    *(
        "😀",
        "👩\u200d👩\u200d👧",
        "½",
        "a",
        "running",
        "x*",
        "xia*",
        "runni*",
        "小*",
        "\u0301",
        "İ",
    ),
    *(" ", "\t", "\n", "\u3000"),
)
pieces = st.sampled_from(PIECES)
hostile = st.lists(pieces, max_size=40).map("".join) | st.text(st.characters(exclude_categories=()))


@pytest.fixture(scope="module")
def table() -> Iterator[sqlite3.Connection]:
    """A table with the tokenizer of the archive."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(TABLE)
        connection.execute("INSERT INTO t(rowid, title) VALUES (1, 'a running 小米 米手 手机 机')")
        yield connection


def test_the_table_of_these_tests_is_that_of_the_archive(shelf: Shelf) -> None:
    """If the tokenizer changes, the hostile strings are tried on the new one."""
    with closing(sqlite3.connect(shelf.path)) as connection:
        (made,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'search_index'")

    assert made[0].split("USING", 1)[1].strip() == TABLE.split("USING", 1)[1].strip()


@given(typed=hostile)
@example(typed="*")
@example(typed='"')
@example(typed='""* AND')
@example(typed="___*")
@example(typed="a\0b*")
def test_no_input_is_an_error(typed: str, table: sqlite3.Connection) -> None:
    """FTS5 takes every expression that comes out, of all words and of any."""
    query = parse_query(typed)

    for expression in filter(None, (query.match_all(), query.match_any())):
        table.execute("SELECT count(*) FROM t WHERE t MATCH ?", (expression,)).fetchone()


@given(typed=hostile, text=hostile)
def test_no_text_is_an_error_and_marks_are_ours(typed: str, text: str) -> None:
    """Marks come in pairs, never nested, never empty, and without them it is words of the text."""
    _, snippet = best_part([Part(0, "", text)], Matcher(parse_query(typed)))

    depth = 0
    for before, char in zip(" " + snippet, snippet, strict=False):
        depth += (char == MARK_START) - (char == MARK_END)
        assert depth in {0, 1}
        assert not (char == MARK_END and before == MARK_START)
    assert depth == 0
    assert len(snippet) < 1000


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("one two", (Word("one"), Word("two"))),
        ('"one two" three', (Word("one two"), Word("three"))),
        ('"never closed', (Word("never closed"),)),
        ("xiao*", (Word("xiao", is_prefix=True),)),
        ("xi*", (Word("xi*"),)),
        ('"xiao*"', (Word("xiao*"),)),
        ("one one", (Word("one"),)),
        ("AND OR NOT", (Word("AND"), Word("OR"), Word("NOT"))),
        ("a & b _ - c", (Word("a"), Word("b"), Word("c"))),
        ("", ()),
        (' "" * _ -- ', ()),
    ],
)
def test_a_query_is_read_as_it_looks(typed: str, words: tuple[Word, ...]) -> None:
    """Words, phrases, beginnings; what has neither letter nor digit is no word."""
    assert parse_query(typed).words == words


@pytest.mark.parametrize(
    "typed", ["word " * 200_000, "x" * 1_000_000, '"' * 1_000_000, "小" * 9**6]
)
def test_an_enormous_query_is_cut(typed: str) -> None:
    """What a megabyte costs is not more than what a line costs."""
    query = parse_query(typed)

    assert len(query.words) <= MAX_WORDS
    assert len(query.match_all()) < 5000


def test_operators_are_words(shelf: Shelf, find: Find) -> None:
    """Who searches for NOT finds the entry that says so."""
    shelf.put("to be or not to be", "title: NEAR(x)", "plain")

    assert find("NOT") == [1]
    assert find("title:") == [2]
    assert find("NEAR(x)") == [2]
    assert find("plain -be") != []


def test_quotes_keep_words_together(shelf: Shelf, find: Find) -> None:
    """A phrase is words side by side and in their order, across case and line breaks."""
    shelf.put("an electric car", "a car, electric", "electric\nCAR", "electric blue car")

    assert sorted(find('"electric car"')) == [1, 3]
    assert sorted(find("electric car")) == [1, 2, 3, 4]


def test_a_phrase_does_not_reach_from_title_to_text(shelf: Shelf, find: Find) -> None:
    """Words of different fields are no phrase."""
    shelf.put("car for all", title="the electric")

    assert find('"electric car"') == []
    assert find('"the electric"') == [1]


@pytest.mark.parametrize("typed", ["ele*", "elec*", "electr*", "electri*", "electric*", "ELECTRI*"])
def test_a_prefix_finds_words_that_begin_with_it(typed: str, shelf: Shelf, find: Find) -> None:
    """Also where the word is filed under a stem that is shorter than the prefix."""
    shelf.put(
        "an electric car",
        "electricity",
        "the election" if len(typed) < 6 else "other",
        "dielectric",
    )

    assert {1, 2} <= set(find(typed)) <= {1, 2, 3}


@pytest.mark.parametrize(
    "word",
    [
        *("running", "applications", "nationalization", "hopefulness", "happily", "studies"),
        *("relational", "conditional", "triplicate", "adjustment", "agreed", "hopping"),
        *("generously", "libraries", "electricity", "organizers", "formalism", "possibly"),
    ],
)
def test_every_beginning_of_a_word_finds_it(word: str, shelf: Shelf, find: Find) -> None:
    """From three letters to all of them, whatever the stemmer makes of word and beginning."""
    shelf.put(f"about {word} here")

    missed = [word[:end] for end in range(3, len(word) + 1) if find(word[:end] + "*") != [1]]

    assert missed == []


def test_a_prefix_in_a_phrase_of_several_terms(shelf: Shelf, find: Find) -> None:
    """Mixed scripts and hyphens keep their order before the open end."""
    shelf.put("小米electric", "yu7-electric", "electric")

    assert find("小米elec*") == [1]
    assert find("yu7-elec*") == [2]


def test_words_that_are_no_words_do_not_spoil_the_others(shelf: Shelf, find: Find) -> None:
    """A lone sign between two words leaves "all words" what it is."""
    shelf.put("red", "red blue", *["blue"] * 12)

    assert find("red & blue")[0] == find("red _ blue")[0] == 2
