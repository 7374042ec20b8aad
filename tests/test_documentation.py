"""What the pages of documentation promise: links that lead somewhere, numbers that are true."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted((
    *ROOT.glob("*.md"),
    *ROOT.glob("docs/**/*.md"),
    *ROOT.glob("bench/*.md"),
    *ROOT.glob("training/*.md"),
))  # fmt: skip
ARTICLES = ROOT / "aggregator" / "articles"
EXTRACTION = (ROOT / "docs" / "extraction.md").read_text(encoding="utf-8")


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
