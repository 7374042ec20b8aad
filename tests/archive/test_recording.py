"""One poll: what is new, what was edited, what is kept of before, and all of it or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection

from aggregator.archive import Archive, IndexEntry, Known, Selection
from aggregator.errors import ArchiveError
from aggregator.model import (
    Article,
    Enclosure,
    Entry,
    Extras,
    FeedSpec,
    Item,
    PageKind,
    ParsedFeed,
    PollResult,
    Section,
    Transcript,
    Validators,
)
from tests.archive.strict_index import StrictIndex

if TYPE_CHECKING:
    from tests.archive.conftest import OneFeed

MakeItem = Callable[..., Item]

WHOLE = Item(
    Entry(
        key="a" * 32,
        content_hash="b" * 32,
        guid="tag:example.org,2026:1",
        url="https://example.org/1",
        title="Title <b>as given</b>",
        summary="<p>summary</p>",
        content="<p>content</p>",
        authors=("Ann", "Бори́с"),
        tags=("tech", "news"),
        published_at=datetime(2026, 11, 20, 7, 8, 9, 123456, tzinfo=UTC),
        updated_at=datetime(2026, 11, 21, tzinfo=UTC),
        published_raw="Fri, 20 Nov 2026 07:08:09 GMT",
        language="en",
        comments_url="https://example.org/1#comments",
        enclosures=(Enclosure("https://example.org/1.mp3", "audio/mpeg", 2**70), Enclosure("x")),
        base_url="https://example.org/",
    ),
    Article(
        headline="Headline",
        lead="Lead.",
        lead_html="<p>Lead.</p>",
        sections=(
            Section(1, 2, "First", "Text one.", "<p>Text one.</p>", "first", is_pseudo=True),
            Section(2, 3, "", "", ""),
        ),
        word_count=1234,
        read_minutes=5,
        method="page",
        byline="Ann",
        published_at=datetime(2026, 11, 19, tzinfo=UTC),
        language="en-GB",
        image="https://example.org/1.png",
        url="https://example.org/1?full",
        stated_minutes=6,
        modified_at=datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC),
        direction="rtl",
        confidence=0.25,
        page_kind=PageKind.PAYWALL,
    ),
    fetched_at=datetime(2026, 11, 22, tzinfo=UTC),
)
BARE = Item(
    Entry(key="c" * 32, content_hash="d" * 32),
    Article(None, "", "", (), word_count=0, read_minutes=0, method="title"),
)


@pytest.mark.parametrize("item", [WHOLE, BARE], ids=["all-fields", "no-fields"])
def test_an_entry_comes_back_as_it_went_in(item: Item, one_feed: OneFeed, now: datetime) -> None:
    """No field is lost or changed, and none is invented."""
    one_feed.poll(item)

    found = one_feed.get(1)

    assert (found.entry, found.article) == (item.entry, item.article)
    assert (found.id, found.feed.id, found.first_seen_at, found.revision_count) == (1, 1, now, 0)


def test_instants_come_back_in_utc_whatever_zone_they_had(
    one_feed: OneFeed, make_item: MakeItem
) -> None:
    """The moment is the same, and the order of the archive is that of moments."""
    east = datetime(2026, 11, 20, 1, tzinfo=timezone(timedelta(hours=9)))
    west = datetime(2026, 11, 19, 20, tzinfo=timezone(-timedelta(hours=8)))
    one_feed.poll(make_item(1, published_at=west), make_item(2, published_at=east))

    first, second = one_feed.archive.entries.select(Selection())

    assert (first.entry.published_at, second.entry.published_at) == (east, west)
    assert first.entry.published_at.tzinfo is UTC  # type: ignore[union-attr]


def test_what_the_poll_learnt_of_the_feed_is_kept(one_feed: OneFeed, now: datetime) -> None:
    """Validators byte for byte, hash, title, site, and when to come again."""
    validators = Validators('W/"caf\xe9,\x80"', "Fri, 20 Nov 2026 07:08:09 GMT")
    parsed = ParsedFeed(
        "atom10", "strict", "utf-8", (), title="A title", url="https://example.org/"
    )
    later = now + timedelta(hours=1)

    one_feed.poll(validators=validators, body_hash="e" * 32, parsed=parsed, next_poll_at=later)

    (feed,) = one_feed.archive.feeds.all()
    assert feed.validators == validators
    assert (feed.body_hash, feed.title, feed.site_url) == ("e" * 32, "A title", parsed.url)
    assert (feed.next_poll_at, feed.last_polled_at, feed.last_status) == (later, now, 200)
    assert (feed.failures, feed.error) == (0, None)


def test_a_poll_that_failed_keeps_what_is_known(one_feed: OneFeed) -> None:
    """Error and count are written; title and entries stay; a good poll clears the error."""
    parsed = ParsedFeed("atom10", "strict", "utf-8", (), title="A title")
    one_feed.poll(WHOLE, parsed=parsed)

    one_feed.poll(status=None, error="dns: no such name", failures=3)
    (failed,) = one_feed.archive.feeds.all(counted=True)
    one_feed.poll(status=304)
    (well,) = one_feed.archive.feeds.all()

    assert (failed.title, failed.entry_count) == ("A title", 1)
    assert (failed.error, failed.failures, failed.last_status) == ("dns: no such name", 3, None)
    assert (well.error, well.failures, well.last_status, well.title) == (None, 0, 304, "A title")


def test_known_tells_what_is_archived_of_this_feed_only(
    one_feed: OneFeed, make_item: MakeItem, now: datetime
) -> None:
    """By key, with number and hash; the same key of another feed is another entry."""
    one_feed.poll(make_item(1), make_item(2))
    url = one_feed.archive.feeds.all()[0].url
    one_feed.archive.feeds.sync([FeedSpec(url), FeedSpec("https://example.com/")], now)
    entries = [make_item(number).entry for number in range(5000)]

    known = one_feed.archive.entries.known(1, entries)

    assert {key: (one.id, one.content_hash) for key, one in known.by_key.items()} == {
        entries[1].key: (2, entries[1].content_hash),
        entries[2].key: (1, entries[2].content_hash),
    }
    assert one_feed.archive.entries.known(2, entries) == Known(has_any=False)
    assert one_feed.archive.entries.known(1, []) == Known()


def test_numbers_grow_with_the_time_of_the_articles(one_feed: OneFeed, make_item: MakeItem) -> None:
    """Within one poll the oldest comes first; of equals the one that the feed names last."""
    day = datetime(2026, 11, 1, tzinfo=UTC)
    one_feed.poll(
        make_item(1),
        make_item(2),
        make_item(3, published_at=day + timedelta(days=2)),
        make_item(4, updated_at=day + timedelta(days=1)),
        make_item(5, published_at=day + timedelta(days=2)),
        make_item(6, published_at=day + timedelta(days=900)),
    )

    order = [int(one.entry.key, 16) for one in one_feed.archive.entries.select(Selection())]

    assert order == [4, 5, 3, 6, 2, 1]


def test_numbers_are_never_given_out_twice(one_feed: OneFeed, make_item: MakeItem) -> None:
    """Even if somebody deletes the newest entry by hand, its number stays its own."""
    one_feed.poll(make_item(1), make_item(2))
    one_feed.rows("DELETE FROM article WHERE entry_id = 2")
    one_feed.rows("DELETE FROM entry WHERE id = 2")

    one_feed.poll(make_item(3))

    assert one_feed.rows("SELECT id FROM entry ORDER BY id") == [(1,), (3,)]


def test_an_edit_keeps_what_was_there_before(
    one_feed: OneFeed, make_item: MakeItem, now: datetime
) -> None:
    """Each state that was published once is a revision: entry, article text, hash, time."""
    one_feed.poll(WHOLE)
    second = make_item(2, title="Second", lead="Two.")
    one_feed.poll(edited=((1, second),), polled_at=now + timedelta(hours=1))
    one_feed.poll(edited=((1, make_item(3, title="Third")),), polled_at=now + timedelta(hours=2))

    found = one_feed.get(1)
    asked = "SELECT number, content_hash, CAST(state AS TEXT) FROM revision ORDER BY number"
    rows = one_feed.rows(asked)
    older = one_feed.archive.entries.revisions(1)

    assert (found.entry.title, found.revision_count, found.first_seen_at) == ("Third", 2, now)
    assert [row[:2] for row in rows] == [(1, "b" * 32), (2, f"{2:032x}")]
    assert older[1].replaced_at == now + timedelta(hours=2)
    states = [json.loads(row[2]) for row in rows]
    first = states[0]
    assert first["entry"]["content"] == WHOLE.entry.content
    assert first["entry"]["published_at"] == "2026-11-20T07:08:09.123456+00:00"
    assert first["entry"]["enclosures"][0]["length_bytes"] == 2**70
    assert first["article"]["sections"][0] == {"level": 2, "heading": "First", "text": "Text one."}
    assert (states[1]["entry"]["title"], states[1]["article"]["lead"]) == ("Second", "Two.")


def test_an_edit_replaces_article_sections_and_index(
    one_feed: OneFeed, make_item: MakeItem
) -> None:
    """Words that are gone find nothing any more, words that stayed or came find the entry."""
    before = make_item(
        1, title="Stays", lead="vanish also", sections=[("oldhead", "oldtext"), ("more", "x")]
    )
    one_feed.poll(before, make_item(9, lead="vanish"))
    after = make_item(1, title="Stays", lead="arrived", sections=[("newhead", "newtext")])

    one_feed.poll(edited=((2, after),))

    assert one_feed.get(2).article == after.article
    assert [one_feed.found(word) for word in ("oldhead", "oldtext", "also", "more")] == [[]] * 4
    assert [one_feed.found(word) for word in ("newhead", "newtext", "arrived")] == [[2]] * 3
    assert (one_feed.found("vanish"), one_feed.found("stays")) == ([1], [2])
    assert one_feed.archive.check() == []


def test_an_edited_date_moves_the_entry(one_feed: OneFeed, make_item: MakeItem) -> None:
    """Where it stands in time is what the entry says now, everywhere alike."""
    day = datetime(2026, 11, 1, tzinfo=UTC)
    one_feed.poll(make_item(1))

    one_feed.poll(edited=((1, make_item(1, published_at=day)),))

    (found,) = one_feed.archive.entries.select(Selection(until=day + timedelta(seconds=1)))
    assert found.sort_at == day
    assert one_feed.archive.entries.select(Selection(since=day + timedelta(seconds=1))) == []


def test_an_edit_back_and_forth_keeps_every_state(one_feed: OneFeed, make_item: MakeItem) -> None:
    """A headline that changes to and fro is as many revisions, found under the last words."""
    one_feed.poll(make_item(1, title="alpha"))
    for title in ("beta", "alpha", "beta", "gamma"):
        one_feed.poll(edited=((1, make_item(1, title=title)),))

    assert one_feed.get(1).revision_count == 4
    assert [one_feed.found(word) for word in ("alpha", "beta", "gamma")] == [[], [], [1]]


def test_five_thousand_entries_are_one_poll(one_feed: OneFeed, make_item: MakeItem) -> None:
    """The first poll of a great feed, and the poll in which all of them were edited."""
    items = [make_item(number, lead=f"lead{number}") for number in range(5000)]

    is_recorded = one_feed.poll(*items)
    known = one_feed.archive.entries.known(1, [item.entry for item in items]).by_key
    edited = tuple((one.id, make_item(int(key, 16), lead="new")) for key, one in known.items())
    is_edited = one_feed.poll(edited=edited)

    assert (is_recorded, is_edited, len(known)) == (True, True, 5000)
    assert len(one_feed.found("new")) == 5000
    assert one_feed.found("lead17") == []
    assert one_feed.rows("SELECT count(*) FROM revision") == [(5000,)]


def test_one_entry_that_cannot_be_stored_costs_the_whole_poll_and_nothing_else(
    one_feed: OneFeed, make_item: MakeItem
) -> None:
    """Validators are not kept without their entries, and the lease is still there."""
    token = one_feed.lease()
    result = one_feed.result(
        token,
        validators=Validators("new"),
        new=(make_item(1), make_item(2, lead="twin"), make_item(2, lead="twin")),
    )

    with pytest.raises(ArchiveError, match="cannot record a poll"):
        one_feed.archive.entries.record(result)
    (feed,) = one_feed.archive.feeds.all(counted=True)
    again = one_feed.archive.entries.record(replace(result, new=(make_item(1),)))

    assert (feed.validators, feed.entry_count, feed.last_polled_at) == (Validators(), 0, None)
    assert again
    assert one_feed.found("twin") == []


class _FullIndex(StrictIndex):
    """An index whose disk is full."""

    def add(self, connection: Connection, entries: Sequence[IndexEntry]) -> None:
        """Fail when the entries are written already."""
        super().add(connection, entries)
        connection.exec_driver_sql("INSERT INTO search_strict (no_such_column) VALUES (1)")


def test_an_index_that_fails_costs_the_whole_poll(tmp_path: Path, now: datetime) -> None:
    """No entry is ever archived that a search would not find."""
    with Archive(f"sqlite:///{tmp_path}/a.db", _FullIndex()) as archive:
        archive.feeds.sync([FeedSpec("https://example.org/")], now)
        (lease,) = archive.feeds.lease(now, limit=1, lease_s=60)
        result = PollResult(1, lease.token, now, now, Validators("new"), None, new=(WHOLE,))

        with pytest.raises(ArchiveError):
            archive.entries.record(result)

        (feed,) = archive.feeds.all(counted=True)
        assert (feed.entry_count, feed.validators) == (0, Validators())


def test_a_naive_instant_is_refused(one_feed: OneFeed, make_item: MakeItem) -> None:
    """A date without a zone is a mistake of the program, and never guessed at."""
    naive = datetime(2026, 11, 20)  # noqa: DTZ001
    article = {"published_at": naive}

    with pytest.raises(ArchiveError, match="naive datetime"):
        one_feed.poll(make_item(1, article=article))


def test_what_no_reader_sees_follows_the_feed_without_a_revision(
    one_feed: OneFeed, make_item: MakeItem
) -> None:
    """A transcript that came later, a date that was mended: kept, and no edit."""
    one_feed.poll(make_item(1))
    before = one_feed.archive.entries.get(1)
    extras = Extras(transcripts=(Transcript("https://example.org/t.vtt", "text/vtt"),))
    published_at = datetime(2020, 1, 2, tzinfo=UTC)
    restated = replace(before.entry, extras=extras, published_at=published_at)

    one_feed.poll(kept=((1, restated), (99, restated)))

    after = one_feed.archive.entries.get(1)
    assert (after.entry, after.revision_count) == (restated, 0)
    assert (after.sort_at, after.article) == (published_at, before.article)
    assert one_feed.archive.check() == []
