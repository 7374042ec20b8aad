"""What was sent lately, so that nothing is taken twice and no hub makes us ask too often."""

from __future__ import annotations

import hashlib
from collections import OrderedDict, deque
from datetime import datetime, timedelta
from typing import Any

READ_GAP = timedelta(seconds=10)
"""Of two documents that follow each other sooner, the second only makes the feed be polled: it
would take the place of one that is not read yet, and may lack what that one brought."""

HINT_GAP = timedelta(minutes=15)
"""Hints make a feed be polled no more often: who sends them could else have us flood a server."""

_KEPT_DIGESTS = 16
_KEPT_FEEDS = 20_000


class Recent:
    """The last documents that were sent of each feed; those of feeds long silent are forgotten."""

    def __init__(self) -> None:
        self._digests: OrderedDict[int, deque[bytes]] = OrderedDict()
        self._read_at: OrderedDict[int, datetime] = OrderedDict()

    def is_known(self, feed_id: int, body: bytes) -> bool:
        """Whether `body` was one of the last documents of a feed; it is from now on."""
        digest = hashlib.sha256(body).digest()
        kept = self._digests.setdefault(feed_id, deque(maxlen=_KEPT_DIGESTS))
        _shorten(self._digests, feed_id)
        if digest in kept:
            return True
        kept.append(digest)
        return False

    def may_read(self, feed_id: int, now: datetime) -> bool:
        """Whether the last document of a feed is long enough ago; if so this is it now."""
        last_at = self._read_at.get(feed_id)
        if last_at is not None and last_at <= now < last_at + READ_GAP:
            return False
        self._read_at[feed_id] = now
        _shorten(self._read_at, feed_id)
        return True

    def forget(self, feed_id: int, body: bytes) -> None:
        """Take a document of a feed for one that never came: it could not be kept."""
        self._read_at.pop(feed_id, None)
        kept, digest = self._digests.get(feed_id), hashlib.sha256(body).digest()
        if kept is not None and digest in kept:
            kept.remove(digest)


class Hints:
    """The feeds that are to be polled because a hub says so, and when."""

    def __init__(self) -> None:
        self._due_at: dict[int, datetime] = {}
        self._polled_at: OrderedDict[int, datetime] = OrderedDict()

    def note(self, feed_id: int, at: datetime) -> None:
        """Have a feed polled at `at`, or when its last hint is long enough ago."""
        last_at = self._polled_at.get(feed_id)
        is_recent = last_at is not None and last_at <= at < last_at + HINT_GAP
        due_at = last_at + HINT_GAP if last_at is not None and is_recent else at
        self._due_at[feed_id] = min(due_at, self._due_at.get(feed_id, due_at))

    def take(self, now: datetime) -> list[int]:
        """The feeds to be polled now; they are noted no longer."""
        due = [feed_id for feed_id, at in self._due_at.items() if at <= now]
        for feed_id in due:
            del self._due_at[feed_id]
            self._polled_at[feed_id] = now
            _shorten(self._polled_at, feed_id)
        return due


def _shorten(kept: OrderedDict[int, Any], newest: int) -> None:
    kept.move_to_end(newest)
    while len(kept) > _KEPT_FEEDS:
        kept.popitem(last=False)
