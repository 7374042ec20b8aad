"""Damage to the file: found, told apart, and healed where rows can still be read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from aggregator.archive import (
    Archive,
    Damage,
    Selection,
    find_damage,
    make_lock,
    metadata,
    rebuild_archive,
)
from aggregator.errors import ArchiveError, LockedError
from aggregator.model import FeedSpec, Item
from aggregator.search.sqlite import SqliteIndex
from tests.archive.conftest import OneFeed
from tests.archive.copies import read_all

ENTRIES = 300


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """The URL of a file: pages are damaged there."""
    return f"sqlite:///{tmp_path / 'archive.db'}"


@pytest.fixture
def shelf(one_feed: OneFeed, make_item: Callable[..., Item], now: datetime) -> OneFeed:
    """A closed archive with some pages of everything, and the program's own search index."""
    one_feed.archive.close()
    one_feed.archive = Archive(one_feed.url, SqliteIndex())
    one_feed.poll(
        *(
            make_item(number, lead=f"word{number} and more " * 20, url=f"https://e.org/{number}")
            for number in range(ENTRIES)
        )
    )
    one_feed.archive.feeds.sync([FeedSpec(f"https://h{one}.example/") for one in range(300)], now)
    one_feed.archive.entries.delete([ENTRIES])
    one_feed.archive.close()
    one_feed.is_undamaged = False
    return one_feed


def _damage(path: Path, name: str) -> None:
    """Flip all bits of the second half of each page of a table or index but its root."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (name,))
        [(page,)] = root.fetchall()
        [(size,)] = connection.execute("PRAGMA page_size")
    with path.open("r+b") as file:
        # The cells of the root, beside its header: where its children are, or its rows.
        file.seek((page - 1) * size + size // 2)
        half = file.read(size // 2)
        file.seek((page - 1) * size + size // 2)
        file.write(bytes(byte ^ 0xFF for byte in half))


def _ids(url: str) -> list[int]:
    with Archive(url, SqliteIndex()) as archive:
        assert archive.check() == []
        return [one.id for one in archive.entries.select(Selection())]


def test_a_sound_archive_has_no_damage(shelf: OneFeed) -> None:
    """Nor has one of a server, which looks after itself."""
    assert find_damage(shelf.url) == Damage()
    assert not find_damage(shelf.url).is_healable
    assert find_damage("postgresql://nobody@127.0.0.1:1/none") == Damage()


@pytest.mark.parametrize(
    "name",
    ["ix_entry_sort_at", "ix_feed_due", "sqlite_autoindex_entry_1", "sqlite_autoindex_feed_1"],
)
def test_a_damaged_index_is_made_anew_from_the_rows(shelf: OneFeed, name: str) -> None:
    """Every row of every table is there again, numbers go on, the damaged file is kept."""
    before = read_all(shelf.url)
    _damage(shelf.path, name)

    found = find_damage(shelf.url)
    kept = rebuild_archive(shelf.url)

    assert found.is_healable
    assert find_damage(shelf.url) == Damage()
    assert read_all(shelf.url) == before
    assert kept == shelf.path.with_name("archive.db.damaged")
    assert find_damage(f"sqlite:///{kept}").is_healable
    assert shelf.path.stat().st_mode & 0o777 == 0o600
    assert len(_ids(shelf.url)) == ENTRIES - 1
    assert shelf.rows("SELECT seq FROM sqlite_sequence WHERE name = 'entry'") == [(ENTRIES,)]


def test_a_damaged_search_index_is_made_anew(shelf: OneFeed) -> None:
    """By whoever opens the archive next; it finds what it found."""
    tables = shelf.rows(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'search%_data'"
    )
    for (name,) in tables:
        _damage(shelf.path, name)

    found = find_damage(shelf.url)
    rebuild_archive(shelf.url)

    assert tables
    assert found.is_healable
    assert len(_ids(shelf.url)) == ENTRIES - 1


@pytest.mark.parametrize("name", ["entry", "feed"])
def test_rows_that_cannot_be_read_are_named_and_not_given_up(shelf: OneFeed, name: str) -> None:
    """Only a backup has them; nothing is changed, nothing is left lying about."""
    _damage(shelf.path, name)
    before = shelf.path.read_bytes()

    found = find_damage(shelf.url)
    with pytest.raises(ArchiveError, match="restore a backup"):
        rebuild_archive(shelf.url)

    assert found.tables == (name,)
    assert not found.is_healable
    assert shelf.path.read_bytes() == before
    assert {file.name for file in shelf.path.parent.iterdir()} <= {
        "archive.db",
        "archive.db.lock",
        "archive.db-wal",
        "archive.db-shm",
    }


def test_a_check_tells_of_damage_that_stops_it(shelf: OneFeed) -> None:
    """It says what it can, and fails of nothing that it was asked to find."""
    _damage(shelf.path, "ix_entry_sort_at")

    with Archive(shelf.url, SqliteIndex()) as archive:
        problems = archive.check()

    assert any(problem.startswith("integrity: ") for problem in problems)


def test_nothing_is_made_anew_beside_a_daemon(shelf: OneFeed) -> None:
    """Its work would go on in the file that is put away."""
    with make_lock(shelf.url), pytest.raises(LockedError):
        rebuild_archive(shelf.url)


def test_each_damaged_file_is_kept(shelf: OneFeed) -> None:
    """Under a name of its own."""
    names = [rebuild_archive(shelf.url).name for _ in range(2)]

    assert names == ["archive.db.damaged", "archive.db.damaged-2"]
    assert list(read_all(shelf.url)) == [table.name for table in metadata.sorted_tables]


@pytest.mark.parametrize("work", [find_damage, rebuild_archive])
def test_what_is_no_archive_is_said_to_be_none(
    work: Callable[[str], object], tmp_path: Path
) -> None:
    """A name that is not there, and a letter."""
    (tmp_path / "letter.db").write_text("Dear Sir or Madam, " * 500)

    with pytest.raises(ArchiveError, match="there is no archive at"):
        work(f"sqlite:///{tmp_path / 'missing.db'}")
    with pytest.raises(ArchiveError, match="not a database"):
        work(f"sqlite:///{tmp_path / 'letter.db'}")
    assert (tmp_path / "letter.db").read_text() == "Dear Sir or Madam, " * 500
