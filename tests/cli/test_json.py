"""docs/json.md names every member that --json prints."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from aggregator.model import (
    Chapter,
    Enclosure,
    Extras,
    FeedLinks,
    FetchRecord,
    Person,
    Place,
    RelatedLink,
    Source,
    Transcript,
)

Call = Callable[..., Any]

_PARTS = (Chapter, Person, Place, RelatedLink, Source, Transcript)
_OF_FEEDS = {"tags", "is_finished"}
"""Extras that only feeds have."""

_PAGE = Path(__file__).parents[2] / "docs" / "json.md"


def _members(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            if name != "settings":
                yield from _members(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _members(inner)


@pytest.mark.parametrize(
    ("heading", "arguments"),
    [
        ("`search` and `list`", ["search", "xiaomi", "--json"]),
        ("`search` and `list`", ["search", "xiaomi", "--json", "--explain"]),
        ("`search` and `list`", ["search", "xiaomi nosuchword", "--json"]),
        ("`search` and `list`", ["list", "--json"]),
        ("The others", ["saved", "list", "--json"]),
        ("The others", ["saved", "show", "cars", "--json"]),
        ("The others", ["search", "reindex", "--json"]),
        ("`feeds list`", ["feeds", "list", "--json"]),
        ("`feeds why`", ["feeds", "why", "1", "--json"]),
        ("The others", ["delete", "1", "--yes", "--json"]),
        ("The others", ["db", "check", "--json"]),
        ("`status`", ["status", "--json"]),
        ("`doctor`", ["doctor", "--json"]),
        ("The others", ["config", "path", "--json"]),
        ("The others", ["config", "check", "--json"]),
    ],
)
def test_every_member_is_documented(
    call: Call, demo_database: Path, tmp_path: Path, heading: str, arguments: list[str]
) -> None:
    """Under the heading of its command."""
    copy = tmp_path / "copy.db"
    copy.write_bytes(demo_database.read_bytes())
    call("search", "xiaomi", "--save", "cars", "--db", copy)

    answer = call(*arguments, "--db", copy).json()

    _assert_documented(heading, answer)


def test_the_members_of_a_feed_and_all_that_an_entry_can_carry_are_documented(
    call: Call, home: Path, demo_database: Path
) -> None:
    """Every field of the model has its name there; `feeds show` adds to `feeds list`."""
    (home / "f.xml").write_text("<rss version='2.0'><item><title>One</title></item></rss>")

    parsed = call("feeds", "parse", "f.xml", "--json").json()
    [listed, *_] = call("feeds", "list", "--json", "--db", demo_database).json()["feeds"]
    shown = call("feeds", "show", str(listed["id"]), "--json", "--db", demo_database).json()

    _assert_documented("`feeds parse`", parsed)
    _assert_documented("`feeds parse`", dict.fromkeys([*_field_names(FeedLinks), *_OF_FEEDS]))
    carried = set(_field_names(Extras, Enclosure, *_PARTS)) - _OF_FEEDS
    _assert_documented("`show`", dict.fromkeys(carried))
    added = {name: shown[name] for name in shown.keys() - listed.keys() - parsed.keys()}
    _assert_documented("`feeds show`", added)
    _assert_documented("`feeds show`", dict.fromkeys(_field_names(FetchRecord)))
    assert shown["fetches"]


def _field_names(*kinds: Any) -> list[str]:
    return [field.name for kind in kinds for field in fields(kind)]


def test_the_members_of_an_article_are_documented(
    call: Call, demo_database: Path, home: Path
) -> None:
    """Those of `extract`, and what `show` adds to them."""
    (home / "p.html").write_text("<h1>One</h1><p>Two words.</p><h2>Three</h2><p>Four.</p>")

    extracted = call("extract", "p.html", "--json").json()
    [hit] = call("search", "xiaomi", "--json", "--db", demo_database).json()["results"]
    shown = call("show", str(hit["id"]), "--json", "--db", demo_database).json()

    _assert_documented("`extract`", extracted)
    _assert_documented("`show`", {name: shown[name] for name in shown.keys() - extracted.keys()})


def test_the_members_of_a_poll_are_documented(call: Call, http_server: Any, home: Path) -> None:
    """Of the pass and of each poll in it."""
    url = http_server.url("/missing")
    (home / "feeds.toml").write_text(f'[settings]\nworkers = 1\n[[feeds]]\nurl = "{url}"\n')

    _assert_documented("`poll`", call("poll", "--json").json())


def test_the_members_of_older_states_are_documented(
    call: Call, http_server: Any, home: Path
) -> None:
    """Of the list of them, of one, and of what an edit changed."""
    (home / "feeds.toml").write_text(
        f'[settings]\nworkers = 1\n[[feeds]]\nurl = "{http_server.url("/f")}"\n'
    )
    for text in ("One.", "Two."):
        item = f"<item><guid>1</guid><title>{text}</title></item>"
        body = f"<rss version='2.0'><channel>{item}</channel></rss>"
        http_server.route("/f", http_server.reply(body.encode()))
        assert call("poll", "--force").code == 0

    for arguments in (["--revisions"], ["--revision", "1"], ["--revision", "1", "--diff"]):
        _assert_documented("`show`", call("show", "1", *arguments, "--json").json())


def _assert_documented(heading: str, answer: object) -> None:
    part = _PAGE.read_text(encoding="utf-8").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    named = set(re.findall(r"\w+", part))
    assert set(_members(answer)) <= named
