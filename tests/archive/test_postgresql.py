"""What an archive on PostgreSQL has of its own: revisions, refusals, several writers at once."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import text

from aggregator.archive import (
    Archive,
    Selection,
    metadata,
    open_engine,
    parse_url,
    scripts_folder,
)
from aggregator.archive._syncing import follow_list
from aggregator.errors import ArchiveError, SchemaError
from aggregator.model import (
    Entry,
    Extras,
    FeedSpec,
    Icon,
    Identity,
    Item,
    Memory,
    Move,
    ParsedFeed,
    Person,
    PollResult,
    Validators,
)
from aggregator.schema import HEAD
from tests.archive.strict_index import StrictIndex

_WAITS_FOR_LOCK = """
SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()
"""


@pytest.fixture
def url(make_postgresql: Callable[..., str]) -> str:
    """The URL of a database of our own, without any table."""
    return make_postgresql()


@pytest.fixture
def archive(url: str, now: datetime) -> Iterator[Archive]:
    """An archive with one feed."""
    with Archive(url, StrictIndex()) as opened:
        opened.feeds.sync([FeedSpec("https://example.org/feed")], now)
        yield opened


def _poll(archive: Archive, now: datetime, **changes: Any) -> bool:
    (lease,) = archive.feeds.lease(now, limit=1, lease_s=60, feed_ids=[1])
    result = PollResult(1, lease.token, now, now, Validators(), None, status=200)
    return archive.entries.record(replace(result, **changes))


def _is_no_index(name: str | None, _kind: str, _parents: object) -> bool:
    return not (name or "").startswith("search_")


@dataclass
class _Listed:
    digest: str
    feeds: Sequence[FeedSpec]


def test_of_two_lists_at_once_the_later_one_is_followed_as_a_whole(
    archive: Archive, url: str, now: datetime
) -> None:
    """It sees what the other one has brought, and pauses that."""
    one, other = (FeedSpec(f"https://example.org/{number}") for number in (1, 2))
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    with ThreadPoolExecutor() as pool:
        with archive._database.writing("x") as writer:
            follow_list(writer, _Listed("one", [one]), now)
            later = pool.submit(archive.feeds.follow, _Listed("other", [other]), now)
            with psycopg.connect(url, autocommit=True) as watcher:
                while not later.done() and watcher.execute(waiting).fetchall() == [(0,)]:
                    pass
        changes = later.result()

    assert (changes.added, changes.paused) == ((other.url,), (one.url,))
    assert [feed.url for feed in archive.feeds.all() if feed.is_enabled] == [other.url]


def test_the_revisions_make_the_tables_of_the_program(url: str) -> None:
    """What SQLite gets, PostgreSQL gets."""
    Archive(url, StrictIndex()).close()

    engine = open_engine(parse_url(url))
    with engine.connect() as connection:
        options = {"compare_type": True, "include_name": _is_no_index}
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, metadata)
    engine.dispose()

    assert differences == []


def test_down_to_nothing_and_up_again(url: str) -> None:
    """Each revision can be undone there, too."""
    Archive(url, StrictIndex()).close()
    config = Config()
    config.set_main_option("script_location", str(scripts_folder()))
    engine = open_engine(parse_url(url))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        left = set(connection.execute(text("SELECT tablename FROM pg_tables")).scalars())
    engine.dispose()

    with Archive(url, StrictIndex()) as archive:
        assert archive.check() == []
    assert not left & (set(metadata.tables) - {"alembic_version"})


def test_an_older_archive_keeps_all_it_has(
    url: str, make_item: Callable[..., Item], now: datetime
) -> None:
    """What is new in it is unknown; copies are the business of the server's own tools."""
    with Archive(url, StrictIndex()) as archive:
        archive.feeds.sync([FeedSpec("https://example.org/feed")], now)
        _poll(archive, now, new=(make_item(1, lead="one", sections=[("h", "t")]),))
    config = Config()
    config.set_main_option("script_location", str(scripts_folder()))
    engine = open_engine(parse_url(url))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
    engine.dispose()

    with Archive(url, StrictIndex()) as archive:
        [entry] = archive.entries.select(Selection())

    assert (entry.article.lead, entry.article.confidence, entry.feed.rules) == ("one", 0, None)
    assert (entry.entry.extras, entry.feed.learnt_identity) == (Extras(), Identity.ID)
    assert [(part.anchor, part.is_pseudo) for part in entry.article.sections] == [("", False)]


def test_many_processes_may_open_a_new_archive(
    url: str, start_python: Callable[..., subprocess.Popen[str]]
) -> None:
    """One of them makes the tables and the index, the others wait for it."""
    code = (
        "import sys\n"
        "from aggregator.library import OpenArchive\n"
        "input()\n"
        "OpenArchive(sys.argv[1]).close()\n"
    )
    processes = [start_python(code, url) for _ in range(3)]

    errors = "".join(process.communicate("go\n", timeout=60)[1] for process in processes)

    assert [process.returncode for process in processes] == [0] * 3, errors


