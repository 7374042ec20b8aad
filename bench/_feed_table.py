"""The answers of all parsers to all documents as one Markdown table."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping

from bench._feed_parsers import OURS, OURS_COLD, REFERENCE, RIVAL
from bench._feed_worker import HANG, REFUSED, Answer

Answers = Mapping[str, Mapping[str, Answer]]
"""By parser, then by document."""

COLUMNS = {
    "documents": "documents",
    "cpu_s": "CPU s",
    "ratio": f"x {REFERENCE}",
    "ratio_cold": "x our cold",
    "median_ms": "median ms",
    "p95_ms": "p95 ms",
    "max_ms": "max ms",
    "peak_mb": "peak MB",
    "entries": "entries",
    "read": "of them read",
    "fewer_reference": f"fewer than {REFERENCE}",
    "fewer_rival": f"fewer than {RIVAL}",
    "empty": "0 entries",
    "refused": "refused",
    "failed": "exceptions",
    "hung": "hangs",
}
_DIGITS = {"cpu_s": 2, "ratio": 3, "ratio_cold": 3, "median_ms": 2, "p95_ms": 1, "max_ms": 0}


def better(first: Answer | None, second: Answer) -> Answer:
    """Of two answers to one question the cheaper; its peak of memory is that of both."""
    if first is None or "skipped" in second:
        return second
    cheaper = min(first, second, key=lambda answer: float(answer["cpu_s"]))
    return {**cheaper, "peak_mb": max(first["peak_mb"], second["peak_mb"])}


def entries_of(answer: Answer | None) -> int:
    """How many entries of its document a parser knows, repeats included; 0 where it failed."""
    parts = ("read", "kept", "repeats")
    return sum(int(answer.get(part, 0)) for part in parts) if answer else 0


def figures_of(name: str, answers: Answers) -> dict[str, float]:
    """The row of one parser: what it took, what it found, beside the others on those documents.

    Documents of which the parser was not asked are left out, of its row and of its ratios. Where
    nothing is read on purpose there are no figures of entries.
    """
    rows = {path: answer for path, answer in answers[name].items() if "skipped" not in answer}
    if not rows:
        return {"documents": 0}
    times = sorted(float(answer["cpu_s"]) for answer in rows.values())
    figures: dict[str, float] = {
        "documents": len(rows),
        "cpu_s": sum(times),
        "median_ms": 1000 * statistics.median(times),
        "p95_ms": 1000 * times[min(len(times) - 1, int(0.95 * len(times)))],
        "max_ms": 1000 * times[-1],
        "peak_mb": max(answer["peak_mb"] for answer in answers[name].values()),
    }
    for figure, peer in (("ratio", REFERENCE), ("ratio_cold", OURS_COLD)):
        if peer in answers and (figure == "ratio" or name in OURS):
            figures[figure] = sum(times) / sum(answers[peer][path]["cpu_s"] for path in rows)
    return figures | _counts_of(name, rows, answers)


def _counts_of(name: str, rows: Mapping[str, Answer], answers: Answers) -> dict[str, float]:
    errors = [answer.get("error") for answer in rows.values()]
    failed = {
        "refused": errors.count(REFUSED),
        "hung": errors.count(HANG),
        "failed": sum(error not in {None, HANG, REFUSED} for error in errors),
    }
    if not any(entries_of(answer) for answer in rows.values()):
        return failed
    fewer = {
        figure: _count_fewer(rows, answers[peer])
        for figure, peer in (("fewer_reference", REFERENCE), ("fewer_rival", RIVAL))
        if peer in answers and peer != name
    }
    return {
        "entries": sum(map(entries_of, rows.values())),
        "read": sum(answer.get("read", 0) for answer in rows.values()),
        "empty": sum(not entries_of(answer) for answer in rows.values() if "error" not in answer),
        **fewer,
        **failed,
    }


def _count_fewer(rows: Mapping[str, Answer], others: Mapping[str, Answer]) -> int:
    return sum(entries_of(answer) < entries_of(others.get(path)) for path, answer in rows.items())


def markdown(rows: Mapping[str, Mapping[str, float]]) -> str:
    """One line a parser; a dash where a figure has no meaning."""
    head = ["parser", *COLUMNS.values()]
    lines = ["| " + " | ".join(head) + " |", "|---|" + "--:|" * len(COLUMNS)]
    for name, figures in rows.items():
        cells = [_shown(key, figures.get(key)) for key in COLUMNS]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _shown(key: str, figure: float | None) -> str:
    return "–" if figure is None else f"{figure:.{_DIGITS.get(key, 0)}f}"


def lost_items(
    wanted: Mapping[str, int], answers: Mapping[str, Answer]
) -> Iterable[tuple[str, int, int, str]]:
    """Documents of which not every item became an entry: items, entries with repeats, a remark."""
    for path, items in wanted.items():
        answer = answers[path]
        if items != entries_of(answer):
            remark = f"{answer['error']}: {answer['message']}" if "error" in answer else ""
            yield path, items, entries_of(answer), remark
