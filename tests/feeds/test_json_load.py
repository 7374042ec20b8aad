"""JSON as it is, as JavaScript would have it, and broken."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import FeedError
from aggregator.feeds._json_load import load_json


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('\ufeff \0{"a": 1.10}\n', {"a": "1.10"}),
        ('{"a": 1, "a": 2}', {"a": "2"}),
        ('{"a": "one\ntwo\ttabs"}', {"a": "one\ntwo\ttabs"}),
        ('{"a": NaN, "b": -Infinity}', {"a": None, "b": None}),
        ('{"a": "\\ud800", "b": [{"c": "x\\u0000"}]}', {"a": "\ufffd", "b": [{"c": "x\ufffd"}]}),
    ],
)
def test_what_is_nearly_json_is_read_without_a_word(text: str, value: object) -> None:
    """Marks, repeated names, raw line ends, numbers that are none."""
    loaded = load_json(text)

    assert (loaded.value, loaded.warnings) == (value, ())


@pytest.mark.parametrize(
    "text",
    [
        '{"a": ["b", "// c", "d,]"], /* , */ "e": "f" // "g"\n}',
        '{"a": ["b", "// c", "d,]",], "e": "f",}',
        '{"a": ["b", "// c", "d,]" , /* x */ ], "e": "f", }/* never closed',
    ],
)
def test_comments_and_last_commas_are_mended(text: str) -> None:
    """Not those that stand in texts; the mending is told of."""
    loaded = load_json(text)

    assert loaded.value == {"a": ["b", "// c", "d,]"], "e": "f"}
    assert loaded.warnings


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (r"it\'s", "it's"),
        (r"C:\path\\to\Users", r"C:\path\to\Users"),
        (r"\u12 \u0041 \x \"q\"", r'\u12 A \x "q"'),
    ],
)
def test_backslashes_that_json_does_not_know_are_mended(written: str, value: str) -> None:
    """An apostrophe needs none, and before anything else it is one; sound escapes stay."""
    loaded = load_json(f'{{"items": [{{"id": "a", "title": "{written}"}}]}}')

    assert loaded.value == {"items": [{"id": "a", "title": value}]}
    assert loaded.warnings


_PIECES = {
    r"\'": "'",
    r"\x": r"\x",
    r"\u0-": r"\u0-",
    r"\é": r"\é",
    r"\\": "\\",
    r"\"": '"',
    r"\n": "\n",
    r"\u0041": "A",
    "//": "//",
    ",]": ",]",
}


@given(st.lists(st.sampled_from(sorted(_PIECES)), max_size=8))
def test_sound_and_odd_backslashes_stand_side_by_side(pieces: list[str]) -> None:
    """Each is mended or left by itself, whatever comes before and after."""
    loaded = load_json(f'{{"items": [{{"id": "{"".join(pieces)}"}}]}}')

    assert loaded.value == {"items": [{"id": "".join(_PIECES[piece] for piece in pieces)}]}


@pytest.mark.parametrize(
    "broken",
    [
        '{"id": "b", "title": "an "unescaped" quote"}',
        '{"id": "b", "title": }',
        '{"id": "b" "title": "x"}',
        '{"id": b}',
        '{"id": "b", "attachments": [{"url": "x", "y" 1}, {"url": "z"}]}',
        '{"id": "b", "deep": ' + "[" * 100_000 + "]" * 100_000 + "}",
    ],
    ids=lambda text: text[:50],
)
def test_one_broken_item_loses_no_other(broken: str) -> None:
    """Reading begins anew at the next item; what stands inside the broken one is none."""
    text = f'{{"title": "T", "items": [{{"id": "a"}}, {broken}, {{"id": "c"}}], "after": 1}}'

    found = load_json(text)

    assert isinstance(found.value, dict)
    assert found.value["title"] == "T"
    assert found.value["items"] == [{"id": "a"}, {"id": "c"}]
    assert any("broken JSON" in warning for warning in found.warnings)


def test_a_broken_head_loses_no_item() -> None:
    """The items are looked for behind it; what stands before it is kept."""
    found = load_json('{"title": "T", "oops": tru, "items": [{"id": "a"}, {"id": "b"}]}')

    assert found.value == {"title": "T", "items": [{"id": "a"}, {"id": "b"}]}


@pytest.mark.parametrize("text", ["", "{", "[", '{"a": ', '{"items": [', "nothing", '"x', "{]"])
def test_what_has_no_items_cannot_be_mended(text: str) -> None:
    """There is nothing to be had, and the error names JSON."""
    with pytest.raises(FeedError) as caught:
        load_json(text)

    assert caught.value.looks_like == "json"


_STORABLE = st.characters(codec="utf-8", exclude_characters="\0")


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.text(_STORABLE, max_size=8),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    )
)
def test_sound_json_is_read_as_the_standard_library_reads_it(value: object) -> None:
    """Every value, written either way."""
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent=1)):
        assert load_json(text).value == json.loads(text)


@given(
    ids=st.lists(st.text(max_size=6), min_size=2, max_size=6), cut=st.floats(0, 1), junk=st.text()
)
def test_a_cut_and_spoilt_feed_never_raises_anything_else(
    ids: list[str], cut: float, junk: str
) -> None:
    """Either items that were there, or FeedError."""
    items = [{"id": each} for each in ids]
    text = json.dumps({"title": "T", "items": items})
    at = int(len(text) * cut)

    try:
        found = load_json(text[:at] + junk + text[at:])
    except FeedError:
        return

    assert found.value is not items


@pytest.mark.parametrize(
    "text",
    [
        '{"items": [' + '{"id": 1},' * 10**5 + '{"id',
        '{"items": [' + '{"id" },' * 10**5,
        '{"items": [' + "{" * 10**6,
        '{"items": [' + '"\\"' * 10**6,
        '{"items": ["' + "\\" * 10**6,
        '{"items": ["' + "\\" * (10**6 + 1),
        '"a\\' * 10**6,
        '{"items": ["' + "a" * 10**6 + "\\",
        '{"x": 1 ' + '"items": [,' * 10**5,
        "{" + "/*" * 10**6,
        "{" + "," * 10**6,
        '{"items": [{"a": "' + "}, {" * 10**6,
    ],
    ids=lambda text: text[:24],
)
def test_hostile_text_needs_no_more_than_its_length(text: str) -> None:
    """A megabyte of any of it is done with in a moment; the square of it would take hours."""
    began_at = time.process_time()

    try:
        load_json(text)
    except FeedError as error:
        assert error.looks_like == "json"  # noqa: PT017 - either answer is right

    assert time.process_time() - began_at < 5
