"""What is new and what was edited: decided by key and content hash, never by a feed's dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aggregator.archive import KnownEntry
from aggregator.model import Entry

MAX_PAGE_MISSES = 5
"""A page that could not be had so often, at as many changes of its feed, is given up."""


@dataclass(frozen=True, slots=True)
class Changes:
    """How a feed document differs from the archive.

    `edited` pairs an archived entry with its new state; `left_for_later` counts new entries beyond
    what one poll takes. `unread` are entries that did not change, but whose page is still missing.
    """

    new: tuple[Entry, ...] = ()
    edited: tuple[tuple[KnownEntry, Entry], ...] = ()
    unread: tuple[tuple[KnownEntry, Entry], ...] = ()
    same: int = 0
    left_for_later: int = 0


def find_changes(
    entries: Sequence[Entry], known: Mapping[str, KnownEntry], *, max_new: int
) -> Changes:
    """The changes that `entries` bring to what is `known` (by key).

    Of more than `max_new` new entries the newest are taken; those without a date count as oldest,
    and of equals those that the feed names first.
    """
    new = [entry for entry in entries if entry.key not in known]
    old = [(known[entry.key], entry) for entry in entries if entry.key in known]
    edited = [(was, entry) for was, entry in old if was.content_hash != entry.content_hash]
    same = [(was, entry) for was, entry in old if was.content_hash == entry.content_hash]
    taken = new if len(new) <= max_new else sorted(new, key=_age)[:max_new]
    return Changes(
        new=tuple(taken),
        edited=tuple(edited),
        unread=tuple(pair for pair in same if _is_unread(pair[0])),
        same=len(same),
        left_for_later=len(new) - len(taken),
    )


def _is_unread(entry: KnownEntry) -> bool:
    return entry.page_misses is not None and entry.page_misses < MAX_PAGE_MISSES


def _age(entry: Entry) -> float:
    stated_at = entry.published_at or entry.updated_at
    return -stated_at.timestamp() if stated_at else float("inf")
