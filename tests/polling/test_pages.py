"""Articles spread over several pages: followed on their own host, bounded, never in a circle."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from aggregator.config import Settings
from aggregator.fetch import make_fetcher
from aggregator.model import Entry, Feed, FullText, PageSource, SiteRules
from aggregator.polling._pages import MAX_ARTICLE_BYTES, MAX_PARTS, PageReader
from aggregator.polling._tasks import Page

_NEXT = re.compile(rb"next: (\S+)")
_FEED = Feed(
    id=1,
    url="http://127.0.0.1/feed",
    name=None,
    title=None,
    site_url=None,
    tags=(),
    is_enabled=True,
    interval_s=3600,
    full_text=FullText.ALWAYS,
    rules=SiteRules(content=("main",)),
)

Read = Callable[..., Awaitable[tuple[dict[str, PageSource], set[str]]]]


async def _find_next(pages: Sequence[Page]) -> list[str | None]:
    """Where the pages of these tests say that they go on."""
    found = [_NEXT.search(page.body) for page in pages]
    return [match[1].decode() if match else None for match in found]


@pytest.fixture
def read(settings: Settings) -> Read:
    """A function that reads the pages at the given URLs, as those of entries "0", "1", ..."""

    async def read_pages(*urls: str, max_pages: int = 50) -> Any:
        entries = [Entry(str(number), "", url=url) for number, url in enumerate(urls)]
        async with make_fetcher(settings) as fetcher:
            return await PageReader(fetcher, _find_next, max_pages=max_pages).read(_FEED, entries)

    return read_pages


@pytest.fixture
def serve(http_server: Any) -> Callable[..., str]:
    """A function that puts a page at a path, going on at another URL if there is one."""

    def put(path: str, following: str = "", *, size: int = 0, kind: str = "text/html") -> str:
        body = f"{path} next: {following}" if following else path
        content = body.encode() + b" " * size
        http_server.route(path, http_server.reply(content, headers=[("Content-Type", kind)]))
        url: str = http_server.url(path)
        return url

    return put


def _paths(server: Any) -> list[str]:
    return [request.path for request in server.requests if request.path != "/robots.txt"]


async def test_an_article_is_followed_to_its_end(serve: Any, read: Read) -> None:
    """Its pages come in order, with what the extraction must know of them."""
    third = serve("/a/3")
    second = serve("/a/2", third)
    first = serve("/a", second)

    pages, tried = await read(first)

    [source] = pages.values()
    assert (source.url, source.rules, source.content_type) == (first, _FEED.rules, "text/html")
    assert source.entry == Entry("0", "", url=first)
    assert [body.split()[0] for body in (source.body, *source.more)] == [b"/a", b"/a/2", b"/a/3"]
    assert tried == {"0"}


async def test_no_address_is_asked_twice(http_server: Any, serve: Any, read: Read) -> None:
    """A page that goes on at itself, at one before it or at another spelling ends the article."""
    start = serve("/a", serve("/b", http_server.url("/a")) + "#top")
    itself = serve("/c", http_server.url("/c?utm_source=next"))

    pages, _ = await read(start, itself)

    assert [len(source.more) for source in pages.values()] == [1, 0]
    assert sorted(_paths(http_server)) == ["/a", "/b", "/c"]


async def test_an_article_that_never_ends_is_cut(http_server: Any, serve: Any, read: Read) -> None:
    """Ten pages in all."""
    for number in range(30):
        serve(f"/{number}", http_server.url(f"/{number + 1}"))

    pages, _ = await read(http_server.url("/0"))

    assert len(pages["0"].more) == MAX_PARTS - 1
    assert len(_paths(http_server)) == MAX_PARTS


async def test_an_article_stays_on_its_host(
    serve: Any, read: Read, start_server: Any, http_server: Any
) -> None:
    """Neither a link nor a redirect takes a page of another site into it."""
    other = start_server("127.0.0.2")
    other.route("/x", other.reply(b"x", headers=[("Content-Type", "text/html")]))
    moved = http_server.reply(status=302, headers=[("Location", other.url("/x"))])
    http_server.route("/moved", moved)
    linked = serve("/a", other.url("/x"))
    redirected = serve("/b", http_server.url("/moved"))

    pages, _ = await read(linked, redirected)

    assert [source.more for source in pages.values()] == [(), ()]
    assert len(_paths(other)) == 1, "only the redirect was followed, to see where it leads"


@pytest.mark.parametrize("trouble", ["missing", "picture", "closed"])
async def test_an_article_whose_second_page_fails_is_made_of_the_first(
    http_server: Any, serve: Any, read: Read, trouble: str, caplog: pytest.LogCaptureFixture
) -> None:
    """And the log says that it is cut short, and where."""
    places = {
        "missing": http_server.url("/missing"),
        "picture": serve("/picture", kind="image/png"),
        "closed": "http://127.0.0.1:1/2",
    }
    first = serve("/a", places[trouble])

    with caplog.at_level(logging.INFO, "aggregator"):
        pages, _ = await read(first)

    assert pages["0"].more == ()
    assert f"article cut short: page 2 of {first}" in caplog.text


async def test_all_pages_of_an_article_have_one_limit_of_size(serve: Any, read: Read) -> None:
    """What goes beyond five megabytes is left out with all that follows."""
    third = serve("/3")
    too_much = serve("/2", third, size=MAX_ARTICLE_BYTES // 2)
    first = serve("/1", too_much, size=MAX_ARTICLE_BYTES // 2)

    pages, _ = await read(first)

    assert pages["0"].more == ()


async def test_following_pages_count_and_come_last(
    http_server: Any, serve: Any, read: Read
) -> None:
    """Of few pages each article gets its first before one gets its second."""
    urls = [serve(f"/{name}", serve(f"/{name}2")) for name in "abc"]

    pages, tried = await read(*urls, max_pages=4)

    assert _paths(http_server) == ["/a", "/b", "/c", "/a2"]
    assert [len(source.more) for source in pages.values()] == [1, 0, 0]
    assert tried == {"0", "1", "2"}


async def test_what_is_beyond_the_limit_is_not_tried(
    http_server: Any, serve: Any, read: Read
) -> None:
    """It was not asked for in vain, so it counts as no miss."""
    urls = [serve(f"/{name}") for name in "abc"]

    pages, tried = await read(*urls, max_pages=2)

    assert (list(pages), tried) == (["0", "1"], {"0", "1"})
    assert _paths(http_server) == ["/a", "/b"]
