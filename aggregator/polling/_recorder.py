"""Recording polls together: whatever has gathered while the archive was busy is one transaction."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from aggregator.archive import Archive
from aggregator.model import PollResult
from aggregator.polling._clock import Clock

MOST_TOGETHER = 100
"""More polls in one transaction save nothing more and keep others waiting."""


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
        self._waiting: list[tuple[PollResult, timedelta, asyncio.Future[bool]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def record(self, result: PollResult, moved: timedelta) -> bool:
        """Record one poll; False if its lease was lost, ArchiveError if it cannot be recorded.

        `moved` is by how much the clock had moved when the poll began: what it has moved since is
        added to the poll's times.
        """
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((result, moved, done))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        # Who is cancelled while it waits does not undo what is being written.
        return await asyncio.shield(done)

    def __len__(self) -> int:
        return len(self._waiting)

    async def flush(self) -> None:
        """Wait until everything that was given is written."""
        if self._writing is not None:
            await asyncio.shield(self._writing)

    async def _write(self) -> None:
        while self._waiting:
            portion = self._waiting[:MOST_TOGETHER]
            del self._waiting[:MOST_TOGETHER]
            # Only now: a jump that is followed while they wait moves the archive before they come.
            results = [_follow(one, self._clock.moved - moved) for one, moved, _ in portion]
            outcomes = await self._outcomes(results)
            for (_, _, done), outcome in zip(portion, outcomes, strict=True):
                if done.cancelled():
                    continue
                if isinstance(outcome, BaseException):
                    done.set_exception(outcome)
                    done.exception()  # heard, also where nobody waits any more
                else:
                    done.set_result(outcome)
        self._writing = None

    async def _outcomes(self, results: Sequence[PollResult]) -> Sequence[bool | BaseException]:
        """What became of each; whatever goes wrong is told to those who wait for it."""
        work = self._in_archive(self._record, results)
        done: tuple[Any, ...] = await asyncio.gather(work, return_exceptions=True)
        outcomes: Sequence[bool | BaseException] | BaseException = done[0]
        return [outcomes] * len(results) if isinstance(outcomes, BaseException) else outcomes

    def _record(self, results: Sequence[PollResult]) -> Sequence[bool | BaseException]:
        started_s = time.monotonic()
        outcomes: Sequence[bool | BaseException] = self._entries.record_all(results)
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
