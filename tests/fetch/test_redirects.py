"""Redirects: followed, recorded, bounded, and never carrying a secret to a stranger."""

from __future__ import annotations

import base64
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import FetchError
from aggregator.fetch import Fetcher
from aggregator.model import Redirect, Validators

if TYPE_CHECKING:
    from tests.conftest import Hosts, HttpServer, Request
    from tests.fetch.conftest import OpenFetcher

BASIC = "Basic " + base64.b64encode(b"me:s3cr:t/").decode()


def redirect_to(server: HttpServer, location: str, status: int = 302) -> bytes:
    """An answer that leads to `location`."""
    return server.reply(b"moved", status=status, headers=[("Location", location)], keep_alive=True)


async def test_every_hop_is_recorded_with_its_status(
    http_server: HttpServer, fetcher: Fetcher
) -> None:
    """All five statuses are followed, relative and absolute, in order."""
    hops = {"/a": 301, "/b": 302, "/c": 303, "/d": 307, "/e": 308}
    http_server.route("/a", redirect_to(http_server, "b", 301))
    http_server.route("/b", redirect_to(http_server, "/c", 302))
    http_server.route("/c", redirect_to(http_server, http_server.url("/d"), 303))
    http_server.route("/d", redirect_to(http_server, "./e?x=%7e", 307))
    http_server.route("/e", redirect_to(http_server, "/f#top", 308))
    http_server.route("/f", http_server.reply(b"feed", headers=[("ETag", '"f"')]))

    response = await fetcher.get(http_server.url("/a"))

    places = ["/b", "/c", "/d", "/e?x=%7e", "/f"]
    assert response.redirects == tuple(
        Redirect(status, http_server.url(place))
        for status, place in zip(hops.values(), places, strict=True)
    )
    assert response.url == http_server.url("/a")
    assert response.final_url == http_server.url("/f")
    assert response.validators == Validators('"f"')
    assert [request.method for request in http_server.requests] == ["GET"] * 6


async def test_conditions_go_along_to_the_end(http_server: HttpServer, fetcher: Fetcher) -> None:
    """The target of a redirect is asked conditionally and its 304 counts."""
    sent = Validators('W/"a"', "Sat, 01 Feb 2025 03:04:05 GMT")
    http_server.route("/old", redirect_to(http_server, "/new", 301))
    http_server.route("/new", http_server.reply(status=304))

    response = await fetcher.get(http_server.url("/old"), validators=sent)

    assert response.is_unchanged
    assert response.validators == sent
    assert http_server.requests[1].headers["if-none-match"] == 'W/"a"'
    assert http_server.requests[1].headers["if-modified-since"] == sent.last_modified


async def test_a_location_in_raw_utf8_or_latin1_is_quoted(
    http_server: HttpServer, fetcher: Fetcher
) -> None:
    """Servers write letters and blanks into locations; they are asked for as browsers do."""
    http_server.route("/a", redirect_to(http_server, "/gr\xc3\xbc\xc3\x9fe b"))
    http_server.route("/gr%C3%BC%C3%9Fe%20b", redirect_to(http_server, "/caf\xe9"))
    http_server.route("/caf%C3%A9", http_server.reply(b"feed"))

    response = await fetcher.get(http_server.url("/a"))

    assert response.final_url == http_server.url("/caf%C3%A9")


async def test_a_circle_is_left_at_once(http_server: HttpServer, fetcher: Fetcher) -> None:
    """A URL that was asked already is not asked again."""
    http_server.route("/a", redirect_to(http_server, "/b"))
    http_server.route("/b", redirect_to(http_server, "/a#again"))

    with pytest.raises(FetchError, match="circle") as failed:
        await fetcher.get(http_server.url("/a"))

    assert failed.value.kind == "redirects"
    assert len(http_server.requests) == 2


async def test_an_endless_chain_stops_after_ten(http_server: HttpServer, fetcher: Fetcher) -> None:
    """Ten are followed (eleven requests), then the feed is in error."""

    def onwards(_request: Request) -> bytes:
        return redirect_to(http_server, f"/hop?{len(http_server.requests)}", 301)

    http_server.route("/hop", onwards)

    with pytest.raises(FetchError, match="more than 10") as failed:
        await fetcher.get(http_server.url("/hop"))

    assert failed.value.kind == "redirects"
    assert len(http_server.requests) == 11


