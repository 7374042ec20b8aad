"""Many polls in one transaction: as each alone, and one that fails costs the others nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from aggregator.archive import LeasedBatch, Selection
from aggregator.errors import ArchiveError
from aggregator.model import (
    Entry,
    FeedSpec,
    Item,
    Memory,
    Move,
    Pace,
    ParsedFeed,
    PollResult,
    Rhythm,
    Validators,
)
from tests.archive.questions import counted_questions

if TYPE_CHECKING:
    from tests.archive.conftest import OneFeed

HOUR = timedelta(hours=1)
RHYTHM = Rhythm(
    datetime.fromisoformat("2026-11-01T00:00:00+00:00"), 1.5, 2.25, (0.5,) * 24, (1.0,) * 7
)


@pytest.fixture
def ten(one_feed: OneFeed, now: datetime) -> OneFeed:
    """An archive of the feeds 2 to 11 beside the paused first one."""
    one_feed.archive.feeds.sync([FeedSpec(f"https://h{one}.example/") for one in range(10)], now)
    return one_feed


def _results(shelf: OneFeed, now: datetime, **changes: Any) -> list[PollResult]:
    batches: list[LeasedBatch] = shelf.archive.feeds.lease_batches(
        now, hosts=20, lease_s=60, gap_for=lambda _: 0
    )
    fields: dict[str, Any] = {"polled_at": now, "next_poll_at": now + HOUR, "status": 304}
    fields |= {"validators": Validators("e", "l"), "body_hash": "h", **changes}
    return [
        PollResult(feed_id=lease.feed.id, token=lease.token, **fields)
        for batch in batches
        for lease in batch.leases
    ]


def test_polls_that_brought_nothing_are_all_recorded(ten: OneFeed, now: datetime) -> None:
    """With their times, their validators and the reason of the next visit; free again."""
    results = _results(ten, now, not_before=now + HOUR, why="because", refreshed_at=now)
    moved = replace(results[3], rhythm=RHYTHM, move=Move("https://new.example/", now, 2))
    results[3] = moved

    assert ten.archive.entries.record_all(results) == [True] * 10

    feeds = {feed.id: feed for feed in ten.archive.feeds.all()}
    for result in results:
        feed = feeds[result.feed_id]
        assert feed.validators == Validators("e", "l")
        assert (feed.next_poll_at, feed.not_before) == (now + HOUR, now + HOUR)
        assert (feed.why, feed.refreshed_at, feed.last_status) == ("because", now, 304)
        assert feed.rhythm == (RHYTHM if result is moved else Rhythm())
        assert feed.move == result.move
    assert ten.rows("SELECT count(*) FROM feed WHERE lease_token IS NOT NULL") == [(0,)]


def test_what_a_poll_says_nothing_of_stays(ten: OneFeed, now: datetime) -> None:
    """The rhythm, the last whole answer, the pace; not the time that was stated last time."""
    pace = Pace(ttl_s=3600, skip_hours=(1, 2), skip_days=(6,))
    parsed = ParsedFeed("rss20", "strict", "utf-8", (), pace=pace)
    told = {"rhythm": RHYTHM, "refreshed_at": now, "parsed": parsed, "not_before": now}
    ten.archive.entries.record_all(_results(ten, now, **told))
    ten.archive.feeds.make_due(range(2, 12), now)
    ten.archive.feeds.release_abandoned(now)

    ten.archive.entries.record_all(_results(ten, now))

    for feed in ten.archive.feeds.all()[1:]:
        assert (feed.rhythm, feed.refreshed_at, feed.pace) == (RHYTHM, now, pace)
        assert feed.not_before is None


def test_quiet_and_loud_polls_are_told_apart_by_their_order(
    ten: OneFeed, now: datetime, make_item: Callable[..., Item]
) -> None:
    """New entries, errors and 304s in one list, told in its order."""
    results = _results(ten, now)
    results[2] = replace(results[2], new=(make_item(1),))
    results[5] = replace(results[5], error="timeout: x", error_kind="timeout", failures=1)
    results[7] = replace(results[7], token="0" * 32, new=(make_item(2),))
    order = [7, 2, 9, 5, 0, 1, 3, 4, 6, 8]

    outcomes = ten.archive.entries.record_all([results[at] for at in order])

    assert outcomes == [False] + [True] * 9
    assert ten.rows("SELECT feed_id FROM entry") == [(results[2].feed_id,)]
    failed = next(feed for feed in ten.archive.feeds.all() if feed.failures)
    assert (failed.id, failed.error_kind) == (results[5].feed_id, "timeout")


def test_news_of_many_feeds_are_each_their_own(
    ten: OneFeed, now: datetime, make_item: Callable[..., Item]
) -> None:
    """The same keys and links in all feeds, in more entries than are written at once."""
    results = _results(ten, now, status=200)
    for at, result in enumerate(results):
        items = [
            make_item(
                number,
                lead=f"lead{at}",
                sections=[("Heading", f"text{at}")],
                aliases=("link",),
                published_at=now - HOUR * number,
            )
            for number in range(90)
        ]
        memory = Memory(snapshot=b"%d" % at)
        parsed = ParsedFeed("rss20", "strict", "utf-8", (), memory=memory, warnings=(f"w{at}",))
        results[at] = replace(result, new=tuple(items), parsed=parsed)

    assert ten.archive.entries.record_all(results) == [True] * 10

    feeds = {feed.id: feed for feed in ten.archive.feeds.all()}
    for at, result in enumerate(results):
        entries = ten.archive.entries.select(Selection(feed_ids=(result.feed_id,)))
        stated = [one.entry.published_at for one in entries]
        assert stated == [now - HOUR * number for number in reversed(range(90))]
        assert {one.article.lead for one in entries} == {f"lead{at}"}
        assert {one.article.sections[0].text for one in entries} == {f"text{at}"}
        named = ten.archive.entries.known(result.feed_id, [Entry("x", "", aliases=("link",))])
        assert {one.id for one in named.by_name["link"]} == {one.id for one in entries}
        assert ten.archive.feeds.memory(feeds[result.feed_id]).snapshot == b"%d" % at
        [fetch] = ten.archive.feeds.fetches(result.feed_id)
        assert (fetch.warnings, fetch.new) == ((f"w{at}",), 90)
    assert ten.archive.check() == []


def test_a_feed_that_moves_to_another_of_them_costs_that_nothing(
    ten: OneFeed, now: datetime, make_item: Callable[..., Item]
) -> None:
    """What both have brought is there, whichever comes first."""
    results = _results(ten, now)
    urls = {feed.id: feed.url for feed in ten.archive.feeds.all()}
    target = results[4].feed_id
    results[1] = replace(results[1], new=(make_item(1),), moved_to=urls[target])
    results[4] = replace(results[4], new=(make_item(2),))

    assert ten.archive.entries.record_all(results) == [True] * 10

    found = {(one.feed.id, one.entry.title) for one in ten.archive.entries.select(Selection())}
    assert found == {(results[1].feed_id, "Title 1"), (target, "Title 2")}
    merged = ten.rows("SELECT id, merged_into FROM feed WHERE merged_into IS NOT NULL")
    assert merged == [(results[1].feed_id, target)]


def test_polls_with_news_share_their_statements(
    ten: OneFeed, now: datetime, make_item: Callable[..., Item]
) -> None:
    """Ten ask no more than one."""
    counts = []
    for share in (slice(0, 1), slice(1, 10)):
        results = _results(ten, now, status=200)[share]
        results = [replace(one, new=(make_item(1, aliases=("link",)),)) for one in results]
        with counted_questions(ten.archive) as questions:
            assert all(ten.archive.entries.record_all(results))
        counts.append(len(questions))
        ten.archive.feeds.release_abandoned(now)

    assert counts[0] == counts[1]


def test_a_lost_lease_costs_the_others_nothing(ten: OneFeed, now: datetime) -> None:
    """Its poll changes nothing, all others are written."""
    results = _results(ten, now)
    results[4] = replace(results[4], token="0" * 32)

    outcomes = ten.archive.entries.record_all(results)

    assert outcomes == [at != 4 for at in range(10)]
    polled = {feed.id for feed in ten.archive.feeds.all() if feed.last_polled_at}
    assert polled == {one.feed_id for one in results} - {results[4].feed_id}


def test_a_poll_that_cannot_be_written_is_named_and_the_others_are(
    ten: OneFeed, now: datetime, make_item: Callable[..., Item]
) -> None:
    """What the database refuses, and what is no poll at all."""
    results = _results(ten, now)
    results[1] = replace(results[1], new=(make_item(1), make_item(1)))
    results[2] = replace(results[2], next_poll_at=now.replace(tzinfo=None))
    results[3] = replace(results[3], new=(replace(make_item(3), article=None),))
    results[4] = replace(results[4], new=(make_item(4, article={"word_count": 10**30}),))
    results[5] = replace(results[5], new=(make_item(5),))

    outcomes = ten.archive.entries.record_all(results)

    refused = [type(one) for one in outcomes if one is not True]
    assert refused == [ArchiveError, ArchiveError, ValueError, ArchiveError]
    assert ten.rows("SELECT feed_id FROM entry") == [(results[5].feed_id,)]
    unwritten = {one.feed_id for one in results[1:5]}
    polled = {feed.id for feed in ten.archive.feeds.all() if feed.last_polled_at}
    assert polled == {one.feed_id for one in results} - unwritten


def test_one_poll_that_is_given_twice_is_recorded_once(ten: OneFeed, now: datetime) -> None:
    """The second finds its lease ended."""
    first, *_ = _results(ten, now)

    assert ten.archive.entries.record_all([first, first]) == [True, False]


def test_nothing_to_record_is_no_error(ten: OneFeed) -> None:
    """And nothing happens."""
    assert ten.archive.entries.record_all([]) == []


def test_a_long_word_for_an_error_costs_no_poll(ten: OneFeed, now: datetime) -> None:
    """Only its beginning is kept, in every database."""
    results = _results(ten, now, error="x", error_kind="k" * 40, failures=1)

    assert ten.archive.entries.record_all(results) == [True] * 10
    assert ten.rows("SELECT DISTINCT error_kind FROM feed WHERE id > 1") == [("k" * 16,)]
