"""What the pages of documentation promise: links that lead somewhere, numbers that are true."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from aggregator.archive._aliases import MAX_ALIASES
from aggregator.archive._documents import FETCHES_KEPT
from aggregator.cli._app import aggregator
from aggregator.feeds.document._decode import MAX_BYTES
from aggregator.feeds.grammar._reader import MAX_ATTRIBUTES, MAX_NAMESPACES
from aggregator.model import Entry, Extras
from aggregator.polling._changes import MAX_SILENT_REVISIONS
from aggregator.polling._documents import PARSE_DEADLINE_S, PollLimits

ROOT = Path(__file__).parents[1]
PAGES = sorted((
    *ROOT.glob("*.md"),
    *ROOT.glob("docs/**/*.md"),
    *ROOT.glob("bench/*.md"),
    *ROOT.glob("training/*.md"),
))  # fmt: skip
ARTICLES = ROOT / "aggregator" / "articles"
EXTRACTION = (ROOT / "docs" / "extraction.md").read_text(encoding="utf-8")
FEEDS = (ROOT / "docs" / "feeds.md").read_text(encoding="utf-8")
NAMES_OF_ENTRIES = {"key", "content_hash", "aliases"}
"""Fields of entries that no feed states: they are made of the others."""


def _anchors(page: Path) -> set[str]:
    """The names under which the chapters of `page` are linked, as GitHub makes them."""
    headings = re.findall(r"(?m)^#+ (.+)$", page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_link_leads_somewhere(page: Path) -> None:
    """A link inside the repository names a file that is there, and a chapter that it has."""
    links = re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)", page.read_text("utf-8"))

    for path, chapter in links:
        target = page.parent / path if path else page
        assert target.exists(), path
        assert not chapter or chapter in _anchors(target), f"{path}#{chapter}"


def test_each_decision_is_listed() -> None:
    """The list of decisions has a row for every page beside it."""
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text(encoding="utf-8")

    for page in folder.glob("0*.md"):
        assert f"| [{page.name[:4]}]({page.name}) |" in listed


def test_extraction_names_modules_that_are_there() -> None:
    """A module or rule in `backticks` that begins with an underscore exists in the package."""
    source = "".join(path.read_text(encoding="utf-8") for path in ARTICLES.glob("*.py"))
    modules = {path.stem for path in ARTICLES.glob("*.py")}

    for name in re.findall(r"`(_[a-z_]+)`", EXTRACTION):
        assert name in modules or f"def {name}(" in source, name


def test_extraction_counts_what_is_shipped() -> None:
    """Features and trees are as many as the page says, and so is what it calls features."""
    model = json.loads((ARTICLES / "model.json").read_text(encoding="utf-8"))
    table = EXTRACTION.split("| group |")[1].split("\n\n")[0]
    named = [name for row in table.splitlines()[2:] for name in re.findall(r"`([^`]+)`", row)]

    assert f"{len(model['features'])} numbers" in EXTRACTION
    assert f"{len(model['trees'])} boosted trees" in EXTRACTION
    assert set(named) <= set(model["features"])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_command_is_there(page: Path) -> None:
    """What stands behind "aggregator" in code is a command, and behind a group one of its own."""
    named = re.findall(
        r"(?m)(?:`|^\$ |^)aggregator ([a-z]+)(?: ([a-z]+))?", page.read_text("utf-8")
    )

    for first, second in named:
        command = aggregator.get_command(click.Context(aggregator), first)
        assert command is not None, first
        if second and isinstance(command, click.Group):
            assert command.get_command(click.Context(command), second), f"{first} {second}"


def test_feeds_names_all_modules_and_none_that_is_not_there() -> None:
    """Each module of `feeds/` has its place on the page; each that it names exists."""
    package = ROOT / "aggregator"
    modules = {
        path.relative_to(package / "feeds").with_suffix("").as_posix()
        for path in (package / "feeds").rglob("_*.py")
        if path.stem != "__init__"
    }
    named = set(re.findall(r"`((?:[a-z]+/)?_[a-z_]+)`", FEEDS))

    assert modules <= named
    assert all((package / f"{name}.py").is_file() for name in named - modules)


def test_feeds_says_of_each_field_where_it_comes_from() -> None:
    """The two tables have a row for every field of an entry and of its extras, and no other."""
    stated = _first_cells("| field | RSS |")
    extras = _first_cells("| in `extras` |")

    assert stated == [one.name for one in fields(Entry) if one.name in stated]
    assert {*stated, *NAMES_OF_ENTRIES, "extras"} == {one.name for one in fields(Entry)}
    assert sorted(extras) == sorted(one.name for one in fields(Extras))


def _first_cells(heading: str) -> list[str]:
    """What stands in `code` in the first column of the table of FEEDS that begins so."""
    rows = FEEDS.split(heading)[1].split("\n\n")[0].splitlines()[2:]
    return [name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])]


def test_feeds_states_the_limits_that_hold() -> None:
    """Numbers of the page are those of the program."""
    limits = dict(re.findall(r"(?m)^\| ([^|]+) \| ([^|]+) \|$", FEEDS.split("## Limits")[1]))

    assert limits["a document, unpacked"].startswith(f"{MAX_BYTES // 2**20} MiB")
    assert limits["reading it"].startswith(f"{PARSE_DEADLINE_S:.0f} seconds")
    assert limits["new entries of one poll"].startswith(f"{PollLimits().max_new_entries:,}")
    assert limits["names of an entry"].startswith(str(MAX_ALIASES))
    elements = limits["attributes of an element, namespaces of a document"]
    assert elements == str(MAX_ATTRIBUTES) == str(MAX_NAMESPACES)
    assert f"{FETCHES_KEPT} are remembered" in FEEDS
    assert f"| {MAX_SILENT_REVISIONS} revisions at most" in FEEDS
