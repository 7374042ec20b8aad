"""Polling: who is due, one poll from leased to recorded, when next, the daemon."""

from aggregator.polling._daemon import Daemon
from aggregator.polling._poll import Poller, PollLimits, PollReport
from aggregator.polling._round import Round
from aggregator.polling._session import open_poller
from aggregator.polling._workers import WorkerError, Workers

__all__ = ["Daemon", "PollLimits", "PollReport", "Poller", "Round", "WorkerError", "Workers", "open_poller"]
