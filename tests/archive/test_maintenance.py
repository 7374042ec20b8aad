"""Checking for damage, and copies that are whole while others write."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aggregator.archive import Archive, Selection
from aggregator.errors import AggregatorError, ArchiveError
from aggregator.model import Item
from tests.archive.strict_index import StrictIndex

if TYPE_CHECKING:
    from tests.archive.conftest import OneFeed

MakeItem = Callable[..., Item]


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """The URL of a file: what these tests look into is no other database's."""
    return f"sqlite:///{tmp_path / 'archive.db'}"


@pytest.fixture
def filled(one_feed: OneFeed, make_item: MakeItem) -> OneFeed:
    """An archive of 200 entries with sections, some of them edited."""
    sections = [("One", "text " * 50), ("Two", "more " * 50)]
    one_feed.poll(*(make_item(number, lead="lead", sections=sections) for number in range(200)))
    one_feed.poll(edited=tuple((number, make_item(200 - number)) for number in range(1, 20)))
    return one_feed


def test_a_sound_archive_has_no_problems(filled: OneFeed) -> None:
    """Checking says nothing about an archive that is whole, also an empty one."""
    assert filled.archive.check() == []


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("DELETE FROM feed", "table entry, row 1: points to nothing in feed"),
        ("DELETE FROM entry WHERE id = 7", "table article, row 7: points to nothing in entry"),
        ("DELETE FROM article WHERE entry_id = 3", "1 entries have no article"),
        ("DELETE FROM search_strict WHERE id = 4", "4 is not in the search index"),
        ("INSERT INTO search_strict VALUES (1, 999, '{}')", "999 of the search index is no entry"),
        ("UPDATE alembic_version SET version_num = '0000'", "the schema is 0000"),
    ],
)
def test_damage_is_found_and_named(damage: str, said: str, filled: OneFeed) -> None:
    """What somebody did by hand, each with the table and row where it is."""
    filled.rows(damage)

    assert any(said in problem for problem in filled.archive.check())


@pytest.mark.parametrize(
    "name", ["feed", "entry", "section", "ix_entry_sort_at", "search_strict", "revision"]
)
def test_flipped_bytes_are_found(name: str, filled: OneFeed) -> None:
    """The page with which a table begins, spoilt by the disk, is in the list or stops opening."""
    (page,) = filled.rows("SELECT rootpage FROM sqlite_master WHERE name = ?", name)[0]
    filled.archive.close()
    content = bytearray(filled.path.read_bytes())
    content[(page - 1) * 4096 : (page - 1) * 4096 + 200] = b"\xa5" * 200
    filled.path.write_bytes(content)
    filled.is_undamaged = False
    try:
        with Archive(filled.url, StrictIndex()) as archive:
            said = archive.check()
    except ArchiveError as error:
        said = [str(error)]

    assert any("integrity: " in problem or "restore a backup" in problem for problem in said)


