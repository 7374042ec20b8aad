"""The archive: tables, the one writer, and everything that reads rows into values.

The names are loaded on first use: a poll copies, heals and compares nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.archive._activity import (
        RECENT_ROWS,
        Activity,
        LastError,
        SlowHost,
        Watching,
        wal_bytes,
    )
    from aggregator.archive._answers import KeptAnswer
    from aggregator.archive._archive import Archive, Entries
    from aggregator.archive._basis import MAX_PAGE_MISSES, Basis
    from aggregator.archive._batches import Batch, EndedBatch, LeasedBatch
    from aggregator.archive._copying import ComparedTable, compare_archives, copy_into
    from aggregator.archive._documents import FeedDetails
    from aggregator.archive._engine import open_engine, parse_url, sqlite_path
    from aggregator.archive._feed_access import Feeds
    from aggregator.archive._feeds import choose_feeds
    from aggregator.archive._healing import Damage, find_damage, rebuild_archive
    from aggregator.archive._holder import find_holder
    from aggregator.archive._host_access import Hosts
    from aggregator.archive._index import Index, IndexEntry, index_entry
    from aggregator.archive._indexes import metadata
    from aggregator.archive._known import Known, KnownEntry, name_entries
    from aggregator.archive._leases import Lease
    from aggregator.archive._lock import ArchiveLock, DaemonLock, make_lock
    from aggregator.archive._matching import Likeness, compare
    from aggregator.archive._migrations import has_archive, scripts_folder
    from aggregator.archive._notes import MAX_DEATHS, Notes, Poison, Poisons, Subscriptions
    from aggregator.archive._saved import SavedSearches
    from aggregator.archive._selection import Selection
    from aggregator.archive._summary import FeedSummary, KeptRhythm
    from aggregator.archive._syncing import FeedChanges, FeedList, is_followed, preview_feeds
    from aggregator.archive._words import check_words

__all__ = [
    "MAX_DEATHS",
    "MAX_PAGE_MISSES",
    "RECENT_ROWS",
    "Activity",
    "Archive",
    "ArchiveLock",
    "Basis",
    "Batch",
    "ComparedTable",
    "DaemonLock",
    "Damage",
    "EndedBatch",
    "Entries",
    "FeedChanges",
    "FeedDetails",
    "FeedList",
    "FeedSummary",
    "Feeds",
    "Hosts",
    "Index",
    "IndexEntry",
    "KeptAnswer",
    "KeptRhythm",
    "Known",
    "KnownEntry",
    "LastError",
    "Lease",
    "LeasedBatch",
    "Likeness",
    "Notes",
    "Poison",
    "Poisons",
    "SavedSearches",
    "Selection",
    "SlowHost",
    "Subscriptions",
    "Watching",
    "check_words",
    "choose_feeds",
    "compare",
    "compare_archives",
    "copy_into",
    "find_damage",
    "find_holder",
    "has_archive",
    "index_entry",
    "is_followed",
    "make_lock",
    "metadata",
    "name_entries",
    "open_engine",
    "parse_url",
    "preview_feeds",
    "rebuild_archive",
    "scripts_folder",
    "sqlite_path",
    "wal_bytes",
]

_HOMES = {
    "Activity": "_activity",
    "Archive": "_archive",
    "ArchiveLock": "_lock",
    "Basis": "_basis",
    "Batch": "_batches",
    "ComparedTable": "_copying",
    "DaemonLock": "_lock",
    "Damage": "_healing",
    "EndedBatch": "_batches",
    "Entries": "_archive",
    "FeedChanges": "_syncing",
    "FeedList": "_syncing",
    "FeedDetails": "_documents",
    "FeedSummary": "_summary",
    "Feeds": "_feed_access",
    "Hosts": "_host_access",
    "Index": "_index",
    "IndexEntry": "_index",
    "KeptAnswer": "_answers",
    "KeptRhythm": "_summary",
    "Known": "_known",
    "KnownEntry": "_known",
    "LastError": "_activity",
    "Lease": "_leases",
    "LeasedBatch": "_batches",
    "Likeness": "_matching",
    "MAX_DEATHS": "_notes",
    "MAX_PAGE_MISSES": "_basis",
    "Notes": "_notes",
    "Poison": "_notes",
    "Poisons": "_notes",
    "RECENT_ROWS": "_activity",
    "SavedSearches": "_saved",
    "Selection": "_selection",
    "SlowHost": "_activity",
    "Subscriptions": "_notes",
    "Watching": "_activity",
    "check_words": "_words",
    "choose_feeds": "_feeds",
    "compare": "_matching",
    "compare_archives": "_copying",
    "copy_into": "_copying",
    "find_damage": "_healing",
    "find_holder": "_holder",
    "has_archive": "_migrations",
    "index_entry": "_index",
    "is_followed": "_syncing",
    "make_lock": "_lock",
    "metadata": "_indexes",
    "name_entries": "_known",
    "open_engine": "_engine",
    "parse_url": "_engine",
    "preview_feeds": "_syncing",
    "rebuild_archive": "_healing",
    "scripts_folder": "_migrations",
    "sqlite_path": "_engine",
    "wal_bytes": "_activity",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
