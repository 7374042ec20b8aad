"""Figures as Markdown tables, and as one file of JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Figures = dict[str, Any]
Rows = Mapping[str, Mapping[str, float | None]]


def markdown(head: str, rows: Rows, digits: int = 3) -> str:
    """One line a row, a column for each name that any row has; a dash where a figure is missing.

    Figures from 100 on are shown without a fraction.
    """
    columns = list(dict.fromkeys(name for figures in rows.values() for name in figures))
    lines = [f"| {' | '.join([head, *columns])} |", "|---|" + "--:|" * len(columns)]
    for name, figures in rows.items():
        cells = [_shown(figures.get(column), digits) for column in columns]
        lines.append(f"| {' | '.join([name, *cells])} |")
    return "\n".join(lines)


def _shown(figure: float | None, digits: int) -> str:
    if figure is None:
        return "–"
    return (
        f"{figure:,.0f}"
        if isinstance(figure, int) or abs(figure) >= 100
        else f"{figure:.{digits}f}"
    )


def write_figures(path: Path | None, figures: Figures) -> None:
    """Add figures to a file of JSON; what else it holds stays."""
    if path is not None:
        known = json.loads(path.read_text("utf-8")) if path.exists() else {}
        path.write_text(json.dumps(merged(known, figures), indent=1) + "\n", "utf-8")


def merged(one: Figures, other: Figures) -> Figures:
    """Both, at every depth; where both say something, the other is right."""
    both = {**one, **other}
    for name in set(one) & set(other):
        if isinstance(one[name], dict) and isinstance(other[name], dict):
            both[name] = merged(one[name], other[name])
    return both
