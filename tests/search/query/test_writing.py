"""Trees as text and back; any text at all."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from aggregator.search.query import (
    And,
    Dates,
    Facet,
    Node,
    Not,
    Number,
    Or,
    Pattern,
    Query,
    Saved,
    TextField,
    Words,
    explain,
    normal_form,
    parse_query,
    resolve_saved,
    write_query,
)
from aggregator.search.query._fields import FACETS, STATES
from aggregator.search.query._parser import MAX_CHARS, MAX_LEAVES
from aggregator.search.query._scanner import MAX_DEPTH

PIECES = (
    *(
        "a",
        "foo",
        "title:",
        "tag:",
        "date:",
        "is:",
        "sort:new",
        "search:",
        "after:7d",
        "readtime:<5",
    ),
    *(
        " ",
        "  ",
        "\t",
        "\u3000",
        "OR",
        "AND",
        "NOT",
        " OR ",
        "ＯＲ",
        "(",
        ")",
        '"',
        "'",
        "|",
        "-",
        "!",
    ),
    *(
        "#",
        "*",
        "/",
        "/i ",
        "\\",
        ":",
        "：",
        "（",
        "）",
        "＂",
        "－",
        "＊",
        "“",
        "”",
        "„",
        "«",
        "»",
        "「",
        "」",
    ),
    *(
        "\0",
        "\ud800",
        "\x1b[31m",
        "\u202e",
        "\ufeff",
        "é",
        "e\u0301",
        "小米",
        "ア",
        "한국",
        "किताब",
        "กำ",
    ),
    *(
        "😀",
        "İ",
        "ﬁ",
        "½",
        "ﷺ",
        "٣",
        "2026-11",
        "7d",
        "..",
        "5",
        "https://example.org/x",
        "C:\\",
        "_",
        ".",
    ),
)
soup = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
anything = st.text(st.characters(exclude_categories=()), max_size=40) | soup

texts = st.text(max_size=8) | st.lists(st.sampled_from(PIECES), max_size=4).map("".join)
fields = st.none() | st.sampled_from(TextField)
days = st.none() | st.dates()
numbers = st.none() | st.integers(-2, 999_999_999)
leaves = st.one_of(
    st.builds(Words, texts, fields, st.booleans(), st.booleans()),
    st.builds(
        Pattern,
        st.sampled_from(["a", "a/b", r"a\/b", r"\\/", " a b", "[(]|\\)", "小米\u3000"]),
        fields,
    ),
    st.builds(Facet, st.sampled_from(sorted(FACETS.keys() - {"is", "has", "site", "lang"})), texts),
    st.builds(
        Facet,
        st.just("site"),
        st.from_regex(r"[a-zäß小]{1,5}(\.[a-z0-9\-]{1,5}){0,2}", fullmatch=True),
    ),
    st.builds(Facet, st.just("lang"), st.sampled_from(["en", "PT_br", "zh-hant"])),
    st.sampled_from(list(STATES.values())),
    st.builds(Dates, days, days),
    st.builds(Number, st.sampled_from(["readtime", "words"]), numbers, numbers),
    st.builds(Saved, texts),
)


def _with_parts(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    parts = st.lists(nodes, max_size=3).map(tuple)
    return st.builds(Not, nodes) | st.builds(And, parts) | st.builds(Or, parts)


trees: st.SearchStrategy[Node] = st.recursive(leaves, _with_parts, max_leaves=8)


@given(node=trees)
def test_a_tree_is_read_as_it_was_written(node: Node) -> None:
    """The text of any tree means its normal form, and nothing has to be said of it."""
    written = write_query(node)
    assume(len(written) <= MAX_CHARS)

    query = parse_query(written)

    assert query.node == normal_form(node)


@given(node=trees)
def test_the_normal_form_is_its_own(node: Node) -> None:
    """Making it twice changes nothing."""
    assert normal_form(normal_form(node)) == normal_form(node)


@given(typed=anything)
@example(typed='title:"')
@example(typed="-(\ud800")
@example(typed="“a„b”")
@example(typed="tag:\\")
@example(typed="0““0")
@example(typed="\\/usr lib/")
@example(typed="title:\\'x y'")
def test_no_input_is_an_error(typed: str) -> None:
    """Any text is read, explained, written and read again to the same, within the bounds."""
    query = parse_query(typed, today=date(2026, 11, 22))

    assert query.node == normal_form(query.node)
    assert _count(query.node) <= MAX_LEAVES * 2  # a word that was literal may be several
    assert _depth(query.node) <= 2 * MAX_DEPTH + 4
    written = write_query(query.node)
    if len(written) <= MAX_CHARS and _count(query.node) <= MAX_LEAVES:
        assert parse_query(written).node == query.node
    for line in explain(query):
        assert line.isprintable() or "\u2028" not in line
    resolve_saved(query, {"a": typed, "foo": "search:a"}).typed.encode()


def _count(node: Node) -> int:
    match node:
        case And(parts) | Or(parts):
            return sum(map(_count, parts))
        case Not(part):
            return _count(part)
    return 1


def _depth(node: Node) -> int:
    match node:
        case And(parts) | Or(parts):
            return 1 + max(map(_depth, parts), default=0)
        case Not(part):
            return 1 + _depth(part)
    return 1


@pytest.mark.parametrize(
    "typed",
    [
        "word " * 200_000,
        "x" * 1_000_000,
        '"' * 1_000_000,
        "小" * 9**6,
        "(" * 1_000_000,
        "a(" * 10**5,
        "NOT " * 10**5,
        "-(" * 10**5,
        "title:(" * 10**5,
        "/a" * 10**5,
        "\\" * 10**6,
        "a OR " * 10**5,
    ],
)
def test_an_enormous_query_is_cut(typed: str) -> None:
    """What a megabyte costs is not more than what a line costs; the cut is said."""
    query = parse_query(typed)

    assert len(query.typed) <= MAX_CHARS
    assert _count(query.node) <= MAX_LEAVES
    assert _depth(query.node) <= 2 * MAX_DEPTH + 4
    assert query.notes != ()


def test_the_cut_is_between_words() -> None:
    """Half a word would find something else."""
    query = parse_query("x" * 500 + " " + "y" * 50)

    assert query.node == Words("x" * 500)


def test_parts_beyond_the_bound_are_left_out() -> None:
    """The first ones are kept; brackets beyond the deepest are left out, not what is in them."""
    query = parse_query(" ".join(f"w{number}" for number in range(MAX_LEAVES + 5)))

    assert query.node == And(tuple(Words(f"w{number}") for number in range(MAX_LEAVES)))
    assert parse_query("(" * 20 + "a b" + ")" * 20 + " c").node == parse_query("a b c").node


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("a b OR c", "(a b) OR c"),
        ("a (b | c)", "a (b OR c)"),
        ("-( a b )", "-(a b)"),
        ("title:(a OR b)", "title:a OR title:b"),
        ("https://example.org/x 12:30", "https://example.org/x 12:30"),
        ("date:2026-11-01/30", "date:2026-11"),
        ("#ai from:'Ann Lee' minutes:<5", 'tag:ai author:"Ann Lee" readtime:<=4'),
        ("", ""),
    ],
)
def test_what_is_written_can_be_shown(typed: str, written: str) -> None:
    """The names of the fields are ours, and signs stand only where they are needed."""
    assert write_query(parse_query(typed).node) == written


def test_an_explanation_has_a_line_for_each_part() -> None:
    """Parts, order and notes, the parts of a group a step in."""
    lines = explain(parse_query('a -title:"b c" (#x OR readtime:<5) sort:new is:foo'))

    assert lines[0] == "all of:"
    assert all(line.startswith("  ") for line in lines[1:7])
    assert lines[2] == "  not exactly “b c” in the title"
    assert lines[7] == "order: the newest first"
    assert lines[8].startswith("note: ")
    assert explain(Query("", And(()))) == ["everything"]
