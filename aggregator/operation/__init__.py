"""Operation: what the program tells of itself, to systemd, to a monitor, to who looks after it.

The names are loaded on first use: a log line needs no web server, and a daemon without `listen`
no metrics.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.operation._listener import Listener, Vitals
    from aggregator.operation._metrics import Metrics
    from aggregator.operation._picture import Picture, take_picture
    from aggregator.operation._pulse import Pulse
    from aggregator.operation._readiness import find_obstacle
    from aggregator.operation._secrets import clean, clean_value
    from aggregator.operation._systemd import (
        notify,
        tell_ready,
        tell_reloading,
        tell_status,
        tell_stopping,
    )

BACKUP_NOTE = "backup"
"""The archive's note of its last backup: ``{"at": ISO 8601, "file": path}``."""

__all__ = [
    "BACKUP_NOTE",
    "Listener",
    "Metrics",
    "Picture",
    "Pulse",
    "Vitals",
    "clean",
    "clean_value",
    "find_obstacle",
    "notify",
    "take_picture",
    "tell_ready",
    "tell_reloading",
    "tell_status",
    "tell_stopping",
]

_HOMES = {
    "Listener": "_listener",
    "Metrics": "_metrics",
    "Picture": "_picture",
    "Pulse": "_pulse",
    "Vitals": "_listener",
    "clean": "_secrets",
    "clean_value": "_secrets",
    "find_obstacle": "_readiness",
    "notify": "_systemd",
    "take_picture": "_picture",
    "tell_ready": "_systemd",
    "tell_reloading": "_systemd",
    "tell_status": "_systemd",
    "tell_stopping": "_systemd",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
