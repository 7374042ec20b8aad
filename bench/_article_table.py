"""The figures of extractors on one set of pages as rows of a Markdown table."""

from __future__ import annotations

import math
from collections.abc import Mapping

Row = Mapping[str, float]
"""The scorer's figures of one system by the scorer's names, and those that `with_ratios` adds."""

REFERENCE = "trafilatura"
"""The peer whose CPU in the same run is the unit for all."""

QUALITY = {
    "F1": "text F1",
    "P": "precision",
    "R": "recall",
    "bad<.8": "pages < .8",
    "empty": "empty",
    "fail": "failed",
    "with": "wanted",
    "without": "unwanted",
    "title~": "headline",
    "date": "date",
    "date_fp": "date invented",
    "auth=": "author =",
    "auth~": "author ~",
    "headF1": "headings F1",
    "secF1": "sections F1",
}
COST = {
    "cpu50": "CPU ms, median",
    "cpu95": "p95",
    "cpuMax": "slowest",
    "ratio50": "× median",
    "ratio95": "× p95",
    "rssMB": "peak MB",
}
_COUNTS = {"bad<.8", "empty", "fail", "rssMB", "cpuMax"}
_TIMES = {"cpu50", "cpu95"}


def with_ratios(rows: Mapping[str, Row]) -> dict[str, dict[str, float]]:
    """`rows` with their CPU as multiples of the reference's, where the reference has run."""
    unit = rows.get(REFERENCE)
    ratios = {"ratio50": "cpu50", "ratio95": "cpu95"} if unit else {}
    return {
        name: {**row, **{key: row[of] / unit[of] for key, of in ratios.items() if unit}}
        for name, row in rows.items()
    }


def markdown(rows: Mapping[str, Row], names: Mapping[str, str]) -> str:
    """One line a system, one column for each figure of `names` that any of them has."""
    keys = [key for key in names if any(key in row for row in rows.values())]
    lines = ["| system | " + " | ".join(names[key] for key in keys) + " |"]
    lines.append("|---|" + "--:|" * len(keys))
    for system, row in rows.items():
        lines.append(
            f"| {system} | " + " | ".join(_shown(key, row.get(key)) for key in keys) + " |"
        )
    return "\n".join(lines)


def _shown(key: str, figure: float | None) -> str:
    if figure is None or math.isnan(figure):
        return "–"
    if key in _COUNTS:
        return f"{figure:.0f}"
    if key in _TIMES:
        return f"{figure:.1f}"
    return f"{figure:.2f}" if key.startswith("ratio") else f"{figure:.3f}".lstrip("0")
