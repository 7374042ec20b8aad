"""Forms that are sent to hubs: as bounded and guarded as what is fetched."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest

from aggregator.errors import FetchError, RefusedError

if TYPE_CHECKING:
    from tests.conftest import HttpServer, Request
    from tests.fetch.conftest import OpenFetcher

FORM = {"hub.mode": "subscribe", "hub.topic": "https://example.org/a?b=c&d=ü"}


class Hub:
    """Takes forms in at a path and answers 202."""

    def __init__(self, server: HttpServer, path: str) -> None:
        self.forms: list[dict[str, list[str]]] = []
        self.heads: list[dict[str, str]] = []
        self._server = server
        server.route(path, self._answer)

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        # The server has read the head; the body lies in the transport's reader.
        reader = writer._transport.get_protocol()._stream_reader  # type: ignore[attr-defined]
        length = int(request.headers.get("content-length", "0"))
        self.heads.append({"method": request.method, **request.headers})
        self.forms.append(parse_qs((await reader.readexactly(length)).decode()))
        writer.write(self._server.reply(status=202))


async def test_a_form_arrives_whole(http_server: HttpServer, open_fetcher: OpenFetcher) -> None:
    """Quoted as forms are, under our name, and the answer comes back."""
    hub = Hub(http_server, "/hub")
    fetcher = await open_fetcher()

    response = await fetcher.post(http_server.url("/hub"), FORM)

    assert response.status == 202
    assert hub.forms == [{name: [value] for name, value in FORM.items()}]
    [head] = hub.heads
    assert head["method"] == "POST"
    assert head["content-type"] == "application/x-www-form-urlencoded"
    assert head["user-agent"].startswith("aggregator/")
    assert not {"cookie", "referer", "origin"} & head.keys()


@pytest.mark.parametrize("status", [307, 308])
async def test_a_form_is_sent_again_where_the_method_stays(
    status: int, http_server: HttpServer, open_fetcher: OpenFetcher
) -> None:
    """RFC 9110, 15.4.8 and 15.4.9."""
    Hub(http_server, "/old")
    hub = Hub(http_server, "/hub")
    place = [("Location", "/hub")]
    http_server.route("/old", http_server.reply(status=status, headers=place))
    fetcher = await open_fetcher()

    response = await fetcher.post(http_server.url("/old"), FORM)

    assert response.final_url == http_server.url("/hub")
    assert hub.forms == [{name: [value] for name, value in FORM.items()}]


@pytest.mark.parametrize("status", [301, 302, 303, 304, 400, 404, 500])
async def test_everything_else_is_an_error(
    status: int, http_server: HttpServer, open_fetcher: OpenFetcher
) -> None:
    """Other redirects would turn it into a GET, which asks for nothing."""
    place = [("Location", "/hub")]
    http_server.route("/old", http_server.reply(status=status, headers=place))
    hub = Hub(http_server, "/hub")
    fetcher = await open_fetcher()

    with pytest.raises(FetchError) as failed:
        await fetcher.post(http_server.url("/old"), FORM)

    assert (failed.value.kind, failed.value.status) == ("http", status)
    assert hub.forms == []


async def test_a_hub_inside_is_refused(
    http_server: HttpServer, open_fetcher: OpenFetcher, start_server: Callable[..., HttpServer]
) -> None:
    """Named by a feed, or reached by a redirect."""
    canary = start_server("127.0.0.2")
    place = [("Location", canary.url("/"))]
    http_server.route("/hub", http_server.reply(status=307, headers=place))
    fetcher = await open_fetcher()

    for url in (canary.url("/"), http_server.url("/hub")):
        with pytest.raises(RefusedError):
            await fetcher.post(url, FORM)

    assert canary.connections == 0


async def test_a_hub_that_does_not_answer_is_left(
    http_server: HttpServer, open_fetcher: OpenFetcher
) -> None:
    """After the deadline of every fetch."""

    async def hang(_request: Request, _writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    http_server.route("/hub", hang)
    fetcher = await open_fetcher(timeout_s=0.2)

    with pytest.raises(FetchError) as failed:
        await fetcher.post(http_server.url("/hub"), FORM)

    assert failed.value.kind == "timeout"
