"""The whole life of a subscription, with a real hub, callback and archive."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from aggregator.library import OpenArchive
from aggregator.websub import WebSubService
from aggregator.websub import _subscriber as subscriber_module
from aggregator.websub._subscriber import MAX_REQUESTS
from tests.websub.hub import Hub
from tests.websub.scene import TOPIC, Feeds, Now, get_subscription, keep


async def test_a_feed_that_names_a_hub_is_subscribed(
    service: WebSubService, archive: OpenArchive, feeds: Feeds, hub: Hub, now: Now
) -> None:
    """Asked for as the recommendation says, confirmed, relied upon, and asked no second time."""
    feed_id = feeds.name_hub(hub.url)

    made = [await keep(service, hub), await keep(service, hub)]

    one = get_subscription(archive, feed_id)
    form = hub.requests[0]
    assert (made, len(hub.requests)) == ([1, 0], 1)
    assert hub.content_types == ["application/x-www-form-urlencoded"]
    assert (form["hub.mode"], form["hub.topic"]) == ("subscribe", TOPIC)
    assert form["hub.callback"].endswith(f"/news/{one.token}")
    assert form["hub.lease_seconds"] == "864000"
    assert form["hub.secret"] == one.secret != ""
    assert (one.state, one.failures, one.error) == ("active", 0, None)
    assert one.expires_at == now.at + timedelta(days=10)
    assert one.is_relied_upon(now.at)
    assert hub.answers[0][0] == 200


async def test_a_lease_is_renewed_without_a_gap(
    service: WebSubService, archive: OpenArchive, feeds: Feeds, hub: Hub, now: Now
) -> None:
    """The hub is asked a day before the end, for the same subscription; there is no second one."""
    feed_id = feeds.name_hub(hub.url)
    await keep(service, hub)
    before = get_subscription(archive, feed_id)

    now.turn(days=8.5)
    early = await keep(service, hub)
    now.turn(days=0.6)
    await keep(service, hub)

    after = get_subscription(archive, feed_id)
    assert early == 0
    assert [form["hub.mode"] for form in hub.requests] == ["subscribe"] * 2
    assert len(hub.subscriptions) == 1
    assert (after.token, after.secret) == (before.token, before.secret)
    assert after.expires_at == now.at + timedelta(days=10)


async def test_a_feed_that_is_paused_is_unsubscribed(
    service: WebSubService, archive: OpenArchive, feeds: Feeds, hub: Hub, now: Now
) -> None:
    """The hub is told, asks whether it is meant, and nothing is kept of it."""
    feed_id = feeds.name_hub(hub.url)
    await keep(service, hub)
    feeds.pause()

    await keep(service, hub)

    assert [form["hub.mode"] for form in hub.requests] == ["subscribe", "unsubscribe"]
    assert "hub.secret" not in hub.requests[1]
    assert hub.subscriptions == {}
    assert archive.subscriptions.of(feed_id) is None
    assert not any(one.is_relied_upon(now.at) for one in archive.subscriptions.all())


async def test_a_feed_with_another_hub_changes_over(
    service: WebSubService,
    archive: OpenArchive,
    feeds: Feeds,
    hub: Hub,
    open_hub: Callable[..., Awaitable[Hub]],
    now: Now,
) -> None:
    """The old hub is left, the new one is asked, with other secrets."""
    other = await open_hub()
    feed_id = feeds.name_hub(hub.url)
    await keep(service, hub)
    before = get_subscription(archive, feed_id)
    feeds.name_hub(other.url)

    for _ in range(2):
        await keep(service, hub, other)
        now.turn(minutes=11)

    after = get_subscription(archive, feed_id)
    assert hub.subscriptions == {}
    assert list(other.subscriptions) == [(TOPIC, other.requests[0]["hub.callback"])]
    assert (after.hub, after.state) == (other.url, "active")
    assert {after.token, after.secret}.isdisjoint({before.token, before.secret})


@pytest.mark.parametrize("behaviour", ["refuse", "busy", "hang"])
async def test_a_hub_that_fails_is_asked_ever_more_seldom(
    behaviour: str,
    service: WebSubService,
    archive: OpenArchive,
    feeds: Feeds,
    hub: Hub,
    now: Now,
) -> None:
    """Why is kept, the feed is not relied upon, and in a day it is asked seven times."""
    hub.behaviour = behaviour
    feed_id = feeds.name_hub(hub.url)

    made = 0
    for _ in range(24 * 12 if behaviour != "hang" else 1):
        made += await keep(service, hub)
        now.turn(minutes=5)

    one = get_subscription(archive, feed_id)
    assert made == len(hub.requests) == one.failures == (1 if behaviour == "hang" else 7)
    assert one.state == "pending"
    assert one.error
    assert not one.is_relied_upon(now.at)


async def test_a_hub_that_is_not_there_or_not_public_harms_nothing(
    service: WebSubService, archive: OpenArchive, feeds: Feeds
) -> None:
    """A closed port, an address inside, a name without one: said, and tried again later."""
    hubs = ["https://127.0.0.1:1025/", "http://10.0.0.1:8080/", "https://nowhere.test/"]
    ids = [
        feeds.name_hub(hub, url=f"https://{place}.test/", topic=f"https://{place}.test/")
        for place, hub in enumerate(hubs)
    ]

    await service.keep()

    errors = [get_subscription(archive, one).error or "" for one in ids]
    assert [error.partition(":")[0] for error in errors] == ["connect", "refused", "dns"]


async def test_a_hub_that_denies_is_left_alone(
    service: WebSubService, archive: OpenArchive, feeds: Feeds, hub: Hub, now: Now
) -> None:
    """For a month; its reason is kept."""
    hub.behaviour = "deny"
    feed_id = feeds.name_hub(hub.url)
    await keep(service, hub)
    denied = get_subscription(archive, feed_id)

    now.turn(days=29)
    await keep(service, hub)
    silent = len(hub.requests)
    now.turn(days=2)
    await keep(service, hub)

    assert (denied.state, denied.error) == ("denied", "not for you")
    assert not denied.is_relied_upon(now.at)
    assert (silent, len(hub.requests)) == (1, 2)
    assert hub.requests[0]["hub.callback"] != hub.requests[1]["hub.callback"]


async def test_a_hub_that_never_asks_back_is_not_relied_upon(
    service: WebSubService, archive: OpenArchive, feeds: Feeds, hub: Hub, now: Now
) -> None:
    """Taking a request is no promise."""
    hub.behaviour = "ignore"
    feed_id = feeds.name_hub(hub.url)

    await keep(service, hub)

    one = get_subscription(archive, feed_id)
    assert (one.state, one.failures, one.error) == ("pending", 1, None)
    assert not one.is_relied_upon(now.at)


@pytest.mark.parametrize("status", [307, 308])
async def test_a_hub_may_send_us_to_another(
    status: int,
    service: WebSubService,
    archive: OpenArchive,
    feeds: Feeds,
    hub: Hub,
    open_hub: Callable[..., Awaitable[Hub]],
) -> None:
    """The form goes there as it is (5.1.2), and that hub confirms."""
    other = await open_hub()
    hub.behaviour, hub.elsewhere = f"redirect-{status}", other.url
    feed_id = feeds.name_hub(hub.url)

    await keep(service, hub, other)

    assert hub.requests == other.requests
    assert get_subscription(archive, feed_id).state == "active"


@pytest.mark.parametrize("status", [301, 302, 303])
async def test_other_redirects_of_a_form_are_failures(
    status: int,
    service: WebSubService,
    archive: OpenArchive,
    feeds: Feeds,
    hub: Hub,
    open_hub: Callable[..., Awaitable[Hub]],
) -> None:
    """They would make a question of it; nothing is sent there."""
    other = await open_hub()
    hub.behaviour, hub.elsewhere = f"redirect-{status}", other.url
    feed_id = feeds.name_hub(hub.url)

    await keep(service, hub, other)

    assert other.requests == []
    assert get_subscription(archive, feed_id).error


async def test_a_secret_that_was_sent_on_in_the_open_proves_nothing(
    service: WebSubService,
    archive: OpenArchive,
    feeds: Feeds,
    hub: Hub,
    open_hub: Callable[..., Awaitable[Hub]],
) -> None:
    """A redirect from https to http has told it to everybody: what comes is a hint."""
    other = await open_hub(is_safe=False)
    hub.behaviour, hub.elsewhere = "redirect-307", other.url
    feed_id = feeds.name_hub(hub.url)

    await keep(service, hub, other)

    one = get_subscription(archive, feed_id)
    assert (one.state, one.secret) == ("active", "")
    assert await other.distribute(TOPIC, b"<feed/>") == [202]
    assert archive.feeds.take_answer(feed_id) is None


async def test_one_pass_asks_a_bounded_number(
    service: WebSubService, feeds: Feeds, hub: Hub
) -> None:
    """A hub of many feeds gets them over several passes, each once."""
    topics = [f"https://a.test/{number}" for number in range(MAX_REQUESTS + 5)]
    for topic in topics:
        feeds.name_hub(hub.url, url=topic, topic=topic)

    made = [await keep(service, hub) for _ in range(3)]

    assert made == [MAX_REQUESTS, 5, 0]
    assert sorted(topic for topic, _ in hub.subscriptions) == sorted(topics)
    assert len({callback for _, callback in hub.subscriptions}) == len(topics)


async def test_all_are_looked_at_in_their_turn(
    service: WebSubService,
    archive: OpenArchive,
    feeds: Feeds,
    hub: Hub,
    now: Now,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However few in one pass: none is left out, and after the last comes the first."""
    monkeypatch.setattr(subscriber_module, "LOOKED_AT", 2)
    for number in range(5):
        topic = f"https://a.test/{number}"
        feeds.name_hub(hub.url, url=topic, topic=topic)
    await keep(service, hub)
    now.turn(days=9.1)

    made = [await keep(service, hub) for _ in range(6)]

    assert sum(made) == 5
    assert max(made) == 2
    assert {one.requested_at for one in archive.subscriptions.all()} == {now.at}


