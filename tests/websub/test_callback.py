"""What hubs and strangers may send to the callback, and what they are answered."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from aggregator.errors import ConfigError
from aggregator.library import OpenArchive
from aggregator.websub import WebSubService
from aggregator.websub import _callback as callback_module
from aggregator.websub._callback import MAX_BODY_BYTES
from tests.websub.hub import Hub
from tests.websub.scene import ATOM, TOPIC, Feeds, Now, Subscribed, subscribe


async def test_too_much_is_refused_and_the_feed_is_polled_as_ever(
    subscribed: Subscribed, now: Now
) -> None:
    """Announced or not; until the hub sends something that can be taken."""
    big = b"x" * (MAX_BODY_BYTES + 1)

    async def drip() -> AsyncIterator[bytes]:
        for start in range(0, len(big), 1 << 16):
            yield big[start : start + (1 << 16)]

    trusted = []
    for body in (big, drip()):
        status = await subscribed.hub.post(subscribed.callback, body, {})
        trusted.append((status, subscribed.subscription.is_relied_upon(now.at)))
    await subscribed.hub.distribute(TOPIC, ATOM)

    assert trusted == [(413, False), (413, False)]
    assert subscribed.subscription.is_relied_upon(now.at)


async def test_the_largest_that_is_taken_is_taken(subscribed: Subscribed) -> None:
    """The bound itself is inside."""
    body = ATOM + b" " * (MAX_BODY_BYTES - len(ATOM))

    assert await subscribed.hub.distribute(TOPIC, body) == [202]
    assert subscribed.answer() is not None


async def test_what_comes_too_slowly_is_given_up(
    subscribed: Subscribed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A body that never ends holds nothing up for long, and the hub may come again."""
    monkeypatch.setattr(callback_module, "DEADLINE_S", 0.2)

    async def hang() -> AsyncIterator[bytes]:
        yield ATOM
        await asyncio.sleep(30)

    status = await subscribed.hub.post(subscribed.callback, hang(), {})

    assert status == 503
    assert await subscribed.hub.distribute(TOPIC, ATOM) == [202]


