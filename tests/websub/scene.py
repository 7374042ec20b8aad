"""What tests of WebSub have to do with: a clock, feeds that name hubs, what comes of them."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aggregator.archive import KeptAnswer
from aggregator.library import OpenArchive
from aggregator.model import (
    FeedLinks,
    FeedSpec,
    ParsedFeed,
    PollResult,
    Subscription,
    Validators,
)
from aggregator.websub import WebSubService
from tests.websub.hub import Hub

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
TOPIC = "https://a.test/feed.xml"
TOMORROW = START + timedelta(days=1)
ATOM = b"<feed xmlns='http://www.w3.org/2005/Atom'><title>News</title></feed>"


class Now:
    """A clock that a test turns forward."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        """The time now."""
        return self.at

    def turn(self, **by: float) -> None:
        """Let so much time pass."""
        self.at += timedelta(**by)


class Feeds:
    """The feeds of the archive, as a poller would fill it."""

    def __init__(self, archive: OpenArchive) -> None:
        self._archive = archive
        self._specs: dict[str, FeedSpec] = {}

    def name_hub(self, *hubs: str, topic: str | None = TOPIC, url: str = TOPIC) -> int:
        """Poll the feed `url`, which then says where its news are sent; its number."""
        self._specs[url] = FeedSpec(url=url)
        self.sync()
        feed_id = next(feed.id for feed in self._archive.feeds.all() if feed.url == url)
        lease = self._archive.feeds.lease_one(feed_id, START, 60)
        assert lease is not None
        links = FeedLinks(self_url=topic, hubs=hubs)
        parsed = ParsedFeed("atom10", "strict", "utf-8", (), links=links)
        poll = (feed_id, lease.token, START, TOMORROW, Validators(), None)
        assert self._archive.entries.record(PollResult(*poll, status=200, parsed=parsed))
        return feed_id

    def pause(self, url: str = TOPIC) -> None:
        """Take the feed `url` out of feeds.toml."""
        del self._specs[url]
        self.sync()

    def sync(self) -> None:
        """Make the archive have the feeds that there are."""
        self._archive.feeds.sync(list(self._specs.values()), START)


@dataclass
class Subscribed:
    """A feed whose news `hub` sends to `callback`."""

    feed_id: int
    hub: Hub
    archive: OpenArchive
    service: WebSubService

    @property
    def callback(self) -> str:
        """The address that only the hub knows."""
        return self.hub.requests[0]["hub.callback"]

    @property
    def subscription(self) -> Subscription:
        """It, as it is now."""
        found = self.archive.subscriptions.of(self.feed_id)
        assert found is not None
        return found

    def answer(self) -> KeptAnswer | None:
        """What was kept to be read."""
        return self.archive.feeds.take_answer(self.feed_id)

    def due_at(self) -> datetime:
        """When the feed is polled next."""
        feed = next(feed for feed in self.archive.feeds.all() if feed.id == self.feed_id)
        assert feed.next_poll_at is not None
        return feed.next_poll_at


async def subscribe(
    hub: Hub, service: WebSubService, archive: OpenArchive, feeds: Feeds
) -> Subscribed:
    """A feed of the archive, with its subscription at `hub`."""
    feed_id = feeds.name_hub(hub.url)
    await service.keep()
    await hub.settle()
    return Subscribed(feed_id, hub, archive, service)


def make_atom(topic: str, hub: str, titles: Sequence[str], published_at: datetime) -> bytes:
    """An Atom document with an entry for each title; an empty `hub` is not named."""
    stamp = published_at.isoformat()
    entries = "".join(
        f"<entry><id>tag:a.test,2026:{title}</id><title>{title}</title><content>{title} "
        f"says something.</content><published>{stamp}</published><updated>{stamp}</updated></entry>"
        for title in titles
    )
    links = f'<link rel="self" href="{topic}"/>' + (f'<link rel="hub" href="{hub}"/>' * bool(hub))
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><id>{topic}</id><title>A</title>'
        f"<updated>{stamp}</updated>{links}{entries}</feed>"
    ).encode()


def free_port() -> int:
    """A port of 127.0.0.1 at which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def get_subscription(archive: OpenArchive, feed_id: int) -> Subscription:
    """The subscription of a feed that has one."""
    found = archive.subscriptions.of(feed_id)
    assert found is not None
    return found


async def keep(service: WebSubService, *hubs: Hub) -> int:
    """How many requests the hubs got in one pass, after which they ask and are answered."""
    before = sum(len(hub.requests) for hub in hubs)
    await service.keep()
    for hub in hubs:
        await hub.settle()
    return sum(len(hub.requests) for hub in hubs) - before
