"""Notes, poison and subscriptions: what pollers tell one another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator.archive import Archive, Poison
from aggregator.errors import ArchiveError
from aggregator.model import FeedLinks, FeedSpec, ParsedFeed, Subscription
from tests.archive.strict_index import StrictIndex

if TYPE_CHECKING:
    from tests.archive.conftest import OneFeed

DIGEST = "0123456789abcdef" * 2
HUB = "https://hub.example/"
ONE = Subscription(1, HUB, "https://example.org/feed.xml", "token", "secret")


def test_a_note_is_read_by_all_who_come_later(one_feed: OneFeed) -> None:
    """The last one counts; another name is another note."""
    notes = one_feed.archive.notes
    notes.write("effort", {"value": 1.5})
    notes.write("effort", {"value": 2.5, "at": "\ud800"})

    with Archive(one_feed.url, StrictIndex()) as other:
        assert other.notes.read("effort") == {"value": 2.5, "at": "\ufffd"}
        assert other.notes.read("clock") is None


def test_deaths_are_counted(one_feed: OneFeed, now: datetime) -> None:
    """By the bytes that caused them, with the last reason."""
    poison = one_feed.archive.poison
    counts = [poison.note_death(DIGEST, f"reason {at}\0", now) for at in (1, 2)]
    poison.note_death("f" * 32, "other", now - timedelta(days=1))

    assert counts == [1, 2]
    assert poison.all()[0] == Poison(DIGEST, 2, "reason 2\ufffd", now)
    assert [one.digest for one in poison.all()] == [DIGEST, "f" * 32]


def test_no_death_is_missed_when_many_die_at_once(one_feed: OneFeed, now: datetime) -> None:
    """Each of several threads counts its own."""
    poison = one_feed.archive.poison

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda _: poison.note_death(DIGEST, "x", now), range(20)))

    assert sorted(counts) == list(range(1, 21))


def test_what_is_released_may_be_read_again(one_feed: OneFeed, now: datetime) -> None:
    """The operator's word; there is nothing to release a second time."""
    poison = one_feed.archive.poison
    for digest in (DIGEST, DIGEST, "f" * 32):
        poison.note_death(digest, "x", now)

    assert [one.is_quarantined for one in poison.all()] == [True, False]
    assert (poison.release(), poison.release()) == (1, 0)
    assert poison.all() == []


def test_a_subscription_is_found_by_feed_and_by_token(one_feed: OneFeed, now: datetime) -> None:
    """As it was saved last; its feed has no other."""
    subscriptions = one_feed.archive.subscriptions
    active = replace(
        ONE,
        token="new",
        state="active",
        requested_at=now,
        expires_at=now + timedelta(days=10),
        failures=2,
        error="x",
    )
    subscriptions.save(ONE)
    subscriptions.save(active)

    assert subscriptions.all() == [active]
    assert (subscriptions.of(1), subscriptions.of(2)) == (active, None)
    assert (subscriptions.find("new"), subscriptions.find("token")) == (active, None)

    subscriptions.remove(1)
    subscriptions.remove(1)
    assert subscriptions.all() == []


def test_a_token_belongs_to_one_feed(one_feed: OneFeed, now: datetime) -> None:
    """A second one under it is refused, and nothing is lost."""
    one_feed.archive.feeds.sync([FeedSpec("https://b.example/")], now)
    subscriptions = one_feed.archive.subscriptions
    subscriptions.save(ONE)

    with pytest.raises(ArchiveError, match="cannot write a subscription"):
        subscriptions.save(replace(ONE, feed_id=2))

    assert subscriptions.all() == [ONE]


@pytest.mark.parametrize(
    ("links", "is_candidate"),
    [
        (FeedLinks(self_url="https://example.org/feed.xml", hubs=(HUB,)), True),
        (FeedLinks(self_url="https://example.org/feed.xml", hubs=(HUB, "https://b.example")), True),
        (FeedLinks(self_url="https://example.org/feed.xml"), False),
        (FeedLinks(hubs=(HUB,)), False),
        (FeedLinks(), False),
    ],
)
def test_feeds_that_name_a_hub_and_themselves_can_be_subscribed(
    one_feed: OneFeed, now: datetime, links: FeedLinks, *, is_candidate: bool
) -> None:
    """Not those that are subscribed already or paused."""
    subscriptions = one_feed.archive.subscriptions
    one_feed.poll(parsed=ParsedFeed("atom10", "strict", "utf-8", (), links=links))

    found = subscriptions.candidates()
    subscriptions.save(ONE)
    subscribed = subscriptions.candidates()
    subscriptions.remove(1)
    one_feed.archive.feeds.sync([], now)

    assert [(feed.id, named) for feed, named in found] == [(1, links)] * is_candidate
    assert subscribed == subscriptions.candidates() == []
