"""What a backfill adds to the archive, and all that it leaves as it was."""

from __future__ import annotations

from typing import Any

import pytest

from aggregator.archive import Selection
from aggregator.feeds import parse_feed
from aggregator.library import OpenArchive
from aggregator.model import FullText, Memory, ParsedFeed
from aggregator.polling import Stop


def _titles(archive: OpenArchive) -> set[str]:
    return {one.entry.title or "" for one in archive.entries.select(Selection())}


def _numbered(*numbers: int) -> set[str]:
    return {f"Title {number}" for number in numbers}


async def test_a_second_time_brings_nothing_new(
    http_server: Any, archive: OpenArchive, backfill: Any, paged: Any
) -> None:
    """All is known, and nothing is doubled."""
    http_server.route("/feed/", paged(http_server, last=3))
    await backfill(http_server.url("/feed/"))
    before = archive.entries.select(Selection())

    report = await backfill(http_server.url("/feed/"))

    assert (report.new, report.known, report.stopped) == (0, 6, Stop.END)
    assert archive.entries.select(Selection()) == before


async def test_what_is_archived_is_never_edited_nor_brought_back(
    http_server: Any, archive: OpenArchive, backfill: Any, atom: Any
) -> None:
    """Old documents may have older states, and what was deleted."""
    http_server.route("/f", http_server.reply(atom(0, 1)))
    await backfill(http_server.url("/f"))
    [gone] = [one.id for one in archive.entries.select(Selection()) if one.entry.title == "Title 1"]
    archive.entries.delete([gone])
    before = archive.entries.select(Selection())
    http_server.route("/f", http_server.reply(atom(0, 1, text="Other", next="/f/2")))
    http_server.route("/f/2", http_server.reply(atom(1, 0, text="Old")))

    report = await backfill(http_server.url("/f"))

    assert (report.new, report.known) == (0, 4)
    assert archive.entries.select(Selection()) == before


async def test_polls_notice_nothing_of_it(
    http_server: Any, archive: OpenArchive, backfill: Any, poll: Any, atom: Any
) -> None:
    """All that the feed is and is read by stays; its next poll is answered with 304."""
    url = http_server.url("/f")
    stamp = ("ETag", '"v1"')
    body = atom(0, 1, next="/f/2")
    http_server.route("/f", http_server.reply(body, headers=[stamp]))
    older = atom(2, 3).replace(b"<title>F<", b"<title>Another name<")
    http_server.route("/f/2", http_server.reply(older, headers=[("ETag", '"old"')]))
    await poll([url], full_text=FullText.NEVER)
    before = _state_of(archive)

    report = await backfill(url)
    after = _state_of(archive)
    [same_body] = await poll([url], full_text=FullText.NEVER)
    http_server.route("/f", http_server.reply(status=304))
    [not_modified] = await poll([url], full_text=FullText.NEVER)

    assert report.new == 2
    assert after == before
    assert (same_body.new, same_body.edited, same_body.error) == (0, 0, None)
    assert not_modified.status == 304
    assert http_server.requests[-1].headers["if-none-match"] == '"v1"'
    assert "if-none-match" not in http_server.requests[1].headers
    assert archive.feeds.fetches(1) == before[-1]
    assert _titles(archive) == _numbered(0, 1, 2, 3)


def _state_of(archive: OpenArchive) -> tuple[object, ...]:
    """The feed, what it says of itself, what its next document is read by, how it was read."""
    [feed] = archive.feeds.all()
    feeds = archive.feeds
    memory: Memory = feeds.memory(feed)
    return feed, feeds.details(feed.id), memory, feeds.template(feed.id), feeds.fetches(feed.id)


async def test_a_feed_that_was_never_polled_is_still_new_after_it(
    http_server: Any, archive: OpenArchive, backfill: Any, poll: Any, atom: Any
) -> None:
    """Its first poll reads it as a whole, and finds that its entries are known."""
    http_server.route("/f", http_server.reply(atom(0, next="/f/2")))
    http_server.route("/f/2", http_server.reply(atom(1)))
    await backfill(http_server.url("/f"))

    [report] = await poll([http_server.url("/f")], full_text=FullText.NEVER)

    assert (report.new, report.edited, report.same) == (0, 0, 1)
    assert archive.feeds.all()[0].title == "F"
    assert _titles(archive) == _numbered(0, 1)


async def test_older_entries_are_listed_where_their_dates_belong(
    http_server: Any, archive: OpenArchive, backfill: Any, poll: Any, atom: Any
) -> None:
    """They come later than newer ones, and are found by a search."""
    http_server.route("/f", http_server.reply(atom(0, 1, next="/f/2")))
    http_server.route("/f/2", http_server.reply(atom(3, 2, text="Halibut")))
    await poll([http_server.url("/f")], full_text=FullText.NEVER)

    await backfill(http_server.url("/f"))

    listed = [hit.title for hit in archive.newest().hits]
    assert listed == [f"Title {number}" for number in range(4)]
    assert {hit.title for hit in archive.search("halibut").hits} == _numbered(2, 3)


