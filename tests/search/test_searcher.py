"""A searcher beside writers: fresh, undisturbed, quick to start, clear about what it cannot do."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from aggregator.errors import ArchiveError, SchemaError
from aggregator.schema import HEAD
from aggregator.search import Searcher, _choosing, _searcher, open_searcher
from tests.search.conftest import Shelf

Find = Callable[..., list[int]]

HEAVY = """
sqlalchemy feedparser bs4 lxml aiohttp apscheduler pydantic alembic pebble nh3 dateparser tomlkit
rich zstandard multiprocessing asyncio numpy re2 rapidfuzz
"""


def _damage(shelf: Shelf, statement: str) -> None:
    """Do to a database what no program of ours does."""
    shelf.is_damaged = True
    if shelf.archive.path is None:
        with psycopg.connect(shelf.url) as server:
            server.execute(statement.encode())
        return
    with closing(sqlite3.connect(shelf.path)) as file, file:
        file.execute(statement)


def test_words_that_an_edit_took_away_are_not_found(shelf: Shelf, find: Find) -> None:
    """In title, headings and text, also words of other scripts; what stayed is found."""
    shelf.put(
        "old lead 小米手机 naïve",
        title="old stays",
        sections=[("old caption", "old section किताब")],
        tags=("old",),
    )
    gone = ["old", "小米", "手机", "机", "naive", "caption", "किताब", '"old lead"', "capt*", "#old"]
    assert [find(typed) for typed in gone] == [[1]] * len(gone)

    shelf.edit(1, "new lead 华为", title="new stays", sections=[("new head", "x")])

    assert [find(typed) for typed in gone] == [[]] * len(gone)
    assert [find(typed) for typed in ("stays", "华为", "new", "hea*", "is:updated")] == [[1]] * 5


def test_a_deleted_entry_is_not_found(shelf: Shelf, find: Find) -> None:
    """Neither by its words nor by its facts; what remains counts as all there is."""
    shelf.put("needle one", tags=("x",))
    shelf.put("needle two", tags=("x",))

    shelf.archive.entries.delete([1])

    assert [find(typed) for typed in ("needle", "#x", "one", "")] == [[2], [2], [], [2]]


def test_what_was_not_looked_through_is_said(
    shelf: Shelf, searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a pattern finds few or none in the last articles; not where it found enough."""
    monkeypatch.setattr(_choosing, "MOST_CHECKED", 3)
    for room in (_choosing, _searcher):
        monkeypatch.setattr(room, "ENOUGH_CHECKED", 2)
    shelf.put("old car", *["red car"] * 4, "new car")

    none, few = (searcher.search(typed, limit=2) for typed in ("/o.d c/", "/n.w c/"))
    enough, all_there = (searcher.search("/r.d|o.d|n.w/", limit=most) for most in (2, 9))

    assert (none.total, none.has_more, few.total, few.has_more) == (0, True, 1, True)
    assert ["looked through" in " ".join(each.notes) for each in (none, few)] == [True, True]
    assert (enough.has_more, all_there.has_more, all_there.total) == (True, False, 6)
    assert enough.notes == all_there.notes == ()


def test_a_searcher_sees_what_was_written_after_it_was_opened(shelf: Shelf, find: Find) -> None:
    """A page that stays open never shows yesterday; an index that took over is searched too."""
    assert find("word") == []

    shelf.put("word")
    assert find("word") == [1]
    shelf.archive.begin_index()
    assert find("word") == [1]
    while shelf.archive.index_step():
        assert find("word") == [1]
    shelf.put("word")

    assert find("word") == [2, 1]


def test_an_unfinished_index_hides_nothing_that_the_old_one_has(shelf: Shelf, find: Find) -> None:
    """What arrives while a second index is being filled is found at once, and afterwards."""
    shelf.put(*(f"old number{number}" for number in range(1, 11)))
    shelf.archive.begin_index()
    shelf.archive.index_step(4)

    shelf.put("new arrival")
    shelf.edit(2, "edited text")
    shelf.archive.entries.delete([3])
    during = [sorted(find(typed)) for typed in ("arrival", "edited", "number2", "number3", "old")]
    while shelf.archive.index_step(4):
        pass

    after = [sorted(find(typed)) for typed in ("arrival", "edited", "number2", "number3", "old")]
    assert during == after == [[11], [2], [], [], [1, 4, 5, 6, 7, 8, 9, 10]]


