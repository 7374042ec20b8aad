"""Doing things together: whatever has gathered while the archive was busy is one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar

MOST_TOGETHER = 100
"""More in one transaction saves nothing more and keeps others waiting."""

_Given = TypeVar("_Given")
_Outcome = TypeVar("_Outcome")


class Together(Generic[_Given, _Outcome]):
    """Does each thing at once, and together where several wait; nothing waits for others to come.

    `work` does what has gathered, and returns what became of each: its outcome, or its error.
    """

    def __init__(
        self, work: Callable[[Sequence[_Given]], Awaitable[Sequence[_Outcome | BaseException]]]
    ) -> None:
        self._work = work
        self._waiting: list[tuple[_Given, asyncio.Future[_Outcome]]] = []
        self._working: asyncio.Task[None] | None = None

    async def do(self, one: _Given) -> _Outcome:
        """What becomes of one thing; raises its error, or that of the work as a whole."""
        done: asyncio.Future[_Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((one, done))
        if self._working is None:
            self._working = asyncio.create_task(self._work_off())
        # Who is cancelled while it waits does not undo what is being done.
        return await asyncio.shield(done)

    async def flush(self) -> None:
        """Wait until everything that was given is done."""
        if self._working is not None:
            await asyncio.shield(self._working)

    async def _work_off(self) -> None:
        while self._waiting:
            portion = self._waiting[:MOST_TOGETHER]
            del self._waiting[:MOST_TOGETHER]
            outcomes = await self._outcomes([one for one, _ in portion])
            for (_, done), outcome in zip(portion, outcomes, strict=True):
                if done.cancelled():
                    continue
                if isinstance(outcome, BaseException):
                    done.set_exception(outcome)
                    done.exception()  # heard, also where nobody waits any more
                else:
                    done.set_result(outcome)
        self._working = None

    async def _outcomes(self, given: Sequence[_Given]) -> Sequence[_Outcome | BaseException]:
        """What became of each; whatever goes wrong is told to those who wait for it."""
        done: tuple[Any, ...] = await asyncio.gather(self._work(given), return_exceptions=True)
        outcomes: Sequence[_Outcome | BaseException] | BaseException = done[0]
        return [outcomes] * len(given) if isinstance(outcomes, BaseException) else outcomes
