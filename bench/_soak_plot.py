"""A picture of a run, as SVG: memory of the daemon and of all its processes, and the WAL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from math import ceil, log10

from bench._soak_daemon import Sample

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 760, 360, 60, 20, 50, 50
_LINES: Mapping[str, tuple[str, Callable[[Sample], float]]] = {
    "all processes, RSS": ("#94a3b8", lambda one: one.tree_rss_mb),
    "all processes, PSS": ("#c2410c", lambda one: one.tree_pss_mb),
    "daemon, RSS": ("#1f5fa8", lambda one: one.main_rss_mb),
    "WAL": ("#15803d", lambda one: one.wal_mb),
}
_MOST_POINTS = 400


def soak_svg(samples: Sequence[Sample], title: str) -> str:
    """Megabytes over the hours of the daemon; where samples are many, their means."""
    hours = samples[-1].at_h
    points = list(_thin(samples))
    top = _round_up(max(read(one) for _, read in _LINES.values() for one in samples))
    drawn = "\n".join([*_frame(title, hours, top), *_draw(points, hours, top)])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT + 30}"'
        f' font-family="sans-serif" fill="#64748b">\n{drawn}\n</svg>\n'
    )


def _thin(samples: Sequence[Sample]) -> Iterator[Sequence[Sample]]:
    size = ceil(len(samples) / _MOST_POINTS)
    for start in range(0, len(samples), size):
        yield samples[start : start + size]


def _frame(title: str, hours: float, top: float) -> Iterator[str]:
    yield _text(_LEFT, 24, title, anchor="start", size=15)
    for step in range(6):
        height = _down(step / 5)
        yield (
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{height:.1f}" y2="{height:.1f}"'
            ' stroke="#94a3b8" stroke-opacity="0.4"/>'
        )
        yield _text(_LEFT - 8, height + 4, f"{top * step / 5:g}", anchor="end")
    for step in range(7):
        yield _text(_across(step / 6), _HEIGHT - 30, f"{hours * step / 6:.3g} h")


def _draw(points: Sequence[Sequence[Sample]], hours: float, top: float) -> Iterator[str]:
    for number, (name, (colour, read)) in enumerate(_LINES.items()):
        places = " ".join(
            f"{_across(some[0].at_h / hours):.1f},{_down(_mean(map(read, some)) / top):.1f}"
            for some in points
        )
        yield f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="2"/>'
        left = _LEFT + number * 170
        yield (
            f'<line x1="{left}" x2="{left + 22}" y1="{_HEIGHT + 4}" y2="{_HEIGHT + 4}"'
            f' stroke="{colour}" stroke-width="2.5"/>'
        )
        yield _text(left + 28, _HEIGHT + 8, name, anchor="start")


def _mean(values: Iterator[float]) -> float:
    numbers = list(values)
    return sum(numbers) / len(numbers)


def _across(share: float) -> float:
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _down(share: float) -> float:
    return _HEIGHT - _BOTTOM - share * (_HEIGHT - _BOTTOM - _TOP)


def _round_up(number: float) -> float:
    """The next of 1, 2, 5 times a power of ten."""
    power = 10.0 ** (ceil(log10(number)) - 1)
    return next(step * power for step in (1, 2, 5, 10) if step * power >= number)


def _text(left: float, height: float, told: str, *, anchor: str = "middle", size: int = 12) -> str:
    return (
        f'<text x="{left:.1f}" y="{height:.1f}" text-anchor="{anchor}" font-size="{size}">'
        f"{escape(told)}</text>"
    )
