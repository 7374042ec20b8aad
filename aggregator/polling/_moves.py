"""When a feed has moved for good: not before a permanent redirect was seen again and again.

A redirect says little the first time: a captive portal, a parked domain or a mistake of an hour
look the same. A move is believed after `MIN_POLLS` polls in a row have met it, `MIN_AGE` apart, and
if the new place had entries that we knew when we first saw it: later we know those of any place. On
the same host nobody can pretend to be somebody else, so there the first time is enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from aggregator.model import Feed, Move, Redirect
from aggregator.urls import host_of, normalize_link, without_credentials

MIN_POLLS = 2
MIN_AGE = timedelta(hours=24)

_TRIES_THERE = 4
_PERMANENT = frozenset({301, 308})


def is_lost(feed: Feed) -> bool:
    """Whether to look for `feed` where it was before it moved: after so many failures, each time.

    A move that was believed may have been a mistake all the same.
    """
    return feed.moved_to is not None and feed.failures > 0 and feed.failures % _TRIES_THERE == 0


def find_target(redirects: Sequence[Redirect]) -> str | None:
    """Where the permanent redirects at the beginning of `redirects` lead; None if there are none.

    What comes behind a temporary one (302, 303, 307) is temporary, too.
    """
    target = None
    for redirect in redirects:
        if redirect.status not in _PERMANENT:
            break
        target = redirect.url
    return target


def note_move(feed: Feed, target: str | None, now: datetime, *, is_ours: bool) -> Move | None:
    """The move of `feed` to `target` as it stands with this poll; None if there is none.

    `is_ours` says whether we had known any entry of what came. Where we had none when it first
    came from there, no poll counts, ever: such a move is kept at zero, over good polls, too.
    """
    pending = feed.move
    if target is None or target == without_credentials(feed.current_url):
        return pending if pending and not pending.polls else None
    if pending is None or normalize_link(pending.url) != normalize_link(target):
        return Move(target, since=now, polls=int(is_ours))
    return Move(target, pending.since, pending.polls and pending.polls + 1)


def is_believed(feed: Feed, move: Move, now: datetime) -> bool:
    """Whether a move of `feed` was met often and long enough."""
    if move.polls and host_of(move.url) == host_of(feed.current_url):
        return True
    return move.polls >= MIN_POLLS and now - move.since >= MIN_AGE
