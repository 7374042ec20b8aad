"""The seam between who is due and where it is polled: batches of leased feeds of one host."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from aggregator.archive import Lease

DRAIN_S = 20.0
"""How long polls under way may take to end after SIGTERM before they are given back."""


@dataclass(frozen=True, slots=True)
class PollBatch:
    """Feeds of one host group that were leased together; they are polled one after another.

    `token` proves the leases of all feeds and that of the host. What is not recorded by `deadline`
    may be given to another poller; the first request may start at `start_at`. A broker has to carry
    no more than the numbers of the feeds, the token and the instants: whoever gets these finds the
    rest in the archive.
    """

    host: str
    leases: tuple[Lease, ...]
    token: str
    deadline: datetime
    start_at: datetime


class Executor(Protocol):
    """Where batches are polled: in this process, or by workers elsewhere.

    Nothing comes back from there: each poll is recorded in the archive by whoever made it.
    """

    def capacity(self) -> int:
        """How many batches may be submitted now without waiting; 0 leases nothing more."""

    def submit(self, batch: PollBatch) -> None:
        """Take a batch and return at once."""

    async def drain(self, deadline_s: float) -> None:
        """Take no more, let what is under way end, and give back what has not by the deadline."""
