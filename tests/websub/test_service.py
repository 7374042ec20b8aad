"""Starting, stopping and moving: what the service leaves behind, and finds again."""

from __future__ import annotations

import asyncio

from aggregator.library import OpenArchive
from aggregator.websub import WebSubService
from tests.websub.conftest import Serve
from tests.websub.hub import Hub
from tests.websub.scene import TOPIC, Feeds, get_subscription, keep


async def test_whoever_stops_does_not_wait_for_hubs(
    service: WebSubService, archive: OpenArchive, feeds: Feeds, hub: Hub
) -> None:
    """What was asked is kept, and asked again in its time."""
    hub.behaviour = "hang"
    feed_id = feeds.name_hub(hub.url)
    passing = asyncio.create_task(service.keep())
    while not hub.requests:  # noqa: ASYNC110 - the hub is not told to tell
        await asyncio.sleep(0.01)

    await service.stop()
    await passing

    one = get_subscription(archive, feed_id)
    assert (one.state, one.failures, one.error) == ("pending", 1, None)


async def test_subscriptions_outlive_the_process(
    serve: Serve, archive: OpenArchive, feeds: Feeds, hub: Hub
) -> None:
    """A daemon that starts anew under the same address asks for nothing."""
    feed_id = feeds.name_hub(hub.url)
    first = await serve()
    await keep(first, hub)
    callback = hub.requests[0]["hub.callback"]
    port = int(callback.split(":")[2].partition("/")[0])
    await first.stop()

    second = await serve(port)
    made = await keep(second, hub)

    assert made == 0
    assert get_subscription(archive, feed_id).state == "active"
    assert await hub.distribute(TOPIC, b"<feed/>") == [202]
    kept = archive.feeds.take_answer(feed_id)
    assert kept is not None
    assert kept.response.body == b"<feed/>"


async def test_another_address_makes_all_new(
    serve: Serve, archive: OpenArchive, feeds: Feeds, hub: Hub
) -> None:
    """Hubs would go on sending to where nobody listens, and we would wait for it."""
    feed_id = feeds.name_hub(hub.url)
    await keep(await serve(), hub)
    before = get_subscription(archive, feed_id)

    await keep(await serve(), hub)

    after = get_subscription(archive, feed_id)
    assert after.token != before.token
    assert len(hub.requests) == 2
