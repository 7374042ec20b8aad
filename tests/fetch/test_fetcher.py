"""What a fetch sends, what it brings back and how its failures are named."""

from __future__ import annotations

import asyncio
import gzip
import socket
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import brotli  # type: ignore[import-untyped]
import pytest
import zstandard

from aggregator import __version__
from aggregator.config import Settings
from aggregator.errors import FetchError
from aggregator.fetch import PAGE_ACCEPT, Fetcher, FetchLimits, make_fetcher
from aggregator.model import Validators

if TYPE_CHECKING:
    from tests.conftest import Hosts, HttpServer

FEED = b"<rss><channel><title>A feed</title></channel></rss>" * 40


async def test_a_feed_comes_back_whole_with_its_headers(
    http_server: HttpServer, fetcher: Fetcher
) -> None:
    """The body is byte-exact, headers are lower-case and joined, the time is aware UTC."""
    headers = [("Content-Type", "text/xml"), ("Vary", "Accept"), ("vary", "Cookie")]
    http_server.route("/feed", http_server.reply(FEED, headers=headers))

    response = await fetcher.get(http_server.url("/feed"))

    assert (response.status, response.body, response.wire_bytes) == (200, FEED, len(FEED))
    assert response.url == response.final_url == http_server.url("/feed")
    assert response.headers["content-type"] == "text/xml"
    assert response.headers["vary"] == "Accept, Cookie"
    assert response.redirects == ()
    assert abs(datetime.now(UTC) - response.fetched_at) < timedelta(seconds=10)


async def test_a_request_names_us_and_nothing_else(
    http_server: HttpServer, hosts: Hosts, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the headers we mean are sent, whatever proxies and cookies the surroundings offer."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    cookie = ("Set-Cookie", "id=1; Path=/")
    http_server.route("/feed", http_server.reply(FEED, headers=[cookie]))

    hosts.add("feeds.test", ["127.0.0.1"])

    await fetcher.get(http_server.url("/feed", host="feeds.test"))
    await fetcher.get(http_server.url("/feed?page", host="feeds.test"), accept=PAGE_ACCEPT)

    first, second = http_server.requests
    assert first.method == "GET"
    assert set(first.headers) == {"host", "user-agent", "accept", "accept-encoding"}
    assert first.headers["user-agent"] == "aggregator/0.1 (+https://example.org/about)"
    assert first.headers["accept-encoding"] == "gzip, deflate, br, zstd"
    assert "application/atom+xml" in first.headers["accept"]
    assert second.headers["accept"] == PAGE_ACCEPT
    assert "cookie" not in second.headers


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(FEED, mtime=0)),
        ("X-GZIP", gzip.compress(FEED, mtime=0)),
        ("deflate", zlib.compress(FEED)),
        ("deflate", zlib.compress(FEED)[2:-4]),
        ("br", brotli.compress(FEED)),
        ("zstd", zstandard.compress(FEED)),
        ("identity", FEED),
        ("utf-8", FEED),
    ],
)
async def test_a_compressed_body_is_unpacked(
    encoding: str, packed: bytes, http_server: HttpServer, fetcher: Fetcher
) -> None:
    """Every coding we offer is undone, and `wire_bytes` tells what really came."""
    headers = [("Content-Encoding", encoding)]
    http_server.route("/feed", http_server.reply(packed, headers=headers))

    response = await fetcher.get(http_server.url("/feed"))

    assert response.body == FEED
    assert response.wire_bytes == len(packed)


@pytest.mark.parametrize(
    ("validators", "lines"),
    [
        (Validators('"a"', "Sat, 01 Feb 2025 03:04:05 GMT"), 2),
        (Validators('W/"weak:1/x"'), 1),
        (Validators("unquoted"), 1),
        (Validators('"5f3-61a;gzip+\'=="'), 1),
        (Validators('"Gr\xc3\xbc\xc3\x9fe"'), 1),
        (Validators(None, "yesterday, about noon"), 1),
        (Validators(None, "Sat, 1 Feb 2025 03:04:05 +0200"), 1),
    ],
)
async def test_validators_go_back_byte_for_byte(
    validators: Validators, lines: int, http_server: HttpServer, fetcher: Fetcher
) -> None:
    """What a server sent, legal or not, it gets back exactly, and its 304 is understood."""
    stated = {"ETag": validators.etag, "Last-Modified": validators.last_modified}
    headers = [(name, value) for name, value in stated.items() if value]
    http_server.route("/feed", http_server.reply(FEED, headers=headers))

    first = await fetcher.get(http_server.url("/feed"))
    http_server.route("/feed", http_server.reply(status=304))
    second = await fetcher.get(http_server.url("/feed"), validators=first.validators)

    assert first.validators == validators
    sent = [line for line in http_server.requests[1].lines if line.startswith(b"If-")]
    wanted = {b"If-None-Match": validators.etag, b"If-Modified-Since": validators.last_modified}
    assert len(sent) == lines
    assert sent == [name + b": " + v.encode("latin-1") for name, v in wanted.items() if v]
    assert (second.is_unchanged, second.body, second.validators) == (True, b"", validators)


