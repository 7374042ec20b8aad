"""An archive of an older program: upgraded with all it has, and kept as it was."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.script import ScriptDirectory

from aggregator.archive import Archive, Selection, scripts_folder
from aggregator.errors import ArchiveError
from aggregator.model import Entry, Extras, FeedSpec, Identity, Item
from aggregator.schema import HEAD
from tests.archive.strict_index import StrictIndex

if TYPE_CHECKING:
    from tests.archive.conftest import OneFeed

ROOT = Path(__file__).parents[2]
OLDER = "0001"
LINK = "https://example.org/"


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """The URL of a file: what these tests look into is no other database's."""
    return f"sqlite:///{tmp_path / 'archive.db'}"


@pytest.fixture
def older(one_feed: OneFeed, make_item: Callable[..., Item]) -> OneFeed:
    """An archive as the program of revision 0001 left it, with two entries."""
    by_link = replace(
        make_item(2, lead="two", url="http://example.org/2").entry, key=_key_of(LINK, "2")
    )
    one_feed.poll(
        make_item(1, lead="one", sections=[("h", "t")], url="HTTP://Example.org/1?utm_source=x#y"),
        replace(make_item(2, lead="two"), entry=by_link),
    )
    one_feed.archive.close()
    _alembic(one_feed.path, "downgrade", OLDER)
    return one_feed


def _key_of(link: str, page: str) -> str:
    return blake2b(f"link\0{link}{page}".encode(), digest_size=16).hexdigest()


def _alembic(path: Path, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "alembic", "-x", f"url=sqlite:///{path}", *arguments],
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=60,
    )


def _open(path: Path) -> Archive:
    return Archive(f"sqlite:///{path}", StrictIndex())


def _columns(older: OneFeed, table: str) -> set[str]:
    return {row[1] for row in older.rows(f"PRAGMA table_info({table})")}


def test_an_older_archive_keeps_all_it_has(older: OneFeed) -> None:
    """Its articles are as they were; what nobody knew of them is said to be unknown."""
    assert "confidence" not in _columns(older, "article")

    with _open(older.path) as archive:
        first, second = archive.entries.select(Selection())
        assert archive.check() == []

    assert (second.article.lead, first.article.lead) == ("one", "two")
    assert first.article.confidence == 0
    assert (first.article.page_kind, first.article.modified_at) == (None, None)
    assert first.article.direction is None
    assert [(part.anchor, part.is_pseudo) for part in second.article.sections] == [("", False)]
    assert first.feed.rules is None
    assert first.entry.extras == Extras()
    assert (first.feed.identity, first.feed.learnt_identity) == (None, Identity.ID)
    assert (first.feed.move, first.feed.moved_to, first.feed.merged_into) == (None, None, None)


def test_older_entries_get_the_names_by_which_they_may_come_back(older: OneFeed) -> None:
    """Their links, in the one spelling of all; not where that is the key already."""
    new = Entry("new id", "", aliases=(_key_of(LINK, "1"),))

    with _open(older.path) as archive:
        known = archive.entries.known(1, [new])

    [one] = known.by_name[_key_of(LINK, "1")]
    assert (one.id, one.key) == (2, f"{1:032x}")
    assert older.rows("SELECT entry_id, feed_id, key FROM alias") == [(2, 1, _key_of(LINK, "1"))]


def test_older_feeds_get_their_hosts(one_feed: OneFeed, now: datetime) -> None:
    """Those of where they are polled now; and who goes back has an interval for each."""
    urls = [f"https://H{number}.Example:8080/feed" for number in range(1100)]
    one_feed.archive.feeds.sync([FeedSpec(url) for url in [*urls, "no url"]], now)
    one_feed.rows("UPDATE feed SET moved_to = 'https://moved.example/' WHERE id = 5")
    one_feed.archive.close()
    _alembic(one_feed.path, "downgrade", "0004")
    assert one_feed.rows("SELECT DISTINCT interval_s FROM feed") == [(3600,)]

    with _open(one_feed.path) as archive:
        hosts = {feed.id: feed.host for feed in archive.feeds.all()}
        batches = archive.feeds.lease_batches(now, hosts=2000, lease_s=60, gap_for=lambda _: 1)

    assert hosts[1] == "example.org"
    assert hosts[5] == "moved.example"
    assert [hosts[number] for number in (2, 1101, 1102)] == ["h0.example", "h1099.example", ""]
    assert len(batches) == 1101


def test_a_large_archive_gets_all_its_names(
    one_feed: OneFeed, make_item: Callable[..., Item]
) -> None:
    """Batch by batch, the entries without a link and those with one text as their link too."""
    urls = ["https://example.org/{}", "no url {}", "http://[", None]
    one_feed.poll(
        *(
            make_item(at, url=url and url.format(at))
            for at in range(2500)
            for url in [urls[at % len(urls)]]
        )
    )
    one_feed.archive.close()
    _alembic(one_feed.path, "downgrade", "0002")

    _open(one_feed.path).close()

    assert one_feed.rows("SELECT count(DISTINCT entry_id), count(*) FROM alias") == [(1875, 1875)]
    names = one_feed.rows("SELECT count(DISTINCT key) FROM alias")
    assert names == [(1251,)], "a link of its own for each, but for those that are no URL"


