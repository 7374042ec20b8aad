"""Replaying what real feeds published under a policy: how late posts are found, at what cost."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import mean

from bench._schedule_traces import Trace

DAY_S = 86_400.0

Visits = Callable[[float, Sequence[float]], float]
"""One feed's policy: from the instant of a visit and the posts found to the next instant."""

Policy = Callable[[Trace, int], Visits]
"""A policy, begun anew for a feed and its number."""

_STEPS = 14
_CLOSE = 0.01


@dataclass(frozen=True, slots=True)
class Score:
    """What a policy comes to.

    `requests` per feed and day; `per_post_min` the mean delay of a post, where each feed counts as
    if it were watched for the same time; `per_feed_min` the mean of the mean delays of feeds;
    `knob` the setting with which the policy was run.
    """

    requests: float
    per_post_min: float
    per_feed_min: float
    knob: float = 0.0


def replay(traces: Sequence[Trace], policy: Policy, seeds: Sequence[int]) -> Score:
    """The mean over the seeds, by which each feed's first visit comes at some time of an hour."""
    scores = [_replay_once(traces, policy, seed) for seed in seeds]
    return Score(
        mean(score.requests for score in scores),
        mean(score.per_post_min for score in scores),
        mean(score.per_feed_min for score in scores),
    )


def replay_at(
    traces: Sequence[Trace],
    make: Callable[[float], Policy],
    requests: float,
    seeds: Sequence[int],
    knob: float,
) -> Score:
    """The score at which the policy makes so many requests per feed and day, within 1 %.

    `make` is the policy by its knob, of which a larger one makes more requests; the search begins
    at `knob`.
    """
    low, high = 0.0, float("inf")
    for _ in range(_STEPS):
        found = replay(traces, make(knob), seeds)
        score = Score(found.requests, found.per_post_min, found.per_feed_min, knob)
        if abs(found.requests / requests - 1) < _CLOSE:
            break
        low, high = (knob, high) if found.requests < requests else (low, knob)
        guess = knob * (requests / found.requests) ** 1.2
        is_inside = low < guess < high
        knob = guess if is_inside or not low or high > 1e9 else sqrt(low * high)
        if low and high / low < 1 + 1e-6:
            break
    return score


def _replay_once(traces: Sequence[Trace], policy: Policy, seed: int) -> Score:
    chance = random.Random(seed)  # noqa: S311 - a replay, repeatable
    requests, delays, rates = [], [], []
    for number, trace in enumerate(traces, start=1):
        visits, delay_s = _watch(trace, policy(trace, number), chance.random() * 3600)
        requests.append(visits / trace.days)
        if trace.future:
            delays.append(delay_s / len(trace.future))
            rates.append(len(trace.future) / trace.days)
    weighed = sum(delay * rate for delay, rate in zip(delays, rates, strict=True))
    return Score(mean(requests), weighed / sum(rates) / 60, mean(delays) / 60)


def _watch(trace: Trace, visit: Visits, offset_s: float) -> tuple[int, float]:
    """How often a feed was visited up to its last post, and the delays of all posts together."""
    now, found, visits, delay_s = trace.start_s + offset_s, 0, 0, 0.0
    is_first = True
    while now < trace.end_s or found < len(trace.future):
        until = bisect_right(trace.future, now)
        new = trace.future[found:until]
        delay_s += sum(now - at for at in new)
        visits += now < trace.end_s
        found = until
        now = visit(now, (*trace.history, *new) if is_first else new)
        is_first = False
    return visits, delay_s