async def test_a_304_may_bring_new_validators(http_server: HttpServer, fetcher: Fetcher) -> None:
    """Its own ETag takes the old one's place; what it leaves out stays as it was sent."""
    sent = Validators('"old"', "Sat, 01 Feb 2025 03:04:05 GMT")
    http_server.route("/feed", http_server.reply(status=304, headers=[("ETag", '"new"')]))

    response = await fetcher.get(http_server.url("/feed"), validators=sent)

    assert response.validators == Validators('"new"', sent.last_modified)


async def test_a_good_answer_without_validators_has_none(
    http_server: HttpServer, fetcher: Fetcher
) -> None:
    """A server that stopped sending validators is not held to the old ones."""
    http_server.route("/feed", http_server.reply(FEED, headers=[("ETag", "")]))

    response = await fetcher.get(http_server.url("/feed"), validators=Validators('"old"'))

    assert response.validators == Validators()


@pytest.mark.parametrize("unsendable", ["a\r\nX-Evil: 1", "nul\x00", "\xff\xfe", "\u20ac"])
async def test_a_validator_that_cannot_be_written_is_left_out(
    unsendable: str, http_server: HttpServer, fetcher: Fetcher
) -> None:
    """Such a request is unconditional, and a 304 to it is an error."""
    http_server.route("/feed", http_server.reply(status=304))

    with pytest.raises(FetchError, match="304") as failed:
        await fetcher.get(http_server.url("/feed"), validators=Validators(unsendable))

    assert (failed.value.kind, failed.value.status) == ("http", 304)
    assert "if-none-match" not in http_server.requests[0].headers
    assert "x-evil" not in http_server.requests[0].headers


@pytest.mark.parametrize("status", [206, 400, 401, 403, 404, 410, 429, 500, 503, 599, 999])
async def test_any_other_status_is_an_error_that_carries_it(
    status: int, http_server: HttpServer, fetcher: Fetcher
) -> None:
    """No status but 2xx and 304 is an answer; a part (206) that nobody asked for is none either."""
    http_server.route("/feed", http_server.reply(FEED, status=status))

    with pytest.raises(FetchError) as failed:
        await fetcher.get(http_server.url("/feed"))

    assert (failed.value.kind, failed.value.status) == ("http", status)
    # Who is told to come less often (429) leaves the host alone, also where no time is stated.
    assert (failed.value.retry_at is None) == (status != 429)
    assert str(status) in str(failed.value)


@pytest.mark.parametrize(
    ("validators", "wants_delta", "offered"),
    [
        (Validators('"a"'), True, "feed"),
        (Validators('"a"'), False, None),
        (Validators(None, "Sat, 01 Feb 2025 03:04:05 GMT"), True, None),
        (Validators(), True, None),
    ],
)
async def test_only_news_is_asked_for_with_a_tag(
    validators: Validators,
    wants_delta: bool,  # noqa: FBT001 - a parameter of the test
    offered: str | None,
    http_server: HttpServer,
    fetcher: Fetcher,
) -> None:
    """A-IM (RFC 3229) is offered where it is wanted and an ETag says since when; 226 is good."""
    headers = [("IM", "feed"), ("ETag", '"b"')]
    http_server.route("/feed", http_server.reply(FEED, status=226, headers=headers))

    url = http_server.url("/feed")
    response = await fetcher.get(url, validators=validators, wants_delta=wants_delta)

    assert http_server.requests[0].headers.get("a-im") == offered
    assert (response.status, response.body) == (226, FEED)
    assert response.validators == Validators('"b"')


