"""The icons of sites: which one is taken, and what is never taken for one."""

from __future__ import annotations

import base64
import time
from collections.abc import AsyncIterator
from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.discovery import MAX_ICON_BYTES, IconFinder
from aggregator.discovery._icon_links import find_icon_links, find_image_type, read_data_url
from aggregator.fetch import Fetcher, FetchLimits
from aggregator.model import Feed, FullText
from aggregator.polling import Workers

_URL = "https://example.org/blog/"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)
ICO = b"\0\0\1\0\1\0" + bytes(60)


def feed(url: str, site_url: str | None = None) -> Feed:
    """A feed of which only the addresses are known."""
    return Feed(1, url, None, None, site_url, (), True, 3600, FullText.AUTO)


@pytest.fixture
async def finder(fetcher: Fetcher, workers: Workers) -> AsyncIterator[IconFinder]:
    """A finder whose pictures are as small as those of the command."""
    limits = FetchLimits(timeout_s=5.0, gap_s=0.0, max_body_bytes=128 * 1024)
    networks = (ip_network("127.0.0.1/32"),)
    async with Fetcher(limits, user_agent="test/1", allow_networks=networks) as pictures:
        yield IconFinder(fetcher, pictures, workers)


def test_the_smallest_icon_that_is_large_enough_comes_first() -> None:
    """Whatever the order of the page; too small ones and /favicon.ico come last, SVG not at all."""
    page = b"""<link rel="shortcut icon" sizes=16x16 href=16.png><link rel=apple-touch-icon href=t>
      <link rel=icon type=image/svg+xml href=v.svg><link rel=icon href="/w.svg?x">
      <link rel="mask-icon" href=m.png><LINK REL=ICON SIZES="16x16 32X32 64x64" HREF=32.ico>
      <link rel=icon href=/plain.png><link rel=icon sizes=512x512 href=512.png>"""

    assert find_icon_links(page, _URL) == [
        f"{_URL}32.ico",
        "https://example.org/plain.png",
        f"{_URL}t",
        f"{_URL}512.png",
        f"{_URL}16.png",
        "https://example.org/favicon.ico",
    ]


def test_a_page_without_icons_has_perhaps_the_usual_one() -> None:
    """At the root of the site, without the password of the page."""
    assert find_icon_links(b"", "https://me:s3cr3t@example.org:8443/a/b?c") == [
        "https://example.org:8443/favicon.ico"
    ]


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (PNG, "image/png"),
        (ICO, "image/x-icon"),
        (b"GIF89a" + bytes(9), "image/gif"),
        (b"\xff\xd8\xff\xe0" + bytes(9), "image/jpeg"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"<!doctype html>", None),
        (b"RIFF\x10\0\0\0WAVEfmt ", None),
        (b"\0\0\1\0\0\0", None),
        (b"", None),
        (PNG + bytes(MAX_ICON_BYTES), None),
    ],
)
def test_pictures_are_told_by_their_bytes(data: bytes, media_type: str | None) -> None:
    """Not by what a server says of them; pages, drawings with scripts and large files are none."""
    assert find_image_type(data) == media_type


@given(st.binary(max_size=200))
def test_data_urls_give_back_their_bytes(data: bytes) -> None:
    """In base64 as browsers write it; other text is no data URL or a broken one, never an error."""
    assert read_data_url(f"data:image/png;base64,{base64.b64encode(data).decode()}") == data
    assert read_data_url(data.decode("latin-1")) is None or data.lower().lstrip()[:5] == b"data:"


@pytest.mark.parametrize(
    "url", ["data:image/png;base64,a", "data:" + "x" * 1_000_000, "https://x/"]
)
def test_other_data_urls_are_none(url: str) -> None:
    """Broken, enormous, none at all."""
    assert read_data_url(url) is None


def test_a_flood_of_icons_takes_linear_time() -> None:
    """Hundred thousand tags."""
    started_s = time.process_time()

    find_icon_links(b'<link rel=icon href="data:image/png;base64,AAAA">' * 80_000, _URL)

    assert time.process_time() - started_s < 10


async def test_the_icon_of_the_site_is_fetched(finder: IconFinder, http_server: Any) -> None:
    """The page of the feed's site, then its best icon that is a picture."""
    body = b"<link rel=icon sizes=32x32 href=/broken.png><link rel=icon sizes=48x48 href=/i.png>"
    http_server.route("/site", http_server.reply(body))
    http_server.route("/broken.png", http_server.reply(b"<html>no picture</html>"))
    http_server.route("/i.png", http_server.reply(PNG, headers=[("Content-Type", "text/plain")]))

    icon = await finder.find_icon(feed("https://elsewhere.example/f", http_server.url("/site")))

    assert icon is not None
    assert (icon.url, icon.media_type, icon.data) == (http_server.url("/i.png"), "image/png", PNG)


async def test_an_icon_inside_its_page_is_not_asked_for(
    finder: IconFinder, http_server: Any
) -> None:
    """A data URL holds the picture itself."""
    encoded = base64.b64encode(PNG).decode()
    http_server.route(
        "/", http_server.reply(f"<link rel=icon href='data:;base64,{encoded}'>".encode())
    )

    icon = await finder.find_icon(feed(http_server.url("/f"), http_server.url("/")))

    assert icon is not None
    assert (icon.url, icon.data) == (http_server.url("/"), PNG)
    assert [request.path for request in http_server.requests] == ["/"]


async def test_without_a_page_there_may_be_an_icon(finder: IconFinder, http_server: Any) -> None:
    """A feed that names no site: the root of its own."""
    http_server.route("/favicon.ico", http_server.reply(ICO))

    icon = await finder.find_icon(feed(http_server.url("/deep/f.xml")))

    assert icon is not None
    assert icon.media_type == "image/x-icon"


@pytest.mark.parametrize("status", [429, 503])
async def test_who_is_busy_is_not_asked_for_pictures(
    finder: IconFinder, http_server: Any, status: int
) -> None:
    """An icon is never worth a request too many."""
    http_server.route("/", http_server.reply(status=status))

    assert await finder.find_icon(feed(http_server.url("/f"))) is None
    assert len(http_server.requests) == 1


async def test_enormous_private_and_endless_icons_are_none(
    finder: IconFinder, http_server: Any, start_server: Any
) -> None:
    """At most five requests, none of them to an address that is refused, and no error."""
    canary = start_server("127.0.0.2")
    tags = "".join(f"<link rel=icon href=/big{n}.png>" for n in range(50))
    body = f"<link rel=icon sizes=32x32 href='{canary.url('/i.png')}'>{tags}"
    http_server.route("/", http_server.reply(body.encode()))
    for n in range(50):
        http_server.route(f"/big{n}.png", http_server.reply(PNG + bytes(200_000)))

    assert await finder.find_icon(feed(http_server.url("/f"))) is None
    assert len(http_server.requests) <= 5
    assert canary.connections == 0
