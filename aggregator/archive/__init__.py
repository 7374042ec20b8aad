"""The archive: tables, the one writer, and everything that reads rows into values."""

from aggregator.archive._archive import Archive, Entries
from aggregator.archive._copying import ComparedTable, compare_archives, copy_into
from aggregator.archive._documents import FeedDetails
from aggregator.archive._engine import open_engine, parse_url, sqlite_path
from aggregator.archive._feed_access import Feeds
from aggregator.archive._feeds import FeedChanges, choose_feeds, preview_feeds
from aggregator.archive._index import Index, IndexEntry, index_entry
from aggregator.archive._known import MAX_PAGE_MISSES, Known, KnownEntry, name_entries
from aggregator.archive._leases import Lease
from aggregator.archive._lock import ArchiveLock, DaemonLock, make_lock
from aggregator.archive._matching import Likeness, compare
from aggregator.archive._migrations import has_archive, scripts_folder
from aggregator.archive._saved import SavedSearches
from aggregator.archive._selection import Selection
from aggregator.archive._tables import metadata

__all__ = [
    "MAX_PAGE_MISSES",
    "Archive",
    "ArchiveLock",
    "ComparedTable",
    "DaemonLock",
    "Entries",
    "FeedChanges",
    "FeedDetails",
    "Feeds",
    "Index",
    "IndexEntry",
    "Known",
    "KnownEntry",
    "Lease",
    "Likeness",
    "SavedSearches",
    "Selection",
    "choose_feeds",
    "compare",
    "compare_archives",
    "copy_into",
    "has_archive",
    "index_entry",
    "make_lock",
    "metadata",
    "name_entries",
    "open_engine",
    "parse_url",
    "preview_feeds",
    "scripts_folder",
    "sqlite_path",
]
