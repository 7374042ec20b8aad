"""What is to be done about a subscription: from what the feed offers, the hub said and the time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Feed, FeedLinks, FullText, Subscription
from aggregator.websub._deciding import (
    LEAVE_TRIES,
    Action,
    Offer,
    asked,
    decide,
    find_offer,
    left,
)
from aggregator.websub._verifying import verify

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HUB = "https://hub.test/"
TOPIC = "https://a.test/feed"
OFFER = Offer(TOPIC, (HUB,))


def _feed(**changes: Any) -> Feed:
    fields: dict[str, Any] = {"name": None, "title": None, "site_url": None, "tags": ()}
    fields |= {"is_enabled": True, "interval_s": None, "full_text": FullText.AUTO}
    return Feed(**{"id": 1, "url": TOPIC, **fields, **changes})


def _links(*hubs: str, self_url: str | None = TOPIC) -> FeedLinks:
    return FeedLinks(self_url=self_url, hubs=hubs)


def _confirmed(lease_s: int, at: datetime = NOW, feed_id: int = 1) -> Subscription:
    one = asked(None, feed_id, OFFER, at)
    query = {"hub.mode": ["subscribe"], "hub.topic": [TOPIC], "hub.challenge": ["c"]}
    changed = verify(one, {**query, "hub.lease_seconds": [str(lease_s)]}, at).changed
    assert changed is not None
    return changed


def _when(one: Subscription, action: Action, offer: Offer | None = OFFER) -> timedelta:
    """How long after its last request `action` is first to be taken, to the minute."""
    start = one.requested_at
    assert start is not None
    found = (timedelta(minutes=minute) for minute in range(40 * 24 * 60))
    return next(wait for wait in found if decide(one, offer, start + wait) is action)


def test_a_hub_over_https_comes_first() -> None:
    """Of a hub named with http, https is tried before it; one with a port of its own stays."""
    offer = find_offer(_feed(), _links("http://a.test/h?x=1", "http://b.test:81/", HUB))

    assert offer is not None
    assert offer.hubs == (
        "https://a.test/h?x=1",
        HUB,
        "http://a.test/h?x=1",
        "http://b.test:81/",
    )


def test_the_topic_is_what_the_feed_calls_itself() -> None:
    """Wherever it is polled; without that there is no topic (WebSub, section 5.1)."""
    feed = _feed(moved_to="https://b.test/feed")

    assert find_offer(feed, _links(HUB)) == Offer(TOPIC, (HUB,))
    assert find_offer(feed, _links(HUB, self_url=None)) is None


@pytest.mark.parametrize(
    "feed",
    [
        _feed(is_enabled=False),
        _feed(merged_into=7),
        _feed(last_status=410, failures=2),
        _feed(url="https://me:secret@a.test/feed"),
        _feed(moved_to="https://me@a.test/feed"),
    ],
    ids=["paused", "merged", "gone", "with a password", "with a name"],
)
def test_some_feeds_are_told_to_no_hub(feed: Feed) -> None:
    """Those that are not polled, and those that a hub must not know of."""
    assert find_offer(feed, _links(HUB)) is None


@pytest.mark.parametrize(
    "links",
    [
        _links(),
        _links("https://me:pw@hub.test/"),
        _links("https://hub.test/" + "x" * 2000),
        _links(HUB, self_url="https://me:pw@a.test/"),
    ],
    ids=["none", "hub with a password", "endless", "topic with a password"],
)
def test_what_a_feed_says_may_be_no_offer(links: FeedLinks) -> None:
    """Without a usable hub and topic nothing is asked for."""
    assert find_offer(_feed(), links) is None


def test_a_flood_of_hubs_is_cut() -> None:
    """A feed that names thousands has us ask a few."""
    offer = find_offer(_feed(), _links(*(f"https://{n}.test/" for n in range(5000))))

    assert offer is not None
    assert len(offer.hubs) == 3


def test_a_new_subscription_is_asked_for_with_secrets_of_its_own() -> None:
    """Token and secret are long, of safe letters, and never those of another."""
    first, second = (asked(None, number, OFFER, NOW) for number in (1, 2))

    assert decide(None, OFFER, NOW) is Action.ASK
    assert (first.state, first.requested_at, first.failures) == ("pending", NOW, 1)
    assert len({first.token, first.secret, second.token, second.secret}) == 4
    assert 43 <= len(first.secret) < 200


def test_no_secret_is_sent_in_the_open() -> None:
    """A hub that has http alone gets none (WebSub, section 5.1)."""
    assert asked(None, 1, Offer(TOPIC, ("http://hub.test:81/",)), NOW).secret == ""


def test_without_an_offer_nothing_is_done() -> None:
    """A feed without a hub is left to the schedule."""
    assert decide(None, None, NOW) is Action.WAIT


def test_an_unconfirmed_request_is_repeated_ever_more_seldom() -> None:
    """After a quarter of an hour, doubling up to a week; up to a tenth is added."""
    waits, one = [], asked(None, 1, OFFER, NOW)
    for _ in range(14):
        waits.append(_when(one, Action.ASK))
        assert one.requested_at is not None
        one = asked(one, 1, OFFER, one.requested_at + waits[-1])

    assert timedelta(minutes=15) <= waits[0] <= timedelta(minutes=17)
    assert all(1.9 <= b / a <= 2.1 for a, b in pairwise(waits[:10]))
    assert 7 * DAY <= waits[-1] <= 7.7 * DAY
    assert one.failures == 15


def test_each_try_is_for_the_next_hub_until_one_confirms() -> None:
    """Another hub gets another secret and another address; after the last comes the first."""
    offer = Offer(TOPIC, ("https://one.test/", "http://two.test:81/"))
    tries = [asked(None, 1, offer, NOW)]
    for _ in range(2):
        tries.append(asked(tries[-1], 1, offer, NOW))

    assert [one.hub for one in tries] == [*offer.hubs, offer.hubs[0]]
    assert [bool(one.secret) for one in tries] == [True, False, True]
    assert len({one.token for one in tries}) == 3


@pytest.mark.parametrize(
    ("lease", "earliest", "latest"),
    [
        (10 * DAY, 8.9 * DAY, 9 * DAY),
        (DAY, 0.78 * DAY, 0.8 * DAY),
        (14 * DAY, 12.9 * DAY, 13 * DAY),
    ],
)
def test_a_lease_is_renewed_before_its_end(
    lease: timedelta, earliest: timedelta, latest: timedelta
) -> None:
    """A day before it, or after 80 %, whichever is later; up to a tenth of the rest sooner."""
    waits = [
        _when(_confirmed(int(lease.total_seconds()), feed_id=number), Action.ASK)
        for number in range(1, 8)
    ]

    assert all(earliest - timedelta(minutes=1) <= wait <= latest for wait in waits)
    assert len(set(waits)) > 3


def test_a_renewal_keeps_what_the_hub_knows() -> None:
    """Token, secret, hub and state stay, so nothing is sent twice and nothing is missed."""
    one = _confirmed(864_000)

    again = asked(one, 1, OFFER, NOW + 9 * DAY)

    assert replace(again, requested_at=one.requested_at, failures=0) == one
    assert again.failures == 1


def test_a_renewal_that_is_not_confirmed_is_tried_again_in_time() -> None:
    """At least three times before the lease of ten days ends, and not within the hour."""
    one, tries = _confirmed(864_000), []
    while decide(one, OFFER, at := (one.requested_at or NOW) + _when(one, Action.ASK)) is not None:
        if one.expires_at is None or at >= one.expires_at:
            break
        tries.append(at)
        one = asked(one, 1, OFFER, at)

    assert len(tries) >= 3
    assert all(b - a >= timedelta(hours=1) for a, b in pairwise(tries))


@given(lease_s=st.integers(0, 10**12))
def test_no_lease_makes_us_ask_more_than_once_an_hour(lease_s: int) -> None:
    """Whatever a hub grants, for a moment or for ever: not within the hour, within 14 days."""
    one = _confirmed(lease_s)
    expected_end = NOW + timedelta(seconds=min(lease_s, 14 * 86_400))

    assert one.expires_at == expected_end
    assert decide(one, OFFER, NOW + timedelta(minutes=59)) is Action.WAIT
    assert decide(one, OFFER, NOW + 14 * DAY) is Action.ASK


@pytest.mark.parametrize(
    "offer",
    [None, Offer("https://a.test/other", (HUB,)), Offer(TOPIC, ("https://other.test/",))],
    ids=["no longer polled", "another topic", "another hub"],
)
def test_what_is_not_wanted_any_more_is_ended(offer: Offer | None) -> None:
    """An active subscription is left, and asked for no more; others are forgotten."""
    pending, active = asked(None, 1, OFFER, NOW), _confirmed(86_400)
    denied = replace(pending, state="denied")

    assert decide(active, offer, NOW) is Action.LEAVE
    assert decide(active, offer, NOW + DAY) is Action.FORGET  # it has ended by itself
    assert decide(pending, offer, NOW) is Action.FORGET
    assert decide(denied, offer, NOW) is Action.FORGET


def test_leaving_is_tried_some_times_and_then_given_up() -> None:
    """A hub that never asks whether we mean it sends until its lease ends; we take nothing."""
    one, tries = left(_confirmed(864_000), NOW), 1
    while decide(one, None, at := (one.requested_at or NOW) + 2 * DAY) is Action.LEAVE:
        one, tries = left(one, at), tries + 1

    assert tries == LEAVE_TRIES
    assert one.state == "gone"
    assert decide(one, OFFER, NOW + 30 * DAY) is Action.FORGET


def test_a_lease_that_ends_ends_the_leaving() -> None:
    """There is nothing to leave any more."""
    one = left(_confirmed(3600), NOW)

    assert decide(one, None, NOW) is Action.WAIT
    assert decide(one, None, NOW + timedelta(hours=1)) is Action.FORGET


def test_what_was_denied_rests_for_a_month() -> None:
    """The hub has said no; it may think otherwise one day."""
    denied = replace(asked(None, 1, OFFER, NOW), state="denied")

    assert decide(denied, OFFER, NOW + 29 * DAY) is Action.WAIT
    assert decide(denied, OFFER, NOW + 30 * DAY) is Action.FORGET


@pytest.mark.parametrize("make", [lambda: _confirmed(864_000), lambda: asked(None, 1, OFFER, NOW)])
def test_a_clock_that_went_back_holds_nothing_up(make: Callable[[], Subscription]) -> None:
    """What was asked for in the future is asked for now."""
    assert decide(make(), OFFER, NOW - 400 * DAY) is Action.ASK