def test_a_newer_schema_and_foreign_tables_are_refused(url: str) -> None:
    """The same two refusals as on SQLite."""
    engine = open_engine(parse_url(url))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE other (x int)"))
    with pytest.raises(ArchiveError, match="other tables"):
        Archive(url, StrictIndex())
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE other"))
    Archive(url, StrictIndex()).close()
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    engine.dispose()

    with pytest.raises(SchemaError, match=f"up to {HEAD}"):
        Archive(url, StrictIndex())


def test_a_poll_and_an_edit_come_back_as_they_went_in(
    archive: Archive, make_item: Callable[..., Item], now: datetime
) -> None:
    """Values, instants, odd characters and revisions as on SQLite."""
    first = make_item(1, lead="a", sections=[("h", "t")], published_at=now, tags=("x\0y",))
    second = make_item(1, title="nul \0 and \ud800", lead="b")

    assert _poll(archive, now, new=(first, make_item(2)), validators=Validators("é"))
    other, stored = archive.entries.select(Selection())
    assert _poll(archive, now, edited=((stored.id, second),), error="odd \0")
    edited = archive.entries.get(stored.id)
    (feed,) = archive.feeds.all(counted=True)

    assert stored.entry == replace(first.entry, tags=("x\ufffdy",))
    assert (stored.article, other.article) == (first.article, make_item(2).article)
    assert edited.entry.title == "nul \ufffd and \ufffd"
    assert (edited.revision_count, edited.first_seen_at) == (1, now)
    assert (feed.entry_count, feed.error) == (2, "odd \ufffd")
    assert archive.check() == []


def test_a_poll_that_fails_writes_nothing(
    archive: Archive, make_item: Callable[..., Item], now: datetime
) -> None:
    """All or nothing, and a stale token writes nothing either."""
    with pytest.raises(ArchiveError, match="cannot record a poll"):
        _poll(archive, now, new=(make_item(1), make_item(1)), validators=Validators("new"))
    archive.feeds.release_abandoned()
    stale = _poll(archive, now, token="0" * 32, new=(make_item(1),))

    (feed,) = archive.feeds.all(counted=True)
    assert not stale
    assert (feed.entry_count, feed.validators) == (0, Validators())


def test_five_thousand_entries_are_one_poll(
    archive: Archive, make_item: Callable[..., Item], now: datetime
) -> None:
    """Statements are split where the protocol has an end of parameters."""
    items = tuple(make_item(number) for number in range(5000))

    assert _poll(archive, now, new=items)

    known = archive.entries.known(1, [item.entry for item in items])
    assert len({one.id for one in known.by_key.values()}) == 5000


def test_names_memory_and_icons_are_kept(
    archive: Archive, make_item: Callable[..., Item], now: datetime
) -> None:
    """Aliases and tombstones, snapshots and other bytes, extras, fetch records, pending moves."""
    extras = Extras(people=(Person("Ann \0"),), duration_s=float("inf"))
    parsed = ParsedFeed("rss20", "strict", "x" * 99, (), extras=extras, warnings=("w",))
    parsed = replace(parsed, memory=Memory(Identity.LINK, snapshot=b"\0\xff"))
    item = replace(make_item(1, aliases=("link",), extras=extras), page_misses=1)
    _poll(archive, now, new=(item, make_item(2)), parsed=parsed, move=Move("u", now, 2))
    archive.feeds.write_icon(1, Icon("u", "image/png", b"\0\x89"), now)
    [feed] = archive.feeds.all()
    new = Entry("new", "", aliases=("link",))
    [[unread, _]] = archive.entries.basis(feed, parsed, 9).waiting
    [known] = archive.entries.known(1, [new]).by_name["link"]

    assert feed.move == Move("u", now, 2)
    assert archive.feeds.memory(feed) == parsed.memory
    assert [one.encoding for one in archive.feeds.fetches(1)] == ["x" * 99]
    assert archive.feeds.details(1).extras == Extras(people=(Person("Ann \ufffd"),))
    assert archive.feeds.icon(1) == Icon("u", "image/png", b"\0\x89", now)
    assert archive.feeds.stale_icons(now) == []
    assert (unread.id, known.aliases) == (known.id, frozenset({"link"}))
    assert archive.entries.delete([known.id, 99]) == 1
    assert archive.entries.known(1, [new]).by_name["link"][0].is_deleted
    assert archive.check() == []


