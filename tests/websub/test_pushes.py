"""What becomes of what hubs send: read as it is, a hint to poll, or dropped."""

from __future__ import annotations

import asyncio
import gzip
import hmac
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aggregator.library import OpenArchive
from aggregator.model import SILENT_HUB
from aggregator.websub._inbox import Inbox
from aggregator.websub._receiving import as_response
from tests.websub.scene import ATOM, START, TOMORROW, TOPIC, Feeds, Now, Subscribed


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
async def test_what_is_signed_is_kept_to_be_read(algorithm: str, subscribed: Subscribed) -> None:
    """As an answer of the topic, of which something may be missing; no request is needed."""
    statuses = await subscribed.hub.distribute(TOPIC, ATOM, algorithm=algorithm)

    kept = subscribed.answer()
    assert statuses == [202]
    assert kept is not None
    assert kept.is_pushed
    assert (kept.response.url, kept.response.final_url) == (TOPIC, TOPIC)
    assert (kept.response.status, kept.response.body) == (226, ATOM)
    assert kept.response.headers == {
        "content-type": "application/atom+xml",
        "link": f'<{subscribed.hub.url}>; rel="hub", <{TOPIC}>; rel="self"',
    }


async def test_what_was_pushed_is_leased_to_be_read(subscribed: Subscribed) -> None:
    """The feed, which is due tomorrow, is given to a poller now, and with an answer."""
    leased = subscribed.archive.feeds.lease_batches(START, hosts=8, lease_s=60, gap_for=lambda _: 1)

    await subscribed.hub.distribute(TOPIC, ATOM)
    pushed = subscribed.archive.feeds.lease_batches(START, hosts=8, lease_s=60, gap_for=lambda _: 1)

    assert leased == []
    assert [lease.feed.id for batch in pushed for lease in batch.leases] == [subscribed.feed_id]
    assert all(lease.has_answer for batch in pushed for lease in batch.leases)


@pytest.mark.parametrize(
    "signature",
    ["", "sha1=", "sha256=" + "0" * 64, "md5=" + "0" * 32, "sha256", "none=none"],
)
async def test_what_is_not_signed_right_is_dropped(signature: str, subscribed: Subscribed) -> None:
    """Its sender is told nothing of that (7.1.2), and the feed is not even polled."""
    forged = {"X-Hub-Signature": signature}

    statuses = await subscribed.hub.distribute(TOPIC, ATOM, headers=forged)

    assert statuses == [202]
    assert subscribed.answer() is None
    assert subscribed.due_at() == TOMORROW


async def test_a_signature_is_for_one_body(subscribed: Subscribed) -> None:
    """What was signed for another feed, or was changed on the way, is dropped."""
    callback, secret = subscribed.callback, subscribed.subscription.secret
    signed = _sign(secret, ATOM)
    headers = {"Content-Type": "application/atom+xml", "X-Hub-Signature": signed}

    status = await subscribed.hub.post(callback, ATOM + b" ", headers)

    assert status == 202
    assert subscribed.answer() is None


def _sign(secret: str, body: bytes) -> str:
    """As a hub makes it, without our help."""
    return "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/html"},
        {"Content-Type": ""},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Encoding": "gzip"},
        {"Content-Encoding": "br"},
        {"Link": '<https://other.test/feed>; rel="self"'},
    ],
    ids=str,
)
async def test_what_cannot_be_read_as_it_is_is_a_hint(
    headers: dict[str, str], subscribed: Subscribed
) -> None:
    """Signed, but a page, packed, or of another topic: the feed itself is asked."""
    body = gzip.compress(ATOM) if "Content-Encoding" in headers else ATOM

    statuses = await subscribed.hub.distribute(TOPIC, body, headers=headers)

    assert statuses == [202]
    assert subscribed.answer() is None
    assert subscribed.due_at() == START


@pytest.mark.parametrize(
    "media_type",
    ["application/rss+xml; charset=utf-8", "TEXT/XML", "application/feed+json", "application/json"],
)
async def test_every_format_of_feeds_is_read(media_type: str, subscribed: Subscribed) -> None:
    """Its type is handed on as it is, since it says the charset."""
    await subscribed.hub.distribute(TOPIC, ATOM, headers={"Content-Type": media_type})

    kept = subscribed.answer()
    assert kept is not None
    assert kept.response.headers["content-type"] == media_type


async def test_links_are_not_needed(subscribed: Subscribed) -> None:
    """Hubs forget the header, or name the topic among other links."""
    links = f'<https://x.test/>; rel="hub",<{TOPIC}>;rel="alternate self"'

    await subscribed.hub.distribute(TOPIC, ATOM, headers={"Link": links})

    assert subscribed.answer() is not None


