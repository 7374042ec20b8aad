"""Numbers for Prometheus, under the names of docs/metrics.md; none names a feed or a URL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from aggregator import __version__

if TYPE_CHECKING:
    from aggregator.archive import FeedSummary
    from aggregator.polling import PollReport

_POLL_S = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_EXTRACT_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 20)
_COMMIT_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30)


class Metrics:
    """What is counted and measured of one daemon; safe to use in several threads.

    The lag is worked out when it is asked for: it goes on growing when nothing else does any more.
    """

    def __init__(self) -> None:
        # When each series began is a second series of each, which nobody asks for.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = registry = CollectorRegistry()
        self._due_from: datetime | None = None
        self._states: set[str] = set()
        self._lag = Gauge(
            "aggregator_due_lag_seconds",
            "How long the feed that waits longest has been due.",
            registry=registry,
        )
        self._lag.set_function(self._lag_s)
        self._count(registry)
        self._measure(registry)
        self._poll_s, self._extract_s, self._commit_s = _make_histograms(registry)
        ProcessCollector(registry=registry)

    def _count(self, registry: CollectorRegistry) -> None:
        self._polls = Counter(
            "aggregator_polls", "Polls that ended.", ["outcome"], registry=registry
        )
        self._entries = Counter(
            "aggregator_entries", "Entries that were archived.", ["change"], registry=registry
        )
        self._pages = Counter(
            "aggregator_pages", "Pages that articles were made from.", registry=registry
        )
        self._restarts = Counter(
            "aggregator_pool_restarts", "Worker pools that were started anew.", registry=registry
        )
        self._expired = Counter(
            "aggregator_lease_expired", "Leases that ended before their poll.", registry=registry
        )
        # A series that is there from the start can be alerted on before anything happens.
        for outcome in ("new", "unchanged", "not_modified", "failed"):
            self._polls.labels(outcome)
        for change in ("new", "edited"):
            self._entries.labels(change)

    def _measure(self, registry: CollectorRegistry) -> None:
        self._feeds = Gauge(
            "aggregator_feeds", "Feeds by how they are.", ["state"], registry=registry
        )
        self._due = Gauge("aggregator_feeds_due", "Feeds that are due.", registry=registry)
        self._resting = Gauge(
            "aggregator_hosts_resting",
            "Hosts that are left alone: they refused, or did not answer.",
            registry=registry,
        )
        self._queue = Gauge(
            "aggregator_writer_queue", "Writes that wait for the archive.", registry=registry
        )
        Gauge("aggregator_build_info", "Always 1.", ["version"], registry=registry).labels(
            __version__
        ).set(1)

    def on_poll(self, report: PollReport) -> None:
        """Count one poll that has ended."""
        self._polls.labels(_outcome(report)).inc()
        self._poll_s.observe(report.duration_s)
        self._entries.labels("new").inc(report.new)
        self._entries.labels("edited").inc(report.edited)
        self._pages.inc(report.pages)
        if report.error_kind == "lease-lost":
            self._expired.inc()

    def on_article(self, engine: str, duration_s: float) -> None:
        """Time the making of an article from a ``page`` or from its ``feed``."""
        self._extract_s.labels(engine).observe(duration_s)

    def on_commit(self, duration_s: float) -> None:
        """Time one writing transaction."""
        self._commit_s.observe(duration_s)

    def on_pool_restart(self) -> None:
        """Count a pool of workers that was started anew after a fault."""
        self._restarts.inc()

    def on_writer_queue(self, waiting: int) -> None:
        """Say how many writes wait now."""
        self._queue.set(waiting)

    def refresh(self, summary: FeedSummary, *, hosts_resting: int = 0) -> None:
        """Take over how the feeds are; once every some seconds is enough."""
        self._due_from = summary.oldest_due_at or summary.next_at
        self._due.set(summary.due)
        self._resting.set(hosts_resting)
        self._states |= summary.by_state.keys()
        for state in self._states:
            self._feeds.labels(state).set(summary.by_state.get(state, 0))

    def render(self) -> tuple[bytes, str]:
        """All of it in Prometheus's text format, with its content type."""
        return generate_latest(self._registry), CONTENT_TYPE_LATEST

    def _lag_s(self) -> float:
        if self._due_from is None:
            return 0.0
        return max(0.0, (datetime.now(UTC) - self._due_from).total_seconds())


def _make_histograms(registry: CollectorRegistry) -> tuple[Histogram, Histogram, Histogram]:
    """The times of polls, of articles by what they were made from, and of transactions."""
    polls = Histogram(
        "aggregator_poll_seconds",
        "From the start of a poll to its record.",
        buckets=_POLL_S,
        registry=registry,
    )
    articles = Histogram(
        "aggregator_extract_seconds",
        "Making an article, by what it was made from.",
        ["engine"],
        buckets=_EXTRACT_S,
        registry=registry,
    )
    commits = Histogram(
        "aggregator_db_commit_seconds",
        "Writing transactions of the archive.",
        buckets=_COMMIT_S,
        registry=registry,
    )
    return polls, articles, commits


def _outcome(report: PollReport) -> str:
    if report.error:
        return "failed"
    if report.status == 304:
        return "not_modified"
    return "new" if report.new or report.edited else "unchanged"
