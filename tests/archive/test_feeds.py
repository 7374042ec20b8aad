"""Feeds: made equal to what the operator wrote, never deleted, chosen by what is typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator.archive import choose_feeds, preview_feeds
from aggregator.errors import ArchiveError, NotFoundError
from aggregator.model import (
    Feed,
    FeedSpec,
    FullText,
    Identity,
    Item,
    ParsedFeed,
    SiteRules,
    Validators,
)
from tests.archive.conftest import NOW

if TYPE_CHECKING:
    from tests.archive.conftest import OneFeed

FIRST = FeedSpec("https://example.org/feed.xml")
OTHER = FeedSpec(
    "https://example.com/rss",
    name="Other Words",
    tags=("tech", "日本"),
    interval_s=900,
    full_text=FullText.NEVER,
    rules=SiteRules(headline=("h1.é",)),
)


def test_a_new_feed_is_due_at_once(one_feed: OneFeed, now: datetime) -> None:
    """All that the operator wrote is kept, and the first poll is now."""
    changes = one_feed.archive.feeds.sync([FIRST, OTHER], now)

    _, feed = one_feed.archive.feeds.all()
    assert (changes.added, changes.changed, changes.paused) == ((OTHER.url,), (), ())
    assert (feed.name, feed.tags, feed.interval_s) == ("Other Words", ("tech", "日本"), 900)
    assert (feed.full_text, feed.is_enabled, feed.rules) == (FullText.NEVER, True, OTHER.rules)
    assert (feed.next_poll_at, feed.last_polled_at, feed.failures) == (now, None, 0)


def test_the_same_list_again_changes_nothing(one_feed: OneFeed, now: datetime) -> None:
    """A restart does not touch what is known of the feeds, nor make them due."""
    one_feed.archive.feeds.sync([FIRST, OTHER], now)
    before = one_feed.archive.feeds.all()

    changes = one_feed.archive.feeds.sync([OTHER, FIRST], now + timedelta(days=1))

    assert (changes.added, changes.changed, changes.paused) == ((), (), ())
    assert one_feed.archive.feeds.all() == before


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Renamed"},
        {"tags": ("a",)},
        {"is_enabled": False},
        {"interval_s": 60},
        {"full_text": FullText.ALWAYS},
        {"rules": SiteRules(("article", "main"), remove=(".ad",))},
        {"identity": Identity.LINK},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_change_is_taken_over(
    change: dict[str, object], one_feed: OneFeed, now: datetime
) -> None:
    """Each thing that the operator decides reaches the archive, and nothing else moves."""
    (before,) = one_feed.archive.feeds.all()

    changes = one_feed.archive.feeds.sync([replace(FIRST, **change)], now)  # type: ignore[arg-type]

    assert changes.changed == (FIRST.url,)
    assert one_feed.archive.feeds.all() == [replace(before, **change)]  # type: ignore[arg-type]


def test_a_feed_that_is_not_listed_is_paused_with_all_it_has(
    one_feed: OneFeed, make_item: Callable[..., Item], now: datetime
) -> None:
    """Taking a feed out of the file deletes nothing; it is just not due any more."""
    one_feed.poll(make_item(1))

    changes = one_feed.archive.feeds.sync([OTHER], now)
    again = one_feed.archive.feeds.sync([OTHER], now)

    paused, _ = one_feed.archive.feeds.all(counted=True)
    assert (changes.paused, again.paused) == ((FIRST.url,), ())
    assert (paused.is_enabled, paused.entry_count) == (False, 1)
    leased = one_feed.archive.feeds.lease(now, limit=9, lease_s=9)
    assert [lease.feed.url for lease in leased] == [OTHER.url]


def test_listing_a_paused_feed_again_wakes_it_up(
    one_feed: OneFeed, make_item: Callable[..., Item], now: datetime
) -> None:
    """It has its number and its entries still."""
    one_feed.poll(make_item(1))
    one_feed.archive.feeds.sync([], now)

    changes = one_feed.archive.feeds.sync([FIRST], now)

    (feed,) = one_feed.archive.feeds.all(counted=True)
    assert (changes.added, changes.changed) == ((), (FIRST.url,))
    assert (feed.id, feed.is_enabled, feed.entry_count) == (1, True, 1)


def test_a_list_with_one_feed_twice_is_refused_as_a_whole(one_feed: OneFeed, now: datetime) -> None:
    """Of a list that cannot be right nothing is taken over."""
    with pytest.raises(ArchiveError, match="cannot update the feeds"):
        one_feed.archive.feeds.sync([OTHER, OTHER], now)

    assert [feed.is_enabled for feed in one_feed.archive.feeds.all()] == [True]


def test_ten_thousand_feeds_are_taken_over_at_once(one_feed: OneFeed, now: datetime) -> None:
    """A long list is one transaction, added and paused."""
    specs = [FeedSpec(f"https://example.net/{number}") for number in range(10_000)]

    added = one_feed.archive.feeds.sync([FIRST, *specs], now).added

    assert len(added) == 10_000
    assert len(one_feed.archive.feeds.all()) == 10_001


def test_entries_are_counted_for_each_feed(
    one_feed: OneFeed, make_item: Callable[..., Item], now: datetime
) -> None:
    """A feed without entries counts none; uncounted, nobody does."""
    one_feed.archive.feeds.sync([FIRST, OTHER], now)
    one_feed.poll(make_item(1), make_item(2))

    counted = [feed.entry_count for feed in one_feed.archive.feeds.all(counted=True)]
    uncounted = [feed.entry_count for feed in one_feed.archive.feeds.all()]

    assert (counted, uncounted) == ([2, 0], [0, 0])


@pytest.fixture
def three(one_feed: OneFeed, now: datetime) -> list[Feed]:
    """Three feeds: one with its own title only, two with names that share a word."""
    parsed = ParsedFeed("rss20", "strict", "utf-8", (), title="Straße & Haus")
    one_feed.poll(parsed=parsed)
    world = FeedSpec("https://example.net/world?x=1", name="Big Words")
    one_feed.archive.feeds.sync([FIRST, OTHER, world], now)
    return one_feed.archive.feeds.all()


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("2", 2),
        ("https://example.com/rss", 2),
        ("HTTP://EXAMPLE.COM/rss", 2),
        ("other words", 2),
        ("BIG", 3),
        ("strasse & haus", 1),
        ("strasse", 1),
        ("world?x", 3),
        ("example.org", 1),
    ],
)
def test_a_feed_is_chosen_by_what_an_operator_types(
    typed: str, number: int, three: list[Feed]
) -> None:
    """A number, a URL in any spelling, a name, a title or a part of one."""
    assert [feed.id for feed in choose_feeds(three, [typed])] == [number]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("words", "'words' means 2 feeds: 2 .https://example.com/rss., 3"),
        ("Othre Wrods", "did you mean 'Other Words'"),
        ("9", "no feed '9'"),
        ("", "no feed ''"),
        ("   ", "no feed '   '"),
        ("\ud800\0", "no feed"),
    ],
)
def test_what_means_no_feed_or_several_is_said(typed: str, said: str, three: list[Feed]) -> None:
    """The message has what to type instead."""
    with pytest.raises(NotFoundError, match=said):
        choose_feeds(three, [typed])


VALIDATORS = Validators(etag='"1"', last_modified="Sun, 22 Nov 2026 12:00:00 GMT")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("http://example.net/rss", "https://example.net/rss"),
        ("https://me:old@example.net/rss", "https://me:new@example.net/rss"),
        ("https://example.net:443/rss#x", "https://EXAMPLE.net/rss?utm_source=a"),
    ],
    ids=["scheme", "password", "spelling"],
)
def test_a_feed_moves_to_another_spelling_of_its_url(
    one_feed: OneFeed, now: datetime, old: str, new: str
) -> None:
    """It stays one feed; what the old URL's server said is forgotten, and it is due now."""
    feeds = one_feed.archive.feeds
    feeds.sync([FIRST, FeedSpec(old)], now)
    (lease,) = feeds.lease(now, limit=1, lease_s=60, feed_ids=[2])
    later = now + timedelta(days=1)
    polled = one_feed.result(lease.token, validators=VALIDATORS, body_hash="b", next_poll_at=later)
    assert one_feed.archive.entries.record(replace(polled, feed_id=2))

    changes = feeds.sync([FIRST, FeedSpec(new)], now)

    _, moved = feeds.all()
    assert (changes.added, changes.changed, changes.paused) == ((), (new,), ())
    assert (moved.id, moved.url, moved.is_enabled) == (2, new, True)
    assert (moved.validators, moved.body_hash) == (Validators(), None)
    assert moved.next_poll_at == now


