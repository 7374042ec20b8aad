"""Ranges of ids as lexemes, so that a search can look at the last archived entries first.

Each document has one lexeme for each of three sizes of range. A statement over some of them costs
what their documents cost, however large the archive is.
"""

from __future__ import annotations

from collections.abc import Iterator

SPAN_BITS = 12
"""The smallest range is 4,096 ids: as many tsvectors are read in some 30 ms, which is what a
phrase of stop words costs in each."""

OWN = "::"
"""Before each lexeme that only this room knows; no facet begins with a colon."""

_LEVELS = (20, 16, SPAN_BITS)


def span_lexemes(entry_id: int) -> list[str]:
    """The lexemes of the ranges in which an entry is.

    >>> span_lexemes(70_000)
    ['::20:0', '::16:1', '::12:17']
    """
    return [f"{OWN}{bits}:{entry_id >> bits}" for bits in _LEVELS]


def cover(first: int, end: int) -> list[str]:
    """The fewest lexemes of the ranges from number `first` up to, but without, number `end`.

    >>> cover(15, 33)
    ['::12:15', '::16:1', '::12:32']
    """
    lexemes = []
    while first < end:
        bits = next(bits for bits in _LEVELS if _fits(first, end, bits - SPAN_BITS))
        lexemes.append(f"{OWN}{bits}:{first >> (bits - SPAN_BITS)}")
        first += 1 << (bits - SPAN_BITS)
    return lexemes


def steps(oldest_id: int, newest_id: int, size: int) -> Iterator[tuple[int, int]]:
    """Ranges, numbers as for `cover`, from the newest on; the first two of `size`, then doubling.

    So what is rare takes few statements, and nothing costs twice what the last one did.

    >>> list(steps(0, 40_000, 2))
    [(8, 10), (6, 8), (2, 6), (0, 2)]
    """
    oldest, end = oldest_id >> SPAN_BITS, (newest_id >> SPAN_BITS) + 1
    total = 0
    while end > oldest:
        step = max(size, total)
        first = max(end - step, oldest)
        yield first, end
        total += end - first
        end = first


def _fits(first: int, end: int, bits: int) -> bool:
    return first % (1 << bits) == 0 and first + (1 << bits) <= end
