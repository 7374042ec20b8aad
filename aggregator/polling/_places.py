"""So many at a time, first come, first served."""

from __future__ import annotations

import asyncio
from collections import deque


class Places:
    """Places of which each is taken by one at a time."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._busy = 0
        self._queue: deque[asyncio.Future[None]] = deque()

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return sum(not turn.done() for turn in self._queue)

    async def take(self) -> None:
        """Wait until a place is free."""
        if self._busy < self._count:
            self._busy += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.free()
            raise

    def free(self) -> bool:
        """Hand the place to who waits longest; True if nobody does."""
        while self._queue:
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_result(None)
                return False
        self._busy -= 1
        return True