def test_a_spoilt_page_is_never_more_than_an_error_of_the_archive(filled: OneFeed) -> None:
    """Whatever is read from a damaged file, only our own errors come out."""
    filled.archive.close()
    filled.is_undamaged = False
    content = bytearray(filled.path.read_bytes())
    for page in range(1, len(content) // 4096, 5):
        spoilt = bytearray(content)
        spoilt[page * 4096 : page * 4096 + 4096] = bytes(4096)
        filled.path.write_bytes(spoilt)
        try:
            with Archive(filled.url, StrictIndex()) as archive:
                archive.check()
                archive.entries.select(Selection())
        except AggregatorError:
            continue


def test_a_backup_is_the_same_archive(filled: OneFeed, tmp_path: Path) -> None:
    """Every entry with its article, feed and revisions, and the search index."""
    filled.archive.backup(tmp_path / "copy.db")

    with Archive(f"sqlite:///{tmp_path}/copy.db", StrictIndex()) as copy:
        assert copy.check() == []
        assert copy.feeds.all() == filled.archive.feeds.all()
        everything = Selection()
        assert copy.entries.select(everything) == filled.archive.entries.select(everything)


def test_a_backup_while_polls_are_recorded_holds_whole_polls(
    one_feed: OneFeed, make_item: MakeItem, tmp_path: Path
) -> None:
    """The writer goes on, and each copy is the archive as it was at one moment."""
    is_over = threading.Event()

    def write() -> None:
        number = 0
        while not is_over.is_set():
            one_feed.poll(*(make_item(number + i, lead="x " * 500) for i in range(10)))
            number += 10

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while not one_feed.rows("SELECT count(*) FROM entry")[0][0]:
            pass
        for number in range(3):
            one_feed.archive.backup(tmp_path / f"{number}.db")
    finally:
        is_over.set()
        writer.join()

    for number in range(3):
        with Archive(f"sqlite:///{tmp_path}/{number}.db", StrictIndex()) as copy:
            (feed,) = copy.feeds.all(counted=True)
            assert copy.check() == []
            assert feed.entry_count % 10 == 0
            assert feed.entry_count > 0


def test_a_backup_never_replaces_a_file(filled: OneFeed) -> None:
    """The archive itself least of all."""
    before = filled.rows("SELECT count(*) FROM entry")

    with pytest.raises(ArchiveError, match="exists; name a new file"):
        filled.archive.backup(filled.path)

    assert filled.rows("SELECT count(*) FROM entry") == before


@pytest.mark.parametrize("name", ["no/such/folder/copy.db", "archive.db/copy.db", "x" * 300])
def test_a_backup_that_cannot_be_written_is_said_and_leaves_nothing(
    name: str, filled: OneFeed, tmp_path: Path
) -> None:
    """The reason is named, and no half of a copy stays behind."""
    before = {file.name for file in tmp_path.iterdir()}

    with pytest.raises(ArchiveError, match="cannot back up"):
        filled.archive.backup(tmp_path / name)

    assert {file.name for file in tmp_path.iterdir()} == before


def test_selections_narrow_by_time_feed_number_and_tag(
    one_feed: OneFeed, make_item: MakeItem, now: datetime
) -> None:
    """Every part that is given must hold; `since` is included, `until` is not."""
    hour = timedelta(hours=1)
    one_feed.poll(
        make_item(1, published_at=now - 3 * hour, tags=("Tech",)),
        make_item(2, published_at=now - 2 * hour, tags=("STRASSE",)),
        make_item(3, published_at=now - hour),
        make_item(4, published_at=now + hour),
    )

    def ids(**parts: object) -> list[int]:
        selection = Selection(**parts)  # type: ignore[arg-type]
        return [one.id for one in one_feed.archive.entries.select(selection)]

    assert ids() == [1, 2, 3, 4]
    assert ids(since=now - 2 * hour) == [2, 3, 4]
    assert ids(until=now - 2 * hour) == [1]
    assert ids(since=now) == [4], "a date in the future counts as the time of arrival"
    assert ids(tag="tech") == [1]
    assert ids(tag="straße") == [2]
    assert ids(tag="none") == []
    assert ids(feed_ids=(1,)) == [1, 2, 3, 4]
    assert ids(feed_ids=(2,)) == ids(feed_ids=()) == ids(ids=()) == []
    assert ids(ids=(3, 1), since=now - 2 * hour) == [3]
    assert ids(ids=(0, -1, 2**63, 10**30, 2)) == [2]


@pytest.mark.parametrize("number", [0, -1, 99, 2**63 - 1, 2**63, 10**30])
def test_an_entry_that_is_not_there_is_said(number: int, one_feed: OneFeed) -> None:
    """Any number that an operator can type, the absurd ones too."""
    with pytest.raises(AggregatorError, match=f"no entry {number} "):
        one_feed.archive.entries.get(number)
