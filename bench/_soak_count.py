"""What a run has brought: entries expected and archived, requests, errors, growth of memory."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import linear_regression, median
from typing import Any

from bench._soak_daemon import Sample

_STARTING = 0.1
"""The part of a run in which modules and buffers are filled for the first time."""

_ARCHIVED = "SELECT feed.url, entry.guid FROM entry JOIN feed ON feed.id = entry.feed_id"


@dataclass(frozen=True)
class Tally:
    """Entries by what became of them; `unknown` are archived and were never published."""

    expected: int
    archived: int
    lost: int
    doubled: int
    unknown: int


@dataclass(frozen=True)
class Growth:
    """A figure over time: its straight line, its second and its last tenth, its peak.

    Workers come and go: what is kept for ever shows in the least values of the two tenths.
    """

    slope_per_h: float
    early_median: float
    late_median: float
    early_least: float
    late_least: float
    peak: float


def count_entries(database: Path, manifest: Path, generation: int) -> Tally:
    """Compare the archive with what the feeds of a manifest have shown until `generation`.

    The manifest is that of a server of which each feed shows `entries` of its entries, the oldest
    first, and one newer one in place of the oldest with each generation::

        {"entries": 20, "feeds": [{"url": ..., "entries": [{"guid": ...}, ...]}]}
    """
    told = json.loads(manifest.read_text("utf-8"))
    published = {
        (feed["url"], entry["guid"])
        for feed in told["feeds"]
        for entry in feed["entries"][: told["entries"] + generation]
    }
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        archived = Counter(connection.execute(_ARCHIVED).fetchall())
    return Tally(
        expected=len(published),
        archived=archived.total(),
        lost=len(published - archived.keys()),
        doubled=sum(number - 1 for number in archived.values()),
        unknown=len(archived.keys() - published),
    )


def count_polls(log: Path, feeds: int, hours: float) -> dict[str, float]:
    """Polls per feed and day, how they ended, and the other lines of a log by their level."""
    polls: Counter[str] = Counter()
    levels: Counter[str] = Counter()
    for line in _read_log(log):
        if line["message"] != "poll":
            levels[line["level"]] += 1
        else:
            polls["errors" if line["error"] else str(line["status"])] += 1
    return {
        "polls_per_feed_and_day": round(polls.total() / feeds / hours * 24, 2),
        **{f"polls_{name}": polls[name] for name in sorted(polls)},
        **{f"log_{name}": levels[name] for name in sorted(levels) if name != "info"},
    }


def list_complaints(log: Path, most: int = 8) -> list[tuple[int, str]]:
    """The most frequent errors and warnings, their figures and addresses cut off."""
    said: Counter[str] = Counter()
    for line in _read_log(log):
        if line["message"] == "poll" and line["error"]:
            said["poll: " + line["error"][:80]] += 1
        elif line["level"] != "info":
            said[line["message"].partition(" feed=")[0][:80]] += 1
    return [(number, words) for words, number in said.most_common(most)]


def measure_growth(samples: Sequence[Sample], read: Callable[[Sample], float]) -> Growth:
    """How a figure of the samples has grown."""
    hours = samples[-1].at_h
    rest = [one for one in samples if one.at_h >= hours * _STARTING]
    early = [read(one) for one in rest if one.at_h < hours * 2 * _STARTING]
    late = [read(one) for one in rest if one.at_h >= hours * (1 - _STARTING)]
    slope = linear_regression([one.at_h for one in rest], [read(one) for one in rest]).slope
    return Growth(
        slope_per_h=round(slope, 3),
        early_median=round(median(early), 1),
        late_median=round(median(late), 1),
        early_least=round(min(early), 1),
        late_least=round(min(late), 1),
        peak=round(max(map(read, samples)), 1),
    )


def _read_log(log: Path) -> Iterator[dict[str, Any]]:
    """Each line that is JSON; a warning of the interpreter is not."""
    for line in log.read_text("utf-8", "replace").splitlines():
        if line.startswith("{"):
            yield json.loads(line)
