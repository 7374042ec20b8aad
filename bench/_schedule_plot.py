"""A picture of the delays at each budget, as SVG: per post and per feed, on a scale of tens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from math import ceil, floor, log10

from bench._schedule_replay import Score

_WIDTH, _HEIGHT, _LEFT, _GAP, _TOP, _BOTTOM = 760, 360, 60, 40, 50, 50
_COLOURS = ("#64748b", "#c2410c", "#a16207", "#1f5fa8", "#15803d")

Scores = Mapping[tuple[str, float], Score]


def scheduling_svg(scores: Scores) -> str:
    """Two panels with a line for each policy, minutes of delay over requests per feed and day."""
    names = list(dict.fromkeys(name for name, _ in scores))
    parts = [
        *_panel(0, "mean delay per post (minutes)", names, _minutes(scores, is_per_post=True)),
        *_panel(1, "mean over feeds (minutes)", names, _minutes(scores, is_per_post=False)),
    ]
    for number, name in enumerate(names):
        left, height = _LEFT + number % 3 * 240, _HEIGHT + 12 + number // 3 * 18
        colour = _COLOURS[number % len(_COLOURS)]
        parts.append(
            f'<line x1="{left}" x2="{left + 22}" y1="{height - 4}" y2="{height - 4}"'
            f' stroke="{colour}" stroke-width="2.5"/>'
        )
        parts.append(_text(left + 28, height, name, anchor="start"))
    drawn = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT + 40}"'
        f' font-family="sans-serif" fill="#64748b">\n{drawn}\n</svg>\n'
    )


def _minutes(scores: Scores, *, is_per_post: bool) -> dict[tuple[str, float], float]:
    return {
        key: score.per_post_min if is_per_post else score.per_feed_min
        for key, score in scores.items()
    }


def _panel(
    number: int, title: str, names: list[str], minutes: Mapping[tuple[str, float], float]
) -> Iterator[str]:
    width = (_WIDTH - _LEFT - _GAP - 20) / 2
    left = _LEFT + number * (width + _GAP)
    budgets = sorted({budget for _, budget in minutes})
    low, high = floor(log10(min(minutes.values()))), ceil(log10(max(minutes.values())))

    def across(budget: float) -> float:
        span = log10(budgets[-1] / budgets[0]) or 1
        return left + 20 + (width - 40) * log10(budget / budgets[0]) / span

    def down(value: float) -> float:
        return _HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - _TOP) * (log10(value) - low) / (high - low)

    yield _text(left, 24, title, anchor="start", size=15)
    for power in range(low, high + 1):
        height = down(10.0**power)
        yield (
            f'<line x1="{left:.1f}" x2="{left + width:.1f}" y1="{height:.1f}" y2="{height:.1f}"'
            ' stroke="#94a3b8" stroke-opacity="0.4"/>'
        )
        yield _text(left - 6, height + 4, f"{10**power:g}", anchor="end")
    for budget in budgets:
        yield _text(across(budget), _HEIGHT - 30, f"{budget:g} a day")
    for place, name in enumerate(names):
        points = [(across(budget), down(minutes[name, budget])) for budget in budgets]
        yield _line(points, _COLOURS[place % len(_COLOURS)])


def _line(points: list[tuple[float, float]], colour: str) -> str:
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in points
    )
    return f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2.5"/>{dots}'


def _text(left: float, height: float, told: str, *, anchor: str = "middle", size: int = 12) -> str:
    return (
        f'<text x="{left:.1f}" y="{height:.1f}" text-anchor="{anchor}" font-size="{size}">'
        f"{escape(told)}</text>"
    )