def test_two_feeds_become_one(
    archive: Archive, make_item: Callable[..., Item], now: datetime
) -> None:
    """With renamed, edited and overwritten entries, aliases and revisions."""
    specs = [FeedSpec("https://example.org/feed"), FeedSpec("https://example.org/new")]
    archive.feeds.sync(specs, now)
    _poll(archive, now, new=(make_item(1, aliases=("a",)), make_item(2, aliases=("b",))))
    [lease] = archive.feeds.lease(now, limit=1, lease_s=9, feed_ids=[2])
    other = PollResult(2, lease.token, now, now, Validators(), None, new=(make_item(2, title="x"),))
    assert archive.entries.record(other)
    numbers = {one.entry.title: one.id for one in archive.entries.select(Selection())}
    edited = make_item(2, title="Edited", content_hash="e")
    renamed = replace(make_item(1).entry, key="new", aliases=("a", "c"))

    assert _poll(
        archive,
        now,
        edited=((numbers["Title 2"], edited),),
        overwritten=((numbers["Title 1"], make_item(1, title="Over")),),
        renamed=((numbers["Title 1"], renamed),),
        moved_to="http://example.org/new",
    )

    over, both = archive.entries.select(Selection())
    if over.entry.title != "Over":
        over, both = both, over
    assert (over.id, over.feed.id, over.revision_count) == (numbers["Title 1"], 2, 0)
    assert (both.id, both.entry.title, both.revision_count) == (numbers["x"], "x", 2)
    found = archive.entries.known(2, [Entry("?", "", aliases=("a", "c", "b", "new"))]).by_name
    assert {name: one.id for name, [one] in found.items()} == {
        "a": over.id,
        "c": over.id,
        "new": over.id,
        "b": both.id,
    }
    assert [feed.merged_into for feed in archive.feeds.all()] == [2, None]
    assert archive.check() == []


def test_pollers_never_get_the_same_feed(archive: Archive, url: str, now: datetime) -> None:
    """Four pollers with connections of their own skip what another is just taking."""
    archive.feeds.sync([FeedSpec(f"https://example.net/{number}") for number in range(200)], now)

    def take(_: int) -> list[int]:
        taken = []
        with Archive(url, StrictIndex()) as own:
            while leases := own.feeds.lease(now, limit=7, lease_s=600):
                taken += [lease.feed.id for lease in leases]
        return taken

    with ThreadPoolExecutor(4) as pool:
        ids = [number for part in pool.map(take, range(4)) for number in part]

    assert len(ids) == len(set(ids)) == 200
    assert len(archive.feeds.lease(now + timedelta(seconds=600), limit=999, lease_s=1)) == 200


def test_who_ends_batches_and_who_follows_the_clock_wait_in_one_order(
    archive: Archive, url: str, now: datetime
) -> None:
    """Hosts before feeds: of two pollers at once none waits for the other in turn."""
    archive.hosts.reserve("example.org", now, 1)
    with ThreadPoolExecutor(1) as pool, psycopg.connect(url) as ending:
        ending.execute("UPDATE host SET leased_until = NULL")
        shift = pool.submit(archive.feeds.shift_times, timedelta(hours=1))
        with psycopg.connect(url, autocommit=True) as watching:
            while not shift.done() and not watching.execute(_WAITS_FOR_LOCK).fetchone():
                pass
        ending.execute("UPDATE feed SET leased_until = NULL")
        ending.commit()
        shift.result()


def test_a_server_that_does_not_answer_is_an_error_of_the_archive() -> None:
    """The message names the failure, never the password."""
    with pytest.raises(ArchiveError, match="cannot open the archive") as refused:
        Archive("postgresql://me:secret@127.0.0.1:1/x", StrictIndex())

    assert "secret" not in str(refused.value)


def test_copies_are_left_to_the_tools_of_the_server(archive: Archive, tmp_path: Any) -> None:
    """The command says which."""
    with pytest.raises(ArchiveError, match="pg_dump"):
        archive.backup(tmp_path / "copy.db")


@pytest.mark.parametrize("options", ["", "?options=-cwork_mem%3D4MB"])
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_the_ends_of_the_calendar_are_read_wherever_the_server_is(
    url: str, make_item: Callable[..., Item], now: datetime, zone: str, options: str
) -> None:
    """In its own zone they would be in years that Python does not have."""
    ends = [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)]
    engine = open_engine(parse_url(url))
    with engine.begin() as connection:
        connection.execute(text(f"ALTER DATABASE {engine.url.database} SET timezone = '{zone}'"))
    engine.dispose()

    with Archive(url + options, StrictIndex()) as archive:
        archive.feeds.sync([FeedSpec("https://example.org/feed")], now)
        _poll(archive, now, new=tuple(make_item(one.year, published_at=one) for one in ends))

        found = archive.entries.select(Selection())

    assert {one.entry.published_at for one in found} == set(ends)