async def test_without_a_secret_all_is_a_hint(unsigned: Subscribed) -> None:
    """Anybody between the hub and us could have written it; the feed is polled instead."""
    statuses = await unsigned.hub.distribute(TOPIC, ATOM)

    assert "hub.secret" not in unsigned.hub.requests[0]
    assert unsigned.subscription.is_relied_upon(START)
    assert statuses == [202]
    assert unsigned.answer() is None
    assert unsigned.due_at() == START


async def test_a_hint_waits_for_the_time_that_a_server_states(
    unsigned: Subscribed, archive: OpenArchive
) -> None:
    """Nobody makes us ask a server before it wants to be asked."""
    lease = archive.feeds.lease_one(unsigned.feed_id, START, 60)
    assert lease is not None
    stated_until = START + timedelta(hours=3)
    response = _a_response(unsigned)
    assert archive.feeds.keep_answer(lease, response, stated_until)

    await unsigned.hub.distribute(TOPIC, ATOM)

    assert unsigned.due_at() == stated_until


def _a_response(subscribed: Subscribed) -> Any:
    return as_response(subscribed.subscription, ATOM, "text/xml", START)


async def test_a_flood_of_hints_is_one_poll(unsigned: Subscribed, feeds: Feeds, now: Now) -> None:
    """And one more in each quarter of an hour: no hub can have us flood a server."""
    polled_at = []
    for _ in range(60):
        await unsigned.hub.distribute(TOPIC, ATOM)
        await unsigned.service.keep()
        if unsigned.due_at() <= now.at:
            polled_at.append(now.at)
            feeds.name_hub(unsigned.hub.url)  # polls it
        now.turn(seconds=30)

    assert polled_at == [START, START + timedelta(minutes=15)]


async def test_the_same_again_is_read_once(subscribed: Subscribed, now: Now) -> None:
    """A replay, by the hub or by who has listened, changes nothing, also when it is long ago."""
    await subscribed.hub.distribute(TOPIC, ATOM)
    for number in range(5):
        now.turn(hours=1)
        await subscribed.hub.distribute(TOPIC, ATOM + b"\n" * (number + 1))
    newest = subscribed.answer()

    now.turn(hours=1)
    statuses = await subscribed.hub.distribute(TOPIC, ATOM)

    kept = subscribed.answer()
    assert statuses == [202]
    assert newest is not None
    assert kept == newest
    assert kept.response.body == ATOM + b"\n" * 5
    assert subscribed.due_at() == TOMORROW


async def test_two_at_once_lose_nothing(subscribed: Subscribed, now: Now) -> None:
    """The second, which may lack what the first has brought, has the feed polled afterwards."""
    await subscribed.hub.distribute(TOPIC, ATOM)
    statuses = await subscribed.hub.distribute(TOPIC, ATOM + b"<!-- the next -->")
    kept = subscribed.answer()
    due = [subscribed.due_at()]
    now.turn(seconds=11)
    await subscribed.service.keep()
    due.append(subscribed.due_at())

    assert statuses == [202]
    assert kept is not None
    assert kept.response.body == ATOM
    assert due == [TOMORROW, now.at]


async def test_what_comes_for_a_feed_that_was_just_paused_is_dropped(
    subscribed: Subscribed, feeds: Feeds
) -> None:
    """It is taken, since the hub does nothing wrong."""
    feeds.pause()

    statuses = await subscribed.hub.distribute(TOPIC, ATOM)

    assert statuses == [202]
    assert subscribed.answer() is None


async def test_a_silent_hub_is_trusted_again_when_it_sends(
    subscribed: Subscribed, now: Now
) -> None:
    """One good document is enough; one that is not signed is none."""
    silent = replace(subscribed.subscription, error=SILENT_HUB)
    subscribed.archive.subscriptions.save(silent)

    await subscribed.hub.distribute(TOPIC, ATOM, headers={"X-Hub-Signature": "sha1=no"})
    before = subscribed.subscription.is_relied_upon(now.at)
    await subscribed.hub.distribute(TOPIC, ATOM)

    assert not before
    assert subscribed.subscription.is_relied_upon(now.at)


async def test_what_could_not_be_kept_in_time_is_taken_when_it_comes_again(
    subscribed: Subscribed, now: Now
) -> None:
    """The deadline of a request cancels it while the archive is locked; its hub tries again."""
    is_locked = True

    async def in_archive(work: Any, *args: object) -> Any:
        if is_locked and work == subscribed.archive.feeds.push_answer:
            await asyncio.sleep(60)
        return work(*args)

    inbox = Inbox(subscribed.archive, in_archive, now)
    signed = _sign(subscribed.subscription.secret, ATOM)
    headers = {"content-type": "application/atom+xml", "x-hub-signature": signed}
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(inbox.take(subscribed.subscription, ATOM, headers), 0.1)
    is_locked = False

    await inbox.take(subscribed.subscription, ATOM, headers)

    kept = subscribed.answer()
    assert kept is not None
    assert kept.response.body == ATOM