async def test_a_hub_that_fails_costs_one_request_a_pass(
    service: WebSubService,
    feeds: Feeds,
    hub: Hub,
    open_hub: Callable[..., Awaitable[Hub]],
) -> None:
    """The feeds of other hubs are not held up by it."""
    good = await open_hub(is_safe=False)
    hub.behaviour = "refuse"
    for number in range(4):
        topic = f"https://a.test/{number}"
        feeds.name_hub(good.url if number == 3 else hub.url, url=topic, topic=topic)

    made = await keep(service, hub, good)

    assert (made, len(hub.requests)) == (2, 1)
    assert len(good.subscriptions) == 1


async def test_a_hub_that_hangs_holds_up_no_other(
    service: WebSubService,
    archive: OpenArchive,
    feeds: Feeds,
    hub: Hub,
    open_hub: Callable[..., Awaitable[Hub]],
) -> None:
    """The feeds of the second are subscribed while the first is waited for."""
    good = await open_hub(is_safe=False)
    hub.behaviour = "hang"
    hanging = feeds.name_hub(hub.url, url="https://a.test/1", topic="https://a.test/1")
    feeds.name_hub(good.url, url="https://a.test/2", topic="https://a.test/2")

    under_way = asyncio.create_task(service.keep())
    while not good.subscriptions:  # noqa: ASYNC110 - what is seen is the hub
        await asyncio.sleep(0.01)
    meanwhile = get_subscription(archive, hanging)
    await under_way
    afterwards = get_subscription(archive, hanging)

    assert (meanwhile.error, afterwards.error is None) == (None, False)


@pytest.mark.parametrize("lease", ["0", "1", "60", None, "never", "-5", "99999999999"])
async def test_no_lease_upsets_us(
    lease: str | None,
    service: WebSubService,
    archive: OpenArchive,
    feeds: Feeds,
    hub: Hub,
    now: Now,
) -> None:
    """Whatever a hub says of it, in two days it is asked once an hour at most."""
    hub.lease = lease
    feed_id = feeds.name_hub(hub.url)

    for _ in range(48 * 2):
        await keep(service, hub)
        now.turn(minutes=30)

    assert 1 <= len(hub.requests) <= 48
    assert get_subscription(archive, feed_id).state == "active"
    assert len(hub.subscriptions) == 1
