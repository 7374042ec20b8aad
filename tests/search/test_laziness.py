"""What the room of search loads, and when."""

from __future__ import annotations

import subprocess
import sys

import pytest

import aggregator.search
import aggregator.search.sqlite


def _loaded(code: str) -> set[str]:
    """The modules that are loaded after `code`, in a process of its own."""
    shown = subprocess.run(
        [sys.executable, "-c", f"{code}; import sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(shown.stdout.split())


def test_writing_the_index_loads_nothing_that_searches() -> None:
    """A poll neither parses queries nor plans, ranks or marks anything."""
    loaded = _loaded("from aggregator.search.sqlite import SqliteIndex")

    reading = {"query", "plan", "_searcher", "_ranking", "_snippet", "sqlite._engine"}
    assert "aggregator.search.sqlite._index" in loaded
    assert loaded.isdisjoint(f"aggregator.search.{room}" for room in reading)


def test_searching_loads_nothing_that_writes() -> None:
    """A search starts without SQLAlchemy."""
    loaded = _loaded("from aggregator.search import open_searcher, parse_query")

    assert "aggregator.search.query" in loaded
    assert loaded.isdisjoint({"sqlalchemy", "aggregator.search.sqlite._index"})


@pytest.mark.parametrize("room", [aggregator.search, aggregator.search.sqlite])
def test_every_public_name_is_there_and_no_other(room: object) -> None:
    """What is named can be had; an unknown name is an AttributeError, as from any module."""
    names = room.__all__  # type: ignore[attr-defined]

    assert all(getattr(room, name) is not None for name in names)
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = room.no_such_name  # type: ignore[attr-defined]
