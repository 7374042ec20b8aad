"""Pages are asked for as the robots.txt of their site allows; what it says is remembered a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from aggregator.errors import FetchError, RefusedError
from aggregator.fetch import MemoryBook, _permission
from aggregator.fetch._robots import MAX_ROBOTS_BYTES

if TYPE_CHECKING:
    import asyncio

    from tests.conftest import Hosts, HttpServer, Request
    from tests.fetch.conftest import OpenFetcher

ALL_BUT_X = b"User-agent: *\nDisallow: /x\n"


@pytest.fixture
def site(http_server: HttpServer, hosts: Hosts) -> HttpServer:
    """A server with a robots.txt and pages at /, /x and /y."""
    hosts.add("other.test", ["127.0.0.1"])
    http_server.route("/robots.txt", http_server.reply(ALL_BUT_X))
    for path in ("/", "/x", "/y"):
        http_server.route(path, http_server.reply(b"<p>page"))
    return http_server


def asked(server: HttpServer) -> list[str]:
    """The paths that were asked for."""
    return [request.path for request in server.requests]


async def refusal_of(awaitable: Any) -> RefusedError:
    """The refusal that `awaitable` ends in."""
    with pytest.raises(RefusedError) as refused:
        await awaitable
    assert refused.value.kind == "robots"
    return refused.value


async def test_a_site_is_asked_once_what_may_be_asked(
    site: HttpServer, open_fetcher: OpenFetcher
) -> None:
    """Under our own name, then every page as it says; the query belongs to the path."""
    fetcher = await open_fetcher()

    page = await fetcher.get_page(site.url("/"))
    refusals = [await refusal_of(fetcher.get_page(site.url(path))) for path in ("/x", "/x?a=b")]
    await fetcher.get_page(site.url("/y"))

    assert page.body == b"<p>page"
    assert asked(site) == ["/robots.txt", "/", "/y"]
    assert site.requests[0].headers["user-agent"] == site.requests[1].headers["user-agent"]
    assert "does not allow" in str(refusals[0])
    assert refusals[0].url == site.url("/x")


async def test_feeds_are_not_pages(site: HttpServer, open_fetcher: OpenFetcher) -> None:
    """A feed was subscribed to by a person: nobody crawls."""
    fetcher = await open_fetcher()

    await fetcher.get(site.url("/x"))

    assert asked(site) == ["/x"]


async def test_the_place_behind_a_redirect_is_asked_by_its_own_rules(
    site: HttpServer, open_fetcher: OpenFetcher, start_server: Callable[..., HttpServer]
) -> None:
    """Each hop is a page of its own site; a port is another site."""
    other = start_server()
    other.route("/robots.txt", other.reply(b"User-agent: aggregator\nDisallow: /"))
    site.route("/y", site.reply(status=301, headers=[("Location", other.url("/page"))]))
    fetcher = await open_fetcher()

    refused = await refusal_of(fetcher.get_page(site.url("/y")))

    assert asked(site) == ["/robots.txt", "/y"]
    assert asked(other) == ["/robots.txt"]
    assert other.url("/page") in str(refused)


async def test_what_a_site_says_is_kept_in_the_book(
    site: HttpServer, open_fetcher: OpenFetcher
) -> None:
    """Another process need not ask again, for a day."""
    book = MemoryBook()
    await (await open_fetcher(book=book)).get_page(site.url("/"))

    await refusal_of((await open_fetcher(book=book)).get_page(site.url("/x")))
    state = await book.robots(site.url("").rstrip("/"))
    assert state is not None
    until = datetime.fromisoformat(state["until"])
    state |= {"until": (until - timedelta(hours=25)).isoformat()}
    await (await open_fetcher(book=book)).get_page(site.url("/"))

    assert timedelta(hours=23) < until - datetime.now(UTC) <= timedelta(hours=24)
    assert asked(site) == ["/robots.txt", "/", "/robots.txt", "/"]


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"until": "soon", "read_at": "then", "rules": None},
        {"until": 1, "read_at": 2, "rules": {}},
        {
            "until": "2999-01-01T00:00:00+00:00",
            "read_at": "2026-01-01T00:00:00+00:00",
            "rules": None,
        },
        {
            "until": "2999-01-02T00:00:00+00:00",
            "read_at": "2999-01-01T00:00:00+00:00",
            "rules": None,
        },
    ],
)
async def test_a_state_that_cannot_be_believed_is_found_out_anew(
    state: dict[str, Any], site: HttpServer, open_fetcher: OpenFetcher
) -> None:
    """What an older program wrote, or one whose clock was wrong."""
    book = MemoryBook()
    await book.write_robots(site.url("").rstrip("/"), state)

    await (await open_fetcher(book=book)).get_page(site.url("/"))

    assert asked(site) == ["/robots.txt", "/"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
async def test_where_there_is_no_robots_txt_all_is_allowed(
    status: int, site: HttpServer, open_fetcher: OpenFetcher
) -> None:
    """RFC 9309, 2.3.1.3: unavailable."""
    site.route("/robots.txt", site.reply(b"Disallow: /", status=status))
    fetcher = await open_fetcher()

    await fetcher.get_page(site.url("/x"))
    await fetcher.get_page(site.url("/y"))

    assert asked(site) == ["/robots.txt", "/x", "/y"]


async def hang_up(_request: Request, writer: asyncio.StreamWriter) -> None:
    """Close the connection."""
    writer.close()


@pytest.mark.parametrize("trouble", [500, 503, hang_up])
async def test_where_it_cannot_be_had_nothing_is_asked(
    trouble: Any, site: HttpServer, open_fetcher: OpenFetcher
) -> None:
    """RFC 9309, 2.3.1.4: unreachable is a complete disallow; the page may be tried in an hour."""
    site.route("/robots.txt", site.reply(status=trouble) if isinstance(trouble, int) else trouble)
    fetcher = await open_fetcher()

    refused = await refusal_of(fetcher.get_page(site.url("/y")))
    await refusal_of(fetcher.get_page(site.url("/")))

    assert asked(site) == ["/robots.txt"]
    assert refused.retry_at is not None
    assert timedelta(minutes=59) < refused.retry_at - datetime.now(UTC) <= timedelta(hours=1)


async def test_old_rules_hold_on_while_it_cannot_be_had(
    site: HttpServer, open_fetcher: OpenFetcher
) -> None:
    """For thirty days; then nothing is known."""
    book = MemoryBook()
    origin = site.url("").rstrip("/")
    await (await open_fetcher(book=book)).get_page(site.url("/"))
    site.route("/robots.txt", site.reply(status=500))
    state = await book.robots(origin) or {}
    now = datetime.now(UTC)

    for days, is_known in ((2, True), (31, False)):
        read_at, until = now - timedelta(days=days), now - timedelta(days=days - 1)
        await book.write_robots(
            origin, {**state, "read_at": read_at.isoformat(), "until": until.isoformat()}
        )
        fetcher = await open_fetcher(book=book)
        await refusal_of(fetcher.get_page(site.url("/x")))
        if is_known:
            await fetcher.get_page(site.url("/y"))
        else:
            await refusal_of(fetcher.get_page(site.url("/y")))

    assert asked(site) == ["/robots.txt", "/", "/robots.txt", "/y", "/robots.txt"]


async def test_a_refusal_of_robots_txt_lets_the_host_rest(
    site: HttpServer, open_fetcher: OpenFetcher
) -> None:
    """429 is no "there is none": we are to come less often."""
    site.route("/robots.txt", site.reply(status=429))
    fetcher = await open_fetcher()

    for path in ("/y", "/"):
        with pytest.raises(FetchError):
            await fetcher.get_page(site.url(path))

    assert asked(site) == ["/robots.txt"]


@pytest.mark.parametrize(("hops", "is_read"), [(5, True), (6, False)])
async def test_five_redirects_lead_to_it(
    hops: int,
    is_read: bool,  # noqa: FBT001 - what is expected
    site: HttpServer,
    open_fetcher: OpenFetcher,
) -> None:
    """Also to another host; what lies behind more is not looked for (RFC 9309, 2.3.1.2)."""

    def onwards(request: Request) -> bytes:
        step = int(request.path.rpartition("/")[2].removesuffix("robots.txt") or 0) + 1
        if step > hops:
            return site.reply(ALL_BUT_X)
        place = site.url(f"/hop/{step}", host="other.test")
        return site.reply(status=302, headers=[("Location", place)])

    site.route("/robots.txt", onwards)
    for step in range(1, 7):
        site.route(f"/hop/{step}", onwards)
    fetcher = await open_fetcher()

    if is_read:
        await refusal_of(fetcher.get_page(site.url("/x")))
    else:
        await fetcher.get_page(site.url("/x"))


async def test_a_robots_txt_of_any_size_is_read_to_its_limit(
    site: HttpServer, open_fetcher: OpenFetcher
) -> None:
    """What comes after half a MiB is not even waited for, announced or not."""

    async def flood(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + ALL_BUT_X)
        while not writer.is_closing():
            writer.write(b"# nothing\n" * 1000)
            await writer.drain()

    site.route("/robots.txt", flood)
    fetcher = await open_fetcher(max_wire_bytes=2 * MAX_ROBOTS_BYTES)

    await refusal_of(fetcher.get_page(site.url("/x")))
    await fetcher.get_page(site.url("/y"))


async def test_a_wish_for_distance_is_kept(site: HttpServer, open_fetcher: OpenFetcher) -> None:
    """Crawl-delay is the gap between pages where it is the longer one."""

    class Gaps(MemoryBook):
        async def reserve(self, host: str, gap_s: float) -> float:
            gaps_s.append(gap_s)
            return await super().reserve(host, 0)

    gaps_s: list[float] = []
    site.route("/robots.txt", site.reply(b"User-agent: *\nCrawl-delay: 0.2\n"))
    fetcher = await open_fetcher(book=Gaps())

    await fetcher.get_page(site.url("/"))
    await fetcher.get_page(site.url("/y"))
    await fetcher.get(site.url("/y"))

    assert gaps_s == [0, 0.2, 0.2, 0]


async def test_a_private_page_is_refused_as_such(
    open_fetcher: OpenFetcher, start_server: Callable[..., HttpServer]
) -> None:
    """Its robots.txt is as much out of reach."""
    canary = start_server("127.0.0.2")
    fetcher = await open_fetcher()

    with pytest.raises(RefusedError) as refused:
        await fetcher.get_page(canary.url("/page"))

    assert refused.value.kind == "refused"
    assert canary.connections == 0


async def test_a_robots_txt_that_leads_inside_is_not_followed(
    site: HttpServer, open_fetcher: OpenFetcher, start_server: Callable[..., HttpServer]
) -> None:
    """The page is left alone and the canary hears nothing."""
    canary = start_server("127.0.0.2")
    place = [("Location", canary.url("/secret"))]
    site.route("/robots.txt", site.reply(status=302, headers=place))
    fetcher = await open_fetcher()

    await refusal_of(fetcher.get_page(site.url("/y")))

    assert canary.connections == 0
    assert asked(site) == ["/robots.txt"]


async def test_long_rules_are_forgotten_before_they_fill_the_memory(
    site: HttpServer, open_fetcher: OpenFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of many sites with very many rules the book has them all, and the fetcher some."""
    monkeypatch.setattr(_permission, "_MOST_RULES", 3)
    rules = b"User-agent: *\nDisallow: /x\nDisallow: /v\n"
    site.route("/robots.txt", site.reply(rules))
    book = MemoryBook()
    fetcher = await open_fetcher(book=book)

    await fetcher.get_page(site.url("/"))
    await fetcher.get_page(site.url("/", host="other.test"))
    await refusal_of(fetcher.get_page(site.url("/x")))

    kept = fetcher._permission._origins
    assert sum(origin.size for origin in kept.values()) <= 3
    assert asked(site) == ["/robots.txt", "/", "/robots.txt", "/"]


async def test_an_address_longer_than_servers_take_is_not_asked(
    site: HttpServer, open_fetcher: OpenFetcher
) -> None:
    """To hold it against forty thousand rules would stop everything for ten seconds."""
    fetcher = await open_fetcher()

    with pytest.raises(RefusedError, match="longer than"):
        await fetcher.get_page(site.url("/" + "a" * 8000))

    assert asked(site) == []
