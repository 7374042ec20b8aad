"""Fixtures for both kinds of database: a test that asks for `database_url` runs on each of them.

`database_url`
    The URL of a new database: a file of the test's own, and a database on a PostgreSQL server.
`make_postgresql`
    A function that makes further databases there, empty or with the tables of an archive.
`end_sessions`
    A function that ends all connections to one of them, as a server does that is started anew.

The server is the one of AGGREGATOR_TEST_POSTGRESQL, else one on this machine. Where none answers
its tests are skipped, except in CI, which promises one. Test processes may share it: each has
databases and a template of its own.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url

_USUAL_SERVER = "postgresql://root@127.0.0.1:5432/test"

_DROPPED_AT_ONCE = 10
"""DROP DATABASE waits for a checkpoint of the server, which those dropped at the same time share:
ten took 0.2 to 0.6 s together, 2.4 to 3.9 s one after another."""


class Server:
    """A PostgreSQL server on which tests may make databases; a copy of a template takes 40 ms."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql")
        self._session = psycopg.connect(self._text(None), autocommit=True, connect_timeout=3)
        self._template: str | None = None
        self._made: list[str] = []
        self._left: list[str] = []

    @property
    def url(self) -> str:
        """Where the server lets itself be asked."""
        return self._text(None)

    def make(self, *, has_tables: bool = False) -> str:
        """The URL of a new database, with the newest tables of an archive or with nothing."""
        source = f" TEMPLATE {self._get_template()}" if has_tables else ""
        name = f"aggregator_test_{secrets.token_hex(6)}"
        self.ask(f"CREATE DATABASE {name}{source}")
        self._made.append(name)
        # No test cuts the power of the server, so no commit has to wait for its disk.
        self.ask(f"ALTER DATABASE {name} SET synchronous_commit TO off")
        return self._text(name)

    def ask(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """What the server answers, outside of all databases of tests."""
        found = self._session.execute(statement.encode(), values or None)
        return found.fetchall() if found.description else []

    def drop(self, url: str) -> None:
        """Disconnect all from a database and remove it, at the latest when the server is closed."""
        self.end_sessions(url)
        name = str(make_url(url).database)
        self._made.remove(name)
        self._left.append(name)
        if len(self._left) >= _DROPPED_AT_ONCE:
            self._remove_left()

    def end_sessions(self, url: str) -> int:
        """End all connections to a database, as a restart of the server does; how many."""
        ended = self.ask(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
            make_url(url).database,
        )
        return len(ended)

    def close(self) -> None:
        """Remove all that is left."""
        for name in list(self._made):
            self.drop(self._text(name))
        self._remove_left()
        self._session.close()

    def _remove_left(self) -> None:
        def remove(name: str) -> None:
            with psycopg.connect(self._text(None), autocommit=True, connect_timeout=30) as session:
                session.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())

        with ThreadPoolExecutor(_DROPPED_AT_ONCE) as threads:
            list(threads.map(remove, self._left))
        self._left.clear()

    def _get_template(self) -> str:
        from aggregator.archive._engine import open_engine, parse_url  # noqa: PLC0415 - tests first
        from aggregator.archive._migrations import upgrade  # noqa: PLC0415

        if self._template is None:
            url = self.make()
            engine = open_engine(parse_url(url))
            upgrade(engine)
            engine.dispose()
            self._template = make_url(url).database
        return str(self._template)

    def _text(self, name: str | None) -> str:
        url = self._url if name is None else self._url.set(database=name)
        return url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """The PostgreSQL server of these tests."""
    url = os.environ.get("AGGREGATOR_TEST_POSTGRESQL") or _USUAL_SERVER
    try:
        server = Server(url)
    except psycopg.OperationalError as error:
        reason = f"no PostgreSQL at {make_url(url).render_as_string()}: {error}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    yield server
    server.close()


@pytest.fixture
def make_postgresql(postgresql_server: Server) -> Iterator[Callable[..., str]]:
    """A function that gives the URL of a new database, `has_tables` or empty, for this test."""
    made: list[str] = []

    def make(*, has_tables: bool = False) -> str:
        made.append(postgresql_server.make(has_tables=has_tables))
        return made[-1]

    yield make
    for url in made:
        postgresql_server.drop(url)


@pytest.fixture
def end_sessions(postgresql_server: Server) -> Callable[[str], int]:
    """A function that ends all connections to the database of a URL, and says how many."""
    return postgresql_server.end_sessions


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a new database, once of each kind; ``archive.db`` in `tmp_path` for SQLite."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'archive.db'}"
    return str(request.getfixturevalue("make_postgresql")(has_tables=True))
