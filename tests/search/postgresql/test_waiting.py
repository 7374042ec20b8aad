"""Several at work on one archive: nobody waits in turn, and the index is whole afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from threading import Event, current_thread
from typing import Any

import psycopg
import pytest
from sqlalchemy import event

from aggregator import open_archive
from aggregator.model import PollResult, Validators
from aggregator.search import open_searcher
from aggregator.search.plan import EVERYTHING, Phrase
from aggregator.search.postgresql import PostgresEngine
from tests.search.conftest import NOW, Shelf, make_item
from tests.search.postgresql.archives import Store, make

_WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE wait_event_type = 'Lock' AND datname = current_database()
"""


@pytest.fixture
def shelf(make_postgresql: Callable[..., str]) -> Iterator[Shelf]:
    """An archive with two feeds."""
    with closing(Shelf(make_postgresql(has_tables=True))) as made:
        yield made


@contextmanager
def _held_at_commit(shelf: Shelf, work: Callable[[], object]) -> Iterator[Future[object]]:
    """`work`, done in a thread of its own up to its commit, which comes when others wait for it."""
    holder, has_come, may_go = "holder", Event(), Event()

    def hold(_connection: object) -> None:
        if current_thread().name.startswith(holder):
            has_come.set()
            may_go.wait(20)

    event.listen(shelf.archive._database.engine, "commit", hold)
    with ThreadPoolExecutor(1, thread_name_prefix=holder) as pool:
        running = pool.submit(work)
        assert has_come.wait(20)
        try:
            yield running
        finally:
            may_go.set()
    event.remove(shelf.archive._database.engine, "commit", hold)


def _wait_for_waiting(url: str, count: int = 1) -> None:
    """Return as soon as so many sessions wait for locks."""
    with psycopg.connect(url, autocommit=True) as watcher:
        for _ in range(2_000):
            row = watcher.execute(_WAITING).fetchone()
            if row and row[0] >= count:
                return
            watcher.execute("SELECT pg_sleep(0.005)")
    pytest.fail("nobody waits")


def _poll_of(shelf: Shelf) -> Callable[[], bool]:
    """A poll of the first feed that edits entry 3, with its lease."""
    (lease,) = shelf.archive.feeds.lease(NOW, limit=1, lease_s=60, feed_ids=[1])
    edited = make_item(3, "edited", title="x", sections=[("h", "new section")])
    result = PollResult(1, lease.token, NOW, NOW, Validators(), None, edited=((3, edited),))
    return lambda: shelf.archive.entries.record(result)


@pytest.mark.parametrize("order", ["poll first", "deletion first", "two deletions"])
def test_a_deletion_beside_a_poll_of_the_same_entry(shelf: Shelf, order: str) -> None:
    """Whichever comes first, the other one waits for it, and both are done."""
    shelf.put(*[f"word{number} text" for number in range(5)], sections=[("h", "section")])

    def delete() -> int:
        return shelf.archive.entries.delete([3])

    poll = _poll_of(shelf)
    works = {
        "poll first": (poll, delete),
        "deletion first": (delete, poll),
        "two deletions": (delete, delete),
    }
    first, second = works[order]

    with ThreadPoolExecutor(1) as pool:
        with _held_at_commit(shelf, first) as one:
            other = pool.submit(second)
            _wait_for_waiting(shelf.url)
        done = one.result(), other.result()

    assert done == ((1, 0) if order == "two deletions" else (1, 1))
    assert shelf.archive.check() == []
    with open_searcher(shelf.url) as searcher:
        assert sorted(hit.id for hit in searcher.newest().hits) == [1, 2, 4, 5]
        assert searcher.newest("edited").total == 0


def test_an_index_takes_over_while_one_searches_in_the_old_one(shelf: Shelf) -> None:
    """Whoever drops the old tables waits for the search, and the search not for that."""
    shelf.put("word one", "word two")
    shelf.archive.begin_index()
    while shelf.archive.index_step(1):
        pass
    shelf.archive.begin_index()
    assert shelf.archive.index_step(1) == 1
    with closing(PostgresEngine(shelf.url)) as engine, ThreadPoolExecutor(1) as pool:
        with engine.reading():
            assert engine.statistics().documents == 2
            last = pool.submit(shelf.archive.index_step)
            _wait_for_waiting(shelf.url)

            assert engine.newest(EVERYTHING, 5, 0) == [2, 1]

        assert last.result(20) == 0
        assert engine.newest(EVERYTHING, 5, 0) == [2, 1]


