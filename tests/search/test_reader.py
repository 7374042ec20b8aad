"""A reader beside writers: fresh, undisturbed, quick to start, clear about what it cannot read."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import ArchiveError, SchemaError
from aggregator.search import SearchReader

if TYPE_CHECKING:
    from tests.search.conftest import Shelf

Find = Callable[..., list[int]]

HEAVY = """
sqlalchemy feedparser bs4 lxml aiohttp apscheduler pydantic alembic pebble nh3 psycopg dateparser
tomlkit rich zstandard multiprocessing asyncio
"""


def test_words_that_an_edit_took_away_are_not_found(shelf: Shelf, find: Find) -> None:
    """In title, headings and text, also words of other scripts; what stayed is found."""
    shelf.put(
        "old lead 小米手机 naïve",
        title="old stays",
        sections=[("old caption", "old section किताब")],
    )
    gone = ["old", "小米", "手机", "机", "naive", "caption", "किताब", '"old lead"', "capt*"]
    assert [find(typed) for typed in gone] == [[1]] * len(gone)

    shelf.edit(1, "new lead 华为", title="new stays", sections=[("new head", "x")])

    assert [find(typed) for typed in gone] == [[]] * len(gone)
    assert [find(typed) for typed in ("stays", "华为", "new", "hea*")] == [[1]] * 4


def test_a_reader_sees_what_was_written_after_it_was_opened(shelf: Shelf, find: Find) -> None:
    """A page that stays open never shows yesterday."""
    assert find("word") == []

    shelf.put("word")

    assert find("word") == [1]


def test_one_search_sees_one_state_of_the_archive(shelf: Shelf) -> None:
    """A poll recorded between counting and fetching changes neither."""
    shelf.put(*["needle"] * 12)
    with SearchReader(shelf.path) as reader:
        seen: list[str] = []

        def write_between(statement: str) -> None:
            seen.append(statement)
            if statement.startswith("SELECT rowid FROM search_index"):
                shelf.put(*["needle"] * 5)

        reader._connection.set_trace_callback(write_between)
        result = reader.search("needle", limit=100)
        reader._connection.set_trace_callback(None)
        after = reader.search("needle", limit=100)

    assert any(statement.startswith("SELECT rowid") for statement in seen)
    assert (result.total, len(result.hits)) == (12, 12)
    assert (after.total, len(after.hits)) == (17, 17)


def test_searches_and_polls_do_not_disturb_each_other(shelf: Shelf) -> None:
    """While polls are recorded, each search answers, with whole polls."""
    is_over = threading.Event()
    failures: list[BaseException] = []
    totals: list[int] = []

    def search() -> None:
        try:
            with SearchReader(shelf.path) as reader:
                while not is_over.is_set():
                    result = reader.search("needle", limit=1000)
                    totals.append(result.total)
                    assert len(result.hits) == result.total
        except BaseException as error:  # noqa: BLE001 - handed to the test
            failures.append(error)

    readers = [threading.Thread(target=search) for _ in range(2)]
    for reader in readers:
        reader.start()
    for _ in range(20):
        shelf.put(*["needle"] * 10)
    is_over.set()
    for reader in readers:
        reader.join()

    assert failures == []
    assert totals
    assert all(total % 10 == 0 for total in totals)


def test_a_search_waits_for_no_writer(shelf: Shelf, find: Find) -> None:
    """An open transaction of another process holds up nobody who reads."""
    shelf.put("word")
    with closing(sqlite3.connect(shelf.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE entry SET title = 'word'")

        assert find("word") == [1]


def test_a_search_writes_nothing(shelf: Shelf) -> None:
    """The connection itself refuses to."""
    with SearchReader(shelf.path) as reader, pytest.raises(sqlite3.OperationalError):
        reader._connection.execute("DELETE FROM entry")


@pytest.mark.parametrize("name", ["a?b.db", "a#b.db", "a%41b.db", "ü ö.db", "小米.db", "a&mode=ro"])
def test_any_file_name_is_a_file_name(name: str, shelf: Shelf, tmp_path: Path) -> None:
    """No character of a path is taken for a part of a URL."""
    shelf.put("word")
    shelf.archive.backup(tmp_path / name)

    with SearchReader(tmp_path / name) as reader:
        assert reader.search("word").total == 1


def test_a_path_may_be_relative(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the folder in which one works."""
    shelf.put("word")
    monkeypatch.chdir(tmp_path)

    with SearchReader(Path("archive.db")) as reader:
        assert reader.search("word").total == 1


@pytest.mark.parametrize("name", ["missing.db", "missing/archive.db", "."])
def test_an_archive_that_is_not_there_is_said(name: str, tmp_path: Path) -> None:
    """With the command that makes one, and without making an empty file."""
    with pytest.raises(ArchiveError, match=r"no archive at .* aggregator run"):
        SearchReader(tmp_path / name)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is no archive"),
        (b"Dear Sir or Madam, " * 100, "file is not a database"),
        (b"SQLite format 3\0" + b"\xff" * 5000, "cannot search the archive"),
        (b"SQLite format 3\0", "cannot search the archive"),
    ],
    ids=["empty", "a-letter", "a-broken-header", "a-header"],
)
def test_a_file_that_is_no_archive_is_said(content: bytes, said: str, tmp_path: Path) -> None:
    """Nothing but ArchiveError, and the file stays as it is."""
    (tmp_path / "a.db").write_bytes(content)

    with pytest.raises(ArchiveError, match=said):
        SearchReader(tmp_path / "a.db")

    assert (tmp_path / "a.db").read_bytes() == content


@pytest.mark.parametrize(
    ("revision", "kind", "said"),
    [
        ("'0999'", SchemaError, "schema 0999.*newer aggregator"),
        ("'0000'", ArchiveError, "schema 0000; run: aggregator db upgrade"),
        (None, ArchiveError, "schema 0; run: aggregator db upgrade"),
    ],
)
def test_another_schema_is_said(
    revision: str | None, kind: type[ArchiveError], said: str, shelf: Shelf
) -> None:
    """A newer one needs a newer program, an older one an upgrade."""
    change = f"UPDATE alembic_version SET version_num = {revision}"  # noqa: S608 - our own text
    with closing(sqlite3.connect(shelf.path)) as connection, connection:
        connection.execute(change if revision else "DELETE FROM alembic_version")

    with pytest.raises(kind, match=said):
        SearchReader(shelf.path)


def test_a_spoilt_index_is_an_error_of_the_archive(shelf: Shelf) -> None:
    """Whatever SQLite finds, only our own error comes out."""
    shelf.put(*["needle and thread"] * 50)
    with closing(sqlite3.connect(shelf.path)) as connection, connection:
        connection.execute("UPDATE search_index_data SET block = x'ffffffffff'")

    with pytest.raises(ArchiveError, match="cannot search"), SearchReader(shelf.path) as reader:
        reader.search("needle")


def test_a_search_loads_no_library_that_it_does_not_need(shelf: Shelf) -> None:
    """Neither importing the room nor a search, newest or snippet does."""
    shelf.put("needle and 小米 thread", sections=[("head", "needle")])
    code = (
        "import sys\n"
        "import aggregator.search\n"
        "from pathlib import Path\n"
        "with aggregator.search.SearchReader(Path(sys.argv[1])) as reader:\n"
        "    assert reader.search('needle thr* 小米').total == reader.newest().total == 1\n"
        f"print(*[name for name in {HEAVY.split()!r} if name in sys.modules])\n"
    )

    result = subprocess.run(
        [sys.executable, "-I", "-c", code, str(shelf.path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (result.stdout, result.stderr) == ("\n", "")
