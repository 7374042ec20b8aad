"""search reindex: the index of the archive made anew, in steps, while the archive is in use."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aggregator.cli._bar import Bar
from aggregator.cli._output import print_json, say

if TYPE_CHECKING:
    from aggregator.cli._place import Place
    from aggregator.library import OpenArchive

_STEP = 200
"""Entries in one transaction: a daemon that wants to write waits for no more than these."""


def reindex(place: Place, *, is_anew: bool, as_json: bool) -> int:
    """Make the index of the archive anew, or go on where that was left off; returns 0.

    Searches are answered from the old index until the new one is complete, so that Ctrl-C does no
    harm: what was done so far is kept.
    """
    say("""the index is made anew; to search for the word: aggregator search '"reindex"'""")
    try:
        with place.open_archive(must_exist=True) as archive:
            _fill(archive, is_anew=is_anew, is_quiet=as_json)
    except KeyboardInterrupt:
        say("stopped; what was done is kept, and `aggregator search reindex` goes on with it")
        raise
    if as_json:
        print_json({"schema": 1, "is_complete": True})
    say("the new index is complete and in use")
    return 0


def _fill(archive: OpenArchive, *, is_anew: bool, is_quiet: bool) -> None:
    with _stopped_between_steps() as check:
        left = None if is_anew else archive.index_step(_STEP)
        if left is None:
            archive.begin_index()
            left = archive.index_step(_STEP)
        total = left or 0
        with Bar("indexing", total, is_quiet=is_quiet) as bar:
            while left:
                check()
                left = archive.index_step(_STEP)
                bar.reach(total - (left or 0), total, "")


@contextmanager
def _stopped_between_steps() -> Iterator[Callable[[], None]]:
    """A check that raises KeyboardInterrupt once Ctrl-C was pressed: never amid a transaction."""
    pressed: list[int] = []

    def check() -> None:
        if pressed:
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, lambda number, _frame: pressed.append(number))
    try:
        yield check
    finally:
        signal.signal(signal.SIGINT, before)
