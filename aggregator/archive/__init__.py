"""The archive: tables, the one writer, and everything that reads rows into values."""

from aggregator.archive._archive import Archive, Entries, Feeds
from aggregator.archive._engine import open_engine, parse_url, sqlite_path
from aggregator.archive._feeds import FeedChanges, choose_feeds, preview_feeds
from aggregator.archive._index import Index, IndexText, index_text
from aggregator.archive._leases import Lease
from aggregator.archive._lock import ArchiveLock
from aggregator.archive._migrations import scripts_folder
from aggregator.archive._recording import KnownEntry
from aggregator.archive._selection import Selection
from aggregator.archive._tables import metadata

__all__ = [
    "Archive",
    "ArchiveLock",
    "Entries",
    "FeedChanges",
    "Feeds",
    "Index",
    "IndexText",
    "KnownEntry",
    "Lease",
    "Selection",
    "choose_feeds",
    "index_text",
    "metadata",
    "open_engine",
    "parse_url",
    "preview_feeds",
    "scripts_folder",
    "sqlite_path",
]
