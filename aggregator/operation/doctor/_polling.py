"""Examining what polling leaves behind: the clock, the feeds, who is late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from aggregator.archive import MAX_DEATHS, Poison
from aggregator.model import Feed
from aggregator.operation._picture import Picture
from aggregator.operation.doctor._finding import Finding, Level

LATE_S = 15 * 60
"""Feeds that are due for so long wait for us, not for their servers."""

OFTEN = 7
"""Failures in a row after which a fault is no passing one: waits grow, so this is days."""

_FIRST_YEAR = 2024
"""No release of this program is older; a clock before it has lost its battery."""

_CLOCK_SLACK = timedelta(minutes=5)
_LONGEST_WAIT = timedelta(days=33)
_YOUNG = timedelta(days=1)
_MAX_NAMED = 5


def examine_clock(feeds: Sequence[Feed], now: datetime) -> Iterator[Finding]:
    """Whether the clock agrees with what was written by it before."""
    if now.year < _FIRST_YEAR:
        yield Finding(
            "clock",
            Level.ERROR,
            f"the clock says {now:%Y-%m-%d}, which cannot be",
            "set it, and let a time service keep it: timedatectl set-ntp true",
        )
        return
    ahead = [one for one in feeds if one.last_polled_at and one.last_polled_at > now + _CLOCK_SLACK]
    if ahead:
        latest = max(one.last_polled_at for one in ahead if one.last_polled_at)
        yield Finding(
            "clock",
            Level.WARNING,
            f"{len(ahead)} feeds were polled in the future, up to {latest:%Y-%m-%d %H:%M} UTC: "
            "the clock is wrong, or was",
            "check it: timedatectl; the next start of the daemon mends the times of the feeds",
        )
    far = [one for one in feeds if one.next_poll_at and one.next_poll_at > now + _LONGEST_WAIT]
    if far:
        yield Finding(
            "clock",
            Level.WARNING,
            f"{len(far)} feeds wait for a visit that is more than a month ahead",
            "check the clock: timedatectl; poll them now with: aggregator poll FEED --force",
        )
    if not ahead and not far:
        yield Finding("clock", Level.OK, f"{now.astimezone(UTC):%Y-%m-%d %H:%M} UTC")


def examine_polling(picture: Picture) -> Iterator[Finding]:
    """Whether somebody polls, and keeps up."""
    due, lag_s = picture.summary.due, picture.lag_s
    if picture.holder is None:
        if picture.activity.leased:
            yield Finding(
                "polling",
                Level.WARNING,
                f"{picture.activity.leased} feeds are held by a poller that is gone",
                "nothing: the next start gives them back, or their leases end",
            )
        if due:
            yield Finding(
                "polling",
                Level.WARNING,
                f"nobody polls, and {due} feeds are due for up to {_span(lag_s)}",
                "start the daemon: systemctl start aggregator, or: aggregator run",
            )
        else:
            yield Finding("polling", Level.NOTE, "nobody polls; no feed is due yet")
    elif lag_s > LATE_S:
        yield Finding(
            "polling",
            Level.WARNING,
            f"{due} feeds are due, the first for {_span(lag_s)}: polling does not keep up",
            "see who is slow: aggregator status; raise concurrency, or look at its log",
        )
    else:
        yield Finding("polling", Level.OK, f"polled by {picture.holder}; {due} feeds are due")


def examine_feeds(feeds: Sequence[Feed], picture: Picture) -> Iterator[Finding]:
    """Feeds that need somebody: blocked, gone, failing for long, never answered."""
    now = picture.activity.at
    polled = [one for one in feeds if one.is_enabled and not one.merged_into]
    blocked = [one for one in polled if one.error_kind == "blocked" and not one.is_gone]
    for level, chosen, what, advice in (
        (
            Level.WARNING,
            blocked,
            "are blocked by their server",
            "see that contact is yours, and why: aggregator feeds list; write to the site",
        ),
        (
            Level.NOTE,
            [one for one in polled if one.is_gone],
            "are gone for good (410)",
            "take them out: aggregator feeds remove FEED; their entries stay",
        ),
        (
            Level.WARNING,
            [one for one in polled if _never_answered(one, now) and one not in blocked],
            "have never given a feed since they were added",
            "check their addresses: aggregator feeds discover URL",
        ),
        (
            Level.WARNING,
            [one for one in polled if _fails(one, now) and one not in blocked],
            f"have failed {OFTEN} times in a row or more",
            "see why: aggregator feeds list",
        ),
    ):
        if chosen:
            yield Finding("feeds", level, f"{len(chosen)} {what}: {_names(chosen)}", advice)
    yield from _examine_resting(picture)
    well = sum(picture.summary.by_state.get(state, 0) for state in ("ok", "new", "resting"))
    yield Finding("feeds", Level.OK, f"{well} of {len(polled)} feeds are well")


def examine_quarantine(poisons: Sequence[Poison]) -> Iterator[Finding]:
    """Documents that are given to no worker any more."""
    quarantined = [one for one in poisons if one.is_quarantined]
    if quarantined:
        last = max(quarantined, key=lambda one: one.last_at)
        yield Finding(
            "quarantine",
            Level.NOTE,
            f"{len(quarantined)} documents are read no more, having ended {MAX_DEATHS} workers"
            f" each; the last one on {last.last_at:%Y-%m-%d}: {last.reason}",
            "after an update let them be tried again: aggregator doctor --release",
        )


def _examine_resting(picture: Picture) -> Iterator[Finding]:
    """Hosts that are left alone: they refused, or gave no answer at all."""
    if not picture.resting:
        return
    until = max(one.rest_until for one in picture.resting if one.rest_until)
    hosts = _listed([one.host for one in picture.resting])
    yield Finding(
        "feeds",
        Level.NOTE,
        f"hosts that are left alone, the last until {until:%Y-%m-%d %H:%M} UTC: {hosts}",
    )


def _never_answered(feed: Feed, now: datetime) -> bool:
    is_old = feed.created_at is not None and feed.created_at < now - _YOUNG
    return is_old and not feed.is_gone and bool(feed.failures) and not _was_read(feed)


def _fails(feed: Feed, now: datetime) -> bool:
    return feed.failures >= OFTEN and not feed.is_gone and not _never_answered(feed, now)


def _was_read(feed: Feed) -> bool:
    return bool(feed.body_hash or feed.title or feed.entry_count)


def _names(feeds: Sequence[Feed]) -> str:
    return _listed([f"{one.display_title} ({one.id})" for one in feeds])


def _listed(names: Sequence[str]) -> str:
    rest = f" and {len(names) - _MAX_NAMED} more" if len(names) > _MAX_NAMED else ""
    return ", ".join(names[:_MAX_NAMED]) + rest


def _span(seconds: float) -> str:
    minutes = int(seconds // 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
