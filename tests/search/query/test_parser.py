"""What is typed, and the tree that it means."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from aggregator.search.query import (
    And,
    Facet,
    Node,
    Not,
    Number,
    Or,
    Pattern,
    Saved,
    Sort,
    TextField,
    Words,
    parse_query,
)
from aggregator.search.query._fields import ALIASES, FIELDS, STATES, TEXT_FIELDS

TODAY = date(2026, 11, 22)
A, B, C = Words("a"), Words("b"), Words("c")
TITLE = TextField.TITLE


def quoted(text: str, field: TextField | None = None) -> Words:
    """The phrase `text`, exactly as it is written."""
    return Words(text, field, is_quoted=True)


@pytest.mark.parametrize(
    ("typed", "node"),
    [
        ("a", A),
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a a b a", And((A, B))),
        ('"a b" c', And((quoted("a b"), C))),
        ('"a  b', quoted("a b")),
        ("“a b” „b c“ «c d» 「小米」", And(tuple(map(quoted, ("a b", "b c", "c d", "小米"))))),
        ('"a b”', quoted("a b")),
        (r'"a \"b\" c"', quoted('a "b" c')),
        ("小米“手机”", And((Words("小米"), quoted("手机")))),
        ('5" צה"ל', And((Words('5"'), Words('צה"ל')))),
        ("-a", Not(A)),
        ("!a", Not(A)),
        ("NOT a", Not(A)),
        ("NOT -a", A),
        ("a -b", And((A, Not(B)))),
        ('-"a b"', Not(quoted("a b"))),
        ("-(a b)", Not(And((A, B)))),
        ("-(-(-a))", Not(A)),
        ("e-mail --force", And((Words("e-mail"), Words("--force")))),
        ("a OR b", Or((A, B))),
        ("a|b || c", Or((A, B, C))),
        ("a b OR c", Or((And((A, B)), C))),
        ("a (b OR c)", And((A, Or((B, C))))),
        ("a OR AND b", Or((A, B))),
        ("((a) b) c", And((A, B, C))),
        ("(a b", And((A, B))),
        ("a) b", And((A, B))),
        ("xia*", Words("xia", is_prefix=True)),
        (
            "xia** 小* ア* 한*",
            And(tuple(Words(w, is_prefix=True) for w in ("xia", "小", "ア", "한"))),
        ),
        ('"xiao*"', quoted("xiao*")),
    ],
)
def test_words_and_operators(typed: str, node: Node) -> None:
    """Words, phrases, beginnings and operators are read as they look, and nothing is said of it."""
    query = parse_query(typed)

    assert query.node == node
    assert query.notes == ()


@pytest.mark.parametrize(
    "typed",
    ["", "  ", "-", '"', '""', "*", "()", "( )", "-()", "- - -", "*|*", '-""', "((", "))", "& _"],
)
def test_signs_alone_ask_for_nothing(typed: str) -> None:
    """What has neither letter nor digit is no part of a query, and alone it finds nothing."""
    is_nothing = not typed.strip()
    assert parse_query(typed).node == (And(()) if is_nothing else Or(()))
    assert parse_query(f"a {typed}").node == A


def test_what_asks_for_nothing_is_said() -> None:
    """Who typed only signs is told why nothing is found; who typed nothing finds everything."""
    assert parse_query("😀 …").notes != ()
    assert parse_query(" ").notes == ()


@pytest.mark.parametrize("operator", ["OR", "AND", "NOT"])
def test_an_operator_without_parts_is_a_word(operator: str) -> None:
    """Who looks for OR finds what says so, and is told."""
    query = parse_query(operator)

    assert query.node == Words(operator)
    assert operator in query.notes[0]
    assert parse_query(f"\\{operator} a").node == And((Words(operator), A))


@pytest.mark.parametrize(
    ("typed", "node"),
    [
        ("title:a", Words("a", TITLE)),
        ('heading:"a b"', quoted("a b", TextField.HEADING)),
        ("body:xia*", Words("xia", TextField.BODY, is_prefix=True)),
        ("title:(a OR b)", Or((Words("a", TITLE), Words("b", TITLE)))),
        ("title:(a tag:b) c", And((Words("a", TITLE), Facet("tag", "b"), C))),
        ("title:12:30", Words("12:30", TITLE)),
        ("author:ann", Facet("author", "ann")),
        ("author:'Ann Lee'", Facet("author", "Ann Lee")),
        ('feed:"The Verge"', Facet("feed", "The Verge")),
        ("feed:7", Facet("feed", "7")),
        ("site:https://www.Example.org:80/x?y#z", Facet("site", "example.org")),
        ("url:/blog/", Facet("url", "/blog/")),
        ("#ai", Facet("tag", "ai")),
        ('#"a b"', Facet("tag", "a b")),
        ("-tag:x", Not(Facet("tag", "x"))),
        ("tag:(x OR -y)", Or((Facet("tag", "x"), Not(Facet("tag", "y"))))),
        ("lang:PT_br", Facet("lang", "pt-br")),
        ("is:Updated", Facet("is", "updated")),
        ("has:(image OR enclosure)", Or((Facet("has", "image"), Facet("has", "enclosure")))),
        ("search:x", Saved("x")),
        ('search:"My  name"', Saved("My name")),
        ("readtime:<5", Number("readtime", None, 4)),
        ("readtime:<=5", Number("readtime", None, 5)),
        ("readtime:≥5", Number("readtime", 5, None)),
        ("readtime:>5", Number("readtime", 6, None)),
        ("readtime:5", Number("readtime", 5, 5)),
        ("readtime:3..7", Number("readtime", 3, 7)),
        ("readtime:3-7", Number("readtime", 3, 7)),
        ("words:..100", Number("words", None, 100)),
        ("words:>1000", Number("words", 1001, None)),
        ('words:"> 1000"', Number("words", 1001, None)),
    ],
)
def test_fields(typed: str, node: Node) -> None:
    """Each field reads its values: bare, quoted, in groups, negated."""
    query = parse_query(typed)

    assert query.node == node
    assert query.notes == ()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("intitle:a intext:b", "title:a body:b"),
        ("inurl:a f:b pubdate:2026", "url:a feed:b date:2026"),
        ("!intitle:a", "-title:a"),
        ("date:P1W/ !date:P2D", "date:7d -after:2d"),
        ("subject:a from:b label:c category:d", "title:a author:b tag:c tag:d"),
        ("newer_than:2d older_than:1y", "after:2d before:1y"),
        ("newer:2026/11/22 older:2026-11", "after:2026-11-22 before:2026-11"),
        ("minutes:<5 has:attachment", "readtime:<5 has:enclosure"),
    ],
)
def test_aliases_of_other_readers(typed: str, meant: str) -> None:
    """Who comes from FreshRSS or Gmail goes on typing as before."""
    query = parse_query(typed, today=TODAY)

    assert query.node == parse_query(meant, today=TODAY).node
    assert query.notes == ()


def test_registries_name_what_there_is() -> None:
    """An alias means a field and hides none; every state is what it says or another one."""
    fields = set(FIELDS) | set(TEXT_FIELDS)

    assert set(ALIASES.values()) <= fields
    assert not set(ALIASES) & fields
    for (field, value), node in STATES.items():
        assert parse_query(f"{field}:{value}").node == node


@pytest.mark.parametrize(
    "typed",
    ["https://example.org/x", "12:30", "C:\\dir", "std::vector", "title:", ":)a", "a:", "#1"],
)
def test_what_only_looks_like_a_field_is_a_word(typed: str) -> None:
    """Addresses, times and paths are looked for as they are, and nothing is said of it."""
    query = parse_query(typed)

    assert isinstance(query.node, Words)
    assert query.notes == ()


@pytest.mark.parametrize(
    "typed",
    [
        "foo:bar",
        "is:foo",
        "has:foo",
        "after:soon",
        "date:/",
        "date:2026-13",
        "words:many",
        "words:..",
        "readtime:>9999999999",
        "sort:best",
        "lang:(is:x)",
        "site:https://",
    ],
)
def test_what_cannot_be_read_is_looked_for_as_words(typed: str) -> None:
    """Unknown fields and values are literal words with a note, and spoil nothing else."""
    query = parse_query(typed)

    assert isinstance(query.node, Words)
    assert len(query.notes) == 1
    assert parse_query(f"a {typed}").node == And((A, query.node))


@pytest.mark.parametrize("typed", ["xi*", "f*o", "*foo", "foo-b*", "tag:foo*"])
def test_an_asterisk_that_means_nothing_is_said(typed: str) -> None:
    """Too short a beginning is a word."""
    query = parse_query(typed)

    assert len(query.notes) == 1
    assert not (isinstance(query.node, Words) and query.node.is_prefix)


@pytest.mark.parametrize(
    ("typed", "sort", "notes"),
    [
        ("a sort:new", Sort.NEW, 0),
        ("sort:OLDEST a", Sort.OLD, 0),
        ("(a sort:readtime)", Sort.READTIME, 0),
        ("a sort:new sort:rank", Sort.RANK, 1),
        ("a", None, 0),
    ],
)
def test_order(typed: str, sort: Sort | None, notes: int) -> None:
    """An order is no part of what is looked for; the last one counts."""
    query = parse_query(typed)

    assert (query.node, query.sort, len(query.notes)) == (A, sort, notes)


def test_an_order_is_no_operand() -> None:
    """Operators join what stands around it, and it cannot be negated."""
    assert parse_query("a OR sort:new b").node == Or((A, B))
    assert parse_query("-sort:new").sort is None
    assert parse_query("-sort:new").notes != ()


@pytest.mark.parametrize(
    ("typed", "node"),
    [
        ("/a b+/", Pattern("a b+")),
        ("title:/x/", Pattern("x", TITLE)),
        ("title:(/x/ OR a)", Or((Pattern("x", TITLE), Words("a", TITLE)))),
        (r"/x\/y/i", Pattern("x/y")),
        (r"-/\d{4}(?-i)A|b/", Not(Pattern(r"\d{4}(?-i)A|b"))),
        ("(/a (b)/)", Pattern("a (b)")),
        ("/usr/lib", Words("/usr/lib")),
        ("/usr/lib /usr/bin/x", And((Words("/usr/lib"), Words("/usr/bin/x")))),
        ("and/or a/b/", And((Words("and/or"), Words("a/b/")))),
        ("a / b / c", And((A, B, C))),
        ("/unclosed", Words("/unclosed")),
    ],
)
def test_patterns(typed: str, node: Node) -> None:
    """A pattern stands between slashes, at the beginning of a word; paths stay words."""
    query = parse_query(typed)

    assert query.node == node
    assert query.notes == ()


@pytest.mark.parametrize(
    "pattern", ["a(", "(?=a)", "(\\pL{50}){20}", "(a{90}){90}", "a" * 201, "[z-a]b"]
)
def test_wrong_and_costly_patterns_are_words(pattern: str) -> None:
    """RE2 decides what is too large before anything is searched."""
    query = parse_query(f"/{pattern}/")

    assert query.node == Words(pattern)
    assert len(query.notes) == 1


WIDE = str.maketrans(
    {**{chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}, " ": "\u3000"}
)


@pytest.mark.parametrize(
    "typed",
    ["title:(小米 OR 手机)", '-小* "b c"', "小|c", "#小", "tag:小 readtime:<5 after:2026-11"],
)
def test_full_width_signs_are_signs(typed: str) -> None:
    """What a Chinese keyboard gives for signs, letters and digits of operators works as ASCII."""
    signs = typed.translate({ord(sign): WIDE[ord(sign)] for sign in ':()"-|#* ' if sign in typed})
    query = parse_query(signs)

    assert query.node == parse_query(typed).node
    assert parse_query("小米！").node == Words("小米！")
    assert parse_query("ａ ＯＲ ｂ").node == Or((Words("ａ"), Words("ｂ")))
    assert parse_query("ｔｉｔｌｅ：a").node == Words("a", TITLE)
    assert parse_query("ａｆｔｅｒ：２０２６").node == parse_query("after:2026").node


@pytest.mark.parametrize(("before", "sign"), list(product(["a", "-a", "title:a"], '-"()|:*\\/#!')))
def test_a_backslash_takes_the_meaning_from_a_sign(before: str, sign: str) -> None:
    """Every sign can be looked for as it is."""
    plain = before.rpartition("a")[0]
    word = Words(f"{sign}a", TITLE if "title" in before else None)

    assert parse_query(f"{plain}\\{sign}a").node == (Not(word) if plain == "-" else word)
