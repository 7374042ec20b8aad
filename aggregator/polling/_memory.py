"""What the process keeps of memory that it does not need at the moment."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress


def settle() -> None:
    """Let the collector pass over what is there from the start: it stays until the end.

    Going through all modules and classes takes 70 to 100 ms, during which nothing else happens.
    """
    gc.collect()
    gc.freeze()


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the collector away meanwhile, from all threads: there is much, and all of it is needed.

    Among the tables of 100,000 feeds it takes up to 80 ms at a time, during which nothing else
    happens.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def give_back() -> None:
    """Give the system back what work has left behind (a few tens of megabytes after many polls)."""
    gc.collect()
    # Only glibc has it; others give back by themselves.
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
