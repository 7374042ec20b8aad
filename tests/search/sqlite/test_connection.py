"""Archives that cannot be searched are told of in our words, with what to do."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from aggregator.errors import ArchiveError, SchemaError
from aggregator.search.plan import Phrase
from aggregator.search.sqlite import SqliteEngine
from tests.search.sqlite.archives import Store, make


def test_no_archive_is_told(tmp_path: Path) -> None:
    """With the command that makes one."""
    with pytest.raises(
        ArchiveError, match=r"there is no archive at .*; start with: aggregator run"
    ):
        SqliteEngine(tmp_path / "none.db")
    with pytest.raises(ArchiveError, match="there is no archive at"):
        SqliteEngine(tmp_path)


def test_a_file_that_is_no_archive_is_told(tmp_path: Path) -> None:
    """A text, and a database of somebody else."""
    text, other = tmp_path / "text.db", tmp_path / "other.db"
    text.write_text("no database " * 1000)
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE entry (id)")

    with pytest.raises(ArchiveError, match="restore a backup"):
        SqliteEngine(text)
    with pytest.raises(ArchiveError, match="the file is no archive"):
        SqliteEngine(other)


def test_other_schemas_are_told(store: Store) -> None:
    """An older one with what to run, a newer one with what to install."""
    store.run("UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(ArchiveError, match="has schema 0001; run: aggregator db upgrade"):
        SqliteEngine(store.path)
    store.run("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaError, match="install a newer aggregator"):
        SqliteEngine(store.path)


def test_a_spoilt_index_is_told(store: Store, engine: SqliteEngine) -> None:
    """As the file's, with what to do about it; the engine can be asked again."""
    store.put(*(make(number, f"word w{number}") for number in range(1, 400)))
    before = store.run("SELECT id, block FROM search_1_0_data")
    store.run("UPDATE search_1_0_data SET block = x'0123456789'")

    with pytest.raises(ArchiveError, match="restore a backup"):
        engine.find(Phrase((("word",),)), 9)

    for number, block in before:
        store.run("UPDATE search_1_0_data SET block = ? WHERE id = ?", block, number)
    assert len(engine.find(Phrase((("word",),)), 9).ids) == 9
