"""The table of extractors: ratios to the reference, and dashes where a figure is missing."""

from __future__ import annotations

import runpy
from pathlib import Path

_ROOM = runpy.run_path(str(Path(__file__).parents[2] / "bench" / "_article_table.py"))


def test_cpu_is_shown_as_a_multiple_of_trafilaturas() -> None:
    """Median and 95th percentile each have their own unit."""
    rows = {
        "ours": {"cpu50": 10.0, "cpu95": 30.0},
        "trafilatura": {"cpu50": 40.0, "cpu95": 120.0},
    }

    compared = _ROOM["with_ratios"](rows)

    assert compared["ours"]["ratio50"] == 0.25
    assert compared["ours"]["ratio95"] == 0.25
    assert compared["trafilatura"]["ratio50"] == 1


def test_without_the_reference_there_are_no_ratios() -> None:
    """A run of our row alone has times only."""
    rows = {"ours": {"cpu50": 10.0, "cpu95": 30.0}}

    assert _ROOM["with_ratios"](rows) == rows


def test_a_figure_that_a_system_lacks_is_a_dash() -> None:
    """So is one that could not be computed; a column that nobody has is left out."""
    rows = {"a": {"F1": 0.9512, "date": 0.5}, "b": {"F1": float("nan")}}

    assert _ROOM["markdown"](rows, _ROOM["QUALITY"]).splitlines() == [
        "| system | text F1 | date |",
        "|---|--:|--:|",
        "| a | .951 | .500 |",
        "| b | – | – |",
    ]
