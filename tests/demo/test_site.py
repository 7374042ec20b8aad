"""The demo site over a real socket."""

from __future__ import annotations

import asyncio
import gzip
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientSession

from aggregator.demo import DemoSite
from aggregator.errors import AggregatorError


async def test_every_feed_and_page_is_served_with_its_type(
    site: DemoSite, client: ClientSession
) -> None:
    """Each format goes out under its own media type, pages as HTML, all as UTF-8."""
    types = []
    for url in site.feed_urls:
        async with client.get(url) as response:
            assert (response.status, response.charset) == (200, "utf-8")
            types.append(response.content_type.removeprefix("application/"))
    for article in site.articles:
        async with client.get(article.url) as response:
            body = await response.text()
            assert (response.status, response.content_type) == (200, "text/html")
            assert all(heading in body for heading in article.headings)

    assert types == ["rss+xml", "atom+xml", "rdf+xml", "feed+json"]


async def test_both_validators_save_the_body(site: DemoSite, client: ClientSession) -> None:
    """Feeds and pages answer 304 without a body to either validator, and keep stating both."""
    for url in (*site.feed_urls, site.articles[0].url):
        async with client.get(url) as response:
            etag, modified = response.headers["ETag"], response.headers["Last-Modified"]
        conditions = [
            {"If-None-Match": etag},
            {"If-None-Match": f'"other", {etag}'},
            {"If-None-Match": "*"},
            {"If-Modified-Since": modified},
            {"If-None-Match": etag, "If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
        ]
        for headers in conditions:
            async with client.get(url, headers=headers) as response:
                assert (response.status, await response.read()) == (304, b"")
                assert response.headers["ETag"] == etag
                assert response.headers["Last-Modified"] == modified


@pytest.mark.parametrize(
    "headers",
    [
        {"If-None-Match": '"other"'},
        {"If-None-Match": 'unquoted, and torn "'},
        {"If-None-Match": ", " * 3000},
        {"If-None-Match": "torn", "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"},
        {"If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"If-Modified-Since": "yesterday"},
        {"If-Modified-Since": "Thu, 99 Jan 99999 99:99:99 GMT"},
        {"If-None-Match": '"other"', "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"},
    ],
)
async def test_other_validators_bring_the_whole_body(
    site: DemoSite, client: ClientSession, headers: dict[str, str]
) -> None:
    """A stale, broken or outweighed validator never hides the body."""
    async with client.get(site.feed_urls[0], headers=headers) as response:
        assert response.status == 200
        assert b"</rss>" in await response.read()


async def test_gzip_goes_to_clients_that_take_it(site: DemoSite) -> None:
    """The compressed body is smaller, names its coding and unpacks to the plain one."""
    async with ClientSession(auto_decompress=False) as raw:
        async with raw.get(site.feed_urls[1], headers={"Accept-Encoding": "gzip"}) as response:
            packed = await response.read()
            coding, etag = response.headers["Content-Encoding"], response.headers["ETag"]
        async with raw.get(site.feed_urls[1], headers={"Accept-Encoding": "br"}) as response:
            plain = await response.read()

            assert "Content-Encoding" not in response.headers
            assert response.headers["ETag"] == etag
    assert coding == "gzip"
    assert len(packed) < len(plain)
    assert gzip.decompress(packed) == plain


@pytest.mark.parametrize("change", ["publish", "edit"])
async def test_a_change_moves_both_validators(
    site: DemoSite, client: ClientSession, change: str
) -> None:
    """After publishing or editing, the old validators bring the changed feed."""
    url = site.feed_urls[1]
    async with client.get(url) as response:
        before, old_body = response.headers, await response.read()

    getattr(site, change)()

    for condition, validator in (
        ("If-None-Match", "ETag"),
        ("If-Modified-Since", "Last-Modified"),
    ):
        async with client.get(url, headers={condition: before[validator]}) as response:
            assert response.status == 200
            assert response.headers[validator] != before[validator]
            assert len(await response.read()) > len(old_body)


async def test_publishing_changes_every_feed_and_opens_the_pages(
    site: DemoSite, client: ClientSession
) -> None:
    """What is withheld has no page; once published it has one and its feed names it."""
    tags = [(await client.get(url)).headers["ETag"] for url in site.feed_urls]

    published = site.publish()

    for article, old_tag in zip(published, tags, strict=True):
        feed = await client.get(article.feed_url)
        page = await client.get(article.url)
        assert feed.headers["ETag"] != old_tag
        assert urlsplit(article.url).path.rsplit("/", 1)[1] in await feed.text()
        assert page.status == 200
    assert set(published) <= set(site.articles)


async def test_an_edit_changes_one_feed_only(site: DemoSite, client: ClientSession) -> None:
    """The page shows the correction; the three other feeds keep their tags."""
    tags = {url: (await client.get(url)).headers["ETag"] for url in site.feed_urls}

    edited = site.edit()

    after = {url: (await client.get(url)).headers["ETag"] for url in site.feed_urls}
    assert {url for url in tags if tags[url] != after[url]} == {edited.feed_url}
    assert "Nachtrag 1" in await (await client.get(edited.url)).text()


@pytest.mark.parametrize(
    "path", ["/none", "/harbour-wire/../../etc/passwd", "/%2e%2e/%00", "/" + "x" * 7000, "/%ff%fe"]
)
async def test_what_is_not_there_is_a_404(site: DemoSite, client: ClientSession, path: str) -> None:
    """Nothing but the site itself can be reached, however the path is written."""
    async with client.get(site.base_url + path) as response:
        assert response.status == 404
        assert "no such page" in await response.text()


async def test_only_reading_is_allowed(site: DemoSite, client: ClientSession) -> None:
    """HEAD tells the headers alone, other methods are refused."""
    async with client.head(site.feed_urls[0]) as response:
        assert (response.status, await response.read()) == (200, b"")
        assert "ETag" in response.headers
    async with client.post(site.feed_urls[0], data=b"x" * 100_000) as response:
        assert response.status == 405


async def test_torn_requests_do_not_stop_the_site(site: DemoSite, client: ClientSession) -> None:
    """Bytes that are no HTTP, and a header without an end, cost only their connection."""
    address = urlsplit(site.base_url)
    for torn in (b"\x16\x03\x01\x00\xff", b"GET / HTTP/9.9\r\n\r\n", b"GET /" + b"a" * 100_000):
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(torn)
        writer.write_eof()
        await asyncio.wait_for(reader.read(), 5)
        writer.close()

    async with client.get(site.base_url + "/robots.txt") as response:
        assert await response.text() == "User-agent: *\nAllow: /\n"


async def test_two_sites_stand_side_by_side(site: DemoSite, now: datetime) -> None:
    """Each has its own port, and one's changes are not the other's."""
    async with DemoSite(now) as other:
        other.publish()

        assert other.base_url != site.base_url
        assert len(other.articles) == len(site.articles) + 4


async def test_a_taken_port_is_named(site: DemoSite, now: datetime) -> None:
    """The error says which port, and what to do."""
    port = urlsplit(site.base_url).port
    assert port is not None

    with pytest.raises(AggregatorError, match=f"port {port} .*choose another port"):
        await DemoSite(now, port=port).__aenter__()


@pytest.mark.parametrize("port", [-1, 70_000])
async def test_an_impossible_port_is_refused(now: datetime, port: int) -> None:
    """A number that is no port gives the same error as one that is taken."""
    with pytest.raises(AggregatorError, match="choose another port"):
        await DemoSite(now, port=port).__aenter__()


async def test_leaving_closes_the_port_and_keeps_the_truth(now: datetime) -> None:
    """After the block nothing listens, what was served can be read, and it can open again."""
    site = DemoSite(now)
    async with site:
        site.publish()
        address, count = urlsplit(site.base_url), len(site.articles)

    with pytest.raises(OSError):  # noqa: PT011 - the number differs between systems
        await asyncio.open_connection(address.hostname, address.port)
    assert len(site.articles) == count
    async with site:
        assert len(site.articles) == count - 4


def test_before_it_is_open_it_has_no_address(now: datetime) -> None:
    """Asking a closed site for its address or articles says how to open it."""
    for name in ("base_url", "feed_urls", "articles"):
        with pytest.raises(RuntimeError, match="async with"):
            getattr(DemoSite(now), name)


def test_now_must_be_aware() -> None:
    """A naive instant is refused at once."""
    with pytest.raises(ValueError, match="aware"):
        DemoSite(datetime(2025, 1, 1))  # noqa: DTZ001 - that is the point


async def test_any_time_zone_names_the_same_instants(now: datetime, site: DemoSite) -> None:
    """The truth is in UTC, wherever `now` was told."""
    local = now.astimezone(tz=None)

    async with DemoSite(local) as other:
        assert [one.published_at for one in other.articles] == [
            one.published_at for one in site.articles
        ]
        assert other.articles[0].published_at.utcoffset() == timedelta(0)
        assert other.articles[0].published_at.tzinfo is UTC


def test_naming_the_room_loads_nothing() -> None:
    """Importing the room alone leaves the HTTP library and the site unloaded."""
    program = (
        "import sys, aggregator.demo as room\n"
        "assert not {'aiohttp', 'aggregator.demo._site'} & set(sys.modules)\n"
        "assert room.DemoSite.__name__ == 'DemoSite' and 'aiohttp' in sys.modules\n"
        "assert not hasattr(room, 'Nothing')\n"
    )

    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)

    assert (ran.returncode, ran.stderr) == (0, b"")