@pytest.mark.parametrize(("of_feed", "most"), [(99, callback_module.MAX_AT_ONCE), (2, 2)])
async def test_who_comes_when_all_places_are_taken_comes_again(
    of_feed: int, most: int, subscribed: Subscribed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many bodies are in memory at a time, and no more; of one feed even fewer."""
    monkeypatch.setattr(callback_module, "MAX_OF_FEED", of_feed)
    monkeypatch.setattr(callback_module, "DEADLINE_S", 5.0)
    is_over = asyncio.Event()

    async def hold() -> AsyncIterator[bytes]:
        yield ATOM
        await is_over.wait()

    tasks = [
        asyncio.create_task(subscribed.hub.post(subscribed.callback, hold(), {}))
        for _ in range(most + 1)
    ]
    first, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    refused = [task.result() for task in first]
    is_over.set()
    answers = await asyncio.gather(*tasks)

    assert refused == [503]
    assert sorted(answers) == [202] * most + [503]
    assert await subscribed.hub.distribute(TOPIC, ATOM) == [202]


async def test_an_archive_that_cannot_be_written_makes_the_hub_come_again(
    subscribed: Subscribed, archive: OpenArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was not kept is not taken for known when it comes again."""
    monkeypatch.setattr(callback_module, "DEADLINE_S", 0.5)
    assert archive.path is not None
    with closing(_hold(str(archive.path))):
        refused = await subscribed.hub.distribute(TOPIC, ATOM)
    monkeypatch.setattr(callback_module, "DEADLINE_S", 20.0)

    assert refused == [503]
    assert await subscribed.hub.distribute(TOPIC, ATOM) == [202]
    assert subscribed.answer() is not None


def _hold(path: str) -> Any:
    """A connection that holds the archive until it is closed."""
    held = sqlite3.connect(path, isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    return held


async def test_strangers_learn_nothing(subscribed: Subscribed) -> None:
    """No token, one that is none, that of nobody: 404, or 410 so that old hubs give up."""
    base = subscribed.callback.rpartition("/")[0]
    query = {"mode": "subscribe", "topic": TOPIC, "challenge": "c", "lease_seconds": "9"}
    paths = ["", "/", "/x", "/" + "a" * 43, "/" + "a" * 44, "/%2e%2e/" + "b" * 43]

    asked = [await subscribed.hub.ask(base + path, **query) for path in paths]
    sent = [await subscribed.hub.post(base + path, ATOM, {}) for path in paths]

    assert {status for status, _ in asked} == {404}
    assert sent == [404, 404, 404, 410, 404, 410]
    assert subscribed.answer() is None


async def test_forged_questions_change_nothing(subscribed: Subscribed) -> None:
    """Who knows the address can neither stretch, nor end, nor take over what runs."""
    before, hub, to = subscribed.subscription, subscribed.hub, subscribed.callback
    forged = [
        {"mode": "subscribe", "topic": TOPIC, "lease_seconds": "999999999"},
        {"mode": "unsubscribe", "topic": TOPIC},
        {"mode": "subscribe", "topic": "https://evil.test/"},
        {"mode": "denied", "topic": "https://evil.test/"},
        {"mode": "publish", "topic": TOPIC},
    ]

    answers = [await hub.ask(to, challenge="c", **query) for query in forged]

    assert {status for status, _ in answers} == {404}
    assert not any(text == "c" for _, text in answers)
    assert subscribed.subscription == before


async def test_a_riddle_is_given_back_as_text(subscribed: Subscribed, now: Now) -> None:
    """Whatever it is, no browser makes a page of it."""
    subscribed.hub.behaviour = "ignore"
    now.turn(days=9.5)
    await subscribed.service.keep()  # asks for a renewal
    riddle = "<script>alert(1)</script>&é"

    async with subscribed.hub._client.get(
        subscribed.callback,
        params={"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.challenge": riddle},
    ) as answer:
        text = await answer.text()

    assert (answer.status, text) == (200, riddle)
    assert answer.content_type == "text/plain"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_before_it_is_confirmed_nothing_is_taken(
    hub: Hub, service: WebSubService, archive: OpenArchive, feeds: Feeds
) -> None:
    """404: the hub has not asked yet whether we mean it."""
    hub.behaviour = "ignore"
    subscribed = await subscribe(hub, service, archive, feeds)

    assert await hub.post(subscribed.callback, ATOM, {}) == 404
    assert subscribed.answer() is None


@pytest.mark.parametrize("state", ["gone", "denied"])
async def test_what_is_over_is_gone(state: str, subscribed: Subscribed) -> None:
    """410, so that the hub may end it, too (section 7)."""
    over = replace(subscribed.subscription, state=state)
    subscribed.archive.subscriptions.save(over)

    assert await subscribed.hub.distribute(TOPIC, ATOM) == [410]
    assert subscribed.answer() is None


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"])
async def test_other_methods_are_refused(method: str, subscribed: Subscribed) -> None:
    """Only questions and documents are expected."""
    async with subscribed.hub._client.request(method, subscribed.callback) as answer:
        assert answer.status == 405


async def test_an_address_that_is_taken_is_said(
    archive: OpenArchive, in_archive: Any, fetcher: Any, subscribed: Subscribed
) -> None:
    """Whoever starts the daemon learns which setting to change."""
    port = subscribed.callback.split(":")[2].partition("/")[0]
    listen = f"127.0.0.1:{port}"
    second = WebSubService(
        archive, in_archive, fetcher, callback_url="https://n.test/", listen=listen
    )

    with pytest.raises(ConfigError, match=rf"websub_listen.*{listen}"):
        await second.start()


async def test_a_hub_that_hangs_up_is_no_fault_of_ours(
    subscribed: Subscribed, caplog: pytest.LogCaptureFixture
) -> None:
    """Else each such push would be an error with a traceback in our log."""
    host, _, path = subscribed.callback.removeprefix("http://").partition("/")
    _, writer = await asyncio.open_connection(*host.split(":"))
    writer.write(f"POST /{path} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nx".encode())
    await writer.drain()
    await asyncio.sleep(0.3)
    writer.close()
    await asyncio.sleep(0.3)

    assert await subscribed.hub.distribute(TOPIC, ATOM) == [202]
    assert not [one for one in caplog.records if one.exc_info]
