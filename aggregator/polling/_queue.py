"""Feeds that were leased and wait for their host: one poll at a time for each."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from aggregator.archive import Lease
from aggregator.urls import host_of


class HostQueue:
    """Leases by host, in the order in which they came; a host that was taken from is busy."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Lease]] = {}
        self._ready: deque[str] = deque()
        self._busy: set[str] = set()

    def add(self, lease: Lease) -> None:
        """Let a feed wait for its host."""
        host = host_of(lease.feed.url)
        if host not in self._waiting:
            self._waiting[host] = deque()
            if host not in self._busy:
                self._ready.append(host)
        self._waiting[host].append(lease)

    def take(self) -> Lease | None:
        """The next feed whose host is free; the host is busy until `free`."""
        if not self._ready:
            return None
        host = self._ready.popleft()
        self._busy.add(host)
        lease = self._waiting[host].popleft()
        if not self._waiting[host]:
            del self._waiting[host]
        return lease

    def free(self, lease: Lease) -> None:
        """Say that the poll of a feed has ended."""
        host = host_of(lease.feed.url)
        self._busy.discard(host)
        if host in self._waiting:
            self._ready.append(host)

    def clear(self) -> list[Lease]:
        """All that waits, which does so no longer."""
        waiting = list(self)
        self._waiting.clear()
        self._ready.clear()
        return waiting

    def __iter__(self) -> Iterator[Lease]:
        return (lease for queue in self._waiting.values() for lease in queue)

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))
