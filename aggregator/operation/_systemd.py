"""What a service tells systemd: one datagram a message, see sd_notify(3)."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping
from contextlib import suppress

_MAX_STATUS_CHARS = 200


def notify(*lines: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Send assignments such as ``READY=1`` to whoever has started us; whether they were sent.

    Without NOTIFY_SOCKET nobody listens, which is no error, and neither is a listener that is gone:
    no poll is lost for a word that was not heard. A name that begins with "@" is an abstract one.
    """
    name = environ.get("NOTIFY_SOCKET", "")
    if not name.startswith(("/", "@")):
        return False
    address = "\0" + name[1:] if name.startswith("@") else name
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        # A listener that does not read must not hold up the daemon.
        sender.setblocking(False)
        sender.sendto("\n".join(map(_one_line, lines)).encode(), address)
        return True
    return False


def watchdog_interval_s(environ: Mapping[str, str] = os.environ) -> float | None:
    """How many seconds systemd waits for ``WATCHDOG=1`` before it ends us; None: it does not.

    WATCHDOG_PID names whom it means: worker processes inherit the variables, too.
    """
    stated, process = environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID", "")
    if not stated.isdecimal() or int(stated) == 0 or process not in {"", str(os.getpid())}:
        return None
    return int(stated) / 1_000_000


def tell_ready(status: str) -> bool:
    """Say that the service works, or does so again after `tell_reloading`; with a line for people.

    Whether it was sent, as `notify` has it; so with the others.
    """
    return notify("READY=1", f"STATUS={status}")


def tell_reloading() -> bool:
    """Say that the configuration is read again; `tell_ready` must follow, whatever comes of it."""
    now_usec = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    return notify("RELOADING=1", f"MONOTONIC_USEC={now_usec}", "STATUS=reading feeds.toml again")


def tell_status(status: str) -> bool:
    """Say in a line for people what goes on; `systemctl status` shows it."""
    return notify(f"STATUS={status}")


def tell_stopping(status: str) -> bool:
    """Say that the service is ending."""
    return notify("STOPPING=1", f"STATUS={status}")


def _one_line(assignment: str) -> str:
    """An assignment that cannot be taken for two."""
    line = " ".join(assignment.split())
    return line[:_MAX_STATUS_CHARS].encode("utf-8", "replace").decode()
