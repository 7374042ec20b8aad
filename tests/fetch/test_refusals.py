"""What is never asked: schemes, ports and addresses, in every spelling and after every detour."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import FetchError, RefusedError
from aggregator.fetch import Fetcher

if TYPE_CHECKING:
    from tests.conftest import Hosts, HttpServer
    from tests.fetch.conftest import OpenFetcher

LOOPBACK = [
    "127.0.0.1",
    "127.0.0.2",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "017700000001",
    "0177.0.0.1",
    "0.0.0.0",
    "0",
    "localhost",
    "LOCALHOST.",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[2002:7f00:1::]",
    "[64:ff9b::7f00:1]",
    "１２７.0.0.1",
    "127。0。0。1",
    "anything.test",
]


@pytest.fixture
async def public_only(open_fetcher: OpenFetcher) -> Fetcher:
    """A fetcher as an operator runs it: nothing private may be reached."""
    return await open_fetcher(allow=())


@pytest.mark.parametrize("spelling", LOOPBACK)
async def test_loopback_is_refused_in_every_spelling(
    spelling: str, http_server: HttpServer, hosts: Hosts, public_only: Fetcher
) -> None:
    """No way of writing it, and no name for it, reaches the server that listens there."""
    hosts.add("anything.test", ["127.0.0.1"])

    with pytest.raises(RefusedError) as failed:
        await public_only.get(http_server.url("/", host=spelling))

    assert failed.value.kind == "refused"
    assert http_server.connections == 0


@pytest.mark.parametrize(
    "host",
    [
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "224.0.0.1",
        "255.255.255.255",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "[fec0::1]",
        "[ff0e::1]",
    ],
)
async def test_private_and_metadata_addresses_are_refused(host: str, public_only: Fetcher) -> None:
    """Neither a home network nor a cloud's metadata is asked; the message says what to do."""
    with pytest.raises(RefusedError, match="allow its network"):
        await public_only.get(f"http://{host}/latest/meta-data/")


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/feed",
        "gopher://example.org/_x",
        "data:text/xml,<rss/>",
        "javascript:alert(1)",
        "ws://example.org/",
        "unix:///run/docker.sock",
        "example.org/feed",
        "//example.org/feed",
        "http://",
        "http:///feed",
        "http://user:pw@/feed",
        "http://[::1/feed",
        "http://exa mple.org:port/",
        "http://example.org:99999/",
        "http://example.org:22/",
        "http://example.org:25/",
        "http://example.org:443.5/",
        "http://example.org:0/",
        "https://example.org:81/",
        "",
        " ",
        "\x00",
    ],
)
async def test_what_is_no_web_address_is_refused(url: str, public_only: Fetcher) -> None:
    """Other schemes, other ports and text that is no URL never reach the network."""
    with pytest.raises(RefusedError):
        await public_only.get(url)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_to_a_private_address_is_refused(
    status: int, http_server: HttpServer, fetcher: Fetcher, start_server: Callable[..., HttpServer]
) -> None:
    """127.0.0.1 is allowed, the canary on 127.0.0.2 is not: it never hears of us."""
    canary = start_server("127.0.0.2")
    headers = [("Location", canary.url("/secret"))]
    http_server.route("/feed", http_server.reply(status=status, headers=headers))

    with pytest.raises(RefusedError) as failed:
        await fetcher.get(http_server.url("/feed"))

    assert failed.value.url == http_server.url("/feed")
    assert canary.url("/secret") in str(failed.value)
    assert canary.connections == 0


async def test_the_canary_can_be_reached_where_its_network_is_allowed(
    start_server: Callable[..., HttpServer], open_fetcher: OpenFetcher
) -> None:
    """The proof that the test above can fail."""
    canary = start_server("127.0.0.2")
    canary.route("/secret", canary.reply(b"secret"))
    fetcher = await open_fetcher(allow=("127.0.0.0/30",))

    response = await fetcher.get(canary.url("/secret"))

    assert response.body == b"secret"


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "ftp://a.test/", "data:,x", "http://127.0.0.1:25/", "http://["],
)
async def test_a_redirect_out_of_the_web_is_refused(
    location: str, http_server: HttpServer, fetcher: Fetcher
) -> None:
    """Schemes and ports are looked at again on every hop."""
    headers = [("Location", location)]
    http_server.route("/feed", http_server.reply(status=302, headers=headers))

    with pytest.raises(RefusedError):
        await fetcher.get(http_server.url("/feed"))


async def test_a_name_that_changes_its_address_is_refused(
    http_server: HttpServer,
    hosts: Hosts,
    fetcher: Fetcher,
    start_server: Callable[..., HttpServer],
) -> None:
    """DNS rebinding: the first answer may be reached, the next is an inside address."""
    inside = start_server("127.0.0.2")
    hosts.add("rebind.test", ["127.0.0.1"], ["127.0.0.2"])
    headers = [("Location", inside.url("/", host="rebind.test"))]
    http_server.route("/feed", http_server.reply(status=302, headers=headers))

    with pytest.raises(RefusedError):
        await fetcher.get(http_server.url("/feed", host="rebind.test"))

    assert hosts.lookups == ["rebind.test", "rebind.test"]
    assert len(http_server.requests) == 1
    assert inside.connections == 0


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.2", "127.0.0.3"],
        ["127.0.0.2", "::1"],
        ["::1", "127.0.0.2", "10.0.0.1", "fe80::1"],
        ["10.0.0.1", "127.0.0.1"],
        ["127.0.0.1", "10.0.0.1"],
    ],
)
async def test_racing_several_addresses_does_not_hide_a_refusal(
    addresses: list[str], hosts: Hosts, fetcher: Fetcher
) -> None:
    """Also where one of them may be reached but nobody listens, it is called what it is."""
    hosts.add("many.test", addresses)

    with pytest.raises(RefusedError, match="no public address"):
        await fetcher.get("http://many.test:1024/")


async def test_a_name_with_one_good_address_is_reached_by_that(
    http_server: HttpServer, hosts: Hosts, fetcher: Fetcher
) -> None:
    """A stray private address beside a public one costs the feed nothing."""
    hosts.add("mixed.test", ["10.0.0.1", "127.0.0.1"])
    http_server.route("/feed", http_server.reply(b"feed"))

    response = await fetcher.get(http_server.url("/feed", host="mixed.test"))

    assert response.body == b"feed"


async def test_an_open_connection_is_no_way_around_the_guard(
    http_server: HttpServer, start_server: Callable[..., HttpServer], fetcher: Fetcher
) -> None:
    """After a good fetch over a kept connection, the next address is looked at as ever."""
    inside = start_server("127.0.0.2")
    http_server.route("/feed", http_server.reply(b"feed", keep_alive=True))

    await fetcher.get(http_server.url("/feed"))
    with pytest.raises(RefusedError):
        await fetcher.get(inside.url("/feed"))

    assert inside.connections == 0


async def test_a_refusal_is_not_remembered_for_the_next_fetch(
    http_server: HttpServer, fetcher: Fetcher
) -> None:
    """A connection that merely fails later is not taken for a refused one."""
    with pytest.raises(RefusedError):
        await fetcher.get(http_server.url("/", host="127.0.0.2"))

    with pytest.raises(FetchError) as failed:
        await fetcher.get("http://127.0.0.1:1024/")

    assert failed.value.kind == "connect"
