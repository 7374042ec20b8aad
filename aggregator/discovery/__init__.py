"""Discovery: from what a person types to feeds, and from a feed to the icon of its site.

Nothing of this room is on the way of a poll. The names are loaded on first use, so that a command
which may need them starts as fast as one that does not.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.discovery._address import read_address
    from aggregator.discovery._finder import Attempt, Discovery, FoundFeed, find_feeds
    from aggregator.discovery._icon_links import MAX_ICON_BYTES
    from aggregator.discovery._icons import ICON_AGE, IconFinder

__all__ = [
    "ICON_AGE",
    "MAX_ICON_BYTES",
    "Attempt",
    "Discovery",
    "FoundFeed",
    "IconFinder",
    "find_feeds",
    "read_address",
]

_HOMES = {
    "Attempt": "_finder",
    "Discovery": "_finder",
    "FoundFeed": "_finder",
    "ICON_AGE": "_icons",
    "IconFinder": "_icons",
    "MAX_ICON_BYTES": "_icon_links",
    "find_feeds": "_finder",
    "read_address": "_address",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
