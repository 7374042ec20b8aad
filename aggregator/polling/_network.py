"""Whose fault it is that nothing can be reached: theirs, or that of our own network.

When most hosts fail at once, it is ours: the name server, the router, a cable. No feed is punished
for that; one is asked a minute until one answers.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

logger = logging.getLogger("aggregator.network")

WINDOW_S = 120.0
"""Only what happened so lately tells how the network is now."""

MIN_HOSTS = 3
"""Of fewer hosts nobody can say whether they are down or we are."""

FAILING_SHARE = 0.8

PROBE_S = 60.0
"""While the network is down one host is asked so often."""

KINDS = frozenset({"dns", "connect"})
"""The kinds of FetchError in which no server had a part."""


@dataclass(frozen=True, slots=True)
class _Seen:
    at_s: float
    is_failed: bool
    feed_id: int


class Network:
    """Judges from the last outcome of each host whether the network is down.

    Times are those of a monotonic clock, in seconds.
    """

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}
        self._run: dict[str, int] = {}
        self._probed_at_s = 0.0
        self.is_down = False

    def note(
        self,
        host: str,
        feed_id: int,
        error_kind: str | None,
        at_s: float,
        *,
        was_well: bool = False,
    ) -> None:
        """Take in how asking `host` has ended; None is any answer at all.

        Of hosts that `was_well` until now so many in a row tell as much, however long that takes:
        who reads thirty feeds asks one in some minutes.
        """
        if error_kind not in KINDS:
            self._run.clear()
        elif self.is_down:
            return
        elif was_well:
            self._run[host] = feed_id
        self._seen.pop(host, None)
        self._seen[host] = _Seen(at_s, error_kind in KINDS, feed_id)
        if error_kind not in KINDS:
            if self.is_down:
                logger.warning("the network is back: %s answers", host)
            self.is_down = False
        elif not self.is_down and self._fails(at_s):
            logger.warning("the network is down here: no feed is blamed, one a minute is asked")
            self.is_down, self._probed_at_s = True, at_s

    def take_failed(self) -> list[int]:
        """The feeds that have failed lately, to be pardoned; each is named once."""
        failed = [one.feed_id for one in self._seen.values() if one.is_failed]
        failed = list(dict.fromkeys([*self._run.values(), *failed]))
        self._seen.clear()
        self._run.clear()
        return failed

    def may_probe(self, at_s: float) -> bool:
        """Whether to ask one host now, although the network is down; counts as asked."""
        if at_s - self._probed_at_s < PROBE_S:
            return False
        self._probed_at_s = at_s
        return True

    def _fails(self, at_s: float) -> bool:
        if len(self._run) >= MIN_HOSTS:
            return True
        # In the order of time, since each outcome goes to the end.
        while self._seen:
            oldest = next(iter(self._seen))
            if at_s - self._seen[oldest].at_s <= WINDOW_S:
                break
            del self._seen[oldest]
        failed = sum(one.is_failed for one in self._seen.values())
        return failed >= MIN_HOSTS and failed >= FAILING_SHARE * len(self._seen)
