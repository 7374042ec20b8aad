"""What a server says of time in its answer reaches whoever asked."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import FetchError
from aggregator.fetch import Fetcher
from aggregator.model import Validators

if TYPE_CHECKING:
    from tests.conftest import Hosts, HttpServer, Request

FEED = b"<rss><channel><title>A feed</title></channel></rss>"


@pytest.mark.parametrize("status", [429, 503, 403, 404, 500, 301])
async def test_the_time_a_server_states_is_handed_on(
    status: int, http_server: HttpServer, hosts: Hosts, fetcher: Fetcher
) -> None:
    """Retry-After in seconds and as a date, whatever the status."""
    hosts.add("seconds.test", ["127.0.0.1"])
    hosts.add("date.test", ["127.0.0.1"])
    stated_at = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=5)
    date = stated_at.strftime("%a, %d %b %Y %H:%M:%S GMT")
    for path, value in (("/seconds", "7200"), ("/date", date)):
        headers = [("Retry-After", value), ("Location", "/elsewhere")]
        http_server.route(path, http_server.reply(status=status, headers=headers))

    errors = []
    for path in ("/seconds", "/date"):
        with pytest.raises(FetchError) as failed:
            await fetcher.get(http_server.url(path, host=f"{path[1:]}.test"))
        errors.append(failed.value)

    assert errors[0].retry_at is not None
    wait = errors[0].retry_at - datetime.now(UTC)
    assert timedelta(seconds=7150) < wait <= timedelta(seconds=7200)
    assert errors[1].retry_at == stated_at
    assert [error.status for error in errors] == [status, status]


async def test_a_redirect_is_followed_when_its_server_wants_it(
    http_server: HttpServer, fetcher: Fetcher
) -> None:
    """Retry-After on a redirect is the least wait before it is followed (RFC 9110, 10.2.3)."""
    started_at: list[float] = []

    def answer(request: Request) -> bytes:
        started_at.append(time.monotonic())
        if request.path == "/feed":
            return http_server.reply(FEED)
        headers = [("Retry-After", "1"), ("Location", "/feed")]
        return http_server.reply(status=302, headers=headers)

    http_server.route("/old", answer)
    http_server.route("/feed", answer)

    response = await fetcher.get(http_server.url("/old"))

    assert response.body == FEED
    # A little less than the second: a date is read a moment before the waiting begins.
    assert started_at[1] - started_at[0] > 0.9


@pytest.mark.parametrize("status", [200, 304])
async def test_how_long_an_answer_is_fresh_is_told(
    status: int, http_server: HttpServer, fetcher: Fetcher
) -> None:
    """Also an answer that nothing has changed says when asking again is of use."""
    headers = [("Cache-Control", "public"), ("cache-control", "max-age=7200"), ("Age", "3600")]
    http_server.route("/feed", http_server.reply(status=status, headers=headers))

    response = await fetcher.get(http_server.url("/feed"), validators=Validators('"a"'))

    assert response.fresh_until == response.fetched_at + timedelta(hours=1)


async def test_redirects_are_waited_for_together(http_server: HttpServer, fetcher: Fetcher) -> None:
    """Ten that want half a minute each would hold up all feeds of a host for five minutes."""

    def answer(request: Request) -> bytes:
        number = int(request.path.removeprefix("/"))
        wait = {1: "1", 2: "30"}[number]
        headers = [("Retry-After", wait), ("Location", f"/{number + 1}")]
        return http_server.reply(status=302, headers=headers)

    for number in (1, 2):
        http_server.route(f"/{number}", answer)

    with pytest.raises(FetchError) as failed:
        await fetcher.get(http_server.url("/1"))

    assert (failed.value.kind, failed.value.status) == ("http", 302)
    assert failed.value.retry_at is not None
