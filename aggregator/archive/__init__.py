"""The archive: tables, the one writer, and everything that reads rows into values."""

from aggregator.archive._archive import Archive, Entries
from aggregator.archive._documents import FeedDetails
from aggregator.archive._engine import open_engine, parse_url, sqlite_path
from aggregator.archive._feed_access import Feeds
from aggregator.archive._feeds import FeedChanges, choose_feeds, preview_feeds
from aggregator.archive._index import Index, IndexText, index_text
from aggregator.archive._known import MAX_PAGE_MISSES, Known, KnownEntry, name_entries
from aggregator.archive._leases import Lease
from aggregator.archive._lock import ArchiveLock
from aggregator.archive._matching import Likeness, compare
from aggregator.archive._migrations import scripts_folder
from aggregator.archive._selection import Selection
from aggregator.archive._tables import metadata

__all__ = [
    "MAX_PAGE_MISSES",
    "Archive",
    "ArchiveLock",
    "Entries",
    "FeedChanges",
    "FeedDetails",
    "Feeds",
    "Index",
    "IndexText",
    "Known",
    "KnownEntry",
    "Lease",
    "Likeness",
    "Selection",
    "choose_feeds",
    "compare",
    "index_text",
    "metadata",
    "name_entries",
    "open_engine",
    "parse_url",
    "preview_feeds",
    "scripts_folder",
    "sqlite_path",
]
