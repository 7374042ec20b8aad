"""What a search for feeds does to servers and may not do: few requests, no private address."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from aggregator.discovery._finder import MAX_REQUESTS
from aggregator.errors import FetchError
from tests.discovery.documents import asked, link, page, rss, serve


async def test_a_page_without_anything_costs_a_bounded_number_of_requests(
    find: Any, http_server: Any
) -> None:
    """What was asked is told; so is a page that lists a hundred feeds which are none."""
    links = "".join(link(f"/f{n}") for n in range(100))
    serve(http_server, {"/": page(), "/many": page(links)})

    nothing = await find(http_server.url("/"))
    bare = len(http_server.requests)
    many = await find(http_server.url("/many"))

    assert nothing.feeds == many.feeds == ()
    assert len(nothing.attempts) == bare <= MAX_REQUESTS
    assert len(http_server.requests) - bare <= MAX_REQUESTS


@pytest.mark.parametrize("status", [429, 503])
async def test_a_busy_server_is_not_asked_again(find: Any, http_server: Any, status: int) -> None:
    """Neither for the next link nor for common paths."""
    serve(http_server, {"/": page(link("/a"), link("/b"))})
    http_server.route("/a", http_server.reply(status=status, headers=[("Retry-After", "60")]))

    found = await find(http_server.url("/"))

    assert found.feeds == ()
    assert asked(http_server) == ["/", "/a"]


async def test_a_server_that_was_busy_for_a_rule_is_not_asked_for_the_page(
    find: Any, http_server: Any
) -> None:
    """The first answer is the error."""
    http_server.route("/@ann.rss", http_server.reply(status=429))

    with pytest.raises(FetchError, match="429"):
        await find(http_server.url("/@ann"))

    assert asked(http_server) == ["/@ann.rss"]


@pytest.mark.parametrize("status", [401, 404, 429, 500])
async def test_a_page_that_cannot_be_had_is_an_error(
    find: Any, http_server: Any, status: int
) -> None:
    """With its reason; only a missing page is worth a look beside it."""
    http_server.route("/p", http_server.reply(status=status))

    with pytest.raises(FetchError) as caught:
        await find(http_server.url("/p"))

    assert caught.value.status == status
    assert (len(http_server.requests) > 1) == (status == 404)


async def test_a_circle_of_redirects_ends(find: Any, http_server: Any) -> None:
    """As the page itself it is an error, as a link it is passed over."""
    http_server.route("/a", http_server.reply(status=302, headers=[("Location", "/b")]))
    http_server.route("/b", http_server.reply(status=302, headers=[("Location", "/a")]))
    serve(http_server, {"/": page(link("/a"))})

    with pytest.raises(FetchError, match="circle"):
        await find(http_server.url("/a"))
    assert (await find(http_server.url("/"))).feeds == ()


async def test_no_page_leads_to_a_private_address(
    find: Any, start_server: Callable[..., Any], http_server: Any
) -> None:
    """Not by its links, its base, its Link header or a redirect: the canary hears nothing."""
    canary = start_server("127.0.0.2")
    canary.route("/f", canary.reply(rss("Secret")))
    inner = canary.url("/f")
    port = canary.port
    tags = [
        link(inner),
        link(f"http://127.2:{port}/f"),
        link(f"http://[::ffff:127.0.0.2]:{port}/f"),
    ]
    serve(
        http_server,
        {"/": page(*tags), "/base": page(f'<base href="{inner}">', link("f")), "/header": page()},
        Link=f'<{inner}>; rel=alternate; type="application/rss+xml"',
    )
    http_server.route("/to", http_server.reply(status=301, headers=[("Location", inner)]))
    serve(http_server, {"/via": page(link("/to"))})

    results = [await find(http_server.url(path)) for path in ("/", "/base", "/header", "/via")]

    assert all(found.feeds == () for found in results)
    assert any("refused" in attempt.outcome for attempt in results[0].attempts)
    with pytest.raises(FetchError, match="refused"):
        await find(inner)
    assert canary.connections == 0


async def test_a_page_of_ten_megabytes_is_read(find: Any, http_server: Any) -> None:
    """Its head is what counts."""
    serve(http_server, {"/f": rss("Wire")})
    serve(http_server, {"/": page(link("/f")) + b"<div><a href=x>" * 700_000})

    [feed] = (await find(http_server.url("/"))).feeds

    assert feed.title == "Wire"


async def test_a_server_that_never_answers_is_left(find: Any, http_server: Any) -> None:
    """After one deadline, not after one for each of its links."""

    async def hang(_request: Any, _writer: Any) -> None:
        await asyncio.sleep(30)

    for path in ("/a", "/b", "/c"):
        http_server.route(path, hang)
    serve(http_server, {"/": page(link("/a"), link("/b"), link("/c"))})

    async with asyncio.timeout(15):
        found = await find(http_server.url("/"))

    assert found.feeds == ()
    assert asked(http_server) == ["/", "/a"]


async def test_a_password_goes_to_its_own_page_and_is_not_told(find: Any, http_server: Any) -> None:
    """It stays in the address that is polled, and is in nothing that is shown."""
    serve(http_server, {"/f": rss("Wire"), "/": page(link("/f"))})
    server = http_server.url("/").replace("://", "://me:s3cr3t@")

    direct = await find(f"{server}f")
    by_page = await find(server)

    assert direct.feeds[0].url == f"{server}f"
    assert "s3cr3t" not in by_page.feeds[0].url
    assert "s3cr3t" not in repr((direct, by_page))
    assert ["authorization" in request.headers for request in http_server.requests] == [
        True,
        True,
        False,
    ]
