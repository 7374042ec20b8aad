"""The book that is kept in memory, and what a fetcher tells the book it is given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import FetchError, RestingError
from aggregator.fetch import MemoryBook
from aggregator.fetch._hosts import FIRST_REST, LONGEST_BARE_REST, LONGEST_REST, rest_until

if TYPE_CHECKING:
    from tests.conftest import Hosts, HttpServer, Request
    from tests.fetch.conftest import OpenFetcher

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Times:
    """Both clocks of a book, moved by hand."""

    def __init__(self) -> None:
        self.passed = timedelta()

    def clock(self) -> float:
        """Seconds since some time."""
        return 1000 + self.passed.total_seconds()

    def now(self) -> datetime:
        """The time."""
        return NOW + self.passed


class Diary(MemoryBook):
    """A book that tells what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[Any, ...]] = []

    async def reserve(self, host: str, gap_s: float) -> float:
        """Note it."""
        self.told.append(("reserve", host, gap_s))
        return await super().reserve(host, 0)

    async def refuse(self, host: str, status: int, retry_at: datetime | None) -> datetime:
        """Note it."""
        self.told.append(("refuse", host, status, retry_at is not None))
        return await super().refuse(host, status, retry_at)

    async def answered(self, host: str) -> None:
        """Note it."""
        self.told.append(("answered", host))
        await super().answered(host)


async def test_starts_are_reserved_one_after_another() -> None:
    """Each host has its own line, and time that passes is taken off."""
    times = Times()
    book = MemoryBook(clock=times.clock, now=times.now)

    waits_s = [await book.reserve("a.test", 10) for _ in range(3)]
    other_s = await book.reserve("b.test", 10)
    times.passed = timedelta(seconds=25)

    assert waits_s == [0, 10, 20]
    assert other_s == 0
    assert await book.reserve("a.test", 10) == 5


async def test_a_host_that_has_refused_rests() -> None:
    """Nobody asks it until the time it states, to the moment; others are not concerned."""
    times = Times()
    book = MemoryBook(clock=times.clock, now=times.now)

    until = await book.refuse("a.test", 429, NOW + timedelta(hours=2))

    assert until == NOW + timedelta(hours=2)
    assert await book.reserve("b.test", 1) == 0
    times.passed = timedelta(hours=2) - timedelta(microseconds=1)
    with pytest.raises(RestingError) as resting:
        await book.reserve("a.test", 1)
    assert (resting.value.kind, resting.value.retry_at) == ("resting", until)
    times.passed = timedelta(hours=2)
    assert await book.reserve("a.test", 1) == 0


