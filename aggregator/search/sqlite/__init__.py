"""Search in SQLite: the index in the archive's own file, written with it and read beside it.

Importing this room loads no SQLAlchemy, which only writing the index needs; what writes is loaded
when it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator.search.sqlite._engine import SqliteEngine

if TYPE_CHECKING:
    from aggregator.search.sqlite._index import SqliteIndex
else:

    def __getattr__(name: str) -> object:
        if name != "SqliteIndex":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from aggregator.search.sqlite._index import SqliteIndex  # noqa: PLC0415 - see above

        return SqliteIndex


__all__ = ["SqliteEngine", "SqliteIndex"]