@pytest.mark.parametrize(("reads_pages", "method"), [(True, "page"), (False, "feed")])
async def test_pages_of_new_entries_are_read_if_they_are_wanted(
    http_server: Any,
    archive: OpenArchive,
    backfill: Any,
    atom: Any,
    *,
    reads_pages: bool,
    method: str,
) -> None:
    """As a poll does; without them no poll asks for them later either."""
    words = "Nothing of this stands in the feed, it is on the page alone. " * 12
    page = f"<html><body><article><h1>Title 1</h1><p>{words}</p></article></body></html>"
    html = [("Content-Type", "text/html")]
    http_server.route("/a/1", http_server.reply(page.encode(), headers=html))
    http_server.route("/f", http_server.reply(atom(next="/f/2")))
    http_server.route("/f/2", http_server.reply(atom(1, link="/a")))

    report = await backfill(http_server.url("/f"), full_text=FullText.AUTO, reads_pages=reads_pages)

    [archived] = archive.entries.select(Selection())
    assert archived.article.method == method
    assert report.pages == int(reads_pages)
    empty = ParsedFeed("atom10", "strict", "utf-8", ())
    assert archive.entries.basis(archived.feed, empty, 10).waiting == []
    asked = [one.path for one in http_server.requests]
    assert asked == ["/f", "/f/2"] + ["/robots.txt", "/a/1"] * reads_pages


async def test_a_great_document_is_recorded_whole(
    http_server: Any, archive: OpenArchive, backfill: Any, atom: Any
) -> None:
    """An archive of years in one document."""
    http_server.route("/f", http_server.reply(atom(0, prev_archive="/all")))
    http_server.route("/all", http_server.reply(atom(*range(3000))))

    report = await backfill(http_server.url("/f"))

    assert (report.new, report.known, report.stopped) == (3000, 1, Stop.END)
    assert len(archive.entries.select(Selection())) == 3000


async def test_what_is_called_the_same_each_day_is_another_entry_each_day(
    http_server: Any, archive: OpenArchive, backfill: Any, poll: Any
) -> None:
    """Under one title and link; a poll may take such for edits, an older document has others."""

    def news(day: int, older: str) -> bytes:
        items = "".join(
            f"<item><guid isPermaLink='false'>{name}-{day}</guid><title>{name}</title>"
            f"<link>http://127.0.0.1:1/{name}</link><description>Of day {day}</description>"
            f"<pubDate>{day} Nov 2026 12:00:00 GMT</pubDate></item>"
            for name in ("noon", "night")
        )
        link = f"<link xmlns='http://www.w3.org/2005/Atom' rel='next' href='{older}'/>"
        return bytes(
            http_server.reply(f"<rss version='2.0'><channel>{link}{items}</channel></rss>".encode())
        )

    http_server.route("/f", news(20, "/f/2"))
    http_server.route("/f/2", news(19, "/f"))
    await poll([http_server.url("/f")], full_text=FullText.NEVER)

    report = await backfill(http_server.url("/f"))

    assert (report.new, report.known) == (2, 2)
    texts = {one.article.lead for one in archive.entries.select(Selection())}
    assert texts == {"Of day 19", "Of day 20"}


async def test_old_pages_teach_how_to_read_other_old_pages_and_polls_nothing(
    http_server: Any, archive: OpenArchive, backfill: Any, atom: Any
) -> None:
    """What recurs on them is left out more and more; the site has another design today."""
    box = "Halibut readers of this paper get a letter each week, and nothing else is in it at all."
    for number in range(12):
        text = f"On day {number} the harbour saw {number + 3} ships, told one after another. " * 8
        page = (
            f"<html><body><article><p>{text}</p><p>{box}</p><p>{text}</p></article></body></html>"
        )
        html = [("Content-Type", "text/html")]
        http_server.route(f"/a/{number}", http_server.reply(page.encode(), headers=html))
        document = atom(number, link="/a", next=f"/f/{number + 1}" if number < 11 else "/f/0")
        http_server.route(f"/f/{number}", http_server.reply(document))

    await backfill(http_server.url("/f/0"), full_text=FullText.ALWAYS)

    assert archive.feeds.template(1) is None
    hits = {hit.title for hit in archive.search("halibut").hits}
    assert "Title 0" in hits
    assert "Title 11" not in hits


async def test_one_odd_document_does_not_change_who_is_who(
    http_server: Any, archive: OpenArchive, backfill: Any, atom: Any
) -> None:
    """Ids that repeat in it, under other links, are believed everywhere else."""
    odd = atom(1, 2, next="/f/3").replace(b"urn:entry:2", b"urn:entry:1")
    last = atom(3)
    http_server.route("/f", http_server.reply(atom(0, next="/f/2")))
    http_server.route("/f/2", http_server.reply(odd))
    http_server.route("/f/3", http_server.reply(last))

    report = await backfill(http_server.url("/f"))

    assert (report.new, report.stopped) == (4, Stop.END)
    [alone] = parse_feed(last, url=http_server.url("/f/3")).entries
    keys = {one.entry.title: one.entry.key for one in archive.entries.select(Selection())}
    assert keys["Title 3"] == alone.key
