"""The archive's one thread: a slow disk or server holds up only who waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from aggregator.polling._patience import with_patience

_Result = TypeVar("_Result")


class Writer:
    """Does all work in the archive, one thing after the other.

    `waiting` counts what was given and is not yet done. Who `is_staying`, as a daemon does, waits
    for an archive that cannot be written until it can.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="archive")
        self.waiting = 0
        self.is_staying = False

    async def in_archive(self, work: Callable[..., _Result], *args: object) -> _Result:
        """What `work` returns; a server may be away, or a file locked, for a while.

        Reading twice changes nothing, nor does recording: a poll ends its lease, and without that
        it is refused.
        """
        return await with_patience(lambda: self.at_once(work, *args), lambda: self.is_staying)

    async def at_once(self, work: Callable[..., _Result], *args: object) -> _Result:
        """What `work` returns, tried no second time."""
        self.waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work, *args)
        finally:
            self.waiting -= 1

    def close(self) -> None:
        """End the thread when its work is done."""
        self._thread.shutdown()
