"""An archive in a real database, and an engine that reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from aggregator.search.postgresql import PostgresEngine
from tests.databases import Server
from tests.search.postgresql.archives import Store


@pytest.fixture
def store(make_postgresql: Callable[..., str]) -> Iterator[Store]:
    """An empty archive."""
    with closing(Store(make_postgresql(has_tables=True))) as made:
        yield made


@pytest.fixture
def engine(store: Store) -> Iterator[PostgresEngine]:
    """A reader of the archive."""
    with closing(PostgresEngine(store.url)) as opened:
        yield opened


@pytest.fixture(scope="module")
def shared(postgresql_server: Server) -> Iterator[Store]:
    """One archive for all tests of a module, each of which writes it anew."""
    url = postgresql_server.make(has_tables=True)
    with closing(Store(url)) as made:
        yield made
    postgresql_server.drop(url)


@pytest.fixture(scope="module")
def reader(shared: Store) -> Iterator[PostgresEngine]:
    """A reader of that archive."""
    with closing(PostgresEngine(shared.url)) as opened:
        yield opened
