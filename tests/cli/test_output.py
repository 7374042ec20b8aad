"""What is printed does no harm, and says no secret."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.cli._output import print_json, shown_url, without_secret
from aggregator.text import strip_unsafe

_JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(value=_JSON)
def test_json_is_harmless_and_equal(value: object) -> None:
    """Control characters and direction overrides stand escaped, so nothing is lost."""
    with pytest.MonkeyPatch.context() as patch:
        printed: list[str] = []
        patch.setattr("click.echo", printed.append)
        print_json(value)

    assert printed == [strip_unsafe(printed[0])]
    assert json.loads(printed[0]) == value


def test_json_is_valid_where_a_feed_is_broken(capsys: pytest.CaptureFixture[str]) -> None:
    """A lone surrogate has no UTF-8 form and is replaced; emoji and ideographs stay readable."""
    print_json(["\ud800", "\u202e", "\x9b", "小米 🚗"])

    printed = capsys.readouterr().out
    assert json.loads(printed) == ["\ufffd", "\u202e", "\x9b", "小米 🚗"]
    assert "小米 🚗" in printed
    assert "\\u202e" in printed
    assert "\\u009b" in printed


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("http://me:s3cr3t@one.example/f", "http://one.example/f"),
        ("http://me@one.example/f", "http://one.example/f"),
        ("me:s3cr3t@one.example/f", "one.example/f"),
        ("News @ nine", "News @ nine"),
        ("file: me @ home.html", "file: me @ home.html"),
        ("7", "7"),
    ],
)
def test_what_was_typed_is_shown_without_its_password(typed: str, shown: str) -> None:
    """Names with an "@" stay whole."""
    assert without_secret(typed) == shown


def test_no_url_is_shown_as_none() -> None:
    """So that programs can tell it from an empty one."""
    assert shown_url(None) is None
    assert shown_url("https://me:s3cr3t@one.example/") == "https://one.example/"
