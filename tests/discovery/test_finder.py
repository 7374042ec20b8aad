"""From an address to feeds, on a real server: what is found, in which order it is looked for."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.discovery.documents import asked, link, page, rss, serve


async def test_an_address_of_a_feed_is_the_answer(find: Any, http_server: Any) -> None:
    """One request; its facts are told; it may be served as a page."""
    answer = http_server.reply(rss("Wire", 3), headers=[("Content-Type", "text/html")])
    http_server.route("/f", answer)

    found = await find(http_server.url("/f"))

    [feed] = found.feeds
    assert (feed.title, feed.entry_count, feed.source) == ("Wire", 3, "address")
    assert feed.newest_at.isoformat() == "2026-11-20T08:00:00+00:00"
    assert feed.url == http_server.url("/f")
    assert found.chosen is feed
    assert asked(http_server) == ["/f"]


async def test_declared_feeds_are_fetched_and_told_in_order(find: Any, http_server: Any) -> None:
    """Comments stand last and are not what is meant; what is no feed is left out."""
    serve(
        http_server,
        {
            "/": page(
                '<base href="/sub/">',
                link("/comments/feed/"),
                link("f.xml"),
                link("/sub/f.xml#again"),
                link("/gone"),
                link("/"),
            ),
            "/comments/feed/": rss("Comments for Wire"),
            "/sub/f.xml": rss("Wire", 2),
        },
    )

    found = await find(http_server.url("/"))

    assert [feed.title for feed in found.feeds] == ["Wire", "Comments for Wire"]
    assert found.chosen == found.feeds[0]
    assert {attempt.url: attempt.outcome for attempt in found.attempts} == {
        http_server.url("/"): "an HTML page",
        http_server.url("/comments/feed/"): "a feed",
        http_server.url("/sub/f.xml"): "a feed",
        http_server.url("/gone"): "http: 404 Not Found",
    }


async def test_two_feeds_are_no_clear_answer(find: Any, http_server: Any) -> None:
    """Nothing is chosen; one without an entry stands behind."""
    serve(
        http_server,
        {"/": page(link("/a"), link("/b")), "/a": rss("Empty", 0), "/b": rss("Full")},
    )

    found = await find(http_server.url("/"))

    assert [feed.title for feed in found.feeds] == ["Full", "Empty"]
    assert found.chosen is None


async def test_two_addresses_of_one_feed_are_one(find: Any, http_server: Any) -> None:
    """Told by where their redirects end."""
    serve(http_server, {"/": page(link("/old"), link("/new")), "/new": rss("Wire")})
    http_server.route("/old", http_server.reply(status=301, headers=[("Location", "/new")]))

    found = await find(http_server.url("/"))

    assert [feed.url for feed in found.feeds] == [http_server.url("/new")]


@pytest.mark.parametrize(
    ("status", "path"), [(301, "/new"), (308, "/new"), (302, "/f"), (307, "/f")]
)
async def test_only_a_permanent_redirect_changes_the_address(
    find: Any, http_server: Any, status: int, path: str
) -> None:
    """A temporary one is followed at each poll."""
    http_server.route("/f", http_server.reply(status=status, headers=[("Location", "/new")]))
    http_server.route("/new", http_server.reply(rss("Wire")))

    [feed] = (await find(http_server.url("/f"))).feeds

    assert feed.url == http_server.url(path)


async def test_a_link_header_declares_a_feed(find: Any, http_server: Any) -> None:
    """Of a page that says nothing itself."""
    header = '</f>; rel="alternate"; type="application/rss+xml"'
    serve(http_server, {"/p": page()}, Link=header)
    serve(http_server, {"/f": rss("Wire")})

    [feed] = (await find(http_server.url("/p"))).feeds

    assert (feed.url, feed.source) == (http_server.url("/f"), "link")


async def test_the_software_is_asked_before_common_paths(find: Any, http_server: Any) -> None:
    """And nothing is guessed once a feed is found."""
    meta = '<meta name="generator" content="Ghost 6">'
    serve(http_server, {"/": page(meta), "/rss/": rss("Wire"), "/feed/": rss("Other")})

    [feed] = (await find(http_server.url("/"))).feeds

    assert (feed.url, feed.source) == (http_server.url("/rss/"), "software")
    assert asked(http_server) == ["/", "/rss/"]


async def test_common_paths_are_the_last_resort(find: Any, http_server: Any) -> None:
    """In turn, until the first that is a feed; also for a page that is missing itself."""
    serve(http_server, {"/": page(), "/feed/": page(), "/rss.xml": rss("Wire")})

    [feed] = (await find(http_server.url("/"))).feeds
    [beside] = (await find(http_server.url("/gone"))).feeds

    assert feed.url == beside.url == http_server.url("/rss.xml")
    assert feed.source == "guess"
    assert asked(http_server)[:4] == ["/", "/feed/", "/feed.xml", "/rss.xml"]


async def test_a_profile_is_found_without_its_page(find: Any, http_server: Any) -> None:
    """By the rule for its site; the other addresses of the rule are tried in turn."""
    serve(http_server, {"/@ann/feed.rss": rss("Ann")})

    [feed] = (await find(http_server.url("/@ann"))).feeds

    assert feed.source == "site"
    assert asked(http_server) == ["/@ann.rss", "/@ann/feed.rss"]


async def test_without_a_scheme_http_is_tried_after_https(find: Any, http_server: Any) -> None:
    """A server that speaks no TLS and hangs up is found too, with the feed that it links to."""
    documents = {"/": page(link("/f")), "/f": rss("Wire")}

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = await reader.readline()
        if line.startswith(b"GET "):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(http_server.reply(documents[line.split()[1].decode()]))
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        [feed] = (await find(f"127.0.0.1:{port}")).feeds

    assert feed.url == f"http://127.0.0.1:{port}/f"
