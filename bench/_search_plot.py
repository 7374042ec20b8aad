"""Two pictures of the figures, as SVG: latency against archive size, and nDCG against the peers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

_WIDTH, _HEIGHT = 720, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 20, 50, 60
_COLOURS = (
    "#1f5fa8",
    "#c2410c",
    "#15803d",
    "#7e22ce",
    "#b91c1c",
    "#0e7490",
    "#a16207",
    "#64748b",
    "#334155",
)

Figures = Mapping[str, Any]


def plot(figures: Figures, folder: Path) -> list[Path]:
    """Write what the figures suffice for; the files that were written."""
    made = {
        "search-latency.svg": latency_svg(figures.get("latency", {})),
        "search-ndcg.svg": ndcg_svg(figures.get("relevance", {})),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, drawn in made.items():
        if drawn:
            (folder / name).write_text(drawn, "utf-8")
    return [folder / name for name, drawn in made.items() if drawn]


def latency_svg(latency: Figures) -> str:
    """A line each for median and 95th percentile of every system; empty without figures."""
    lines = {
        f"{name}, {figure}": sorted((int(size), row["all"][figure]) for size, row in sizes.items())
        for name, sizes in latency.items()
        for figure in ("p50", "p95")
    }
    points = [point for line in lines.values() for point in line]
    if not points:
        return ""
    sizes = sorted({size for size, _ in points})
    top = _round_up(max(cost for _, cost in points))
    low, high = math.log10(sizes[0]), math.log10(sizes[-1])

    def place(size: int, cost: float) -> tuple[float, float]:
        share = (math.log10(size) - low) / (high - low) if high > low else 0.5
        return _across(share), _down(cost / top)

    parts = [*_frame("CPU of a search with 20 snippets, by archive size", "CPU ms", top)]
    parts += [
        _text(_across((math.log10(size) - low) / (high - low or 1)), _HEIGHT - 40, f"{size:,}")
        for size in sizes
    ]
    for number, (name, line) in enumerate(lines.items()):
        parts += _line([place(*point) for point in line], number // 2, is_dashed=number % 2 == 0)
        parts += _key(number, name, number // 2, is_dashed=number % 2 == 0)
    return _svg(parts)


def ndcg_svg(relevance: Figures) -> str:
    """A group of bars for each collection, a bar for each system; empty without figures."""
    names = list(dict.fromkeys(name for systems in relevance.values() for name in systems))
    if not names:
        return ""
    values = [row["nDCG@10"] for systems in relevance.values() for row in systems.values()]
    top = _round_up(max(values))
    parts = [*_frame("nDCG@10 on judged collections", "", top)]
    group = 1 / len(relevance)
    for place, (collection, systems) in enumerate(relevance.items()):
        parts.append(_text(_across((place + 0.5) * group), _HEIGHT - 40, collection))
        for number, name in enumerate(names):
            if name in systems:
                left = _across(group * (place + 0.08 + 0.84 * number / len(names)))
                width = 0.84 * group * (_across(1) - _across(0)) / len(names)
                parts.append(_bar(left, width, systems[name]["nDCG@10"] / top, number))
    for number, name in enumerate(names):
        parts += _key(number, name, number, is_dashed=False)
    return _svg(parts)


def _across(share: float) -> float:
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _down(share: float) -> float:
    return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)


def _round_up(number: float) -> float:
    """The next of 1, 2, 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(number or 1))
    return next((step * power for step in (1, 2, 5) if step * power >= number), 10 * power)


def _frame(title: str, unit: str, top: float) -> Iterator[str]:
    yield _text(_LEFT, 24, f"{title}{f' ({unit})' if unit else ''}", anchor="start", size=15)
    for step in range(6):
        height = _down(step / 5)
        yield (
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{height:.1f}" y2="{height:.1f}"'
            ' stroke="#94a3b8" stroke-opacity="0.4"/>'
        )
        yield _text(_LEFT - 8, height + 4, f"{top * step / 5:g}", anchor="end")


def _line(points: Sequence[tuple[float, float]], colour: int, *, is_dashed: bool) -> list[str]:
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    paint = _paint(colour, is_dashed=is_dashed)
    dots = [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{_COLOURS[colour % len(_COLOURS)]}"/>'
        for x, y in points
    ]
    return [f'<polyline points="{drawn}" fill="none" {paint}/>', *dots]


def _bar(left: float, width: float, share: float, colour: int) -> str:
    height = _down(share)
    return (
        f'<rect x="{left:.1f}" y="{height:.1f}" width="{width:.1f}"'
        f' height="{_down(0) - height:.1f}" fill="{_COLOURS[colour % len(_COLOURS)]}"/>'
    )


def _key(number: int, name: str, colour: int, *, is_dashed: bool) -> list[str]:
    """An entry of the legend, which stands below in rows of three."""
    left = _LEFT + number % 3 * 220
    height = _HEIGHT - 12 + 18 * (number // 3)
    stroke = _paint(colour, is_dashed=is_dashed)
    line = f'<line x1="{left}" x2="{left + 22}" y1="{height - 4}" y2="{height - 4}" {stroke}/>'
    return [line, _text(left + 28, height, name, anchor="start")]


def _paint(colour: int, *, is_dashed: bool) -> str:
    dashes = ' stroke-dasharray="5 4"' if is_dashed else ""
    return f'stroke="{_COLOURS[colour % len(_COLOURS)]}" stroke-width="2.5"{dashes}'


def _text(left: float, height: float, told: str, *, anchor: str = "middle", size: int = 12) -> str:
    return (
        f'<text x="{left:.1f}" y="{height:.1f}" text-anchor="{anchor}" font-size="{size}">'
        f"{escape(told)}</text>"
    )


def _svg(parts: Sequence[str]) -> str:
    drawn = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT + 50}"'
        ' font-family="sans-serif" fill="#64748b">\n'
        f"{drawn}\n</svg>\n"
    )
