"""The archive: tables, the one writer, and everything that reads rows into values."""

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
from aggregator.archive._batches import Batch, LeasedBatch
from aggregator.archive._copying import ComparedTable, compare_archives, copy_into
from aggregator.archive._documents import FeedDetails
from aggregator.archive._engine import open_engine, parse_url, sqlite_path
from aggregator.archive._feed_access import Feeds
from aggregator.archive._feeds import FeedChanges, choose_feeds, preview_feeds
from aggregator.archive._healing import Damage, find_damage, rebuild_archive
from aggregator.archive._holder import find_holder
from aggregator.archive._host_access import Hosts
from aggregator.archive._index import Index, IndexEntry, index_entry
from aggregator.archive._known import MAX_PAGE_MISSES, Known, KnownEntry, name_entries
from aggregator.archive._leases import Lease
from aggregator.archive._lock import ArchiveLock, DaemonLock, make_lock
from aggregator.archive._matching import Likeness, compare
from aggregator.archive._migrations import has_archive, scripts_folder
from aggregator.archive._notes import MAX_DEATHS, Notes, Poison, Poisons, Subscriptions
from aggregator.archive._saved import SavedSearches
from aggregator.archive._selection import Selection
from aggregator.archive._summary import FeedSummary, KeptRhythm
from aggregator.archive._tables import metadata
from aggregator.archive._words import check_words

__all__ = [
    "MAX_DEATHS",
    "MAX_PAGE_MISSES",
    "RECENT_ROWS",
    "Activity",
    "Archive",
    "ArchiveLock",
    "Batch",
    "ComparedTable",
    "DaemonLock",
    "Damage",
    "Entries",
    "FeedChanges",
    "FeedDetails",
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
