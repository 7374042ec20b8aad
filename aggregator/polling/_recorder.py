"""Recording polls together: each proves its lease, and hears what became of it alone."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from aggregator.archive import Archive
from aggregator.errors import ArchiveError, UnreachableError, UnwritableError
from aggregator.model import PollResult
from aggregator.polling._clock import Clock
from aggregator.polling._together import Together

_Outcomes = Sequence[bool | BaseException]


class Recorder:
    """Records polls in the archive's thread, each at once, and together where several wait.

    No poll waits for others to come: a server's word on when to come back must be written before
    anything can happen to us. `on_commit` hears how many seconds each transaction has taken.
    """

    def __init__(
        self, archive: Archive, in_archive: Callable[..., Awaitable[Any]], clock: Clock
    ) -> None:
        self._entries, self._in_archive, self._clock = archive.entries, in_archive, clock
        self.on_commit: Callable[[float], None] | None = None
        self._together: Together[tuple[PollResult, timedelta], bool] = Together(self._record)

    async def record(self, result: PollResult, moved: timedelta) -> bool:
        """Record one poll; False if its lease was lost, ArchiveError if it cannot be recorded.

        `moved` is by how much the clock had moved when the poll began: what it has moved since is
        added to the poll's times.
        """
        return await self._together.do((result, moved))

    async def flush(self) -> None:
        """Wait until everything that was given is written."""
        await self._together.flush()

    async def _record(self, given: Sequence[tuple[PollResult, timedelta]]) -> _Outcomes:
        # Only now: a jump that is followed while they wait moves the archive before they come.
        results = [_follow(result, self._clock.moved - moved) for result, moved in given]
        outcomes: _Outcomes = await self._in_archive(self._write, results)
        return [
            await self._write_again(result)
            if isinstance(outcome, UnreachableError | UnwritableError)
            else outcome
            for result, outcome in zip(results, outcomes, strict=True)
        ]

    async def _write_again(self, result: PollResult) -> bool | BaseException:
        """What becomes of a poll that was written alone just when the archive could take none."""
        try:
            outcomes: _Outcomes = await self._in_archive(self._write, [result])
        except ArchiveError as error:
            return error
        return outcomes[0]

    def _write(self, results: Sequence[PollResult]) -> _Outcomes:
        started_s = time.monotonic()
        outcomes: _Outcomes = self._entries.record_all(results)
        if self.on_commit is not None:
            self.on_commit(time.monotonic() - started_s)
        return outcomes


def _follow(result: PollResult, moved: timedelta) -> PollResult:
    """`result` with its times moved as the clock has moved since they were reckoned."""
    if not moved:
        return result
    return replace(
        result,
        polled_at=result.polled_at + moved,
        next_poll_at=result.next_poll_at + moved,
        not_before=result.not_before + moved if result.not_before else None,
    )
