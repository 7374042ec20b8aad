"""Polls as they end: a progress bar for a person at a terminal, a line each for a log."""

from __future__ import annotations

import logging
from typing import Any

from aggregator.cli._bar import Bar
from aggregator.polling import POSTPONED, PollReport
from aggregator.text import shorten, strip_unsafe
from aggregator.urls import without_credentials

logger = logging.getLogger("aggregator.poll")


class PollDisplay(Bar):
    """Shows polls while they happen and adds them up; a context manager.

    With a terminal on stderr, a bar (if the number of polls is known) and a line for each feed
    that failed or brought something; without one, or quietly, a log line for each poll. What keeps
    one feed after another from being polled, a network that is down, is told once.
    `keeps_reports` collects the reports, which a daemon must not: it runs for years.
    """

    def __init__(
        self, total: int | None, *, is_quiet: bool = False, keeps_reports: bool = False
    ) -> None:
        self.reports: list[PollReport] = []
        self.summary = dict.fromkeys(("polled", "unchanged", "failed", "new", "edited", "pages"), 0)
        self._keeps_reports = keeps_reports
        self._excuse: str | None = None
        super().__init__("polling", total, is_quiet=is_quiet)

    def __call__(self, report: PollReport) -> None:
        """Show one poll that has ended."""
        self._count(report)
        if self._keeps_reports:
            self.reports.append(report)
        is_told = report.error_kind == POSTPONED and report.error == self._excuse
        self._excuse = report.error
        if not self.is_live:
            log_report(report, is_told=is_told)
            return
        title = strip_unsafe(shorten(report.feed.display_title, 40))
        self.step(f"{self.summary['new']} new · {title}")
        if report.error and not is_told:
            self.tell(f"✗ {title}: {strip_unsafe(report.error)}")
        elif report.new or report.edited:
            self.tell(f"✓ {title}: {_news(report)}")

    def _count(self, report: PollReport) -> None:
        counts = {
            "polled": 1,
            "unchanged": not (report.error or report.new or report.edited),
            "failed": report.error is not None,
            "new": report.new,
            "edited": report.edited,
            "pages": report.pages,
        }
        for name, count in counts.items():
            self.summary[name] += count


def log_report(report: PollReport, *, is_told: bool) -> None:
    """Log one poll as one structured line; a failed one is a warning unless that `is_told`."""
    level = logging.WARNING if report.error and not is_told else logging.INFO
    logger.log(level, "poll", extra={"fields": report_json(report)})


def report_json(report: PollReport) -> dict[str, Any]:
    """One poll for programs."""
    return {
        "feed": report.feed.id,
        "url": without_credentials(report.feed.url),
        "status": report.status,
        "new": report.new,
        "edited": report.edited,
        "same": report.same,
        "pages": report.pages,
        "duration_ms": round(report.duration_s * 1000),
        "error": report.error,
        "warnings": list(report.warnings),
    }


def _news(report: PollReport) -> str:
    parts = [f"{report.new} new"] if report.new else []
    parts += [f"{report.edited} edited"] if report.edited else []
    return ", ".join(parts)
