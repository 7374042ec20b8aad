"""feeds: how a feed is named, and what is said of it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import connect
from typing import Any

import pytest

from aggregator.config import load_config
from aggregator.library import open_archive

Call = Callable[..., Any]

_FEEDS = """[settings]
database_url = "sqlite:///a.db"
[[feeds]]
url = "https://me:s3cr3t@one.example/f"
[[feeds]]
url = "https://two.example/f"
name = "Zwei"
"""


@pytest.fixture
def feeds_toml(home: Path) -> Path:
    """A feeds.toml with two feeds that are archived: the first has a title, the second a name."""
    path = home / "feeds.toml"
    path.write_text(_FEEDS)
    with open_archive("a.db") as archive:
        archive.feeds.sync(load_config(str(path)).feeds, datetime.now(UTC))
    with closing(connect(home / "a.db")) as connection, connection:
        connection.execute("UPDATE feed SET title = 'Harbour Wire' WHERE id = 1")
    return path


def _paused(path: Path) -> list[bool]:
    return [not feed.get("enabled", True) for feed in tomllib.loads(path.read_text())["feeds"]]


@pytest.mark.parametrize(
    "name",
    [
        "1",
        "https://me:s3cr3t@one.example/f",
        "http://one.example/f",
        "Harbour Wire",
        "harbour",
        "one.example",
    ],
)
def test_a_feed_is_named_as_for_poll(call: Call, feeds_toml: Path, name: str) -> None:
    """By number, URL, title or a part of one."""
    outcome = call("feeds", "pause", name)

    assert outcome.code == 0, outcome.err
    assert _paused(feeds_toml) == [True, False]
    assert "Harbour Wire is paused" in outcome.err
    assert "SIGHUP" in outcome.err


def test_without_an_archive_the_names_of_feeds_toml_do(call: Call, home: Path) -> None:
    """A feed that was never polled can be paused and removed; it has no number."""
    (home / "feeds.toml").write_text(_FEEDS)

    assert call("feeds", "pause", "0").code == 1
    assert call("feeds", "pause", "zwei").code == 0
    assert call("feeds", "remove", "one.example").code == 0
    [left] = tomllib.loads((home / "feeds.toml").read_text())["feeds"]
    assert (left["name"], left["enabled"]) == ("Zwei", False)
    assert not (home / "a.db").exists()


def test_a_part_that_two_feeds_have_changes_nothing(call: Call, feeds_toml: Path) -> None:
    """Nobody's feed is removed by a guess."""
    outcome = call("feeds", "remove", "example")

    assert outcome.code == 1
    assert "means 2 feeds" in outcome.err
    assert feeds_toml.read_text() == _FEEDS


@pytest.mark.parametrize("command", ["pause", "remove"])
@pytest.mark.parametrize("host", ["one.example/f", "nowhere.example/f", "[broken/f"])
def test_a_password_that_was_typed_is_not_repeated(
    call: Call, feeds_toml: Path, command: str, host: str
) -> None:
    """Whether there is such a feed or not."""
    outcome = call("feeds", command, f"https://me:s3cr3t@{host}")

    assert feeds_toml.exists()
    assert outcome.err
    assert "s3cr3t" not in outcome.out + outcome.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["digest", "--feed", "https://me:s3cr3t@nowhere.example/f", "--db", "a.db"],
        ["extract", "ftp://me:s3cr3t@one.example/f"],
        ["extract", "http://me:s3cr3t@[broken/f"],
        ["extract", "http://me:s3cr3t@127.0.0.1:1/f"],
        ["import", "https://me:s3cr3t@one.example/f"],
        ["feeds", "add", "ftp://me:s3cr3t@one.example/f"],
        ["feeds", "list"],
        ["export", "opml"],
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("feeds_toml")
def test_no_command_repeats_a_password(call: Call, arguments: list[str]) -> None:
    """Neither one that was typed nor one that is stored."""
    outcome = call(*arguments)

    assert outcome.out + outcome.err
    assert "s3cr3t" not in outcome.out + outcome.err


def test_a_page_read_with_a_password_is_shown_without_it(call: Call, home: Path) -> None:
    """Its address, and where its links lead."""
    (home / "p.html").write_text("<h1>Ferry</h1><p>" + "It leaves at nine. " * 20 + "</p>")

    outcome = call("extract", "p.html", "--url", "https://me:s3cr3t@one.example/p", "--json")

    assert outcome.json()["url"] == "https://one.example/p"


def test_what_is_exported_are_the_feeds_of_feeds_toml(call: Call, feeds_toml: Path) -> None:
    """A feed that was removed stays archived, but nobody is told to subscribe to it."""
    call("feeds", "remove", "Zwei")

    exported = call("export", "opml").out

    assert "one.example" in exported
    assert "two.example" not in exported
    assert "two.example" in call("export", "opml", "--db", feeds_toml.with_name("a.db")).out


@pytest.mark.parametrize("command", ["pause", "remove"])
def test_the_help_says_how_a_feed_is_named(call: Call, command: str) -> None:
    """FEED is explained."""
    assert "FEED is its number, URL or name" in call("feeds", command, "--help").out


def test_another_archive_may_be_named_beside_feeds_toml(call: Call, feeds_toml: Path) -> None:
    """Its numbers count, and the edit goes to feeds.toml."""
    with open_archive("b.db") as archive:
        archive.feeds.sync(load_config(str(feeds_toml)).feeds[::-1], datetime.now(UTC))

    outcome = call("feeds", "pause", "1", "--db", "b.db")

    assert outcome.code == 0, outcome.err
    assert _paused(feeds_toml) == [False, True]


def test_what_was_learnt_of_a_feed_is_forgotten_on_demand(call: Call, feeds_toml: Path) -> None:
    """Named as for the other commands; a second time there is nothing to forget."""
    with closing(connect(feeds_toml.parent / "a.db")) as connection, connection:
        connection.execute("INSERT INTO template VALUES (1, '{\"pages\": 4}', '2026-11-22 08:00')")

    first = call("feeds", "relearn", "harbour")
    second = call("feeds", "relearn", "1")
    unknown = call("feeds", "relearn", "nobody")

    assert "Harbour Wire is forgotten" in first.err
    assert "nothing was learnt" in second.err
    assert (first.code, second.code, unknown.code) == (0, 0, 1)


def test_rules_are_listed_with_their_feed(call: Call, home: Path) -> None:
    """As feeds.toml has them, whether written as one selector or as a list."""
    (home / "feeds.toml").write_text(_FEEDS + '[feeds.extract]\nremove = ".ad"\n')

    first, second = call("feeds", "list", "--json").json()["feeds"]

    assert first["extract"] is None
    assert second["extract"] == {"content": [], "remove": [".ad"], "headline": []}
