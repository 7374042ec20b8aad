"""Every way in which a feed leads to its older documents, against a real server."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any

import pytest

from aggregator.archive import Selection
from aggregator.library import OpenArchive
from aggregator.model import FeedSpec
from aggregator.polling import BackfillLimits, OlderDocument, Stop, open_backfill
from aggregator.polling._older import Way


def _titles(archive: OpenArchive) -> set[str]:
    return {one.entry.title or "" for one in archive.entries.select(Selection())}


def _numbered(*numbers: int) -> set[str]:
    return {f"Title {number}" for number in numbers}


async def test_archives_of_a_feed_are_followed_to_the_oldest(
    http_server: Any, archive: OpenArchive, backfill: Any, documents: list[OlderDocument], atom: Any
) -> None:
    """RFC 5005: each document names the archive before it; nothing of any is lost."""
    server = http_server
    server.route("/f", server.reply(atom(0, 1, prev_archive="/2026/10", next="/newer")))
    server.route("/2026/10", server.reply(atom(1, 2, 3, prev_archive="/2026/09")))
    server.route("/2026/09", server.reply(atom(prev_archive="/2026/08")))
    server.route("/2026/08", server.reply(atom(4)))

    report = await backfill(server.url("/f"))

    assert (report.way, report.stopped, report.documents) == (Way.ARCHIVE, Stop.END, 4)
    assert (report.new, report.known, report.error) == (5, 1, None)
    assert report.last_url == server.url("/2026/08")
    assert _titles(archive) == _numbered(0, 1, 2, 3, 4)
    assert [request.path for request in server.requests] == [
        "/f",
        "/2026/10",
        "/2026/09",
        "/2026/08",
    ]
    assert [(one.number, one.new) for one in documents] == [(1, 2), (2, 2), (3, 0), (4, 1)]


async def test_pages_of_a_feed_are_followed(
    http_server: Any, archive: OpenArchive, backfill: Any, atom: Any
) -> None:
    """RFC 5005 paging: `next` leads to what is older."""
    server = http_server
    server.route("/f", server.reply(atom(0, 1, next="/f/2")))
    server.route("/f/2", server.reply(atom(2, next="/f/3")))
    server.route("/f/3", server.reply(atom(3)))

    report = await backfill(server.url("/f"))

    assert (report.way, report.stopped, report.new) == (Way.NEXT, Stop.END, 4)
    assert _titles(archive) == _numbered(0, 1, 2, 3)


async def test_json_feeds_lead_on_by_next_url(
    http_server: Any, archive: OpenArchive, backfill: Any
) -> None:
    """In pages, as long as there is one."""

    def page(number: int, **more: str) -> bytes:
        items = [{"id": str(number), "title": f"Title {number}", "content_text": "Text"}]
        version = "https://jsonfeed.org/version/1.1"
        answer = json.dumps({"version": version, "title": "J", "items": items, **more})
        return bytes(http_server.reply(answer.encode()))

    http_server.route("/j", page(0, next_url=http_server.url("/j/2")))
    http_server.route("/j/2", page(1))

    report = await backfill(http_server.url("/j"))

    assert (report.new, report.stopped) == (2, Stop.END)
    assert _titles(archive) == _numbered(0, 1)


@pytest.mark.parametrize("path", ["/feed/", "/?feed=rss2", "/category/a/feed/atom"])
async def test_pages_of_wordpress_are_counted_until_there_are_none(
    http_server: Any, archive: OpenArchive, backfill: Any, path: str, paged: Any
) -> None:
    """404 is how WordPress says that this was all, and no failure."""
    http_server.route(path.partition("?")[0], paged(http_server, last=3))

    report = await backfill(http_server.url(path))

    assert (report.way, report.stopped, report.documents) == (Way.PAGED, Stop.END, 3)
    assert report.error is None
    assert _titles(archive) == _numbered(*range(6))
    assert len(http_server.requests) == 4


async def test_a_feed_that_names_nothing_older_is_read_once(
    http_server: Any, archive: OpenArchive, backfill: Any, atom: Any
) -> None:
    """What it has itself is archived all the same."""
    http_server.route("/f.xml", http_server.reply(atom(0)))

    report = await backfill(http_server.url("/f.xml"))

    assert (report.way, report.stopped, report.new) == (None, Stop.NOTHING_OLDER, 1)
    assert len(http_server.requests) == 1
    assert _titles(archive) == _numbered(0)


async def test_a_circle_is_walked_once(http_server: Any, backfill: Any, atom: Any) -> None:
    """Documents that point at each other end the way."""
    http_server.route("/f", http_server.reply(atom(0, next="/b")))
    http_server.route("/b", http_server.reply(atom(1, next="/c")))
    http_server.route("/c", http_server.reply(atom(2, next="/b")))

    report = await backfill(http_server.url("/f"))

    assert (report.stopped, report.new) == (Stop.LOOP, 3)
    assert [request.path for request in http_server.requests] == ["/f", "/b", "/c"]


@pytest.mark.parametrize("path", ["/feed/", "/f"])
async def test_a_server_that_repeats_itself_is_left_alone(
    http_server: Any, backfill: Any, path: str, atom: Any
) -> None:
    """It answers every page number, or every next page, with the same entries."""
    numbers = iter(range(2, 1000))

    def answer(_request: Any) -> bytes:
        links = {} if path == "/feed/" else {"next": f"/f?page={next(numbers)}"}
        return bytes(http_server.reply(atom(0, 1, **links)))

    http_server.route(path, answer)

    report = await backfill(http_server.url(path))

    assert (report.stopped, report.documents, report.new) == (Stop.REPEATED, 2, 2)
    assert len(http_server.requests) == 2


async def test_no_link_leads_where_we_may_not_ask(
    http_server: Any, start_server: Any, archive: OpenArchive, settings: Any, atom: Any
) -> None:
    """An archive on an address that is not public is refused before anything is sent."""
    inside = start_server("127.0.0.2")
    inside.route("/secret", inside.reply(atom(9)))
    http_server.route("/f", http_server.reply(atom(0, next=inside.url("/secret"))))
    archive.feeds.sync([FeedSpec(http_server.url("/f"))], datetime.now(UTC))
    guarded = replace(settings, allow_networks=(ip_network("127.0.0.1/32"),))
    limits = BackfillLimits(pause_s=0, reads_pages=False)

    async with open_backfill(archive, guarded, limits, lambda _: None) as walk:
        report = await walk.run(archive.feeds.all()[0])

    assert (report.stopped, report.new) == (Stop.FAILED, 1)
    assert "refused" in (report.error or "")
    assert inside.connections == 0


async def test_credentials_stay_with_the_origin_of_the_feed(
    http_server: Any, start_server: Any, backfill: Any, atom: Any
) -> None:
    """Its own pages are asked for with them, those elsewhere without; nothing shows them."""
    other = start_server("127.0.0.2")
    http_server.route("/f", http_server.reply(atom(0, next="/f/2")))
    http_server.route("/f/2", http_server.reply(atom(1, next=other.url("/f/3"))))
    other.route("/f/3", other.reply(atom(2)))
    url = http_server.url("/f").replace("//", "//me:s3cr3t@")

    report = await backfill(url)

    assert ["authorization" in request.headers for request in http_server.requests] == [True, True]
    assert ["authorization" in request.headers for request in other.requests] == [False]
    assert (report.new, report.last_url) == (3, other.url("/f/3"))
