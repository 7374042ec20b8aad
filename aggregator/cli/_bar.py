"""A progress bar on stderr, for a person at a terminal."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress


class Bar:
    """Counts steps of `total` (None: no bar, only lines); a context manager.

    It `is_live` at a terminal, unless it `is_quiet`; otherwise nothing is shown.
    """

    def __init__(self, label: str, total: int | None, *, is_quiet: bool = False) -> None:
        self.is_live = sys.stderr.isatty() and not is_quiet
        self._label, self._total = label, total
        self._progress: Progress | None = None

    def step(self, news: str) -> None:
        """Count one step, with a word on it."""
        if self._progress is not None:
            self._progress.update(self._progress.task_ids[0], advance=1, news=news)

    def reach(self, done: int, total: int, news: str) -> None:
        """Be at `done` of now `total` steps, with a word on it."""
        if self._progress is not None:
            only = self._progress.task_ids[0]
            self._progress.update(only, completed=done, total=total, news=news)

    def tell(self, line: str) -> None:
        """Print a line above the bar."""
        if self._progress is not None:
            self._progress.console.print(line, markup=False)

    def __enter__(self) -> Self:
        if self.is_live:
            self._progress = _open_progress(self._label, self._total)
            self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._progress is not None:
            self._progress.stop()
            sys.stderr.flush()


def _open_progress(label: str, total: int | None) -> Progress:
    from rich import progress  # noqa: PLC0415 - brings rich, which only a terminal needs
    from rich.console import Console  # noqa: PLC0415

    opened = progress.Progress(
        progress.TextColumn(label),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeElapsedColumn(),
        progress.TextColumn("{task.fields[news]}", markup=False),
        console=Console(stderr=True, highlight=False),
        disable=total is None,
        transient=True,
    )
    opened.add_task(label, total=total, news="")
    return opened
