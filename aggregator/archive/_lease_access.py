"""Leases, answers and times of the feeds as other rooms see them: one transaction a call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from aggregator.archive import _answers, _batches, _leases, _timing
from aggregator.archive._answers import KeptAnswer
from aggregator.archive._batches import Batch, EndedBatch, GapFor, LeasedBatch, Wanted
from aggregator.archive._engine import Database
from aggregator.archive._leases import Lease
from aggregator.model import Response


class Access:
    """Whoever needs the database."""

    def __init__(self, database: Database) -> None:
        self._database = database


class Leasing(Access):
    """The leases on the feeds."""

    def lease_batches(  # noqa: PLR0913 - by name, and each has a meaning of its own
        self,
        now: datetime,
        *,
        hosts: int,
        lease_s: float,
        gap_for: GapFor,
        feed_ids: Sequence[int] | None = None,
        due_at: datetime | None = None,
        is_failing: bool | None = None,
    ) -> list[LeasedBatch]:
        """At most `hosts` batches of feeds that are due (at `due_at`) and that nobody holds.

        Each is of one host that nobody holds and that does not rest, with 50 feeds at most; longest
        overdue first, feeds whose answer is kept before all others. `is_failing` takes those whose
        last poll has failed, or those whose has not. With `feed_ids` these are taken, due or not,
        and all of them at once. The starts of the requests, as far apart as
        `gap_for` says, are reserved.
        """
        wanted = Wanted(now, due_at or now, feed_ids, is_failing)
        with self._database.writing("cannot lease feeds") as connection:
            return _batches.lease_batches(
                connection, wanted, hosts=hosts, lease_s=lease_s, gap_for=gap_for
            )

    def lease(
        self,
        now: datetime,
        *,
        limit: int,
        lease_s: float,
        feed_ids: Sequence[int] | None = None,
    ) -> list[Lease]:
        """Take up to `limit` due feeds, whoever has their hosts; with `feed_ids` those, due or not.

        Longest overdue first. A lease ends when its poll is recorded, or after `lease_s` seconds.
        """
        with self._database.writing("cannot lease feeds") as connection:
            return _leases.lease_feeds(
                connection, now, limit=limit, lease_s=lease_s, feed_ids=feed_ids
            )

    def lease_one(self, feed_id: int, now: datetime, lease_s: float) -> Lease | None:
        """Take one feed, due or not, whoever has its host; None if somebody holds it."""
        leases = self.lease(now, limit=1, lease_s=lease_s, feed_ids=[feed_id])
        return leases[0] if leases else None

    def renew(self, batches: Sequence[Batch], now: datetime, lease_s: float) -> None:
        """Hold batches, hosts and feeds, for `lease_s` seconds from now."""
        with self._database.writing("cannot renew leases") as connection:
            _batches.renew_batches(connection, batches, now, lease_s)

    def renew_one(self, lease: Lease, now: datetime, lease_s: float) -> None:
        """Hold a leased feed for `lease_s` seconds from now."""
        with self._database.writing("cannot renew leases") as connection:
            _leases.renew_leases(connection, [lease], now, lease_s)

    def release(self, leases: Sequence[Lease]) -> None:
        """Give feeds back unpolled; they are as due as they were."""
        with self._database.writing("cannot release feeds") as connection:
            _leases.release_leases(connection, leases)

    def end_batches(self, ended: Sequence[EndedBatch], now: datetime, gap_for: GapFor) -> None:
        """Let others have the hosts of batches that have ended, and their feeds that were left.

        A host may be asked as many seconds from now as `gap_for` says, if nobody asks it meanwhile.
        """
        with self._database.writing("cannot release hosts") as connection:
            _batches.end_batches(connection, ended, now, gap_for)

    def release_abandoned(
        self, now: datetime | None = None, gap_for: GapFor = lambda _: 1.0
    ) -> int:
        """End the leases of dead pollers on feeds and hosts; how many feeds that were.

        Requests may have been on their way, so those hosts are left alone for as many seconds as
        `gap_for` says. Only for who holds the ArchiveLock.
        """
        with self._database.writing("cannot release feeds") as connection:
            _batches.release_hosts(connection, now or datetime.now(UTC), gap_for)
            return _leases.release_abandoned(connection)

    def resting_of(self, feed_ids: Sequence[int], now: datetime) -> dict[int, datetime]:
        """Those of some feeds whose hosts rest, and until when."""
        with self._database.reading("cannot read the hosts") as connection:
            return _batches.find_left(connection, feed_ids, now)[0]

    def held_of(self, feed_ids: Sequence[int], now: datetime) -> list[int]:
        """Those of some feeds that somebody holds, or whose host somebody holds."""
        with self._database.reading("cannot read the hosts") as connection:
            return _batches.find_left(connection, feed_ids, now)[1]


class Answering(Access):
    """Answers that wait to be read."""

    def keep_answer(self, lease: Lease, response: Response, not_before: datetime | None) -> bool:
        """Keep what was fetched before it is read; False if another poller has taken the feed.

        The feed is not asked again before `not_before`, come what may. The next poll that is
        recorded takes the answer away.
        """
        feed_id, token = lease.feed.id, lease.token
        with self._database.writing("cannot keep an answer") as connection:
            return _answers.keep_answer(connection, feed_id, token, response, not_before)

    def push_answer(self, feed_id: int, response: Response, now: datetime) -> bool:  # noqa: ARG002
        """Keep what a hub has sent, the newest alone; False for a feed that is not polled.

        The feed is leased to be read as soon as its host is free, and not asked.
        """
        with self._database.writing("cannot keep what a hub has sent") as connection:
            return _answers.push_answer(connection, feed_id, response)

    def take_answer(self, feed_id: int) -> KeptAnswer | None:
        """The answer of a leased feed that is to be read, None if there is none.

        It stays until the poll is recorded, so that whoever comes after a death reads it again.
        """
        with self._database.writing("cannot take an answer") as connection:
            kept = _answers.read_answer(connection, feed_id)
            if kept is not None:
                _answers.mark_taken(connection, feed_id, kept)
            return kept


class Timing(Access):
    """The times of the visits, when the clock or the network was wrong."""

    def shift_times(self, by: timedelta) -> None:
        """Move all times of visits, rests and leases by as much as the clock was set."""
        with self._database.writing("cannot follow the clock") as connection:
            _timing.shift_times(connection, by)

    def heal_times(self, now: datetime) -> int:
        """Bring back what a wrong clock has written; how many feeds and hosts that were.

        For who has just started: what was to be waited for when it was written is waited for from
        now, nothing longer than 32 days, no lease longer than a day.
        """
        with self._database.writing("cannot heal the times") as connection:
            return _timing.heal_times(connection, now)

    def pardon(self, feed_ids: Iterable[int], now: datetime) -> None:
        """Take back the last failure of feeds, for which we are to blame; due in a minute.

        Never before their servers allow it.
        """
        with self._database.writing("cannot pardon feeds") as connection:
            _timing.pardon_feeds(connection, feed_ids, now)

    def make_due(self, feed_ids: Iterable[int], now: datetime) -> None:
        """Let feeds be due now, or when their servers allow it."""
        with self._database.writing("cannot make feeds due") as connection:
            _timing.make_due(connection, feed_ids, now)
