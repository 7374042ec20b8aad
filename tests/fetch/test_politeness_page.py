"""docs/politeness.md promises what the program does: its tests are there, its tables are ours."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from aggregator.errors import FETCH_KINDS
from aggregator.fetch import SHIPPED, FetchLimits
from aggregator.fetch._blocked import SNIFFED_BYTES, SUSPECT_STATUSES, WALL_HEADERS, WALL_MARKS
from aggregator.fetch._permission import PRODUCT_TOKEN
from aggregator.fetch._robots import MAX_ROBOTS_BYTES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "politeness.md").read_text(encoding="utf-8")
TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


def rows_of(heading: str) -> list[list[str]]:
    """The cells of the first table of a chapter, without its head."""
    lines = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0].splitlines()
    rows = [line for line in lines if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


@pytest.mark.parametrize(("path", "name"), TESTS)
def test_each_test_that_is_named_is_there(path: str, name: str) -> None:
    """A rule whose test was renamed or removed is a promise without a proof."""
    assert re.search(rf"(?m)^(?:async )?def {name}\(", (ROOT / path).read_text(encoding="utf-8"))


def test_each_rule_has_a_test() -> None:
    """No row of the rules goes without one."""
    rows = rows_of("Rules")

    assert len(rows) > 20
    assert all("::test_" in row[3] for row in rows)


def test_each_kind_of_failure_is_explained() -> None:
    """All of them, and none that does not exist."""
    assert [row[0].strip("`") for row in rows_of("When a fetch fails")] == list(FETCH_KINDS)


def test_the_shipped_hosts_are_listed_as_they_are() -> None:
    """With their seconds and intervals."""
    stated = [
        (
            row[0].strip("`"),
            float(row[1] or 0),
            3600 * int(row[2].removesuffix(" h") or 0),
        )
        for row in rows_of("Hosts that bear less")
    ]

    assert stated == [(one.match, one.gap_s, one.interval_s) for one in SHIPPED]


def test_the_signs_of_walls_are_listed() -> None:
    """Headers and values one by one, walls by name, statuses by number."""
    stated = {
        (name.strip("`"), value.strip(" `"), wall)
        for name, values, wall in rows_of("Walls")
        for value in values.split(",")
    }
    chapter = PAGE.split("\n## Walls\n")[1]

    assert stated == set(WALL_HEADERS)
    assert all(wall in chapter for _, wall in WALL_MARKS)
    assert all(str(status) in chapter for status in SUSPECT_STATUSES)
    assert f"first {SNIFFED_BYTES // 1024} KiB" in chapter


def test_the_numbers_of_the_page_hold() -> None:
    """Limits that are changed must be changed here."""
    limits = FetchLimits()
    too_large = next(row[1] for row in rows_of("When a fetch fails") if "too-large" in row[0])

    assert f"above {limits.max_header_bytes // 1024} KiB" in too_large
    assert f"above {limits.max_wire_bytes // 2**20} MiB" in too_large
    assert f"{limits.max_ratio} times" in too_large
    assert f"first {MAX_ROBOTS_BYTES // 1024} KiB" in PAGE
    assert f"token is `{PRODUCT_TOKEN}`" in PAGE
