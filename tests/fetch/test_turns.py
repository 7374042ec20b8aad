"""How many requests run at once, as the servers see it, and what waiting costs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import FetchError
from aggregator.fetch._turns import _GATES_SWEPT_AT, Allowance, Turns
from aggregator.model import HostPolicy

if TYPE_CHECKING:
    from tests.conftest import Hosts, HttpServer, Request
    from tests.fetch.conftest import OpenFetcher


class Crowd:
    """An answer after 50 ms that counts how many were being given at the same time."""

    def __init__(self, server: HttpServer) -> None:
        self.now = self.most = 0
        self._server = server

    async def answer(self, _request: Request, writer: asyncio.StreamWriter) -> None:
        """Answer slowly."""
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.05)
        self.now -= 1
        writer.write(self._server.reply(b"feed"))


@pytest.mark.parametrize("per_host", [1, 3])
async def test_one_host_is_asked_by_few_at_a_time(
    per_host: int, http_server: HttpServer, hosts: Hosts, open_fetcher: OpenFetcher
) -> None:
    """The server itself never sees more; the spelling of its name makes no second host."""
    hosts.add("one.test", ["127.0.0.1"])
    crowd = Crowd(http_server)
    http_server.route("/feed", crowd.answer)
    fetcher = await open_fetcher(per_host=per_host)
    names = ["one.test", "ONE.test", "one.test.", "One.Test"] * 2

    await asyncio.gather(*(fetcher.get(http_server.url("/feed", host=name)) for name in names))

    assert crowd.most == per_host
    assert len(http_server.requests) == len(names)


async def test_hosts_are_asked_at_the_same_time_up_to_the_total(
    http_server: HttpServer, hosts: Hosts, open_fetcher: OpenFetcher
) -> None:
    """Ten hosts, four places: four run."""
    names = [f"host{number}.test" for number in range(10)]
    for name in names:
        hosts.add(name, ["127.0.0.1"])
    crowd = Crowd(http_server)
    http_server.route("/feed", crowd.answer)
    fetcher = await open_fetcher(concurrency=4)

    await asyncio.gather(*(fetcher.get(http_server.url("/feed", host=name)) for name in names))

    assert crowd.most == 4


async def test_who_waits_for_a_host_takes_no_place_from_others() -> None:
    """Two places, two fetches from one slow host: the second place stays free for another."""
    turns = Turns(total=2, per_host=1)

    async def wait_for_slow() -> None:
        async with turns.take("slow.test"):
            raise AssertionError

    async with turns.take("slow.test"):
        waiting = asyncio.create_task(wait_for_slow())
        await asyncio.sleep(0)
        async with asyncio.timeout(1), turns.take("other.test"):
            waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_waiting_for_a_turn_does_not_eat_the_deadline(
    http_server: HttpServer, open_fetcher: OpenFetcher
) -> None:
    """Twelve fetches of 50 ms, one after the other, all succeed with a deadline of 0.4 s."""
    crowd = Crowd(http_server)
    http_server.route("/feed", crowd.answer)
    fetcher = await open_fetcher(timeout_s=0.4)

    responses = await asyncio.gather(*(fetcher.get(http_server.url("/feed")) for _ in range(12)))

    assert [response.body for response in responses] == [b"feed"] * 12


async def test_the_target_of_a_redirect_has_its_own_turn(
    http_server: HttpServer, hosts: Hosts, open_fetcher: OpenFetcher
) -> None:
    """Hosts that lead to each other are neither crowded nor locked, with a single place in all."""
    for name in ("a.test", "b.test"):
        hosts.add(name, ["127.0.0.1"])
    crowd = Crowd(http_server)
    http_server.route("/feed", crowd.answer)

    def cross(request: Request) -> bytes:
        other = "b.test" if request.headers["host"].startswith("a.") else "a.test"
        location = [("Location", http_server.url("/feed", host=other))]
        return http_server.reply(status=301, headers=location)

    http_server.route("/cross", cross)
    fetcher = await open_fetcher(concurrency=1)
    urls = [http_server.url("/cross", host=name) for name in ["a.test", "b.test"] * 4]

    responses = await asyncio.gather(*(fetcher.get(url) for url in urls))

    assert [response.body for response in responses] == [b"feed"] * 8
    assert crowd.most == 1


async def test_a_failed_fetch_gives_its_turn_back(
    http_server: HttpServer, open_fetcher: OpenFetcher, start_server: Callable[..., HttpServer]
) -> None:
    """Errors of every kind leave the host free."""

    async def hang(_request: Request, _writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    http_server.route("/hang", hang)
    http_server.route("/cut", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx")
    http_server.route("/feed", http_server.reply(b"feed"))
    fetcher = await open_fetcher(timeout_s=0.3, concurrency=1)
    canary = start_server("127.0.0.2").url("/")

    for url in (http_server.url("/hang"), http_server.url("/cut"), http_server.url("/no"), canary):
        with pytest.raises(FetchError):
            await fetcher.get(url)

    assert (await fetcher.get(http_server.url("/feed"))).body == b"feed"


async def test_hosts_that_nobody_waits_for_are_forgotten() -> None:
    """A daemon that asks a million hosts does not remember them."""
    turns = Turns(total=2, per_host=1)

    for number in range(100):
        async with turns.take(f"host{number}"):
            assert len(turns._gates) == 1

    assert turns._gates == {}


@pytest.mark.parametrize("per_host", [1, 3])
async def test_turns_of_one_host_begin_a_gap_apart(per_host: int) -> None:
    """Whoever asks, however many may be at it at a time, and however short a turn is."""
    turns, loop = Turns(total=9, per_host=per_host), asyncio.get_running_loop()
    begun_s: list[float] = []

    async def take() -> None:
        async with turns.take("one.test", 0.05):
            begun_s.append(loop.time())

    await asyncio.gather(*(take() for _ in range(5)))

    gaps_s = [later - earlier for earlier, later in pairwise(begun_s)]
    assert len(gaps_s) == 4
    assert min(gaps_s) > 0.045  # a timer may ring a clock's resolution early


async def test_another_host_need_not_wait_for_a_gap() -> None:
    """Nor does who waits for one hold the only place."""
    turns = Turns(total=1, per_host=1)
    async with turns.take("one.test", 60):
        pass

    async with asyncio.timeout(1):
        waiting = asyncio.create_task(turns.take("one.test", 60).__aenter__())
        await asyncio.sleep(0)
        async with turns.take("other.test", 60):
            pass

    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_reserved_start_is_waited_for_without_a_place() -> None:
    """What the book says comes after what this process knows; its refusal ends the turn."""
    turns, waits_s = Turns(total=1, per_host=1), [60.0]

    async def reserve() -> float:
        return waits_s.pop()

    waiting = asyncio.create_task(turns.take("one.test", 0, reserve).__aenter__())
    await asyncio.sleep(0)
    async with asyncio.timeout(1), turns.take("other.test"):
        waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    with pytest.raises(IndexError):
        async with turns.take("one.test", 0, reserve):
            raise AssertionError

    async with asyncio.timeout(1), turns.take("one.test"):
        pass


async def test_hosts_are_remembered_only_as_long_as_their_gap() -> None:
    """Thousands of them are swept out from time to time."""
    turns = Turns(total=2, per_host=1)

    for number in range(3000):
        async with turns.take(f"host{number}", 1e-9):
            pass
    async with turns.take("slow.test", 60):
        pass

    assert len(turns._gates) <= _GATES_SWEPT_AT
    assert "slow.test" in turns._gates


async def test_requests_to_a_host_are_a_gap_apart_whatever_they_are(
    http_server: HttpServer, hosts: Hosts, open_fetcher: OpenFetcher
) -> None:
    """Feeds, redirects, pages, their robots.txt and forms, as the server sees them."""
    hosts.add("one.test", ["127.0.0.1"])
    begun_s: list[float] = []

    def answer(request: Request) -> bytes:
        begun_s.append(time.monotonic())
        if request.path == "/old":
            return http_server.reply(status=301, headers=[("Location", "/feed")])
        return http_server.reply(b"feed")

    for path in ("/old", "/feed", "/page", "/robots.txt", "/hub"):
        http_server.route(path, answer)
    fetcher = await open_fetcher(policies=(HostPolicy("*.test", gap_s=0.1),))

    await fetcher.get(http_server.url("/old", host="one.test"))
    await fetcher.get_page(http_server.url("/page", host="ONE.test."))
    await fetcher.post(http_server.url("/hub", host="one.test"), {"a": "b"})

    asked = [request.path for request in http_server.requests]
    assert asked == ["/old", "/feed", "/robots.txt", "/page", "/hub"]
    assert min(later - earlier for earlier, later in pairwise(begun_s)) > 0.08


async def test_an_allowance_is_spent_once_for_all() -> None:
    """Each use leaves less, the time between uses is free, an empty one ends at once."""
    allowance = Allowance(0.2)
    async with allowance.spend():
        await asyncio.sleep(0.1)
    await asyncio.sleep(0.2)

    async with allowance.spend():
        await asyncio.sleep(0.02)
    with pytest.raises(TimeoutError):
        async with allowance.spend():
            await asyncio.sleep(5)
    with pytest.raises(TimeoutError):
        async with allowance.spend():
            await asyncio.sleep(5)
