"""The files of an archive: the one that was named, and nobody else's to read."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from aggregator.archive import Archive
from aggregator.config import as_database_url, find_database_file
from aggregator.errors import ArchiveError
from aggregator.model import FeedSpec
from tests.archive.conftest import NOW
from tests.archive.strict_index import StrictIndex

_FEED = FeedSpec("https://example.org/feed.xml")


def _create(where: str) -> None:
    with Archive(as_database_url(where), StrictIndex()) as archive:
        archive.feeds.sync([_FEED], NOW)


@pytest.fixture
def usual_mask() -> Iterator[None]:
    """New files are readable by everybody, as on most machines."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.parametrize(
    "name",
    [
        "we?rd.db",
        "p%41c/x.db",
        "100%.db",
        "a.db?timeout=5",
        "file:a.db",
        ":memory:",
        "me:pw@host.db",
        "a#b c+d.db",
        "日本.db",
        "line\nbreak.db",
        os.fsdecode(b"latin-\xe9.db"),
    ],
)
def test_the_archive_is_the_file_that_was_named(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a path or as a URL, by its writer and by its reader; no other file appears."""
    monkeypatch.chdir(tmp_path)

    _create(name)

    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files == [tmp_path / name]
    assert find_database_file(as_database_url(name)) == tmp_path / name
    with Archive(as_database_url(as_database_url(name)), StrictIndex()) as archive:
        assert archive.path == tmp_path / name
        assert len(archive.feeds.all()) == 1


def test_the_way_up_from_a_linked_folder_is_the_systems(tmp_path: Path) -> None:
    """``link/..`` is the folder above what the link leads to, as in a shell's `cat`."""
    (tmp_path / "far/away").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "far/away")

    _create(f"{tmp_path}/link/../archive.db")

    assert (tmp_path / "far/archive.db").is_file()
    assert not (tmp_path / "archive.db").exists()


@pytest.mark.usefixtures("usual_mask")
def test_a_new_archive_is_its_owners_alone(tmp_path: Path) -> None:
    """So are the files that SQLite puts beside it: URLs of feeds may hold passwords."""
    path = tmp_path / "archive.db"

    with Archive(as_database_url(str(path)), StrictIndex()) as archive:
        archive.feeds.sync([_FEED], NOW)
        modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}

    assert modes == dict.fromkeys(["archive.db", "archive.db-wal", "archive.db-shm"], 0o600)


@pytest.mark.usefixtures("usual_mask")
def test_an_archive_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    """Who shares an archive with a group goes on sharing it, also through a link."""
    path, link = tmp_path / "archive.db", tmp_path / "link.db"
    _create(str(path))
    path.chmod(0o640)
    link.symlink_to(path)

    _create(str(link))

    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.usefixtures("usual_mask")
def test_a_link_to_nothing_yet_makes_the_archive_where_it_leads(tmp_path: Path) -> None:
    """The file behind the link is private, too."""
    path, link = tmp_path / "archive.db", tmp_path / "link.db"
    link.symlink_to(path)

    _create(str(link))

    assert (link.is_symlink(), path.stat().st_mode & 0o777) == (True, 0o600)


def test_a_url_that_cannot_be_used_creates_no_file(tmp_path: Path) -> None:
    """A mistake in the URL leaves no empty archive behind."""
    with pytest.raises(ArchiveError, match="timeout=soon"):
        Archive(f"sqlite:///{tmp_path}/archive.db?timeout=soon", StrictIndex())

    assert list(tmp_path.iterdir()) == []


_WRITE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=0.1, isolation_level=None)
try:
    connection.execute("BEGIN IMMEDIATE")
except sqlite3.OperationalError as error:
    print(error)
"""


def test_opening_an_archive_again_ends_no_lock_on_it(
    tmp_path: Path, start_python: Callable[..., subprocess.Popen[str]]
) -> None:
    """POSIX drops a process's locks when it closes any descriptor of the file."""
    path = tmp_path / "archive.db"
    _create(str(path))
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode=DELETE")
        writer.execute("BEGIN EXCLUSIVE")

        with pytest.raises(ArchiveError, match="locked"):
            Archive(as_database_url(str(path)) + "?timeout=0", StrictIndex())
        said, _ = start_python(_WRITE, str(path)).communicate(timeout=60)

    assert said == "database is locked\n"
