"""Through a proxy: only where it is configured, and to no address that is refused without one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import FetchError, RefusedError
from aggregator.fetch._proxy import Proxy

if TYPE_CHECKING:
    from tests.conftest import Hosts, HttpServer, Request
    from tests.fetch.conftest import OpenFetcher


@pytest.fixture
def proxy(start_server: Callable[..., HttpServer]) -> HttpServer:
    """A proxy on an address that nobody allows, which has one feed in stock."""
    server = start_server("127.0.0.9")
    server.route("http://feeds.example/feed", server.reply(b"feed"))
    return server


async def test_requests_leave_through_the_proxy(
    proxy: HttpServer, open_fetcher: OpenFetcher
) -> None:
    """Its own address need not be public; names that we cannot resolve are for it to resolve."""
    fetcher = await open_fetcher(allow=(), proxy=proxy.url())

    response = await fetcher.get("http://feeds.example/feed")

    assert response.body == b"feed"
    [request] = proxy.requests
    assert request.path == "http://feeds.example/feed"
    assert request.headers["host"] == "feeds.example"
    assert "proxy-authorization" not in request.headers


async def test_a_password_is_for_the_proxy_alone(
    proxy: HttpServer, open_fetcher: OpenFetcher
) -> None:
    """It goes with every request to it, and in no error and no repr."""
    url = proxy.url().replace("://", "://me:s3cr%3At@")
    fetcher = await open_fetcher(allow=(), proxy=url)

    await fetcher.get("http://feeds.example/feed")
    with pytest.raises(FetchError) as failed:
        await fetcher.get("http://feeds.example/missing")

    sent = {request.headers.get("proxy-authorization") for request in proxy.requests}
    assert sent == {"Basic bWU6czNjcjp0"}
    assert "s3cr" not in str(failed.value) + repr(Proxy.parse(url))
    assert "authorization" not in proxy.requests[0].headers


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "169.254.169.254",
        "localhost",
        "inside.test",
        "half.test",
    ],
)
async def test_a_private_address_is_not_asked_of_the_proxy(
    host: str, proxy: HttpServer, hosts: Hosts, open_fetcher: OpenFetcher
) -> None:
    """Literals in every spelling, names for them, and names of which one address is private."""
    hosts.add("inside.test", ["10.0.0.1"])
    hosts.add("half.test", ["93.184.215.14", "10.0.0.1"])
    fetcher = await open_fetcher(allow=(), proxy=proxy.url())

    for url in (f"http://{host}/", f"https://{host}/"):
        with pytest.raises(RefusedError) as refused:
            await fetcher.get(url)
        assert refused.value.kind == "refused"

    assert proxy.requests == []


async def test_a_redirect_through_the_proxy_is_looked_at_again(
    proxy: HttpServer, open_fetcher: OpenFetcher
) -> None:
    """Where it leads is refused as if it had been asked first."""
    place = [("Location", "http://169.254.169.254/")]
    proxy.route("http://feeds.example/old", proxy.reply(status=302, headers=place))
    fetcher = await open_fetcher(allow=(), proxy=proxy.url())

    with pytest.raises(RefusedError):
        await fetcher.get("http://feeds.example/old")

    assert len(proxy.requests) == 1


async def test_an_allowed_network_may_be_asked_of_the_proxy(
    proxy: HttpServer, open_fetcher: OpenFetcher
) -> None:
    """The operator's exceptions hold here, too."""
    proxy.route("http://10.1.2.3/feed", proxy.reply(b"inner feed"))
    fetcher = await open_fetcher(allow=("10.0.0.0/8",), proxy=proxy.url())

    response = await fetcher.get("http://10.1.2.3/feed")

    assert response.body == b"inner feed"


async def test_a_safe_connection_is_tunnelled(proxy: HttpServer, open_fetcher: OpenFetcher) -> None:
    """The proxy hears a name and a port, no path; one that will not is named as it is."""
    seen: list[tuple[str, str]] = []

    async def refuse(request: Request, writer: asyncio.StreamWriter) -> None:
        seen.append((request.method, request.path))
        with suppress(ConnectionError):
            writer.write(proxy.reply(status=403))

    proxy.route("feeds.example:443", refuse)
    fetcher = await open_fetcher(allow=(), proxy=proxy.url())

    with pytest.raises(FetchError) as failed:
        await fetcher.get("https://feeds.example/secret?token=1")

    assert seen == [("CONNECT", "feeds.example:443")]
    assert (failed.value.kind, failed.value.status) == ("connect", None)
    assert "proxy" in str(failed.value)


async def test_a_proxy_that_is_not_there_is_named(open_fetcher: OpenFetcher) -> None:
    """Nothing goes around it."""
    fetcher = await open_fetcher(proxy="http://127.0.0.1:9")

    with pytest.raises(FetchError, match="proxy") as failed:
        await fetcher.get("http://feeds.example/feed")

    assert failed.value.kind == "connect"


@pytest.mark.parametrize("url", ["socks5://x:1", "proxy:3128", "http://", "http://me:s3cr@"])
def test_what_is_no_proxy_is_refused_at_once(url: str) -> None:
    """And its password is not quoted."""
    with pytest.raises(ValueError, match="proxy") as refused:
        Proxy.parse(url)

    assert "s3cr" not in str(refused.value)
