"""A progress bar on stderr, for a person at a terminal."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class Bar:
    """Counts steps of `total` (None: no bar, only `console`); a context manager.

    It `is_live` at a terminal, unless it `is_quiet`.
    """

    def __init__(self, label: str, total: int | None, *, is_quiet: bool = False) -> None:
        self.console = Console(stderr=True, highlight=False)
        self.is_live = self.console.is_terminal and not is_quiet
        self._progress = Progress(
            TextColumn(label),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[news]}", markup=False),
            console=self.console,
            disable=not self.is_live or total is None,
            transient=True,
        )
        self._task = self._progress.add_task(label, total=total, news="")

    def step(self, news: str) -> None:
        """Count one step, with a word on it."""
        self._progress.update(self._task, advance=1, news=news)

    def reach(self, done: int, total: int, news: str) -> None:
        """Be at `done` of now `total` steps, with a word on it."""
        self._progress.update(self._task, completed=done, total=total, news=news)

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
