"""Reading commands and the archive that is not there; the demo that makes one."""

from __future__ import annotations

import shlex
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]

_READING = (
    ["search", "x"],
    ["list"],
    ["show", "1"],
    ["digest"],
    ["db", "check"],
    ["db", "backup", "copy.db"],
    ["feeds", "list"],
    ["export", "opml"],
)


@pytest.mark.parametrize("arguments", _READING, ids=" ".join)
def test_reading_creates_no_archive(call: Call, home: Path, arguments: list[str]) -> None:
    """A mistyped name is an error, not a new and whole archive."""
    outcome = call(*arguments, "--db", home / "typo" / "a.db")

    assert outcome.code == 4
    assert f"there is no archive at {home}/typo/a.db yet; start with: aggregator run" in outcome.err
    assert outcome.out == ""
    assert list(home.iterdir()) == []


def test_feeds_are_listed_and_exported_without_an_archive(call: Call, home: Path) -> None:
    """feeds.toml is enough, and nothing else is written."""
    (home / "feeds.toml").write_text("[[feeds]]\nurl = 'https://one.example/f'\n")

    listed = call("feeds", "list", "--json").json()
    exported = call("export", "opml")

    assert [feed["url"] for feed in listed["feeds"]] == ["https://one.example/f"]
    assert 'xmlUrl="https://one.example/f"' in exported.out
    assert [path.name for path in home.iterdir()] == ["feeds.toml"]


@pytest.mark.parametrize("command", [["search", "x"], ["list"], ["show", "1"]], ids=" ".join)
def test_a_file_that_is_no_archive_is_answered_with_advice(
    call: Call, home: Path, command: list[str]
) -> None:
    """By every command that reads it."""
    (home / "junk.db").write_bytes(b"Dear Sir or Madam, " * 100)

    outcome = call(*command, "--db", "junk.db")

    assert outcome.code == 4
    assert "restore a backup (see docs/operations.md) or name another file" in outcome.err


def test_the_demo_heeds_no_settings(
    call: Call, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither feeds.toml nor the environment, be they ever so wrong."""
    (home / "feeds.toml").write_text("no toml")
    monkeypatch.setenv("AGGREGATOR_CONCURRENCY", "many")

    outcome = call("demo", "--dir", "my demo")

    assert outcome.code == 0, outcome.err
    assert "13 articles" in outcome.err
    [line] = [line for line in outcome.out.splitlines() if " search x" in line]
    assert shlex.split(line)[-2:] == ["--db", "my demo/archive.db"]


def test_a_second_demo_does_not_double_the_first(call: Call, demo_database: Path) -> None:
    """It refuses, and says what to do."""
    before = call("list", "--json", "--db", demo_database).json()["total"]

    outcome = call("demo", "--dir", demo_database.parent)

    assert outcome.code == 1
    assert "--dir" in outcome.err
    assert call("list", "--json", "--db", demo_database).json()["total"] == before


def test_an_article_does_a_terminal_no_harm_in_any_form(
    call: Call, demo_database: Path, home: Path
) -> None:
    """Escape sequences and direction overrides that are in the archive stay there."""
    call("db", "backup", "evil.db", "--db", demo_database)
    change = "UPDATE article SET lead = ?, lead_html = ?, headline = ? WHERE entry_id = 1"
    with closing(sqlite3.connect(home / "evil.db")) as connection, connection:
        connection.execute(change, ("a\x9b31m\u202eb", "<p>a\x9b31m\u202eb</p>", "a\u2066b"))

    for form in ("text", "md", "html", "json"):
        shown = call("show", "1", "--format", form, "--db", "evil.db")
        assert shown.code == 0
        assert not set(shown.out) & {"\x9b", "\u202e", "\u2066"}, form
    assert call("show", "1", "--json", "--db", "evil.db").json()["lead"] == "a\x9b31m\u202eb"


@pytest.mark.parametrize("form", ["text", "md", "html", "json"])
def test_a_missing_section_is_told_the_same_way_in_each_form(
    call: Call, demo_database: Path, form: str
) -> None:
    """With the sections that there are."""
    outcome = call("show", "1", "--section", "99", "--format", form, "--db", demo_database)

    usual = call("show", "1", "--section", "99", "--db", demo_database)
    assert (outcome.code, outcome.err) == (1, usual.err)
    assert "99" in usual.err


def test_the_lead_and_a_section_can_be_had_as_json(call: Call, demo_database: Path) -> None:
    """Number 0 is the lead."""
    whole = call("show", "1", "--json", "--db", demo_database).json()

    lead = call("show", "1", "--section", "0", "--json", "--db", demo_database).json()
    first = call("show", "1", "--section", "1", "--json", "--db", demo_database).json()

    assert (lead["position"], lead["text"]) == (0, whole["lead"])
    assert first == whole["sections"][0]


def test_mistakes_of_usage_are_told_as_all_others(call: Call) -> None:
    """One prefix for whatever goes wrong."""
    outcome = call("show", "nothing")

    assert outcome.code == 2
    assert outcome.err.startswith("Usage: aggregator show ")
    assert outcome.err.splitlines()[-1].startswith("aggregator: ")
    assert "Error:" not in outcome.err