async def test_a_name_without_address_is_a_dns_error(fetcher: Fetcher) -> None:
    """So are names that no resolver can even be asked for."""
    for name in ("nowhere.test", f"{'a' * 64}.test", "a..b.test"):
        with pytest.raises(FetchError) as failed:
            await fetcher.get(f"http://{name}/feed")

        assert failed.value.kind == "dns", name


async def test_a_closed_port_is_a_connect_error(fetcher: Fetcher) -> None:
    """Nobody listens there: it is said in a word."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]

        with pytest.raises(FetchError) as failed:
            await fetcher.get(f"http://127.0.0.1:{port}/feed")

    assert failed.value.kind == "connect"


async def test_a_server_that_hangs_up_is_asked_only_once(
    http_server: HttpServer, fetcher: Fetcher
) -> None:
    """A server in trouble does not get every request twice."""
    http_server.route("/feed", b"")

    with pytest.raises(FetchError) as failed:
        await fetcher.get(http_server.url("/feed"))

    assert failed.value.kind == "connect"
    assert len(http_server.requests) == 1


async def test_an_open_connection_is_used_again(http_server: HttpServer, fetcher: Fetcher) -> None:
    """Two fetches from one host need one connection."""
    http_server.route("/feed", http_server.reply(FEED, keep_alive=True))
    http_server.route("/other", http_server.reply(FEED))

    await fetcher.get(http_server.url("/feed"))
    response = await fetcher.get(http_server.url("/other"))

    assert response.body == FEED
    assert http_server.connections == 1


async def test_a_closed_fetcher_says_how_to_open_it() -> None:
    """Using it outside of its context is a mistake of the program, not of the network."""
    closed = Fetcher(FetchLimits(), user_agent="a")

    with pytest.raises(RuntimeError, match="async with"):
        await closed.get("http://example.org/")


@pytest.mark.parametrize("user_agent", ["a\r\nX-Evil: 1", "Grüße", "a\x00"])
def test_a_user_agent_is_one_line_of_ascii(user_agent: str) -> None:
    """What would break a header is refused when the fetcher is made."""
    with pytest.raises(ValueError, match="one line"):
        Fetcher(FetchLimits(), user_agent=user_agent)


def test_who_asks_is_told_with_the_number_of_readers() -> None:
    """As publishers count them; one is one."""
    usual = Settings(database_url="sqlite://", contact="https://example.org/about")
    many = replace(usual, subscribers=3)

    agents = [make_fetcher(settings)._user_agent for settings in (usual, many)]

    assert agents == [
        f"aggregator/{__version__} (+https://example.org/about; 1 subscriber)",
        f"aggregator/{__version__} (+https://example.org/about; 3 subscribers)",
    ]


@pytest.mark.parametrize("name", ["timeout_s", "max_wire_bytes", "concurrency", "per_host"])
def test_limits_are_positive(name: str) -> None:
    """A limit of nothing would stop everything."""
    with pytest.raises(ValueError, match=name):
        FetchLimits(**{name: 0})


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.0 200 OK\r\n\r\n" + FEED,
        b"HTTP/1.1 200\r\n\r\n" + FEED,
        b"HTTP/1.1 200 OK\nContent-Type: text/xml\n\n" + FEED,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"
        % (len(FEED), FEED),
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n" + FEED,
        b"HTTP/1.1 226 IM Used\r\n\r\n" + FEED,
    ],
)
async def test_old_and_odd_servers_are_understood(
    answer: bytes, http_server: HttpServer, fetcher: Fetcher
) -> None:
    """A body may end with the connection, lines without a carriage return, chunks with a zero."""
    http_server.route("/feed", answer)

    response = await fetcher.get(http_server.url("/feed"))

    assert response.body == FEED


async def test_cancelling_a_fetch_is_not_an_error_of_the_server(
    http_server: HttpServer, fetcher: Fetcher
) -> None:
    """A cancelled task ends as cancelled, and the host is free for the next one."""
    loop, has_come = asyncio.get_running_loop(), asyncio.Event()

    async def hang(_request: object, _writer: asyncio.StreamWriter) -> None:
        loop.call_soon_threadsafe(has_come.set)
        await asyncio.sleep(60)

    http_server.route("/hang", hang)
    http_server.route("/feed", http_server.reply(FEED))
    task = asyncio.create_task(fetcher.get(http_server.url("/hang")))
    await has_come.wait()

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert (await fetcher.get(http_server.url("/feed"))).body == FEED