async def test_redirects_can_be_forbidden(
    http_server: HttpServer, open_fetcher: OpenFetcher
) -> None:
    """A limit of none makes the first one an error."""
    fetcher = await open_fetcher(max_redirects=0)
    http_server.route("/a", redirect_to(http_server, "/b"))

    with pytest.raises(FetchError, match="more than 0"):
        await fetcher.get(http_server.url("/a"))

    assert len(http_server.requests) == 1


async def test_a_redirect_without_a_place_is_an_error(
    http_server: HttpServer, fetcher: Fetcher
) -> None:
    """It has a status and leads nowhere."""
    http_server.route("/a", http_server.reply(status=301))

    with pytest.raises(FetchError, match="nowhere") as failed:
        await fetcher.get(http_server.url("/a"))

    assert (failed.value.kind, failed.value.status) == ("http", 301)


def with_credentials(url: str) -> str:
    """`url` with a user and a password that holds the separators."""
    return url.replace("://", "://me:s3cr%3At%2F@")


async def test_credentials_are_sent_to_their_host_and_not_shown(
    http_server: HttpServer, fetcher: Fetcher
) -> None:
    """They become Basic auth, also after a redirect on the same server, and no URL has them."""
    http_server.route("/a", redirect_to(http_server, "/b"))
    http_server.route("/b", http_server.reply(b"feed"))

    response = await fetcher.get(with_credentials(http_server.url("/a")))

    assert [request.headers.get("authorization") for request in http_server.requests] == [BASIC] * 2
    assert response.final_url == http_server.url("/b")
    assert "s3cr" not in response.final_url + repr(response.redirects)


@pytest.mark.parametrize("is_other_port", [True, False])
async def test_credentials_never_follow_to_another_place(
    is_other_port: bool,  # noqa: FBT001 - a parameter of the test
    http_server: HttpServer,
    hosts: Hosts,
    fetcher: Fetcher,
    start_server: Callable[..., HttpServer],
) -> None:
    """Another name is another host and another port another server, even on one machine."""
    hosts.add("stranger.test", ["127.0.0.1"])
    other = start_server()
    place = other.url("/b") if is_other_port else http_server.url("/b", host="stranger.test")
    http_server.route("/a", redirect_to(http_server, place))
    for server in (http_server, other):
        server.route("/b", server.reply(b"feed"))

    await fetcher.get(with_credentials(http_server.url("/a")))

    asked = [*http_server.requests, *other.requests]
    assert [request.headers.get("authorization") for request in asked] == [BASIC, None]


async def test_credentials_do_not_come_back_after_a_detour(
    http_server: HttpServer, hosts: Hosts, fetcher: Fetcher
) -> None:
    """A stranger who sends us back does not get an authorised request made."""
    hosts.add("stranger.test", ["127.0.0.1"])
    http_server.route("/a", redirect_to(http_server, http_server.url("/b", host="stranger.test")))
    http_server.route("/b", redirect_to(http_server, http_server.url("/c")))
    http_server.route("/c", http_server.reply(b"feed"))

    await fetcher.get(with_credentials(http_server.url("/a")))

    sent = [request.headers.get("authorization") for request in http_server.requests]
    assert sent == [BASIC, None, None]


async def test_credentials_written_by_a_server_are_not_used(
    http_server: HttpServer, fetcher: Fetcher
) -> None:
    """Nobody but the operator says who we are."""
    place = with_credentials(http_server.url("/b"))
    http_server.route("/a", redirect_to(http_server, place))
    http_server.route("/b", http_server.reply(b"feed"))

    response = await fetcher.get(http_server.url("/a"))

    assert "authorization" not in http_server.requests[1].headers
    assert response.redirects == (Redirect(302, http_server.url("/b")),)


@pytest.mark.parametrize(
    "rest",
    ["127.0.0.1:1024/", "127.0.0.2/", "nowhere.test/", "x.test:25/", "[::1/", "x.test:y/", "/x"],
)
async def test_no_error_ever_shows_credentials(rest: str, fetcher: Fetcher) -> None:
    """Neither the error nor what is printed of its causes, whatever is wrong with the URL."""
    for scheme in ("http", "ftp"):
        for secret in ("s3cret", "p/s3cret", "s3cret?", "s3cret#@x"):
            url = f"{scheme}://me:{secret}@{rest}"

            with pytest.raises(FetchError) as failed:
                await fetcher.get(url)

            printed = "".join(traceback.format_exception(failed.value))
            assert "s3cret" not in printed
            assert "s3cret" not in failed.value.url
