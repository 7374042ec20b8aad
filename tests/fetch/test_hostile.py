"""Servers that hang, drip, lie, flood and bomb: each costs its own fetch, in bounded time."""

from __future__ import annotations

import asyncio
import gzip
import os
import threading
import time
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import brotli  # type: ignore[import-untyped]
import pytest
import zstandard

from aggregator.errors import FetchError
from aggregator.fetch import Fetcher

if TYPE_CHECKING:
    from tests.conftest import Hosts, HttpServer, Request
    from tests.fetch.conftest import OpenFetcher

MIB = 1 << 20
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"


async def failure_of(fetcher: Fetcher, url: str) -> FetchError:
    """The error that fetching `url` ends in."""
    with pytest.raises(FetchError) as failed:
        await fetcher.get(url)
    return failed.value


async def hang(_request: Request, _writer: asyncio.StreamWriter) -> None:
    """Never answer."""
    await asyncio.sleep(60)


async def drip_headers(_request: Request, writer: asyncio.StreamWriter) -> None:
    """One more letter of a header every 20 ms, for ever."""
    writer.write(HEAD)
    while not writer.is_closing():
        writer.write(b"X")
        await writer.drain()
        await asyncio.sleep(0.02)


async def drip_body(_request: Request, writer: asyncio.StreamWriter) -> None:
    """One byte of the body every 20 ms, for ever."""
    writer.write(HEAD + b"Content-Length: 100000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def repeat_continue(_request: Request, writer: asyncio.StreamWriter) -> None:
    """Promise an answer again and again."""
    while not writer.is_closing():
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("misbehave", [hang, drip_headers, drip_body, repeat_continue])
async def test_one_deadline_ends_every_delay(
    misbehave: Callable[..., object], http_server: HttpServer, open_fetcher: OpenFetcher
) -> None:
    """Bytes that trickle in do not move it."""
    fetcher = await open_fetcher(timeout_s=0.4)
    http_server.route("/feed", misbehave)  # type: ignore[arg-type]  # one shape of responder
    started_s = time.monotonic()

    error = await failure_of(fetcher, http_server.url("/feed"))

    assert (error.kind, error.status) == ("timeout", None)
    assert 0.35 < time.monotonic() - started_s < 3


async def test_a_resolver_that_hangs_ends_with_the_deadline(
    hosts: Hosts, open_fetcher: OpenFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lookup cannot be stopped, but nobody waits for it."""
    is_over = threading.Event()

    def look_up(_name: str) -> list[str]:
        is_over.wait(10)
        return ["127.0.0.1"]

    monkeypatch.setattr(hosts, "look_up", look_up)
    fetcher = await open_fetcher(timeout_s=0.2)

    error = await failure_of(fetcher, "http://slow.test/")
    is_over.set()

    assert error.kind == "timeout"


async def test_the_body_of_a_redirect_is_not_waited_for(
    http_server: HttpServer, open_fetcher: OpenFetcher
) -> None:
    """It may be endless; what counts is where it leads."""

    async def babble(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 301 Moved\r\nLocation: /feed\r\nContent-Length: 99999\r\n\r\nx")
        await writer.drain()
        await asyncio.sleep(60)

    http_server.route("/old", babble)
    http_server.route("/feed", http_server.reply(b"feed"))
    fetcher = await open_fetcher(timeout_s=2)

    response = await fetcher.get(http_server.url("/old"))

    assert response.body == b"feed"


async def test_redirects_share_the_deadline(
    http_server: HttpServer, open_fetcher: OpenFetcher
) -> None:
    """Five hops of 0.2 s each do not fit into 0.5 s, though each of them would."""

    async def dawdle(request: Request, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.2)
        location = [("Location", f"{request.path}x")]
        writer.write(http_server.reply(status=302, headers=location))

    for hops in range(6):
        http_server.route("/" + "x" * hops, dawdle)
    fetcher = await open_fetcher(timeout_s=0.5)

    error = await failure_of(fetcher, http_server.url("/"))

    assert error.kind == "timeout"
    assert len(http_server.requests) == 3


async def test_an_endless_body_is_cut_at_the_cap(
    http_server: HttpServer, open_fetcher: OpenFetcher
) -> None:
    """The server keeps sending; the connection is closed soon after the cap."""
    written = 0

    async def flood(_request: Request, writer: asyncio.StreamWriter) -> None:
        nonlocal written
        writer.write(HEAD + b"Connection: close\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x" * 65536)
            await writer.drain()
            written += 65536

    fetcher = await open_fetcher(max_wire_bytes=MIB)
    http_server.route("/feed", flood)

    error = await failure_of(fetcher, http_server.url("/feed"))

    assert error.kind == "too-large"
    assert MIB <= written < 16 * MIB


async def test_an_announced_size_above_the_cap_is_not_waited_for(
    http_server: HttpServer, fetcher: Fetcher
) -> None:
    """The Content-Length alone is enough to stop."""
    http_server.route("/feed", HEAD + b"Content-Length: 99999999999\r\n\r\nx")

    error = await failure_of(fetcher, http_server.url("/feed"))

    assert error.kind == "too-large"


def bomb(encoding: str) -> bytes:
    """64 MiB of zeros, packed."""
    zeros = bytes(64 * MIB)
    match encoding:
        case "gzip":
            return gzip.compress(zeros, 1)
        case "deflate":
            return zlib.compress(zeros, 1)
        case "br":
            return bytes(brotli.compress(zeros, quality=1))
        case _:
            return zstandard.compress(zeros)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
async def test_a_bomb_does_not_go_off(
    encoding: str, http_server: HttpServer, fetcher: Fetcher
) -> None:
    """Unpacking stops at the ratio or the cap, and the next feed is served as ever."""
    headers = [("Content-Encoding", encoding)]
    http_server.route("/bomb", http_server.reply(bomb(encoding), headers=headers))
    http_server.route("/feed", http_server.reply(b"feed"))

    error = await failure_of(fetcher, http_server.url("/bomb"))
    healthy = await fetcher.get(http_server.url("/feed"))

    assert error.kind == "too-large"
    assert healthy.body == b"feed"


async def test_a_body_that_unpacks_beyond_the_cap_is_refused(
    http_server: HttpServer, open_fetcher: OpenFetcher
) -> None:
    """The cap on the body holds where the ratio is harmless."""
    fetcher = await open_fetcher(max_body_bytes=MIB)
    packed = gzip.compress(os.urandom(MIB // 2).hex().encode() + b"x")
    headers = [("Content-Encoding", "gzip")]
    http_server.route("/feed", http_server.reply(packed, headers=headers))

    error = await failure_of(fetcher, http_server.url("/feed"))

    assert error.kind == "too-large"


@pytest.mark.parametrize(
    ("encodings", "body"),
    [
        (["gzip, gzip"], gzip.compress(gzip.compress(b"x", mtime=0), mtime=0)),
        (["gzip", "br"], b"x"),
        (["gzip"], b"<rss/>"),
        (["gzip"], gzip.compress(b"x" * 999, mtime=0)[:-9]),
        (["br"], brotli.compress(os.urandom(999))[:-9]),
        (["zstd"], zstandard.compress(os.urandom(999))[:-9]),
        (["deflate"], zlib.compress(os.urandom(999))[:-9]),
        (["zstd"], b"\x28\xb5\x2f\xfd\xff\xff\xff"),
        (["br"], b"\xff" * 99),
    ],
)
async def test_a_body_that_cannot_be_unpacked_whole_is_an_error(
    encodings: list[str], body: bytes, http_server: HttpServer, fetcher: Fetcher
) -> None:
    """Nested, mislabelled, damaged and cut compression never gives a short success."""
    headers = [("Content-Encoding", encoding) for encoding in encodings]
    http_server.route("/feed", http_server.reply(body, headers=headers))

    error = await failure_of(fetcher, http_server.url("/feed"))

    assert error.kind == "encoding"


@pytest.mark.parametrize(
    "answer",
    [
        HEAD + b"Content-Length: 100\r\n\r\nshort",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhel",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0",
        HEAD,
        HEAD + b"Content-Len",
        b"",
    ],
)
async def test_an_answer_cut_short_is_never_a_success(
    answer: bytes, http_server: HttpServer, fetcher: Fetcher
) -> None:
    """Whatever part of it is missing, headers or body, counted or chunked."""
    http_server.route("/feed", answer)

    error = await failure_of(fetcher, http_server.url("/feed"))

    assert error.kind == "connect"


@pytest.mark.parametrize(
    "headers",
    [
        b"X: " + b"y" * 100_000 + b"\r\n",
        b"X" * 100_000 + b": y\r\n",
        b"X: y\r\n" * 100_000,
        b"".join(b"X%d: %s\r\n" % (n, b"y" * 2000) for n in range(60)),
    ],
)
async def test_a_flood_of_headers_is_refused(
    headers: bytes, http_server: HttpServer, fetcher: Fetcher
) -> None:
    """One that is too long, a name that is too long, too many, too much in all."""
    http_server.route("/feed", HEAD + headers + b"Content-Length: 0\r\n\r\n")

    error = await failure_of(fetcher, http_server.url("/feed"))

    assert error.kind == "too-large"


async def test_a_long_header_of_a_real_site_is_accepted(
    http_server: HttpServer, fetcher: Fetcher
) -> None:
    """Content-security policies of 20 KiB exist."""
    policy = ("Content-Security-Policy", "x" * 20_000)
    http_server.route("/feed", http_server.reply(b"feed", headers=[policy]))

    response = await fetcher.get(http_server.url("/feed"))

    assert response.body == b"feed"


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"<html>no headers at all</html>\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        b"HTTP/1.1 200 OK\r\nX: a\x00b\r\nContent-Length: 0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\nbroken",
        b"\x00" * 5000,
    ],
)
async def test_what_is_not_http_is_named_so(
    answer: bytes, http_server: HttpServer, fetcher: Fetcher
) -> None:
    """The state of the feed is one word and nothing of the answer is quoted."""
    http_server.route("/feed", answer)

    error = await failure_of(fetcher, http_server.url("/feed"))

    assert (error.kind, error.status) == ("http", None)
    assert str(error) == "http: the answer is not HTTP"


FLOODS = {
    "promises": b"HTTP/1.1 100 Continue\r\n\r\n" * 4000,
    "blank lines": b"\r\n" * 40_000,
    "hints": (b"HTTP/1.1 103 Early Hints\r\n" + b"Link: <x>\r\n" * 90 + b"\r\n") * 90,
    "chunks of a byte": b"1\r\nx\r\n" * 20_000,
    "names of chunks": (b"1;" + b"x" * 1000 + b"\r\na\r\n") * 90,
    "the name of a chunk": b"1;" + b"x" * 90_000,
}


@pytest.mark.parametrize("name", FLOODS)
async def test_a_flood_of_what_is_no_body_ends(
    name: str, http_server: HttpServer, open_fetcher: OpenFetcher
) -> None:
    """It costs a client more than a body does, and no limit of bodies counts it."""

    async def flood(_request: Request, writer: asyncio.StreamWriter) -> None:
        if "chunk" in name:
            writer.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        while not writer.is_closing():
            writer.write(FLOODS[name])
            await writer.drain()

    http_server.route("/feed", flood)
    fetcher = await open_fetcher(timeout_s=20, max_wire_bytes=MIB)

    error = await failure_of(fetcher, http_server.url("/feed"))

    assert (error.kind, error.status) == ("too-large", None)