def test_the_older_index_goes_and_the_entries_are_found_by_the_new_one(
    one_feed: OneFeed, make_item: Callable[..., Item]
) -> None:
    """From each revision that had it; no table of it is left."""
    one_feed.poll(*(make_item(number, lead=f"word{number}") for number in range(450)))
    one_feed.archive.close()
    _alembic(one_feed.path, "downgrade", "0003")
    old = "SELECT name FROM sqlite_master WHERE name LIKE 'search_index%'"
    assert one_feed.rows(old)
    assert not one_feed.rows("SELECT name FROM sqlite_master WHERE name LIKE 'search_strict%'")

    with _open(one_feed.path) as archive:
        assert archive.check() == []

    assert not one_feed.rows(old)
    assert [len(one_feed.found(f"word{number}")) for number in (0, 449)] == [1, 1]


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("xiaomi", [1]),
        ("小米", [1]),
        ("机", [1]),
        ("running", [1]),
        ("strasse", [2]),
        ("headings : kapitel", [2]),
        ("title : kapitel", []),
        ("title : headline", [1, 2]),
        ("arrives", [1, 2]),
    ],
)
def test_the_older_program_finds_what_it_would_have_found(
    words: str, ids: list[int], one_feed: OneFeed, make_item: Callable[..., Item]
) -> None:
    """Going back fills its index as it did: pairs, stems, folded letters, three columns."""
    made = {"headline": "Headline"}
    one_feed.poll(
        make_item(1, lead="ran\0running arrive", title="Ｘiaomi小米手机", article=made),
        make_item(
            2, title="Headline", sections=[("Kapitel", "STRASSE"), ("", "arriving")], article=made
        ),
    )
    order = {one_feed.get(key).entry.title: key for key in (1, 2)}
    one_feed.archive.close()

    _alembic(one_feed.path, "downgrade", "0003")

    match = "SELECT rowid FROM search_index WHERE search_index MATCH ? ORDER BY rowid"
    numbers = {1: order["Ｘiaomi小米手机"], 2: order["Headline"]}
    found = [key for (key,) in one_feed.rows(match, words)]
    assert found == sorted(numbers[one] for one in ids)
    assert one_feed.rows("SELECT name FROM sqlite_master WHERE name = 'saved_search'") == []


def test_an_older_program_can_empty_the_index_that_it_is_given(
    one_feed: OneFeed, make_item: Callable[..., Item]
) -> None:
    """What goes out are the very words that came in, over more entries than one batch has."""
    one_feed.poll(*(make_item(number, lead="lead", title="T") for number in range(450)))
    one_feed.archive.close()
    _alembic(one_feed.path, "downgrade", "0003")

    one_feed.rows(
        "INSERT INTO search_index (search_index, rowid, title, headings, body) "
        "SELECT 'delete', id, 't', '', 'lead' FROM entry"
    )
    one_feed.rows("INSERT INTO search_index (search_index) VALUES ('integrity-check')")

    assert one_feed.rows("SELECT count(*) FROM search_index WHERE search_index MATCH 'lead'") == [
        (0,)
    ]


def test_the_archive_is_kept_as_it_was_and_that_is_said(
    older: OneFeed, caplog: pytest.LogCaptureFixture
) -> None:
    """The way back for the older program: a file beside the archive, named by its revision."""
    copy = older.path.with_name(f"{older.path.name}.{OLDER}")

    with caplog.at_level(logging.WARNING, "aggregator"):
        _open(older.path).close()

    assert str(copy) in caplog.text
    assert copy.stat().st_mode & 0o777 == 0o600
    older.path = copy
    assert older.rows("SELECT version_num FROM alembic_version") == [(OLDER,)]
    assert older.rows("SELECT count(*) FROM entry") == [(2,)]


def test_a_copy_of_another_time_is_never_overwritten(older: OneFeed) -> None:
    """Whoever went back and forth has one of each time."""
    folder = older.path.parent
    first = folder / f"{older.path.name}.{OLDER}"
    first.write_text("of another time")

    _open(older.path).close()

    assert first.read_text() == "of another time"
    assert (folder / f"{first.name}-2").stat().st_size > 0
    assert [file.name for file in folder.iterdir() if file.name.startswith(".")] == []


def test_many_processes_may_upgrade_one_archive(
    older: OneFeed, start_python: Callable[..., subprocess.Popen[str]]
) -> None:
    """Nobody fails, and whatever is kept is the archive as it was."""
    code = (
        "import sys\n"
        "from aggregator.archive import Archive\n"
        "from tests.archive.strict_index import StrictIndex\n"
        "Archive(sys.argv[1], StrictIndex()).close()\n"
    )
    processes = [start_python(code, older.url) for _ in range(3)]

    errors = "".join(process.communicate(timeout=60)[1] for process in processes)

    assert [process.returncode for process in processes] == [0] * 3, errors
    copies = list(older.path.parent.glob(f"{older.path.name}.{OLDER}*"))
    assert copies
    for path in [*copies, older.path]:
        older.path = path
        [(revision,)] = older.rows("SELECT version_num FROM alembic_version")
        assert revision == (OLDER if path in copies else HEAD)


def test_an_archive_that_is_new_or_of_today_is_not_copied(one_feed: OneFeed) -> None:
    """Only an upgrade is worth a copy."""
    one_feed.archive.close()

    _open(one_feed.path).close()

    assert [file.name for file in one_feed.path.parent.iterdir()] == [one_feed.path.name]


def test_without_a_copy_there_is_no_upgrade(older: OneFeed) -> None:
    """Where the copy cannot be written, the archive stays as the older program knows it."""
    long_name = older.path.rename(older.path.with_name("a" * 245 + ".db"))
    older.path = long_name

    with pytest.raises(ArchiveError, match="cannot copy the archive before its upgrade"):
        _open(long_name)

    assert older.rows("SELECT version_num FROM alembic_version") == [(OLDER,)]
    assert [file.name for file in long_name.parent.iterdir()] == [long_name.name]


def test_the_oldest_revision_is_the_one_that_is_tried_here() -> None:
    """The archives upgraded above are of the first program."""
    [base] = ScriptDirectory(scripts_folder()).get_bases()

    assert base == OLDER != HEAD
