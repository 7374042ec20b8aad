"""Bytes of a feed to entries, and subscription lists in and out.

The names are loaded when first asked for, so that reading or writing OPML does not pay for
importing feedparser.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.feeds._opml_read import OpmlImport, read_opml
    from aggregator.feeds._opml_write import write_opml
    from aggregator.feeds._parse import parse_feed

__all__ = ["OpmlImport", "parse_feed", "read_opml", "write_opml"]

_HOMES = {
    "OpmlImport": "aggregator.feeds._opml_read",
    "parse_feed": "aggregator.feeds._parse",
    "read_opml": "aggregator.feeds._opml_read",
    "write_opml": "aggregator.feeds._opml_write",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found
