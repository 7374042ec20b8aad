"""The hosts of an archive as other rooms see them: one transaction a call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aggregator.archive import _hosts
from aggregator.archive._engine import Database
from aggregator.model import HostState


class Hosts:
    """When hosts may be asked, whoever asks; names are lower-case, as `urls.host_of` gives them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def reserve(self, host: str, now: datetime, gap_s: float) -> HostState:
        """The host, `next_start_at` being the start of this request; the next is `gap_s` later.

        While it rests nothing is reserved, and `rest_until` tells until when.
        """
        with self._database.writing("cannot reserve a request") as connection:
            return _hosts.reserve_start(connection, host, now, gap_s)

    def rest(self, host: str, *, status: int, now: datetime, until: datetime | None) -> datetime:
        """Let a host rest that has answered `status` (0: nothing), and its feeds with it.

        The end comes back: `until` if the host has stated it (a quarter of an hour to 31 days),
        else an hour, doubled with each refusal (429, 503) in a row, up to a day and a tenth. A
        longer rest at hand stays.
        """
        with self._database.writing("cannot let a host rest") as connection:
            return _hosts.begin_rest(connection, host, status=status, now=now, until=until)

    def answered(self, host: str) -> None:
        """Forget how often a host has refused in a row; a rest that is under way goes on."""
        with self._database.writing("cannot note that a host answers") as connection:
            _hosts.end_refusals(connection, host)

    def resting(self, now: datetime) -> list[HostState]:
        """The hosts that rest, the one that ends first first."""
        with self._database.reading("cannot read the hosts") as connection:
            return _hosts.read_resting(connection, now)

    def find(self, host: str) -> HostState | None:
        """What is known of a host, None if it was never asked."""
        with self._database.reading("cannot read a host") as connection:
            return _hosts.read_host(connection, host)

    def robots(self, origin: str) -> dict[str, Any] | None:
        """What was kept of the robots.txt of an origin (``https://example.org``), if anything."""
        with self._database.reading("cannot read a robots.txt") as connection:
            return _hosts.read_robots(connection, origin)

    def write_robots(self, origin: str, state: Mapping[str, Any]) -> None:
        """Keep what is to be remembered of a robots.txt (JSON)."""
        with self._database.writing("cannot keep a robots.txt") as connection:
            _hosts.write_robots(connection, origin, state)
