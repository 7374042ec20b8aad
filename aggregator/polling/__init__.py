"""Polling: who is due, one poll from leased to recorded, when next, the daemon.

The names are loaded on first use: worker processes need this room's tasks and nothing else of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.polling._backfill import (
        BackfillLimits,
        BackfillReport,
        OlderDocument,
        open_backfill,
    )
    from aggregator.polling._daemon import Daemon, Service
    from aggregator.polling._documents import PollLimits
    from aggregator.polling._executor import DRAIN_S, Executor, PollBatch
    from aggregator.polling._older import Stop
    from aggregator.polling._poll import POSTPONED, Poller, PollReport
    from aggregator.polling._session import Polling, open_polling
    from aggregator.polling._workers import WorkerError, Workers

__all__ = [
    "DRAIN_S",
    "POSTPONED",
    "BackfillLimits",
    "BackfillReport",
    "Daemon",
    "Executor",
    "OlderDocument",
    "PollBatch",
    "PollLimits",
    "PollReport",
    "Poller",
    "Polling",
    "Service",
    "Stop",
    "WorkerError",
    "Workers",
    "open_backfill",
    "open_polling",
]

_HOMES = {
    "BackfillLimits": "_backfill",
    "BackfillReport": "_backfill",
    "DRAIN_S": "_executor",
    "POSTPONED": "_poll",
    "Daemon": "_daemon",
    "OlderDocument": "_backfill",
    "PollLimits": "_documents",
    "PollReport": "_poll",
    "Poller": "_poll",
    "Executor": "_executor",
    "PollBatch": "_executor",
    "Polling": "_session",
    "Service": "_daemon",
    "Stop": "_older",
    "WorkerError": "_workers",
    "Workers": "_workers",
    "open_backfill": "_backfill",
    "open_polling": "_session",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
