"""An archive in another database: every table, every row, every number, in each direction."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text, update

from aggregator.archive import (
    Archive,
    Selection,
    compare_archives,
    copy_into,
    make_lock,
    metadata,
)
from aggregator.archive import _transfer as transfer
from aggregator.archive._tables import article, entry
from aggregator.errors import ArchiveError, LockedError
from aggregator.model import (
    FeedSpec,
    Item,
    PollResult,
    Validators,
)
from aggregator.search import open_searcher
from tests.archive.copies import ODD, Two, ask, change, fill, ignore, read_all, within
from tests.archive.strict_index import StrictIndex

_CROSSING = [("sqlite", "postgresql"), ("postgresql", "sqlite")]
_ALIKE = [("sqlite", "sqlite"), ("postgresql", "postgresql")]


@pytest.fixture(params=_CROSSING, ids="-to-".join)
def two(request: pytest.FixtureRequest, tmp_path: Path, make_item: Callable[..., Item]) -> Two:
    """An archive with something in every table, and an empty database of the other kind."""
    return _make_two(request, tmp_path, make_item, *request.param)


@pytest.fixture(params=_ALIKE, ids="-to-".join)
def alike(request: pytest.FixtureRequest, tmp_path: Path, make_item: Callable[..., Item]) -> Two:
    """As `two`, both of one kind."""
    return _make_two(request, tmp_path, make_item, *request.param)


@pytest.fixture
def files(request: pytest.FixtureRequest, tmp_path: Path, make_item: Callable[..., Item]) -> Two:
    """As `two`, both of them files."""
    return _make_two(request, tmp_path, make_item, "sqlite", "sqlite")


def _make_two(
    request: pytest.FixtureRequest, folder: Path, make_item: Callable[..., Item], *kinds: str
) -> Two:
    def place(name: str, kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{folder / name}.db"
        return str(request.getfixturevalue("make_postgresql")())

    made = Two(place("source", kinds[0]), place("target", kinds[1]))
    fill(made.source, make_item)
    return made


def test_each_table_has_something_to_copy(files: Two) -> None:
    """Or the other tests would prove less than they say; a new table is to be filled here."""
    found = read_all(files.source)

    assert [name for name, rows in found.items() if not rows] == []


def test_every_row_of_every_table_is_copied(two: Two) -> None:
    """From each kind to the other; then the copy is an archive like any other."""
    tables = two.copy()

    assert read_all(two.target) == read_all(two.source)
    assert [table.name for table in tables] == [table.name for table in metadata.sorted_tables]
    assert all(table.is_same for table in tables)
    with Archive(two.target, StrictIndex()) as archive:
        assert archive.check() == []
        assert archive.saved.get("ärger").query == ODD.strip()


def test_a_database_of_the_same_kind_is_as_good(alike: Two) -> None:
    """A new home for a file, or another server."""
    assert all(table.is_same for table in alike.copy())
    assert read_all(alike.target) == read_all(alike.source)


def test_numbers_are_never_given_out_again(two: Two, make_item: Callable[..., Item]) -> None:
    """Not even that of the last entry, which was deleted before."""
    two.copy()
    now = datetime(2026, 11, 23, tzinfo=UTC)

    with Archive(two.target, StrictIndex()) as archive:
        archive.feeds.release_abandoned()
        archive.feeds.sync([FeedSpec("https://example.com/4")], now)
        (lease,) = archive.feeds.lease(now, limit=1, lease_s=60, feed_ids=[4])
        new = (make_item(999, title="New"),)
        result = PollResult(4, lease.token, now, now, Validators(), None, new=new)
        assert archive.entries.record(result)
        [added] = [one for one in archive.entries.select(Selection()) if one.feed.id == 4]

    [(greatest,)] = ask(two.source, select(func.max(entry.c.id)))
    assert greatest == 248
    assert added.id == 250


def test_an_empty_archive_is_copied(tmp_path: Path, make_postgresql: Callable[..., str]) -> None:
    """Nothing is as good as anything."""
    source, target = f"sqlite:///{tmp_path / 'a.db'}", make_postgresql()
    Archive(source, StrictIndex()).close()

    assert all(table.is_same and not table.rows for table in copy_into(source, target, ignore))
    with Archive(target, StrictIndex()) as archive:
        assert archive.check() == []


_COPY_AND_STOP = """
import os, signal, sys
from aggregator.archive import copy_into

def report(step, done, total):
    if done >= int(sys.argv[3]) or not step.startswith("copying"):
        os.kill(os.getpid(), signal.SIGKILL)

copy_into(sys.argv[1], sys.argv[2], report)
"""

Start = Callable[..., "subprocess.Popen[str]"]


def test_a_killed_copy_goes_on_where_it_was(
    two: Two, start_python: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed at several places; what is there is not written again."""
    for at in (100, 300, 10**9):
        killed = start_python(_COPY_AND_STOP, two.source, two.target, str(at))
        assert killed.wait() == -9, killed.communicate()
    written: list[Any] = []
    add = transfer._Writer.add

    def watched(self: Any, row: Any, *, is_new: bool) -> None:
        written.append(row.key)
        add(self, row, is_new=is_new)

    monkeypatch.setattr(transfer._Writer, "add", watched)

    tables = two.copy()

    assert all(table.is_same for table in tables)
    assert read_all(two.target) == read_all(two.source)
    assert written == [], "the third copy was killed when all rows had been written"