def test_a_poll_of_the_old_url_is_not_recorded_for_the_new_one(
    one_feed: OneFeed, now: datetime
) -> None:
    """Its validators would make the new server's first answer a 304."""
    token = one_feed.lease()
    moved = FeedSpec(FIRST.url + "#moved")

    one_feed.archive.feeds.sync([moved], now)
    is_recorded = one_feed.archive.entries.record(one_feed.result(token, validators=VALIDATORS))

    (feed,) = one_feed.archive.feeds.all()
    assert not is_recorded
    assert (feed.url, feed.validators) == (moved.url, Validators())
    assert len(one_feed.archive.feeds.lease(now, limit=9, lease_s=9)) == 1


HTTP, HTTPS = FeedSpec("http://twice.example/"), FeedSpec("https://twice.example/")


@pytest.mark.parametrize(
    ("listed", "enabled"),
    [
        ([HTTP], [HTTP.url]),
        ([HTTPS], [HTTPS.url]),
        ([HTTPS, HTTP], [HTTP.url, HTTPS.url]),
        ([FeedSpec("https://me:pw@twice.example/")], ["https://me:pw@twice.example/", None]),
        ([FeedSpec("https://twice.example/#x"), HTTP], [HTTP.url, "https://twice.example/#x"]),
        ([FeedSpec("https://twice.example/#x"), HTTPS], ["https://twice.example/#x", HTTPS.url]),
    ],
    ids=["old", "new", "both", "neither", "old-and-other", "new-and-other"],
)
def test_one_feed_archived_twice_is_no_obstacle(
    one_feed: OneFeed, now: datetime, listed: list[FeedSpec], enabled: list[str | None]
) -> None:
    """An archive in which older versions doubled a feed: the URL itself first, then the oldest."""
    feeds = one_feed.archive.feeds
    feeds.sync([HTTP, HTTPS], now)
    told = preview_feeds(feeds.all(), listed)

    feeds.sync(listed, now)
    again = feeds.sync(listed, now)

    made = [replace(feed, next_poll_at=None) for feed in feeds.all()]
    assert [feed.url for feed in made[1:] if feed.is_enabled] == [url for url in enabled if url]
    assert (again.added, again.changed, again.paused) == ((), (), ())
    assert [replace(feed, next_poll_at=None) for feed in told] == made


