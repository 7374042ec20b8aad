"""From the hub to the archive: what is pushed is read by the next tick, and no server is asked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any

import pytest

from aggregator.archive import Selection
from aggregator.config import Settings
from aggregator.library import OpenArchive
from aggregator.model import Feed, FeedSpec, FullText, Identity, Subscription
from aggregator.polling import Polling, open_polling
from aggregator.websub import WebSubService
from tests import databases
from tests.websub.hub import Hub
from tests.websub.scene import free_port, make_atom

ETAG = '"v1"'

database_url = databases.database_url  # of both kinds


@dataclass
class Publisher:
    """A feed on a real server, its hub, and who polls it and takes its news."""

    server: Any
    hub: Hub
    archive: OpenArchive
    polling: Polling
    service: WebSubService

    @property
    def topic(self) -> str:
        """The address of the feed."""
        return str(self.server.url("/feed"))

    @property
    def feed(self) -> Feed:
        """It, as the archive has it."""
        return self.archive.feeds.all()[0]

    @property
    def subscription(self) -> Subscription:
        """Its subscription."""
        found = self.archive.subscriptions.of(self.feed.id)
        assert found is not None
        return found

    @property
    def titles(self) -> list[str]:
        """What is archived of it."""
        return sorted(str(one.entry.title) for one in self.archive.entries.select(Selection()))

    def publish(self, *titles: str, age: timedelta = timedelta(), by_header: bool = False) -> bytes:
        """Let the feed have these entries, and no longer the ones before; its document."""
        published_at = datetime.now(UTC) - age
        document = make_atom(self.topic, "" if by_header else self.hub.url, titles, published_at)
        headers = [("Content-Type", "application/atom+xml"), ("ETag", ETAG)]
        if by_header:
            headers.append(("Link", f'<{self.hub.url}>; rel=hub, <{self.topic}>; rel="self"'))
        self.server.route("/feed", self.server.reply(document, headers=headers))
        return document

    async def poll(self) -> None:
        """Poll the feed, due or not."""
        await self.polling.poll_chosen([self.feed.id])

    async def subscribe(self) -> None:
        """Poll it once, and have its hub confirm the subscription."""
        spec = FeedSpec(self.topic, full_text=FullText.NEVER)
        self.archive.feeds.sync([spec], datetime.now(UTC))
        await self.poll()
        await self.service.keep()
        await self.hub.settle()
        await self.learn()

    async def learn(self) -> None:
        """Let the poller look who is subscribed, as it does every ten minutes."""
        await self.polling.pacer.learn(self.archive, self.polling.writer.in_archive)


@pytest.fixture
async def publisher(
    database_url: str, http_server: Any, open_hub: Callable[..., Awaitable[Hub]]
) -> AsyncIterator[Publisher]:
    """A publisher that nobody has heard of yet."""
    port = free_port()
    settings = Settings(
        database_url=database_url,
        allow_networks=(ip_network("127.0.0.0/8"),),
        workers=1,
        timeout_s=5,
        host_gap_s=0,
        websub_url=f"http://127.0.0.1:{port}/websub",
        websub_listen=f"127.0.0.1:{port}",
    )
    assert settings.websub_url is not None
    hub = await open_hub()
    async with AsyncExitStack() as opened:
        archive = opened.enter_context(OpenArchive(database_url))
        polling = await opened.enter_async_context(open_polling(archive, settings, print))
        service = WebSubService(
            archive,
            polling.writer.in_archive,
            polling.fetcher,
            callback_url=settings.websub_url,
            listen=settings.websub_listen,
            clock=polling.clock.now,
        )
        await service.start()
        opened.push_async_callback(service.stop)
        yield Publisher(http_server, hub, archive, polling, service)


async def test_news_come_without_a_request(publisher: Publisher) -> None:
    """What the hub sends is archived by the next tick; what it leaves out stays."""
    publisher.publish("Old")
    await publisher.subscribe()
    before = len(publisher.server.requests)

    statuses = await publisher.hub.distribute(
        publisher.topic, make_atom(publisher.topic, publisher.hub.url, ["New"], datetime.now(UTC))
    )
    await publisher.polling.poll_due()

    assert statuses == [202]
    assert publisher.titles == ["New", "Old"]
    assert len(publisher.server.requests) == before
    assert publisher.feed.error is None
    assert publisher.archive.feeds.take_answer(publisher.feed.id) is None


async def test_a_push_takes_nothing_from_the_next_request(publisher: Publisher) -> None:
    """It stays conditional: validators are those of the server's own answer."""
    publisher.publish("Old")
    await publisher.subscribe()
    await publisher.hub.distribute(
        publisher.topic, make_atom(publisher.topic, publisher.hub.url, ["New"], datetime.now(UTC))
    )
    await publisher.polling.poll_due()

    await publisher.poll()

    assert publisher.feed.validators.etag == ETAG
    assert publisher.server.requests[-1].headers.get("if-none-match") == ETAG


