"""What is typed is always a search: words, phrases, prefixes, and no syntax to get wrong."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from aggregator.archive import Selection
from aggregator.search import Searcher, matches, open_searcher, parse_query
from aggregator.text import strip_unsafe
from tests.search.conftest import Shelf

Find = Callable[..., list[int]]

PIECES = (
    *"\"*():-+^~'\\/.{},_%|!#<>=&?$;",
    *("AND", "OR", "NOT", "NEAR(", "NEAR/2", "title:", "rowid:", "search_1_0", ";--", "$1", "?"),
    *("heading:", "body:", "author:", "feed:", "site:", "url:", "tag:", "lang:", "after:", "date:"),
    *("before:", "readtime:", "words:", "is:updated", "has:", "sort:", "sort:new", "search:"),
    *("2026-11", "7d", "2026-01/2026-03", "9999-12-31", "0001", "<5", ">1000", "3..7", "..", "1y"),
    *("/a+/", "/(a|b)*$/", "/[/", "/\\", "(?i)", "/小.*/", "/" + "(" * 50, "{1000}", "\\p{L}"),
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
    *("the", "red", "blue", '"red blue"', "c++", "v2.5", "example.com", "'red'", "“red", "1e9"),
    *(" ", " ", " ", "\t", "\n", "\u3000"),
)
WORDS = [
    *("running", "applications", "nationalization", "hopefulness", "happily", "studies"),
    *("relational", "conditional", "triplicate", "adjustment", "agreed", "hopping"),
    *("generously", "libraries", "electricity", "organizers", "formalism", "possibly"),
]
TEXTS = [
    *(f"about {word} here" for word in WORDS),
    "to be or not to be",
    "title: NEAR(x)",
    "a red car, a blue car; running cars",
    "an electric bus",
    "a bus, electric",
    "electric\nBUS",
    "electric blue bus",
    "小米electric",
    "yu7-electric",
    "évil \x1b[31m \x02marks\x03 \u202e reversed \x00 \x9b2J end",
    "\x07" * 50 + "needle \x1b]0;title\x07" + "\x02" * 9 + " needle",
]
SEED = 20_261_122


@pytest.fixture(scope="module")
def shelf(shared_shelf: Shelf) -> Shelf:
    """An archive of the texts above; one of them has everything that is dangerous to show."""
    shared_shelf.put(*TEXTS, tags=("x",), authors=("Ann",), url="https://example.com/red")
    shared_shelf.put(
        "lead \x1b[2J",
        title="\x1b[31m needle\x02 \u202etitle\x9b",
        sections=[("\x1b]8;;needle\x03", "\x02\x03needle\x1b[0m" * 3)],
    )
    return shared_shelf


@pytest.fixture(scope="module")
def searcher(shelf: Shelf) -> Iterator[Searcher]:
    """A searcher of that archive."""
    with open_searcher(shelf.url) as opened:
        yield opened


@pytest.fixture(scope="module")
def find(searcher: Searcher) -> Find:
    """The ids that a search finds, best first."""
    return lambda typed: [hit.id for hit in searcher.search(typed).hits]


def _number(beginning: str) -> int:
    return next(number for number, text in enumerate(TEXTS, 1) if text.startswith(beginning))


def test_three_thousand_hostile_queries_are_no_error(searcher: Searcher) -> None:
    """Whatever stands where, each is answered in every way; what it shows is safe to print."""
    source = random.Random(SEED)  # noqa: S311 - the same strings each time

    for _ in range(3_000):
        typed = "".join(source.choices(PIECES, k=source.randint(1, 12)))
        result = searcher.search(typed, limit=1)
        assert result.total >= len(result.hits), typed
        for shown in (*result.notes, *searcher.explain(typed), result.query):
            assert strip_unsafe(shown) == shown, typed


def test_hostile_queries_are_no_error_in_any_other_use(searcher: Searcher) -> None:
    """Neither in the order of dates nor for suggestions, which can be typed again."""
    source = random.Random(SEED + 1)  # noqa: S311 - the same strings each time

    for _ in range(300):
        typed = "".join(source.choices(PIECES, k=source.randint(1, 12)))
        newest = searcher.newest(typed, limit=3)
        assert newest.total >= len(newest.hits), typed
        for one in searcher.suggest(typed):
            assert searcher.newest(one.query, limit=1).total > 0, (typed, one)


def test_what_a_text_does_to_a_terminal_never_reaches_a_hit(searcher: Searcher) -> None:
    """Marks are ours alone, they come in pairs, and nothing else controls anything."""
    asked = ("needle", "marks", "évil", "title", "")
    hits = [hit for typed in asked for hit in searcher.search(typed, limit=1000).hits]

    assert len(hits) > len(TEXTS)
    for shown in [text for hit in hits for text in (hit.snippet, hit.marked_title)]:
        plain = shown.replace("\x02", "").replace("\x03", "")
        assert strip_unsafe(plain) == plain
        assert [char for char in shown if char in "\x02\x03"] == ["\x02", "\x03"] * shown.count(
            "\x02"
        )
    titles = [hit.marked_title for hit in searcher.search("needle").hits]
    assert "[31m \x02needle\x03 title" in titles


@pytest.mark.parametrize(
    "typed",
    [
        "word " * 200_000,
        "x" * 1_000_000,
        '"' * 1_000_000,
        "小" * 9**6,
        "(" * 10**6,
        "a OR " * 10**5,
    ],
    ids=["words", "one-word", "quotes", "ideographs", "brackets", "or"],
)
def test_an_enormous_query_is_cut_and_said_to_be(typed: str, searcher: Searcher) -> None:
    """What a megabyte costs is not more than what a line costs."""
    result = searcher.search(typed)

    assert len(result.query) <= 512
    assert any("Only the first" in note for note in result.notes)


def test_operators_between_nothing_are_words(find: Find) -> None:
    """Who searches for NOT finds the entry that says so."""
    assert find("NOT") == [_number("to be or")]
    assert find("NEAR(x)")[0] == _number("title: NEAR")
    assert find("foo:near") == [_number("title: NEAR")]


def test_quotes_keep_words_together(find: Find) -> None:
    """A phrase is words side by side and in their order, across case and line breaks."""
    together = [_number("an electric bus"), _number("electric\nBUS")]

    assert sorted(find('"electric bus"')) == together
    assert set(together) < set(find("electric bus"))
    assert find('"to be or not to be"') == [_number("to be or")]


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ('"running cars"', True),
        ('"run car"', False),
        ('"RUNNING Cars"', True),
        ('"a red car"', True),
        ('"the red car"', False),
        ('"evil"', True),
        ('title:"running cars"', False),
    ],
)
def test_quoted_words_are_exact(typed: str, *, is_found: bool, find: Find) -> None:
    """Neither other forms of a word nor another article stand for it; case and accents do."""
    wanted = {_number("a red"), _number("évil")}

    assert bool(wanted & set(find(typed))) == is_found


@pytest.mark.parametrize("typed", ["ele*", "elec*", "electr*", "electri*", "electric*", "ELECTRI*"])
def test_a_prefix_finds_words_that_begin_with_it(typed: str, find: Find) -> None:
    """Also where the word is filed under a stem that is shorter than the prefix."""
    assert {_number("about electricity"), _number("an electric bus")} <= set(find(typed))


def test_every_beginning_of_a_word_finds_it(find: Find) -> None:
    """From three letters to all of them, whatever the stemmer makes of word and beginning."""
    missed = [
        word[:end]
        for number, word in enumerate(WORDS, 1)
        for end in range(3, len(word) + 1)
        if number not in find(word[:end] + "*")
    ]

    assert missed == []


def test_a_prefix_in_a_word_of_several_parts(find: Find) -> None:
    """Mixed scripts and hyphens keep their order before the open end."""
    assert find("小米elec*") == [_number("小米electric")]
    assert find("yu7-elec*") == [_number("yu7-electric")]


def test_signs_between_words_do_not_spoil_them(find: Find) -> None:
    """A lone sign leaves "all words" what it is."""
    first = _number("electric blue bus")

    assert find("electric & blue")[0] == find("electric _ blue")[0] == first


def test_the_reading_of_a_query_is_told(searcher: Searcher) -> None:
    """A line for each part, with what was not taken as it may have been meant."""
    lines = searcher.explain("red -title:blue after:2026 foo:bar sort:new")

    assert len(lines) == 7
    assert "“red”" in lines[1]
    assert lines[2].strip().startswith("not ")
    assert "2026-01-01" in lines[3]
    assert lines[-2:] == ["order: the newest first", f"note: {searcher.search('foo:bar').notes[0]}"]


def nested(depth: int) -> str:
    """A query of as many brackets, each negated inside the one around it."""
    query = "z"
    for number in range(depth):
        query = f"w{number} OR v{number} -({query})"
    return f"k ({query})"


@pytest.mark.parametrize("depth", [3, 7, 8, 40])
def test_no_nesting_is_too_deep(shelf: Shelf, depth: int) -> None:
    """What is deeper than a database can go is decided by the text, and rightly."""
    shelf.put("k w6 v7", "k", "w6", "k z w0 w2 w4")
    query = parse_query(nested(depth))
    expected = [
        archived.id
        for archived in shelf.archive.entries.select(Selection())
        if matches(query, archived)
    ]

    with open_searcher(shelf.url) as searcher:
        found = sorted(hit.id for hit in searcher.newest(nested(depth)).hits)
        searcher.search(nested(depth))
        searcher.suggest(nested(depth))

    assert found == expected


def test_searches_saved_in_each_other_are_not_too_deep(shelf: Shelf) -> None:
    """Four deep with all brackets that each may have."""
    shelf.put("k w6 v7", "k")
    for number in range(4):
        inner = f"search:s{number - 1}" if number else "z"
        shelf.archive.saved.save(f"s{number}", nested(5).replace("z", inner))

    with open_searcher(shelf.url) as searcher:
        result = searcher.newest("search:s3")

    assert result.notes == ()