async def test_bare_refusals_double_until_it_answers() -> None:
    """One hour, two, four, up to a day; a good answer forgets them."""
    book = MemoryBook(now=lambda: NOW)

    rests = [(await book.refuse("a.test", 429, None) - NOW) // timedelta(hours=1) for _ in range(7)]
    await book.answered("a.test")
    await book.answered("never-asked.test")
    again = await book.refuse("a.test", 429, None) - NOW

    assert rests == [1, 2, 4, 8, 16, 24, 24]
    assert again == timedelta(hours=1)


@given(st.integers(-5, 10**9), st.none() | st.timedeltas(timedelta(-400), timedelta(400)))
def test_a_rest_is_bounded_and_never_ends_before_its_time(
    refusals: int, stated: timedelta | None
) -> None:
    """A quarter of an hour at least, a month at most."""
    until = rest_until(refusals, None if stated is None else NOW + stated, NOW)

    assert NOW + FIRST_REST <= until <= NOW + LONGEST_REST
    if stated is None:
        assert until <= NOW + LONGEST_BARE_REST
    elif stated <= LONGEST_REST:
        assert until >= NOW + stated


@pytest.mark.parametrize(
    ("status", "headers", "noted"),
    [
        (200, [], ("answered", "one.test")),
        (404, [], ("answered", "one.test")),
        (429, [], ("refuse", "one.test", 429, False)),
        (429, [("Retry-After", "9")], ("refuse", "one.test", 429, True)),
        (503, [("Retry-After", "9")], ("refuse", "one.test", 503, True)),
        (503, [], None),
        (500, [("Retry-After", "9")], None),
    ],
)
async def test_the_book_learns_how_a_host_answers(
    status: int,
    headers: list[tuple[str, str]],
    noted: tuple[Any, ...] | None,
    http_server: HttpServer,
    hosts: Hosts,
    open_fetcher: OpenFetcher,
) -> None:
    """429, and 503 with a time, are for the whole host; a bare 5xx is trouble of one feed."""
    hosts.add("one.test", ["127.0.0.1"])
    http_server.route("/feed", http_server.reply(status=status, headers=headers))
    book = Diary()
    fetcher = await open_fetcher(book=book, gap_s=2.5)

    try:
        await fetcher.get(http_server.url("/feed", host="ONE.test."))
    except FetchError as error:
        assert error.status == status  # noqa: PT017 - some of them raise

    assert book.told[0] == ("reserve", "one.test", 2.5)
    assert book.told[1:] == ([] if noted is None else [noted])


async def test_the_start_of_each_request_is_reserved(
    http_server: HttpServer, hosts: Hosts, open_fetcher: OpenFetcher
) -> None:
    """Also where a redirect leads, on the same host or another."""
    for name in ("one.test", "two.test"):
        hosts.add(name, ["127.0.0.1"])
    there = http_server.url("/feed", host="two.test")

    def answer(request: Request) -> bytes:
        places = {"/a": "/b", "/b": there}
        return http_server.reply(status=302, headers=[("Location", places[request.path])])

    http_server.route("/a", answer)
    http_server.route("/b", answer)
    http_server.route("/feed", http_server.reply(b"feed"))
    book = Diary()
    fetcher = await open_fetcher(book=book)

    await fetcher.get(http_server.url("/a", host="one.test"))

    reserved = [told[1] for told in book.told if told[0] == "reserve"]
    assert reserved == ["one.test", "one.test", "two.test"]
    assert len(http_server.requests) == 3


async def test_a_resting_host_is_not_asked_by_whatever_way_one_comes(
    http_server: HttpServer, hosts: Hosts, open_fetcher: OpenFetcher
) -> None:
    """Not for another feed, not for a page, not for its robots.txt, not after a redirect."""
    for name in ("tired.test", "other.test"):
        hosts.add(name, ["127.0.0.1"])
    busy = http_server.reply(status=429, headers=[("Retry-After", "3600")])
    place = [("Location", http_server.url("/second", host="tired.test"))]
    http_server.route("/feed", busy)
    http_server.route("/away", http_server.reply(status=302, headers=place))
    fetcher = await open_fetcher()
    tired, other = (http_server.url("", host=f"{name}.test") for name in ("tired", "other"))

    with pytest.raises(FetchError) as first:
        await fetcher.get(f"{tired}/feed")
    for ask, url in [
        (fetcher.get, f"{tired}/second"),
        (fetcher.get_page, f"{tired}/page"),
        (fetcher.get, f"{other}/away"),
    ]:
        with pytest.raises(RestingError) as resting:
            await ask(url)
        assert resting.value.url == url
        assert resting.value.retry_at == first.value.retry_at

    assert [request.path for request in http_server.requests] == ["/feed", "/away"]


async def test_a_refusal_without_a_time_gets_one(
    http_server: HttpServer, fetcher_with_book: Any
) -> None:
    """The feed is told the end of its host's rest, so that nobody has to guess."""
    fetcher, book = fetcher_with_book
    http_server.route("/feed", http_server.reply(status=429))

    with pytest.raises(FetchError) as failed:
        await fetcher.get(http_server.url("/feed"))

    assert failed.value.retry_at is not None
    wait = failed.value.retry_at - datetime.now(UTC)
    assert timedelta(minutes=59) < wait <= timedelta(hours=1)
    with pytest.raises(RestingError):
        await book.reserve("127.0.0.1", 0)


@pytest.fixture
async def fetcher_with_book(open_fetcher: OpenFetcher) -> Any:
    """A fetcher and the book that it keeps."""
    book = MemoryBook()
    return await open_fetcher(book=book), book
