"""The time of a poller: the wall clock as it was at the start, and what has truly passed since.

A wall clock jumps: when it is set, when a machine without a battery gets the time from the network.
Whoever waits until an instant would then wake up too early or years too late. What has passed is
told by a clock that nobody sets and that goes on while the machine sleeps (CLOCK_BOOTTIME).
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

JUMP_S = 0.5
"""Differences below are those of a clock that is being slowed down or sped up to be right."""


def _boot_s() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Clock:
    """Tells the time of one process; a jump of the wall clock counts when it is taken over.

    Between a jump and `follow` time goes on as if nothing had happened, so that everything that is
    under way can be moved by the same amount at once. `moved` is the sum of all jumps so far.
    """

    def __init__(self) -> None:
        self._wall_s = time.time()
        self._boot_s = _boot_s()
        self.moved = timedelta()

    def now(self) -> datetime:
        """The time, in aware UTC."""
        return datetime.fromtimestamp(self._now_s(), UTC)

    def follow(self) -> timedelta:
        """Take over what the wall clock shows; how far it has jumped since, zero if it has not."""
        jump = self.ahead()
        self._wall_s = time.time()
        self._boot_s = _boot_s()
        self.moved += jump
        return jump

    def ahead(self) -> timedelta:
        """How far the wall clock has jumped since, which is not taken over yet."""
        jump_s = time.time() - self._now_s()
        return timedelta() if abs(jump_s) < JUMP_S else timedelta(seconds=jump_s)

    def _now_s(self) -> float:
        return self._wall_s + _boot_s() - self._boot_s
