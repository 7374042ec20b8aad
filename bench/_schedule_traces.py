"""When real feeds published: the dates of their documents, parted into history and future."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from aggregator.errors import FeedError
from aggregator.feeds import parse_feed

_MAX_POSTS = 300
_LEAST_POSTS = 5
_LEAST_SPAN_S = 3600.0


@dataclass(frozen=True, slots=True)
class Trace:
    """One feed's posts, seconds since 1970, sorted; those after `start_s` are not known there."""

    name: str
    history: tuple[float, ...]
    future: tuple[float, ...]
    end_s: float

    @property
    def start_s(self) -> float:
        """When the replay begins: with the last post of the history."""
        return self.history[-1]

    @property
    def days(self) -> float:
        """How long the replay lasts."""
        return (self.end_s - self.start_s) / 86_400


def read_traces(folder: Path, history: float) -> list[Trace]:
    """A trace of each document below `folder` that has enough dates, in the order of names.

    `history` is the part of the posts that is known when the replay begins.
    """
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    made = (_make_trace(path.name, sorted(_dates(path)), history) for path in paths)
    return [trace for trace in made if trace is not None]


def shorten(trace: Trace, days: float) -> Trace:
    """The trace with no more than so many days to replay."""
    end_s = min(trace.end_s, trace.start_s + days * 86_400)
    return replace(trace, future=tuple(at for at in trace.future if at <= end_s), end_s=end_s)


def _make_trace(name: str, instants: list[float], history: float) -> Trace | None:
    """A trace of the last 300 instants; None if there is too little."""
    last = instants[-_MAX_POSTS:]
    if len(last) < _LEAST_POSTS or last[-1] - last[0] < _LEAST_SPAN_S:
        return None
    cut = max(int(len(last) * history), 1)
    if last[-1] - last[cut - 1] < _LEAST_SPAN_S:
        return None
    return Trace(name, tuple(last[:cut]), tuple(last[cut:]), last[-1])


def _dates(path: Path) -> Iterator[float]:
    try:
        parsed = parse_feed(path.read_bytes())
    except FeedError:
        return
    last = datetime(2030, 1, 1, tzinfo=UTC)
    stated = {entry.published_at or entry.updated_at for entry in parsed.entries}
    yield from (
        at.timestamp() for at in stated if at and datetime(1995, 1, 1, tzinfo=UTC) < at < last
    )
