"""Line numbers of keys: against lines known beforehand, and against what tomllib finds."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.config._lines import KeyPath, scan

# Values of every kind, several of them over more than one line or made to look like structure.
VALUES = [
    "1",
    "-3.14",
    "true",
    "1979-05-27 07:32:00",
    '""',
    "''",
    '"a = 1 # no comment"',
    r'"\" [[feeds]] \\"',
    "'C:\\'",
    '"""\n[[feeds]]\nurl = 1\n"""',
    '"""a\\"""b""c\\\\"""',
    '"""quotes: """""',
    "'''\n[table]\n# it's\n'''",
    "'''x'''''",
    "[]",
    "[ # comment ] \n 1, # [[\n\n 2,\n]",
    '["]", \'[\', """\n]""", [[], [1]]]',
    "{}",
    "{ x = 1, y.z = [2, {w = '}'}] }",
    '[\n {url = "a"},\n {url = "b"},\n]',
]
KEYS = st.sampled_from(["a", "b", "c-1", '"a b"', "'.'", '"\\u0062x"', '"#"', '""'])


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[KeyPath, int]]:
    """A valid TOML text, and the lines of its tables and of their keys."""
    text, lines = draw(st.sampled_from(["", "# start\n", "\n\n"])), dict[KeyPath, int]()
    for number in range(draw(st.integers(0, 4))):
        path = (draw(st.sampled_from(["feeds", "other"])), number)
        name = f"{path[0]}{number}"
        is_array, copies = draw(st.booleans()), draw(st.integers(1, 3))
        for index in range(copies if is_array else 1):
            where: KeyPath = (name, index) if is_array else (name,)
            lines[where] = text.count("\n") + 1
            text += f"[[ {name} ]] # {{\n" if is_array else f"  [{name}]\n"
            for key in draw(st.lists(KEYS, unique_by=_read_key, max_size=4)):
                text += draw(st.sampled_from(["", "\n", "  # key = 1\n", "\t"]))
                lines[*where, _read_key(key)] = text.count("\n") + 1
                text += f"{key} = {draw(st.sampled_from(VALUES))} # end\n"
    return text, lines


def _read_key(key: str) -> str:
    return next(iter(tomllib.loads(f"{key} = 1")))


def _iter_paths(value: object, path: KeyPath = ()) -> Iterator[KeyPath]:
    """The paths of all values inside `value`, as tomllib read it."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _iter_paths(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _iter_paths(inner, (*path, index))


@given(documents())
def test_keys_and_tables_stand_where_they_were_written(
    document: tuple[str, dict[KeyPath, int]],
) -> None:
    """Whatever values, comments and blank lines lie between, each line is the true one."""
    text, expected = document

    found = scan(text).lines

    assert {path: found.get(path) for path in expected} == expected


@given(documents())
def test_the_paths_are_those_that_tomllib_reads(
    document: tuple[str, dict[KeyPath, int]],
) -> None:
    """Nothing is missing, and nothing inside a string or a comment is taken for a key."""
    text, _ = document

    assert set(scan(text).lines) == set(_iter_paths(tomllib.loads(text)))


@given(documents())
def test_windows_line_endings_change_nothing(document: tuple[str, dict[KeyPath, int]]) -> None:
    """A text saved with carriage returns has its keys on the same lines."""
    text, _ = document

    assert scan(text.replace("\n", "\r\n")).lines == scan(text).lines


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("a.b . 'c' = 1", ("a", "b", "c"), 1),
        ("[a]\n[a.b]\n[[a.b.c]]\nx=1\n[[a.b.c]]\nx=2", ("a", "b", "c", 1, "x"), 6),
        ("[[a]]\n[a.b]\nx=1\n[[a]]\n[a.b]\nx=2", ("a", 1, "b", "x"), 6),
        ("[[a]]\n[[a.b]]\n[[a.b]]\n[[a]]\n[[a.b]]\nx=1", ("a", 1, "b", 0, "x"), 6),
        ("x = [\n [1],\n [2,\n  3]]", ("x", 1, 1), 4),
        ('x = [{a = """\n"""}, {b = 1}]', ("x", 1, "b"), 2),
        ("[a.b]\n[a]", ("a",), 2),
        ("\n[a.b]", ("a",), 2),
    ],
)
def test_nested_tables_and_arrays_are_followed(text: str, path: KeyPath, line: int) -> None:
    """Sub-tables belong to the last table of their array; members are counted from 0."""
    assert scan(text).lines[path] == line
    assert path in set(_iter_paths(tomllib.loads(text)))


def test_tables_end_with_what_they_say() -> None:
    """An array in brackets is no header; comments and blank lines behind a value are outside."""
    text = "x = [\n [1],\n]\n[a]\ny = [[2]]\n\n# c\n[[b]]\n'[c]' = [\n] # d\n\n[[b]]\n\n"

    assert scan(text).tables == {4: 5, 8: 10, 12: 12}


def test_a_table_may_end_in_what_looks_like_a_comment() -> None:
    """The last line of a long string is part of it, whatever it begins with."""
    assert scan("[a]\nx = '''\n# b\n\n# c'''\n# d").tables == {1: 5}


def test_a_missing_key_is_placed_at_the_table_that_lacks_it() -> None:
    """The nearest thing that exists is where the reader has to look."""
    layout = scan("\n[[feeds]]\nname = 'a'\n")

    assert layout.line_of(("feeds", 0, "url")) == 2
    assert layout.line_of(("nowhere", "at", "all")) is None


@given(st.text(alphabet="[]{}=,.\"'\\\n\r#ab 1"))
def test_no_text_is_too_broken_to_scan(text: str) -> None:
    """For what is no TOML the lines are a guess, but there is an answer."""
    lines = scan(text).lines

    assert all(1 <= line <= text.count("\n") + 1 for line in lines.values())


@pytest.mark.parametrize(
    "text",
    [
        "x = [" + "[1], " * 50_000 + "]",
        'x = """' + '"" \\"' * 200_000,
        "x = '''" + "'' " * 300_000,
        'x = "' + "\\" * 1_000_001,
        "\n" * 1_000_000 + "x = 1",
        "# " * 1_000_000,
    ],
    ids=["wide", "open basic", "open literal", "backslashes", "blank lines", "comment"],
)
def test_a_hostile_text_takes_no_more_than_its_length(text: str) -> None:
    """A long text made to confuse costs seconds at worst: nothing is scanned twice."""
    started = time.process_time()

    scan(text)

    assert time.process_time() - started < 5
