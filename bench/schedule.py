"""Which policy finds posts sooner at the same number of requests, on what real feeds published.

``python -m bench.schedule --data DIR``: of each feed document below DIR the older 70 % of the dates
are history, the rest is replayed as it happened. `--plot` writes docs/img/scheduling.svg.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from aggregator.model import Rhythm
from aggregator.polling.schedule import find_effort, learn
from bench import _schedule_policies as policies
from bench._schedule_plot import scheduling_svg
from bench._schedule_replay import Policy, Score, replay, replay_at
from bench._schedule_traces import Trace, read_traces, shorten

_POLICIES: dict[str, tuple[Callable[[float], Policy], float]] = {
    "fixed interval": (policies.fixed, 1.0),
    "entry_frequency (Miniflux)": (policies.entry_frequency, 1.9),
    "CommaFeed, scaled": (policies.commafeed, 0.045),
    "ours": (policies.ours, 1.7),
    "square root of the true rate": (policies.oracle, 1.7),
}
"""Each with where to begin the search for its knob, for one request a day."""

_PLOT = Path(__file__).parent.parent / "docs" / "img" / "scheduling.svg"


def main() -> None:
    """Print a table of delays at each budget, and what our own budget comes to."""
    options = _read_options()
    traces = read_traces(options.data, options.history)
    shown = [shorten(trace, options.days) for trace in traces]
    posts = sum(len(trace.future) for trace in shown)
    print(f"{len(shown)} feeds, {posts} posts to find, {options.seeds} seeds")
    jobs = [(name, budget) for budget in options.budgets for name in _POLICIES]
    seeds = range(1, options.seeds + 1)
    with ProcessPoolExecutor(options.processes) as pool:
        scores = list(pool.map(_score, *zip(*((*job, shown, seeds) for job in jobs), strict=True)))
    found = dict(zip(jobs, scores, strict=True))
    for budget in options.budgets:
        _print_table(budget, {name: found[name, budget] for name in _POLICIES})
        _print_budget(budget, shown, seeds)
    if options.plot:
        _PLOT.write_text(scheduling_svg(found), "utf-8")


def _read_options() -> argparse.Namespace:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--data", type=Path, required=True, help="a folder of feed documents")
    reader.add_argument("--history", type=float, default=0.7, help="the part that is history")
    reader.add_argument("--days", type=float, default=28.0, help="the most that is replayed")
    reader.add_argument("--budgets", type=float, nargs="+", default=[4.0, 8.0, 24.0])
    reader.add_argument("--seeds", type=int, default=8)
    reader.add_argument("--processes", type=int, default=2)
    reader.add_argument("--plot", action="store_true", help=f"write {_PLOT.name}")
    return reader.parse_args()


def _score(name: str, budget: float, traces: Sequence[Trace], seeds: Sequence[int]) -> Score:
    make, knob = _POLICIES[name]
    return replay_at(traces, make, budget, seeds, knob * budget)


def _print_table(budget: float, scores: dict[str, Score]) -> None:
    print(f"\nat {budget:g} requests per feed and day (minutes; x: ours by theirs)")
    print(f"{'policy':30} {'requests':>8} {'per post':>9} {'x':>5} {'per feed':>9} {'x':>5}")
    best = scores["ours"]
    for name, score in scores.items():
        print(
            f"{name:30} {score.requests:8.2f} {score.per_post_min:9.1f}"
            f" {best.per_post_min / score.per_post_min:5.2f} {score.per_feed_min:9.1f}"
            f" {best.per_feed_min / score.per_feed_min:5.2f}"
        )


def _print_budget(budget: float, traces: Sequence[Trace], seeds: Sequence[int]) -> None:
    """What the effort that the program finds for the budget comes to."""
    known = []
    for trace in traces:
        dates = [datetime.fromtimestamp(at, UTC) for at in trace.history]
        rhythm = learn(Rhythm(), dates, dates[-1])
        known.append((1.0, None, rhythm.posts, rhythm.days))
    effort = find_effort(known, budget, 900, 86_400)
    score = replace(replay(traces, policies.ours(effort), seeds), knob=effort)
    print(f"find_effort says {effort:.2f}, which makes {score.requests:.2f} requests")


if __name__ == "__main__":
    main()