def test_an_index_takes_over_while_one_checks_the_old_one(shelf: Shelf) -> None:
    """A check reads all tables of a generation; it, too, comes to the languages first."""
    shelf.put("word one", "word two")
    shelf.archive.begin_index()
    assert shelf.archive.index_step(1) == 1
    has_begun, may_go = Event(), Event()

    def hold(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if current_thread().name.startswith("check") and "search_1_" in statement:
            has_begun.set()
            may_go.wait(20)

    event.listen(shelf.archive._database.engine, "after_cursor_execute", hold)
    with ThreadPoolExecutor(1, "check") as checks, ThreadPoolExecutor(1) as pool:
        problems = checks.submit(shelf.archive.check)
        assert has_begun.wait(20)
        last = pool.submit(shelf.archive.index_step)
        _wait_for_waiting(shelf.url)
        may_go.set()

        assert (problems.result(20), last.result(20)) == ([], 0)


def test_a_search_that_has_to_give_way_begins_again(store: Store, engine: PostgresEngine) -> None:
    """Once: a program that takes the tables in another order costs a second."""
    store.put(make(1, "word"))
    with (
        ThreadPoolExecutor(1) as pool,
        psycopg.connect(store.url) as other,
        engine.reading(),
    ):
        assert engine.find(Phrase((("word",),)), 9).ids == (1,)
        other.execute("SET deadlock_timeout = '1min'")
        other.execute("LOCK TABLE search_1_language")
        taken = pool.submit(other.execute, "LOCK TABLE search_1_document")
        _wait_for_waiting(store.url)
        rest = pool.submit(_give_up, taken, other)

        assert engine.statistics().documents == 1

        rest.result(20)


def _give_up(taken: Future[Any], other: psycopg.Connection[Any]) -> None:
    taken.result(20)
    other.rollback()


def test_polls_in_two_languages_wait_for_one_another_in_no_circle(shelf: Shelf) -> None:
    """Each brings new words of the one language and edits texts of the other, in both orders."""
    english, german = ("some words", "en"), ("mehr worte", "de")
    shelf.put(*[english[0]] * 2, feed=1, language="en")
    shelf.put(*[german[0]] * 2, feed=2, language="de")

    def poll(feed: int, new: tuple[str, str], old: tuple[str, str]) -> list[bool]:
        done = []
        with open_archive(shelf.url) as archive:
            for turn in range(25):
                (lease,) = archive.feeds.lease(NOW, limit=1, lease_s=60, feed_ids=[feed])
                item = make_item(1000 * feed + turn, new[0], language=new[1])
                edited = tuple(
                    (key, make_item(key, f"{old[0]} {turn}", language=old[1]))
                    for key in (2 * feed - 1, 2 * feed)
                )
                result = PollResult(
                    feed, lease.token, NOW, NOW, Validators(), None, new=(item,), edited=edited
                )
                done.append(archive.entries.record(result))
        return done

    with ThreadPoolExecutor(2) as pool:
        polls = [pool.submit(poll, 1, german, english), pool.submit(poll, 2, english, german)]
        assert [each.result(60) for each in polls] == [[True] * 25] * 2

    assert shelf.archive.check() == []


def test_two_transactions_count_new_languages_in_both_orders(store: Store) -> None:
    """The second one waits before it has counted anything, so nobody waits for it."""
    with ThreadPoolExecutor(1) as pool:
        with store.writing() as first:
            store.index.add(first, [make(1, "wort", language="de")])
            other = pool.submit(_add_both, store)
            _wait_for_waiting(store.url)
            store.index.add(first, [make(2, "word", language="en")])
        other.result(20)

    rows = store.run("SELECT language, documents FROM search_1_language ORDER BY language")
    assert rows == [("de", 2), ("en", 2)]


def _add_both(store: Store) -> None:
    with store.writing() as connection:
        store.index.add(connection, [make(3, "word", language="en")])
        store.index.add(connection, [make(4, "wort", language="de")])


def test_an_archive_is_opened_beside_one_who_writes_for_long(shelf: Shelf) -> None:
    """Where the index is whole there is nothing that would have to be locked."""
    shelf.put("word")
    with psycopg.connect(f"{shelf.url}?options=-clock_timeout%3D1s") as writer:
        writer.execute("SELECT pg_advisory_xact_lock_shared(7163302911465)")

        with open_archive(f"{shelf.url}?options=-clock_timeout%3D1s") as archive:
            assert archive.index_step() is None
