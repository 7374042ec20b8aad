"""Each way in which a fetch fails has a word, and the word is explained."""

from __future__ import annotations

import asyncio
import gzip
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import FETCH_KINDS, FetchError

if TYPE_CHECKING:
    from tests.conftest import HttpServer, Request
    from tests.fetch.conftest import OpenFetcher

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"


async def hang(_request: Request, _writer: asyncio.StreamWriter) -> None:
    """Never answer."""
    await asyncio.sleep(60)


async def drip(_request: Request, writer: asyncio.StreamWriter) -> None:
    """One byte of the body every 20 ms, for ever."""
    writer.write(HEAD + b"Content-Length: 100000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


def packed(encoding: str, body: bytes) -> bytes:
    """An answer whose body is said to be packed in this way."""
    length = f"Content-Length: {len(body)}\r\nConnection: close"
    head = f"Content-Encoding: {encoding}\r\n{length}\r\n\r\n".encode()
    return HEAD + head + body


async def test_every_hazard_is_named_by_a_documented_kind(
    http_server: HttpServer, open_fetcher: OpenFetcher
) -> None:
    """The state of a feed is a word that the documentation explains."""
    hazards: dict[str, tuple[str, object]] = {
        "hang": ("timeout", hang),
        "drip": ("timeout", drip),
        "bomb": ("too-large", packed("gzip", gzip.compress(bytes(64 << 20), 1))),
        "nested": ("encoding", packed("gzip, gzip", b"x")),
        "flood": ("too-large", HEAD + b"X: y\r\n" * 100_000 + b"\r\n"),
        "cut": ("connect", HEAD + b"Content-Length: 100\r\n\r\nshort"),
        "noise": ("http", b"SSH-2.0-OpenSSH_9.2\r\n"),
        "circle": (
            "redirects",
            b"HTTP/1.1 301 Moved\r\nConnection: close\r\nLocation: /circle\r\n\r\n",
        ),
        "inside": ("refused", b"HTTP/1.1 301 Moved\r\nLocation: http://10.0.0.1/\r\n\r\n"),
        "walled": ("blocked", b"HTTP/1.1 403 No\r\ncf-mitigated: challenge\r\n\r\n"),
        "busy": ("http", b"HTTP/1.1 429 Slow down\r\n\r\n"),
        "rested": ("resting", b""),
    }
    fetcher = await open_fetcher(timeout_s=0.4)

    for name, (kind, answer) in hazards.items():
        http_server.route(f"/{name}", answer)  # type: ignore[arg-type]  # one shape of responder
        with pytest.raises(FetchError) as failed:
            await fetcher.get(http_server.url(f"/{name}"))
        assert failed.value.kind == kind, name
        assert kind in FETCH_KINDS
