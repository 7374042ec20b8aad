"""The picture of `aggregator status`, drawn for a terminal of any width or for a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from aggregator.archive import RECENT_ROWS
from aggregator.cli._output import safe
from aggregator.model import HostState
from aggregator.operation import Picture, clean

WIDE_COLUMNS = 100
"""From here on hosts and errors stand beside the numbers."""

LATE_S = 60.0
"""A feed that has been due for so long says that something is too slow."""

_STATES = ("ok", "new", "resting", "failing", "blocked", "gone", "paused", "merged")
_BAD = {"failing", "blocked", "gone"}
_MAX_RESTING = 8


def draw(picture: Picture, columns: int, hint: str = "") -> RenderableType:
    """All of the picture, in one column or two, with a hint beside its heading."""
    heading = _heading(picture)
    heading.append(f"  {hint}" if hint else "", style="dim")
    numbers = Group(*_numbers(picture))
    others = Group(*_hosts(picture), *_errors(picture))
    if columns < WIDE_COLUMNS:
        return Group(heading, numbers, others)
    beside = Table.grid(expand=True, padding=(0, 2))
    beside.add_column(ratio=2)
    beside.add_column(ratio=3)
    beside.add_row(numbers, others)
    return Group(heading, beside)


def span(seconds: float) -> str:
    """A time in its two largest units.

    >>> span(0.4), span(75), span(7380), span(200_000)
    ('0 s', '1 min 15 s', '2 h 3 min', '2 d 7 h')
    """
    whole = int(seconds)
    for size_s, unit, part_s, part in ((86_400, "d", 3600, "h"), (3600, "h", 60, "min")):
        if whole >= size_s:
            return f"{whole // size_s} {unit} {whole % size_s // part_s} {part}"
    return f"{whole // 60} min {whole % 60} s" if whole >= 60 else f"{whole} s"


def size(count: int) -> str:
    """A number of bytes in the unit that suits it.

    >>> size(999), size(1_500_000)
    ('999 B', '1.5 MB')
    """
    value, units = float(count), ["B", "kB", "MB", "GB", "TB"]
    while value >= 1000 and len(units) > 1:
        value, units = value / 1000, units[1:]
    return f"{value:.1f} {units[0]}" if units[0] != "B" else f"{count} B"


def _heading(picture: Picture) -> Text:
    at = picture.activity.at.astimezone().strftime("%H:%M:%S")
    line = Text(f"{at}  ", style="bold")
    if picture.holder:
        line.append(f"polled by {safe(picture.holder)}", style="green")
    else:
        line.append("nobody polls (aggregator run does)", style="bold yellow")
    return line


def _numbers(picture: Picture) -> Iterator[RenderableType]:
    summary, activity = picture.summary, picture.activity
    is_late = picture.lag_s >= LATE_S
    lag = Text(span(picture.lag_s), style="bold red" if is_late else "")
    rows = _table("now")
    rows.add_row("due", str(summary.due))
    rows.add_row("lag", lag)
    if summary.next_at is not None:
        rows.add_row("next", _in(activity.at, summary.next_at))
    rows.add_row("being polled", str(activity.leased))
    rows.add_row("answers to read", str(activity.waiting))
    yield rows
    rates = _table("", "minute", "hour")
    rates.add_row("feeds polled", str(activity.polled_minute), str(activity.polled_hour))
    rates.add_row("new entries", _counted(activity.new_minute), _counted(activity.new_hour))
    yield rates
    yield _feeds(picture)
    stored = _table("archive")
    stored.add_row("size", size(activity.size_bytes))
    stored.add_row("log", size(activity.wal_bytes))
    yield stored


def _counted(entries: int) -> str:
    """A number of new entries; of more than are looked at, that there are more."""
    return f"{entries}+" if entries >= RECENT_ROWS else str(entries)


def _feeds(picture: Picture) -> Table:
    by_state = picture.summary.by_state
    rows = _table("feeds", str(sum(by_state.values())))
    for state in (*_STATES, *sorted(by_state.keys() - set(_STATES))):
        if count := by_state.get(state, 0):
            rows.add_row(Text(state, style="red" if state in _BAD else ""), str(count))
    return rows


def _hosts(picture: Picture) -> Iterator[RenderableType]:
    now = picture.activity.at
    if picture.resting:
        resting = _table("resting hosts", "said", "until")
        for one in picture.resting[:_MAX_RESTING]:
            resting.add_row(safe(one.host), _said(one), _in(now, one.rest_until or now))
        if (more := len(picture.resting) - _MAX_RESTING) > 0:
            resting.add_row(f"and {more} more", "", "")
        yield resting
    if picture.activity.slow_hosts:
        slow = _table("slow hosts", "answers", "mean")
        for host in picture.activity.slow_hosts:
            slow.add_row(safe(host.host), str(host.answers), f"{host.mean_s:.1f} s")
        yield slow


def _errors(picture: Picture) -> Iterator[RenderableType]:
    now = picture.activity.at
    if not picture.activity.last_errors:
        return
    rows = _table("last errors", "ago", expand=True)
    for one in picture.activity.last_errors:
        at = span((now - one.at).total_seconds()) if one.at else "-"
        times = f" ({one.failures}x)" if one.failures > 1 else ""
        rows.add_row(Text(f"{one.feed_id} {safe(clean(one.title))}{times}", style="red"), at)
        rows.add_row(Text(safe(clean(one.error)), style="dim"), "")
    yield rows


def _table(title: str, *heads: str, expand: bool = False) -> Table:
    """An empty table whose first column takes the room and is cut, never wrapped."""
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, expand=expand)
    table.add_column(title, no_wrap=True, overflow="ellipsis", min_width=16, ratio=1)
    for head in heads or ("",):
        table.add_column(head, no_wrap=True, justify="right")
    return table


def _said(host: HostState) -> str:
    return f"{host.rest_status or '?'} ({host.refusals}x)"


def _in(now: datetime, at: datetime) -> str:
    wait_s = (at - now).total_seconds()
    return f"in {span(wait_s)}" if wait_s > 0 else "now"