def test_one_search_sees_one_state_of_the_archive(
    shelf: Shelf, searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A poll recorded between counting and fetching changes neither."""
    shelf.put(*["needle"] * 12)
    engine = searcher._engine
    read_entries = engine.entries

    def write_between(ids: list[int]) -> object:
        monkeypatch.undo()
        shelf.put(*["needle"] * 5)
        shelf.archive.entries.delete([1])
        return read_entries(ids)

    monkeypatch.setattr(engine, "entries", write_between)
    result = searcher.search("needle", limit=100)
    after = searcher.search("needle", limit=100)

    assert (result.total, len(result.hits)) == (12, 12)
    assert (after.total, len(after.hits)) == (16, 16)


def test_searches_and_polls_do_not_disturb_each_other(shelf: Shelf) -> None:
    """While polls are recorded, each search answers, with whole polls."""
    is_over = threading.Event()
    failures: list[BaseException] = []
    totals: list[int] = []

    def search() -> None:
        try:
            with open_searcher(shelf.url) as searcher:
                while not is_over.is_set():
                    result = searcher.search("needle", limit=1000)
                    totals.append(result.total)
                    assert len(result.hits) == result.total
        except BaseException as error:  # noqa: BLE001 - handed to the test
            failures.append(error)

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(10):
        shelf.put(*["needle"] * 10)
    is_over.set()
    for thread in threads:
        thread.join()

    assert failures == []
    assert totals
    assert all(total % 10 == 0 for total in totals)


def test_a_search_waits_for_no_writer(shelf: Shelf, find: Find) -> None:
    """An open transaction of another process holds up nobody who reads."""
    shelf.put("word")
    if shelf.archive.path is None:
        with psycopg.connect(shelf.url) as server:
            server.execute(b"UPDATE entry SET title = 'word'")
            assert find("word") == [1]
            server.rollback()
        return
    with closing(sqlite3.connect(shelf.path, isolation_level=None)) as file:
        file.execute("BEGIN IMMEDIATE")
        file.execute("UPDATE entry SET title = 'word'")

        assert find("word") == [1]


@pytest.mark.parametrize(
    ("revision", "kind", "said"),
    [
        ("'9999'", SchemaError, f"schema 9999, this program knows up to {HEAD}; install a newer"),
        ("'0000'", ArchiveError, "schema 0000; run: aggregator db upgrade"),
        (None, ArchiveError, "schema 0; run: aggregator db upgrade"),
    ],
)
def test_another_schema_is_said(
    revision: str | None, kind: type[ArchiveError], said: str, shelf: Shelf
) -> None:
    """A newer one needs a newer program, an older one an upgrade."""
    change = f"UPDATE alembic_version SET version_num = {revision}"  # noqa: S608 - our own text
    _damage(shelf, change if revision else "DELETE FROM alembic_version")

    with pytest.raises(kind, match=said):
        open_searcher(shelf.url)


def test_an_archive_without_its_index_finds_nothing(shelf: Shelf) -> None:
    """What an older program has written is no error; the next one that writes makes an index."""
    shelf.put("word")
    _damage(shelf, "DROP TABLE search_generation")

    with open_searcher(shelf.url) as searcher:
        assert searcher.search("word").hits == searcher.newest().hits == ()


def test_a_database_that_is_no_archive_is_said(make_postgresql: Callable[..., str]) -> None:
    """An empty one, one that is not there, one behind which nobody answers; never its password."""
    url = make_postgresql()

    with pytest.raises(ArchiveError, match="aggregator run"):
        open_searcher(url)
    with pytest.raises(ArchiveError, match="cannot search the archive"):
        open_searcher(f"{url}_missing")
    with pytest.raises(ArchiveError) as refused:
        open_searcher("postgresql://me:secret@127.0.0.1:1/archive")

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("name", ["missing.db", "missing/archive.db", "."])
def test_an_archive_that_is_not_there_is_said(name: str, tmp_path: Path) -> None:
    """With the command that makes one, and without making an empty file."""
    with pytest.raises(ArchiveError, match=r"no archive at .* aggregator run"):
        open_searcher(f"sqlite:///{tmp_path / name}")

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
        open_searcher(f"sqlite:///{tmp_path / 'a.db'}")

    assert (tmp_path / "a.db").read_bytes() == content


@pytest.fixture
def file_shelf(tmp_path: Path) -> Shelf:
    """An archive in a file with one entry, closed."""
    made = Shelf(f"sqlite:///{tmp_path / 'archive.db'}")
    made.put("needle and 小米 thread", sections=[("head", "needle")], tags=("x",))
    made.close()
    return made


@pytest.mark.parametrize("name", ["a?b.db", "a#b.db", "a%41b.db", "ü ö.db", "小米.db", "a&mode=ro"])
def test_any_file_name_is_a_file_name(name: str, file_shelf: Shelf) -> None:
    """No character of a path is taken for a part of the address that SQLite opens."""
    file_shelf.path.rename(file_shelf.path.with_name(name))

    with open_searcher(f"sqlite:///{quote(str(file_shelf.path.with_name(name)))}") as searcher:
        assert searcher.search("needle").total == 1


def test_a_path_may_be_relative(file_shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the folder in which one works."""
    monkeypatch.chdir(file_shelf.path.parent)

    with open_searcher("sqlite:///archive.db") as searcher:
        assert searcher.search("needle").total == 1


def test_a_search_loads_no_library_that_it_does_not_need(file_shelf: Shelf) -> None:
    """Neither importing the room nor a search, newest or snippet does."""
    code = (
        "import sys\n"
        "import aggregator.search\n"
        "with aggregator.search.open_searcher(sys.argv[1]) as searcher:\n"
        "    typed = 'needle thr* 小米 \"needle and\" #x after:2020 words:>0'\n"
        "    assert searcher.search(typed).total == searcher.newest().total == 1\n"
        f"print(*[name for name in {[*HEAVY.split(), 'psycopg']!r} if name in sys.modules])\n"
    )

    result = subprocess.run(
        [sys.executable, "-I", "-c", code, file_shelf.url],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (result.stdout, result.stderr) == ("\n", "")
