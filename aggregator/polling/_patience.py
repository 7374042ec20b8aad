"""Doing again what a database server could not do at that moment."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aggregator.errors import UnreachableError

logger = logging.getLogger("aggregator.poll")

_Result = TypeVar("_Result")

WAITS_S = (0.5, 1, 2, 4, 8, 15, 30)
"""Pauses between the tries. A server that is started anew is back within a minute; whatever takes
longer is polled again when its lease has run out, ten times as long."""


async def with_patience(work: Callable[[], Awaitable[_Result]]) -> _Result:
    """What `work` returns, tried again while the archive cannot be reached.

    Raises the last UnreachableError when it stays so. Work that may have been done when the
    connection was lost is done twice, so it must be such that this changes nothing.
    """
    for wait_s in WAITS_S:
        try:
            return await work()
        except UnreachableError as error:
            logger.warning("%s; once more in %g s", error, wait_s)
        await asyncio.sleep(wait_s)
    return await work()
