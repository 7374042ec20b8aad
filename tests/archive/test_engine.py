"""Database URLs, and what is said when the database cannot."""

from __future__ import annotations

import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

import pytest

from aggregator.archive import Archive, Selection, parse_url, sqlite_path
from aggregator.errors import ArchiveError
from aggregator.model import FeedSpec, Item
from tests.archive.strict_index import StrictIndex

if TYPE_CHECKING:
    from tests.archive.conftest import OneFeed


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """The URL of a file: what these tests look into is no other database's."""
    return f"sqlite:///{tmp_path / 'archive.db'}"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "not a database URL"),
        ("archive.db", "not a database URL"),
        ("postgresql://me@host:port/x", "not a database URL"),
        ("mysql://localhost/x", "unknown kind of database 'mysql'"),
        ("sqlite://", "an archive is a file"),
        ("sqlite:///:memory:", "an archive is a file"),
        ("sqlite:////tmp/a\0b.db", "an archive is a file"),
        ("sqlite:////tmp/a.db?timeout=soon", "timeout=soon"),
        ("sqlite:////tmp/a.db?timeout=-1", "timeout=-1"),
        ("sqlite:////tmp/a.db?timeout=nan", "timeout=nan"),
        ("sqlite:////tmp/a.db?timeout=1&timeout=2", "timeout="),
    ],
)
def test_a_url_that_cannot_be_used_is_named(url: str, said: str) -> None:
    """Nothing but ArchiveError comes out of a wrong URL."""
    with pytest.raises(ArchiveError, match=said) as refused:
        Archive(url, StrictIndex())
    assert "postgresql:" not in str(refused.value)


def test_a_password_is_never_in_the_message() -> None:
    """A URL that is refused may be logged."""
    with pytest.raises(ArchiveError) as refused:
        parse_url("mysql://me:secret@localhost/x")

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("url", ["sqlite:////srv/a.db", "sqlite+aiosqlite:////srv/a.db?timeout=1"])
def test_sqlite_is_always_reached_by_the_standard_driver(url: str) -> None:
    """A driver that is not there, or not synchronous, is never asked for."""
    assert parse_url(url).drivername == "sqlite"
    assert sqlite_path(parse_url(url)) == Path("/srv/a.db")


def test_postgresql_is_reached_by_psycopg_and_has_no_file() -> None:
    """The short URL of every manual means the driver that we install."""
    url = parse_url("postgresql://me@localhost/x")

    assert url.drivername == "postgresql+psycopg"
    assert sqlite_path(url) is None


def test_a_writer_waits_as_long_as_the_url_says(one_feed: OneFeed, now: datetime) -> None:
    """Another process's transaction is waited for, then named, and nothing is written."""
    patient = Archive(f"{one_feed.url}?timeout=0.3", StrictIndex())
    with closing(sqlite3.connect(one_feed.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        started = time.monotonic()

        with pytest.raises(ArchiveError, match="database is locked; another program"):
            patient.feeds.sync([FeedSpec("https://example.org/2")], now)
        waited_s = time.monotonic() - started
        other.execute("ROLLBACK")

    assert 0.25 < waited_s < 10
    assert len(patient.feeds.all()) == 1
    patient.close()


def test_a_writer_waits_for_one_that_ends_in_time(one_feed: OneFeed, now: datetime) -> None:
    """A transaction that begins while another writes is late, not lost."""
    other = sqlite3.connect(one_feed.path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    other.execute("UPDATE feed SET name = 'other'")

    Timer(0.3, other.execute, ["COMMIT"]).start()
    one_feed.archive.feeds.sync([FeedSpec("https://example.org/2")], now)

    assert [feed.name for feed in one_feed.archive.feeds.all()] == ["other", None]
    other.close()


def test_reading_and_opening_wait_for_no_writer(one_feed: OneFeed) -> None:
    """While somebody writes, the archive can be opened, read and checked."""
    with closing(sqlite3.connect(one_feed.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with Archive(f"{one_feed.url}?timeout=0", StrictIndex()) as archive:
            feeds = archive.feeds.all()
            problems = archive.check()

    assert len(feeds) == 1
    assert problems == []


def test_a_folder_in_the_place_of_the_file_is_named(tmp_path: Path) -> None:
    """The message says what to look at."""
    with pytest.raises(ArchiveError, match="check that the file and its folder are yours"):
        Archive(f"sqlite:///{tmp_path}", StrictIndex())


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    """A folder that cannot be made is an error of the archive, not of Python."""
    (tmp_path / "file").touch()

    with pytest.raises(ArchiveError, match="cannot open the archive: Not a directory"):
        Archive(f"sqlite:///{tmp_path}/file/deep/a.db", StrictIndex())


_AS_NOBODY = """
import os, sys
from aggregator.archive import Archive
from aggregator.errors import ArchiveError
from tests.archive.strict_index import StrictIndex
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    Archive("sqlite:///" + sys.argv[1], StrictIndex())
except ArchiveError as error:
    print(error)
"""


@pytest.fixture
def their_folder() -> Iterator[Path]:
    """A folder that everybody may enter, which pytest's own are not."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.parametrize("names", [["archive.db"], []], ids=["an-archive", "none-yet"])
def test_a_folder_that_is_not_ours_to_write_is_named(
    names: list[str], their_folder: Path, start_python: Callable[..., subprocess.Popen[str]]
) -> None:
    """Without the right to write there is one clear sentence and no trace."""
    for name in names:
        Archive(f"sqlite:///{their_folder}/{name}", StrictIndex()).close()
    their_folder.chmod(0o555)

    said, errors = start_python(_AS_NOBODY, f"{their_folder}/archive.db").communicate(timeout=60)
    their_folder.chmod(0o755)

    assert "check that the file and its folder are yours to write" in said, errors
    assert [file.name for file in their_folder.iterdir()] == names


def test_threads_may_share_an_archive(
    one_feed: OneFeed, make_item: Callable[..., Item], now: datetime
) -> None:
    """Reads from many threads beside the one that records see whole polls only."""

    def read(_: int) -> int:
        return len(one_feed.archive.entries.select(Selection()))

    with ThreadPoolExecutor(8) as pool:
        reads = pool.map(read, range(60))
        for number in range(0, 100, 10):
            assert one_feed.poll(*(make_item(number + i) for i in range(10)), polled_at=now)
        counts = list(reads)

    assert all(count % 10 == 0 for count in counts)
    assert read(0) == 100


def test_what_others_point_to_cannot_be_deleted(
    one_feed: OneFeed, make_item: Callable[..., Item]
) -> None:
    """A mistake of the program in deleting is an error, not a hole in the archive."""
    one_feed.poll(make_item(1))

    with (
        pytest.raises(ArchiveError, match="cannot delete: FOREIGN KEY constraint failed"),
        one_feed.archive._database.writing("cannot delete") as connection,
    ):
        connection.exec_driver_sql("DELETE FROM feed")

    assert len(one_feed.archive.feeds.all()) == 1
