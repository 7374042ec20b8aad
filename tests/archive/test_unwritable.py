"""A file that cannot be written now: locked, full, read-only. Told apart, and nothing half done."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from aggregator.archive import Archive
from aggregator.errors import ArchiveError, UnreachableError, UnwritableError
from aggregator.model import FeedSpec, Item
from tests.archive.conftest import OneFeed
from tests.archive.strict_index import StrictIndex


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """The URL of a file, whose lock is waited for hardly at all."""
    return f"sqlite:///{tmp_path / 'archive.db'}?timeout=0.05"


def test_a_locked_file_can_be_written_when_it_is_free(one_feed: OneFeed, now: datetime) -> None:
    """What was to be done may be repeated, as on a server that was away."""
    with closing(sqlite3.connect(one_feed.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(UnreachableError, match="another program is writing"):
            one_feed.archive.feeds.sync([], now)
        assert one_feed.archive.feeds.all()[0].is_enabled
        other.execute("ROLLBACK")

    assert one_feed.archive.feeds.sync([], now).paused


def test_a_write_that_finds_no_room_changes_nothing(
    one_feed: OneFeed, make_item: Callable[..., Item]
) -> None:
    """Everything is as before, and it is written as soon as there is room."""
    one_feed.poll(make_item(1, lead="one"))
    result = one_feed.result(one_feed.lease(), new=(make_item(2, lead="two " * 500_000),))
    before = one_feed.rows("SELECT * FROM feed"), one_feed.rows("SELECT id FROM entry")
    [(pages,)] = one_feed.rows("PRAGMA page_count")

    with one_feed.archive._database.engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 4}")
    with pytest.raises(UnwritableError, match="free some disk space"):
        one_feed.archive.entries.record(result)
    with pytest.raises(UnwritableError):
        one_feed.archive.entries.record_all([result])
    after = one_feed.rows("SELECT * FROM feed"), one_feed.rows("SELECT id FROM entry")
    with one_feed.archive._database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1073741823")

    assert after == before
    assert one_feed.archive.entries.record_all([result]) == [True]
    assert one_feed.archive.check() == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with room for little."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_and_a_read_only_one_are_told_apart_from_damage(
    small_disk: Path, now: datetime
) -> None:
    """Real ones: nothing is half written, all is well when there is room again."""
    url = f"sqlite:///{small_disk / 'a.db'}"
    specs = [FeedSpec(f"https://example.org/{one}", name="n" * 200) for one in range(3000)]
    with Archive(url, StrictIndex()) as archive:
        (small_disk / "ballast").write_bytes(b"x" * 900_000)
        with pytest.raises(UnwritableError):
            archive.feeds.sync(specs, now)
        assert archive.feeds.all() == []
        (small_disk / "ballast").unlink()
        archive.feeds.sync(specs[:100], now)
        remount = ["mount", "-o", "remount,ro", str(small_disk)]
        if subprocess.run(remount, check=False, capture_output=True).returncode == 0:
            with pytest.raises(UnwritableError):
                archive.feeds.sync(specs[:50], now)
            assert len([feed for feed in archive.feeds.all() if feed.is_enabled]) == 100
            subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
        assert len(archive.feeds.sync(specs[:50], now).paused) == 50
        assert archive.check() == []


def test_other_errors_are_not_taken_for_a_moment_of_weakness(one_feed: OneFeed) -> None:
    """A table that is gone will not come back by waiting."""
    one_feed.rows("DROP TABLE note")

    with pytest.raises(ArchiveError) as caught:
        one_feed.archive.notes.read("x")

    assert type(caught.value) is ArchiveError