def test_what_the_source_changes_meanwhile_is_brought_up_to_date(
    two: Two, start_python: Start, make_item: Callable[..., Item]
) -> None:
    """Deleted, edited and new rows between a copy that was killed and the one that goes on."""
    killed = start_python(_COPY_AND_STOP, two.source, two.target, str(10**9))
    assert killed.wait() == -9
    now = datetime(2026, 11, 23, tzinfo=UTC)
    with Archive(two.source, StrictIndex()) as archive:
        archive.entries.delete([5, 6])
        archive.feeds.release_abandoned()
        (lease,) = archive.feeds.lease(now, limit=1, lease_s=60, feed_ids=[2])
        edited = ((7, make_item(3, title="Again", content_hash="x", sections=[("h", "t")])),)
        new = (make_item(900), make_item(901))
        result = PollResult(2, lease.token, now, now, Validators(), None, new=new, edited=edited)
        assert archive.entries.record(result)

    assert all(table.is_same for table in two.copy())
    assert read_all(two.target) == read_all(two.source)


def test_an_unfinished_copy_is_no_archive(two: Two, start_python: Start, tmp_path: Path) -> None:
    """Nobody opens it, and it is not taken for the copy of another one."""
    other = f"sqlite:///{tmp_path / 'other.db'}"
    Archive(other, StrictIndex()).close()
    assert start_python(_COPY_AND_STOP, two.source, two.target, "100").wait() == -9

    with pytest.raises(ArchiveError, match="unfinished copy"):
        Archive(two.target, StrictIndex())
    with pytest.raises(ArchiveError, match="unfinished copy"):
        copy_into(other, two.target, ignore)


def test_half_an_archive_is_not_taken_for_a_whole_one(
    two: Two, start_python: Start, tmp_path: Path
) -> None:
    """An unfinished copy is neither copied on, nor compared, nor searched."""
    other = f"sqlite:///{tmp_path / 'other.db'}"
    assert start_python(_COPY_AND_STOP, two.source, two.target, "100").wait() == -9

    refused = pytest.raises(ArchiveError, match="unfinished copy; make it once more")
    with refused:
        copy_into(two.target, other, ignore)
    with refused:
        compare_archives(two.source, two.target, ignore)
    with refused:
        compare_archives(two.target, two.source, ignore)
    with refused:
        open_searcher(two.target)

    assert all(table.is_same for table in two.copy())
    open_searcher(two.target).close()


def test_a_target_that_holds_an_archive_is_refused(two: Two) -> None:
    """Also when it is the copy of a moment ago; nothing of it is touched."""
    two.copy()
    before = read_all(two.target)

    with pytest.raises(ArchiveError, match="holds an archive already"):
        two.copy()

    assert read_all(two.target) == before


def test_a_target_that_holds_other_tables_is_refused(
    make_postgresql: Callable[..., str], files: Two
) -> None:
    """A database of another program."""
    target = make_postgresql()
    change(target, text("CREATE TABLE entry_of_mine (x int)"))

    with pytest.raises(ArchiveError, match="other tables"):
        copy_into(files.source, target, ignore)


def test_an_archive_is_not_copied_into_itself(two: Two) -> None:
    """It is no empty database."""
    with pytest.raises(ArchiveError, match="holds an archive already"):
        copy_into(two.source, two.source, ignore)


def test_a_source_that_is_not_there_is_not_made(tmp_path: Path, files: Two) -> None:
    """A mistyped name is told, on either side of a comparison."""
    missing = f"sqlite:///{tmp_path / 'typo.db'}"

    with pytest.raises(ArchiveError, match=r"no archive at .*typo\.db"):
        copy_into(missing, files.target, ignore)
    with pytest.raises(ArchiveError, match=r"no archive at .*typo\.db"):
        compare_archives(files.source, missing, ignore)

    assert not (tmp_path / "typo.db").exists()


def test_an_older_source_is_refused(two: Two) -> None:
    """It is told how to bring it up to date, and is left as it is."""
    change(two.source, text("UPDATE alembic_version SET version_num = '0003'"))

    with pytest.raises(ArchiveError, match=r"schema 0003.*db upgrade"):
        two.copy()


def test_a_target_on_which_a_daemon_works_is_refused(two: Two) -> None:
    """Two writers would spoil the copy; the daemon of the source may go on."""
    with make_lock(two.target), pytest.raises(LockedError, match="works on this archive"):
        two.copy()

    with make_lock(two.source):
        assert all(table.is_same for table in two.copy())


def test_one_changed_letter_is_found(two: Two) -> None:
    """The tables are named, the others are the same."""
    two.copy()
    changed = article.c.lead + "x"
    change(two.target, update(article).where(article.c.entry_id == 9).values(lead=changed))

    tables = compare_archives(two.source, two.target, ignore)

    assert [table.name for table in tables if not table.is_same] == ["article"]
    [different] = [table for table in tables if not table.is_same]
    assert different.rows == different.target_rows


def test_two_values_that_changed_places_are_found(two: Two) -> None:
    """The sum of a table is of its rows, not of its values."""
    two.copy()
    swapped = {"lead": article.c.lead_html, "lead_html": article.c.lead}
    change(two.target, update(article).where(article.c.entry_id == 9).values(swapped))

    tables = compare_archives(two.source, two.target, ignore)

    assert [table.name for table in tables if not table.is_same] == ["article"]


def test_the_copy_is_of_one_moment(files: Two) -> None:
    """What is written to the source while it is read is not half in the copy."""
    before = read_all(files.source)
    has_written = False

    def write(step: str, done: int, total: int) -> None:  # noqa: ARG001 - a report
        nonlocal has_written
        if not has_written:
            change(files.source, insert(entry).values(**_row_of_entry(files.source)))
            has_written = True

    assert all(table.is_same for table in copy_into(files.source, files.target, write))
    assert has_written
    assert read_all(files.target) == before
    assert read_all(files.source) != before


def _row_of_entry(url: str) -> dict[str, Any]:
    [row] = within(
        url, lambda connection: connection.execute(select(entry).limit(1)).mappings().all()
    )
    return {**row, "id": 777, "key": "later"}