async def test_a_feed_whose_hub_is_relied_upon_is_polled_seldom(publisher: Publisher) -> None:
    """As seldom as the schedule allows, also after a push."""
    publisher.publish("Old")
    await publisher.subscribe()

    await publisher.hub.distribute(
        publisher.topic, make_atom(publisher.topic, publisher.hub.url, ["New"], datetime.now(UTC))
    )
    await publisher.polling.poll_due()

    next_poll_at = publisher.feed.next_poll_at
    assert next_poll_at is not None
    assert next_poll_at - datetime.now(UTC) > timedelta(hours=23)


async def test_pushes_do_not_put_the_visits_off(publisher: Publisher) -> None:
    """Else a feed of which something comes each day would never be asked what did not come."""
    publisher.publish("Old")
    await publisher.subscribe()
    await publisher.poll()
    planned_at = publisher.feed.next_poll_at

    await publisher.hub.distribute(
        publisher.topic, make_atom(publisher.topic, publisher.hub.url, ["New"], datetime.now(UTC))
    )
    await publisher.polling.poll_due()

    assert publisher.titles == ["New", "Old"]
    assert publisher.feed.next_poll_at == planned_at


async def test_a_push_leaves_the_time_that_the_server_has_stated(publisher: Publisher) -> None:
    """Though nobody relies on the hub yet, and the feed's own pace would be an hour."""
    document = publisher.publish("Old")
    headers = [("Content-Type", "application/atom+xml"), ("Cache-Control", "max-age=500000")]
    publisher.server.route("/feed", publisher.server.reply(document, headers=headers))
    await publisher.subscribe()
    publisher.polling.pacer.pushed.clear()
    stated = publisher.feed.not_before
    assert stated is not None

    await publisher.hub.distribute(
        publisher.topic, make_atom(publisher.topic, publisher.hub.url, ["New"], datetime.now(UTC))
    )
    await publisher.polling.poll_due()

    feed = publisher.feed
    assert publisher.titles == ["New", "Old"]
    assert feed.not_before == stated
    assert feed.next_poll_at is not None
    assert feed.next_poll_at >= stated


async def test_a_push_that_cannot_be_read_is_no_fault_of_the_feed(publisher: Publisher) -> None:
    """It is forgotten, and the feed's own server is asked soon what there is."""
    publisher.publish("Old")
    await publisher.subscribe()

    await publisher.hub.distribute(publisher.topic, b"no feed at all")
    await publisher.polling.poll_due()

    feed = publisher.feed
    assert (feed.failures, feed.error) == (0, None)
    assert publisher.archive.feeds.take_answer(feed.id) is None
    assert feed.next_poll_at is not None
    assert feed.next_poll_at <= datetime.now(UTC) + timedelta(minutes=15)


async def test_an_answer_that_was_dropped_is_no_reason_to_ask(publisher: Publisher) -> None:
    """Leased to be read; then feeds.toml was read again, and it is another feed's now."""
    publisher.publish("Old")
    await publisher.subscribe()
    before = len(publisher.server.requests)
    feeds, feed = publisher.archive.feeds, publisher.feed
    document = make_atom(publisher.topic, publisher.hub.url, ["New"], datetime.now(UTC))
    await publisher.hub.distribute(publisher.topic, document)
    [batch] = feeds.lease_batches(datetime.now(UTC), hosts=1, lease_s=60, gap_for=lambda _: 0)
    spec = FeedSpec(feed.url, full_text=FullText.NEVER, identity=Identity.LINK)
    feeds.sync([spec], datetime.now(UTC))

    await publisher.polling.poller.poll(batch.leases[0])

    assert len(publisher.server.requests) == before


async def test_a_hub_in_the_link_header_is_found(publisher: Publisher) -> None:
    """As most publishers name it today; the document says nothing of one."""
    publisher.publish("Old", by_header=True)

    await publisher.subscribe()

    assert publisher.subscription.hub == publisher.hub.url
    assert publisher.subscription.state == "active"


async def test_a_push_does_not_make_a_feed_forget_its_hub(publisher: Publisher) -> None:
    """Although the document, which is all that the hub signs, does not name it."""
    publisher.publish("Old", by_header=True)
    await publisher.subscribe()

    await publisher.hub.distribute(
        publisher.topic, make_atom(publisher.topic, "", ["New"], datetime.now(UTC))
    )
    await publisher.polling.poll_due()
    await publisher.service.keep()

    assert publisher.titles == ["New", "Old"]
    assert [form["hub.mode"] for form in publisher.hub.requests] == ["subscribe"]


async def test_a_hub_that_sends_nothing_is_found_out(publisher: Publisher) -> None:
    """A poll finds what it should have sent; the feed is polled at its own pace again."""
    publisher.publish("Old", age=timedelta(days=2))
    await publisher.subscribe()
    one = publisher.subscription
    asked_at = datetime.now(UTC) - timedelta(days=1)
    publisher.archive.subscriptions.save(replace(one, requested_at=asked_at))
    await publisher.learn()
    publisher.publish("Missed", "Old", age=timedelta(hours=3))

    await publisher.poll()

    assert publisher.titles == ["Missed", "Old"]
    assert not publisher.subscription.is_relied_upon(datetime.now(UTC))
    assert publisher.subscription.state == "active"
    next_poll_at = publisher.feed.next_poll_at
    assert next_poll_at is not None
    assert next_poll_at - datetime.now(UTC) < timedelta(hours=23)