def test_of_two_spellings_the_one_that_is_polled_is_moved(one_feed: OneFeed, now: datetime) -> None:
    """The paused one has been given up before."""
    feeds = one_feed.archive.feeds
    feeds.sync([HTTP, HTTPS], now)
    feeds.sync([HTTPS], now)

    feeds.sync([FeedSpec("https://me:pw@twice.example/")], now)

    urls = [(feed.url, feed.is_enabled) for feed in feeds.all()[1:]]
    assert urls == [(HTTP.url, False), ("https://me:pw@twice.example/", True)]


@pytest.mark.parametrize(
    ("interval_s", "poll", "wait_s"),
    [
        (900, {}, 900),
        (3600, {}, 7 * 86400),
        (86400, {}, 7 * 86400),
        (900, {"failures": 1, "status": 500}, 7 * 86400),
        (900, {"status": 429}, 7 * 86400),
        (900, {"status": 503}, 7 * 86400),
        (900, {"next_poll_at": NOW + timedelta(seconds=60)}, 60),
        (900, {"not_before": NOW + timedelta(hours=2)}, 7200),
    ],
    ids=[
        "shorter",
        "same",
        "longer",
        "failing",
        "told-429",
        "told-503",
        "sooner-anyway",
        "stated",
    ],
)
def test_a_shorter_interval_holds_at_once(
    one_feed: OneFeed, now: datetime, interval_s: int, poll: dict[str, object], wait_s: int
) -> None:
    """The old visit is not waited for, unless failures or the server have set it."""
    one_feed.archive.feeds.sync([replace(FIRST, interval_s=3600)], now)
    one_feed.poll(**{"next_poll_at": now + timedelta(days=7), **poll})

    one_feed.archive.feeds.sync([replace(FIRST, interval_s=interval_s, name="x")], now)

    (feed,) = one_feed.archive.feeds.all()
    assert feed.next_poll_at == now + timedelta(seconds=wait_s)


def test_a_preview_is_what_a_sync_makes(one_feed: OneFeed, now: datetime) -> None:
    """New, changed and dropped feeds, told without writing."""
    feeds = one_feed.archive.feeds
    feeds.sync([FIRST, OTHER, HTTP], now)
    wanted = [replace(OTHER, name="A", tags=("x",)), FeedSpec("https://c.example/"), HTTPS]
    before = feeds.all()

    told = preview_feeds(before, wanted)

    assert feeds.all() == before
    feeds.sync(wanted, now)
    made = [replace(feed, id=0, next_poll_at=None, created_at=None) for feed in feeds.all()]
    assert [replace(feed, id=0, next_poll_at=None, created_at=None) for feed in told] == made
