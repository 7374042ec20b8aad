"""Loaded by the fork server before all else: signals that are meant for the daemon end there.

Ctrl-C and a service manager signal the whole group. The daemon then drains, for which it needs its
workers; these are ended by the pool (SIGKILL) or, if the daemon dies, by the closing of their pipe.
"""

from __future__ import annotations

import signal

signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGINT, signal.SIG_IGN)
