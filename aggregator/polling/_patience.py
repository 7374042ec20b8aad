"""Doing again what a database server could not do at that moment."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aggregator.errors import UnreachableError, UnwritableError

logger = logging.getLogger("aggregator.poll")

_Result = TypeVar("_Result")

WAITS_S = (0.5, 1, 2, 4, 8, 15, 30)
"""Pauses between the tries. A server that is started anew is back within a minute; whatever takes
longer is polled again when its lease has run out, ten times as long."""


ROOM_S = 5.0
"""So often it is looked whether an archive that was full or read-only can be written again."""


async def with_patience(
    work: Callable[[], Awaitable[_Result]], is_staying: Callable[[], bool] = lambda: False
) -> _Result:
    """What `work` returns, tried again while the archive cannot be reached.

    Raises the last UnreachableError when it stays so. While `is_staying` it is also tried again as
    long as the archive cannot be written: a full disk is made room on, and what was fetched is
    asked for only once. Work that may have been done when the connection was lost is done twice, so
    it must be such that this changes nothing.
    """
    while True:
        try:
            return await _with_waits(work)
        except UnwritableError as error:
            if not is_staying():
                raise
            logger.error("%s; tried again in %g s", error, ROOM_S)  # noqa: TRY400 - it says it all
        await asyncio.sleep(ROOM_S)


async def _with_waits(work: Callable[[], Awaitable[_Result]]) -> _Result:
    for wait_s in WAITS_S:
        try:
            return await work()
        except UnreachableError as error:
            logger.warning("%s; once more in %g s", error, wait_s)
        await asyncio.sleep(wait_s)
    return await work()
