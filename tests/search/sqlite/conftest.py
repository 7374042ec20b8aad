"""An archive in a real file, and an engine that reads it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from aggregator.search.sqlite import SqliteEngine
from tests.search.sqlite.archives import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty archive."""
    with closing(Store(tmp_path / "archive.db")) as made:
        yield made


@pytest.fixture
def engine(store: Store) -> Iterator[SqliteEngine]:
    """A reader of the archive."""
    with closing(SqliteEngine(store.path)) as opened:
        yield opened
