"""Polls as they end: a progress bar for a person at a terminal, a line each for a log."""

from __future__ import annotations

import logging
import sys
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from aggregator.polling import PollReport
from aggregator.text import shorten, strip_unsafe
from aggregator.urls import without_credentials

logger = logging.getLogger("aggregator.poll")


class PollDisplay:
    """Shows polls while they happen and adds them up; a context manager.

    With a terminal on stderr, a bar (if the number of polls is known) and a line for each feed
    that failed or brought something; without one, or quietly, a log line for each poll.
    `keeps_reports` collects the reports, which a daemon must not: it runs for years.
    """

    def __init__(
        self, total: int | None, *, is_quiet: bool = False, keeps_reports: bool = False
    ) -> None:
        self.reports: list[PollReport] = []
        self.summary = dict.fromkeys(("polled", "unchanged", "failed", "new", "edited", "pages"), 0)
        self._keeps_reports = keeps_reports
        self._console = Console(stderr=True, highlight=False)
        self._is_live = self._console.is_terminal and not is_quiet
        self._progress = Progress(
            TextColumn("polling"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[news]}", markup=False),
            console=self._console,
            disable=not self._is_live or total is None,
            transient=True,
        )
        self._task = self._progress.add_task("polling", total=total, news="")

    def __call__(self, report: PollReport) -> None:
        """Show one poll that has ended."""
        self._count(report)
        if self._keeps_reports:
            self.reports.append(report)
        if not self._is_live:
            log_report(report)
            return
        title = strip_unsafe(shorten(report.feed.display_title, 40))
        self._progress.update(self._task, advance=1, news=f"{self.summary['new']} new · {title}")
        if report.error:
            self._console.print(f"✗ {title}: {strip_unsafe(report.error)}", markup=False)
        elif report.new or report.edited:
            self._console.print(f"✓ {title}: {_news(report)}", markup=False)

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

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()
        sys.stderr.flush()


def log_report(report: PollReport) -> None:
    """Log one poll as one structured line; a failed one is a warning."""
    level = logging.WARNING if report.error else logging.INFO
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
