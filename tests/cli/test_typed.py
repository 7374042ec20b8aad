"""Words that begin with a hyphen are a query, options are options."""

from __future__ import annotations

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.cli._typed import QueryCommand


@click.command("find", cls=QueryCommand, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("query", nargs=-1)
@click.option("-n", "--limit", type=int)
@click.option("-e", "--exit-status", is_flag=True)
@click.option("--pager/--no-pager", default=None)
def find(query: tuple[str, ...], **options: object) -> tuple[tuple[str, ...], dict[str, object]]:
    """Return what was given."""
    return query, {name: value for name, value in options.items() if value not in {None, False}}


def _given(*arguments: str) -> tuple[tuple[str, ...], dict[str, object]]:
    with find.make_context("find", list(arguments)) as context:
        given: tuple[tuple[str, ...], dict[str, object]] = find.invoke(context)
    return given


@pytest.mark.parametrize(
    ("arguments", "query", "options"),
    [
        (["-foo"], ["-foo"], {}),
        (["-tag:x", "a"], ["-tag:x", "a"], {}),
        (["a", "-b", "-n", "3", "OR", "c"], ["a", "-b", "OR", "c"], {"limit": 3}),
        (["-n3", "a"], ["a"], {"limit": 3}),
        (["-news"], ["-news"], {}),
        (["-energy", "-e"], ["-energy"], {"exit_status": True}),
        (["--limit=4", "a"], ["a"], {"limit": 4}),
        (["a", "--pager"], ["a"], {"pager": True}),
        (["--", "-n", "3"], ["-n", "3"], {}),
        (["a", "--", "--limit"], ["a", "--limit"], {}),
        (["-"], ["-"], {}),
        (['-"a b"', "-(c", "d)"], ['-"a b"', "-(c", "d)"], {}),
        ([""], [""], {}),
        ([], [], {}),
    ],
)
def test_words_keep_their_order_and_options_their_values(
    arguments: list[str], query: list[str], options: dict[str, object]
) -> None:
    """Wherever among the words an option stands."""
    assert _given(*arguments) == (tuple(query), options)


@pytest.mark.parametrize("arguments", [["--limt", "3"], ["-n"], ["-n", "x"], ["a", "--nosuch=1"]])
def test_mistakes_in_options_are_still_mistakes(arguments: list[str]) -> None:
    """A long option that is not there, a value that is missing or wrong."""
    with pytest.raises(click.UsageError):
        _given(*arguments)


@given(words=st.lists(st.text(max_size=10), max_size=6))
def test_behind_two_hyphens_everything_is_a_word(words: list[str]) -> None:
    """Whatever it looks like."""
    assert _given("--", *words) == (tuple(words), {})
