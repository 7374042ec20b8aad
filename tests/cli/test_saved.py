"""Searches that are kept under a name, and used in other queries and in digests."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.archive._saved import _checked_name
from aggregator.cli import digest
from aggregator.cli.saved import reference
from aggregator.errors import ArchiveError
from aggregator.search.query import And, Not, Saved, Words, parse_query

Call = Callable[..., Any]


@pytest.fixture
def database(demo_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the demo's archive, which all commands of the test use."""
    copy = tmp_path / "copy.db"
    copy.write_bytes(demo_database.read_bytes())
    monkeypatch.setenv("AGGREGATOR_DATABASE_URL", f"sqlite:///{copy}")
    return copy


def _ids(call: Call, *arguments: str) -> list[str]:
    found: list[str] = call(*arguments, "--format", "ids").out.split()
    return found


@pytest.mark.usefixtures("database")
def test_a_saved_search_is_used_in_queries_lists_and_digests(call: Call) -> None:
    """It finds what its query finds, alone and with other words."""
    saved = call("search", "xiaomi", "--save", "Cars")
    [wanted] = _ids(call, "search", "xiaomi")

    told = call("digest", "--since", "2000-01-01", "--query", "search:cars")

    assert saved.code == 0
    assert "search:Cars" in saved.err
    assert "id " in saved.out
    assert _ids(call, "search", "search:cars") == [wanted]
    assert _ids(call, "list", "search:Cars") == [wanted]
    assert wanted not in _ids(call, "list", "-search:cars", "-n", "99")
    assert len(json.loads(told.out)["items"]) == 1


@pytest.mark.usefixtures("database")
def test_saved_searches_are_listed_shown_and_removed(call: Call) -> None:
    """For people and for programs."""
    call("search", "-foo", "tag:x", "--save", "My cars")
    call("search", "bar", "--save", "a")

    listed = call("saved", "list")
    as_json = call("saved", "list", "--json").json()
    shown = call("saved", "show", "my CARS")
    one = call("saved", "show", "My cars", "--json").json()

    assert [line.split()[0] for line in listed.out.splitlines()] == ["name", "a", "My"]
    assert [each["name"] for each in as_json["saved"]] == ["a", "My cars"]
    assert set(one) == {"schema", "name", "query", "created_at", "changed_at"}
    assert shown.out == "-foo tag:x\n"
    assert 'search:"My cars"' in shown.err
    assert call("saved", "remove", "my cars").code == 0
    assert [each["name"] for each in call("saved", "list", "--json").json()["saved"]] == ["a"]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=64) | st.text('a "\\:(-＂“!/'))
@example('my "q" x')
@example('back\\slash\\"')
@example("a\u2060b")
def test_a_name_is_told_as_it_can_be_typed(name: str) -> None:
    """Whatever it is called, if it can be saved; also inside of a longer query."""
    try:
        name = _checked_name(name)
    except ArchiveError:
        return

    assert parse_query(reference(name)).node == Saved(name)
    assert parse_query(f"(-{reference(name)} x)").node == And((Not(Saved(name)), Words("x")))


@pytest.mark.usefixtures("database")
def test_a_name_that_is_taken_needs_replace(call: Call) -> None:
    """Nothing is overwritten by chance, and no search is done for what was not saved."""
    call("search", "one", "--save", "a")

    refused = call("search", "two", "--save", "A")
    kept = call("saved", "show", "a").out
    replaced = call("search", "two", "--save", "a", "--replace")

    assert (refused.code, refused.out) == (4, "")
    assert "--replace" in refused.err
    assert kept == "one\n"
    assert replaced.code == 0
    assert call("saved", "show", "a").out == "two\n"
    assert "changed" in call("saved", "show", "a").err


@pytest.mark.usefixtures("database")
def test_mistakes_are_said(call: Call) -> None:
    """A search that is not there, a name that cannot be, an option without its other."""
    nothing = call("saved", "list")
    missing = call("saved", "show", "nosuch")
    gone = call("saved", "remove", "no\x1bsuch")
    name = call("search", "x", "--save", "a\x1b[2J")
    alone = call("search", "x", "--replace")

    assert (nothing.code, nothing.out) == (0, "")
    assert "--save NAME" in nothing.err
    assert (missing.code, gone.code, name.code, alone.code) == (1, 1, 4, 2)
    assert "saved list" in missing.err
    assert "\x1b" not in gone.err + name.err


@pytest.mark.usefixtures("database")
def test_what_was_saved_can_do_a_terminal_no_harm(call: Call) -> None:
    """A query is kept as it was typed, and shown without what would move the cursor."""
    call("search", "a\x1b[2J\tb\u202ec", "--save", "odd")

    shown = call("saved", "show", "odd").out + call("saved", "list").out

    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert call("saved", "show", "odd", "--json").json()["query"] == "a\x1b[2J\tb\u202ec"


@pytest.mark.usefixtures("database")
def test_a_digest_says_what_it_did_not_look_through(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the query finds more than one digest takes; else nothing."""
    whole = call("digest", "--since", "2000-01-01", "--query", "-nosuchword")
    monkeypatch.setattr(digest, "MAX_QUERY_HITS", 2)

    cut = call("digest", "--since", "2000-01-01", "--query", "-nosuchword")

    assert len(json.loads(whole.out)["items"]) == 13
    assert "looked through" not in whole.err
    assert len(json.loads(cut.out)["items"]) == 2
    assert "only its newest 2 articles were looked through" in cut.err


def test_no_archive_is_made_by_saving_into_none(call: Call, home: Path) -> None:
    """What only reads, and what has nothing to read from."""
    codes = [
        call("saved", "list").code,
        call("saved", "show", "x").code,
        call("search", "x", "--save", "x").code,
    ]

    assert codes == [4, 4, 4]
    assert list(home.rglob("*.db")) == []
