"""The pulse of the event loop: the proof that it turns, for /livez and for systemd's watchdog."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from os import environ as _environ

from aggregator.operation._systemd import notify, watchdog_interval_s

BEAT_S = 1.0


class Pulse:
    """Beats once a second as long as the loop in which `run` was started turns.

    A tick that waits for a locked database does not stop it: the daemon lives, and goes on when the
    database is free. What stops it is a loop that is stuck, which nothing but an end helps.

        pulse = Pulse()
        task = asyncio.create_task(pulse.run())
    """

    def __init__(self, environ: Mapping[str, str] = _environ) -> None:
        self._environ = environ
        self._beaten_at_s = time.monotonic()

    @property
    def age_s(self) -> float:
        """Seconds since the loop has turned last; may be asked in any thread."""
        return time.monotonic() - self._beaten_at_s

    async def run(self) -> None:
        """Beat until cancelled, and tell systemd's watchdog so twice in its interval."""
        interval_s = watchdog_interval_s(self._environ)
        every_s = min(BEAT_S, interval_s / 2) if interval_s else BEAT_S
        told_at_s = float("-inf")
        while True:
            self._beaten_at_s = time.monotonic()
            if interval_s and self._beaten_at_s - told_at_s >= interval_s / 2 - every_s:
                notify("WATCHDOG=1", environ=self._environ)
                told_at_s = self._beaten_at_s
            await asyncio.sleep(every_s)
