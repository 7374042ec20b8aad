"""One poll, from leased to recorded, against a real server and a real archive."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import UTC, datetime
from typing import Any

import pytest

from aggregator.archive import Selection
from aggregator.library import OpenArchive
from aggregator.model import ArchivedEntry, FeedSpec, FullText
from aggregator.polling import open_polling

_FEED = "/feed.xml"
_ETAG = ("ETag", '"v1"')
_WORDS = "Nothing of this is in the feed but on the page alone. " * 12
_PAGE = f"""<html lang="en"><head><title>One, in full | Example</title></head><body>
<nav><a href="/">Home</a></nav><article><h1>One, in full</h1><p>{_WORDS}</p>
<h2>Second part</h2><p>{_WORDS.replace("Nothing", "No word")}</p>
</article></body></html>""".encode()


@pytest.fixture
def feed_url(http_server: Any) -> str:
    """The URL of the one feed of these tests."""
    url: str = http_server.url(_FEED)
    return url


def _serve(server: Any, document: bytes, *headers: tuple[str, str]) -> None:
    server.route(_FEED, server.reply(document, headers=[("Content-Type", "text/xml"), *headers]))


def _entries(archive: OpenArchive) -> list[ArchivedEntry]:
    return archive.entries.select(Selection())


async def test_a_poll_archives_entries_and_makes_them_findable(
    http_server: Any, archive: OpenArchive, poll: Any, feed_url: str, rss: Any
) -> None:
    """Everything that the feed has is archived, indexed, and the feed knows its next visit."""
    _serve(http_server, rss(("http://127.0.0.1:1/a", "Xiaomi & co", "<p>A car.</p>")), _ETAG)

    [report] = await poll([feed_url], full_text=FullText.NEVER)

    assert (report.status, report.new, report.error) == (200, 1, None)
    [archived] = _entries(archive)
    assert archived.entry.title == "Xiaomi & co"
    assert archived.article.lead == "A car."
    assert [hit.id for hit in archive.search("xiaomi").hits] == [archived.id]
    [feed] = archive.feeds.all(counted=True)
    assert (feed.title, feed.validators.etag, feed.entry_count) == ("A feed", '"v1"', 1)
    assert feed.next_poll_at is not None
    assert feed.last_polled_at is not None
    assert (feed.next_poll_at - feed.last_polled_at).total_seconds() >= 3600


async def test_the_second_poll_is_conditional_and_304_changes_nothing(
    http_server: Any, archive: OpenArchive, poll: Any, feed_url: str, rss: Any
) -> None:
    """Both validators go back byte for byte."""
    stamp = ("Last-Modified", "yesterday, or so")
    _serve(http_server, rss(("http://127.0.0.1:1/a", "A", "a")), ("ETag", 'W/"odd one"'), stamp)
    await poll([feed_url], full_text=FullText.NEVER)
    http_server.route(_FEED, http_server.reply(status=304))

    [report] = await poll([feed_url], full_text=FullText.NEVER)

    second = http_server.requests[-1].headers
    assert second["if-none-match"] == 'W/"odd one"'
    assert second["if-modified-since"] == "yesterday, or so"
    assert (report.status, report.new, report.error) == (304, 0, None)
    assert archive.feeds.all()[0].validators.etag == 'W/"odd one"'


async def test_the_same_body_with_new_validators_stores_them(
    http_server: Any, archive: OpenArchive, poll: Any, feed_url: str, rss: Any
) -> None:
    """Who stops early at the same body and keeps the old ETag is sent full answers for ever."""
    document = rss(("http://127.0.0.1:1/a", "A", "a"))
    _serve(http_server, document, _ETAG)
    await poll([feed_url], full_text=FullText.NEVER)
    _serve(http_server, document, ("ETag", '"v2"'))

    [report] = await poll([feed_url], full_text=FullText.NEVER)

    assert (report.new, report.edited) == (0, 0)
    assert archive.feeds.all()[0].validators.etag == '"v2"'


async def test_an_edit_is_a_revision_and_never_a_second_entry(
    http_server: Any, archive: OpenArchive, poll: Any, feed_url: str, rss: Any
) -> None:
    """The entry keeps its number, search finds the new words and no more the old."""
    _serve(http_server, rss(("http://127.0.0.1:1/a", "A", "<p>An umbrella.</p>")))
    await poll([feed_url], full_text=FullText.NEVER)
    before = _entries(archive)[0]
    _serve(http_server, rss(("http://127.0.0.1:1/a", "A", "<p>A parasol.</p>")))

    [report] = await poll([feed_url], full_text=FullText.NEVER)

    [after] = _entries(archive)
    assert (report.new, report.edited) == (0, 1)
    assert (after.id, after.revision_count, after.article.lead) == (before.id, 1, "A parasol.")
    assert archive.search("umbrella").total == 0
    assert archive.search("parasol").total == 1


async def test_the_page_is_fetched_where_the_feed_has_only_a_summary(
    http_server: Any, archive: OpenArchive, poll: Any, feed_url: str, rss: Any
) -> None:
    """The article comes from the page, with its headline and sections."""
    http_server.route(
        "/one", http_server.reply(_PAGE, headers=[("Content-Type", "text/html; charset=utf-8")])
    )
    _serve(http_server, rss((http_server.url("/one"), "One", "Only the beginning …")))

    [report] = await poll([feed_url])

    [archived] = _entries(archive)
    assert report.pages == 1
    assert archived.article.method == "page"
    assert archived.article.headline == "One, in full"
    assert [section.heading for section in archived.article.sections] == ["Second part"]


@pytest.mark.parametrize("answer", ["missing", "picture", "hangs"])
async def test_an_entry_whose_page_cannot_be_had_keeps_the_text_of_its_feed(
    http_server: Any, archive: OpenArchive, poll: Any, feed_url: str, rss: Any, answer: str
) -> None:
    """404, something that is no page, or silence: nothing published is lost."""

    async def hang(_request: Any, _writer: Any) -> None:
        await asyncio.sleep(30)

    if answer == "picture":
        picture = http_server.reply(b"\x89PNG", headers=[("Content-Type", "image/png")])
        http_server.route("/one", picture)
    if answer == "hangs":
        http_server.route("/one", hang)
    _serve(http_server, rss((http_server.url("/one"), "One", "Only the beginning …")))

    [report] = await poll([feed_url])

    [archived] = _entries(archive)
    assert report.error is None
    assert archived.article.method == "feed"
    assert "Only the beginning" in archived.article.text


async def test_a_page_that_was_missed_is_asked_for_again_and_not_for_ever(
    http_server: Any, archive: OpenArchive, poll: Any, feed_url: str, rss: Any
) -> None:
    """Whenever the feed has changed, five times; then its own text must do."""
    url = http_server.url("/one")
    for number in range(8):
        items = [(f"http://127.0.0.1:1/{n}", f"T{n}", "text") for n in range(number)]
        _serve(http_server, rss((url, "One", "Only the beginning …"), *items))
        await poll([feed_url])

    asked = [request.path for request in http_server.requests].count("/one")

    assert asked == 5
    assert {entry.revision_count for entry in _entries(archive)} == {0}


async def test_a_page_that_comes_late_completes_the_article(
    http_server: Any, archive: OpenArchive, poll: Any, feed_url: str, rss: Any
) -> None:
    """The same entry, no revision, found by the words of its page; then never asked for again."""
    item = (http_server.url("/one"), "One", "Only the beginning …")
    _serve(http_server, rss(item))
    await poll([feed_url])
    page = http_server.reply(_PAGE, headers=[("Content-Type", "text/html; charset=utf-8")])
    http_server.route("/one", page)
    _serve(http_server, rss(item, ("http://127.0.0.1:1/b", "B", "b")))

    [second] = await poll([feed_url])
    _serve(http_server, rss(item, ("http://127.0.0.1:1/c", "C", "c")))
    await poll([feed_url])

    first = archive.entries.get(1)
    assert (second.new, second.edited, second.same, second.pages) == (1, 0, 1, 1)
    assert (first.article.method, first.revision_count) == ("page", 0)
    assert archive.search('"on the page alone"').total == 1
    assert archive.search("beginning").total == 0
    assert [request.path for request in http_server.requests].count("/one") == 2
    assert archive.check() == []


async def test_an_edit_whose_page_cannot_be_had_keeps_the_article_of_the_page(
    http_server: Any, archive: OpenArchive, poll: Any, feed_url: str, rss: Any
) -> None:
    """A title that changes while the page is down must not cost the text; both are found."""
    page = http_server.reply(_PAGE, headers=[("Content-Type", "text/html; charset=utf-8")])
    http_server.route("/one", page)
    _serve(http_server, rss((http_server.url("/one"), "One", "Only the beginning …")))
    await poll([feed_url])
    http_server.route("/one", http_server.reply(status=503))
    _serve(http_server, rss((http_server.url("/one"), "Renamed", "Only the beginning …")))

    [report] = await poll([feed_url])

    [archived] = _entries(archive)
    assert (report.edited, archived.entry.title, archived.revision_count) == (1, "Renamed", 1)
    assert archived.article.method == "page"
    assert [section.heading for section in archived.article.sections] == ["Second part"]
    assert archive.search("renamed").total == 1
    assert archive.search('"nothing of this"').total == 1
    assert archive.check() == []


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (b"", "empty"),
        (b"<html><body><p>Down for maintenance</p></body></html>", "page"),
        (b"\x00\x01\x02", ""),
        (b'{"no": "feed"}', ""),
    ],
)
async def test_what_is_no_feed_is_an_error_that_keeps_the_old_validators(
    http_server: Any,
    archive: OpenArchive,
    poll: Any,
    feed_url: str,
    rss: Any,
    document: bytes,
    told: str,
) -> None:
    """An error page with an ETag must not make the next poll a 304 of the error page."""
    _serve(http_server, rss(("http://127.0.0.1:1/a", "A", "a")), _ETAG)
    await poll([feed_url], full_text=FullText.NEVER)
    _serve(http_server, document, ("ETag", '"error"'))

    [report] = await poll([feed_url], full_text=FullText.NEVER)

    [feed] = archive.feeds.all()
    assert report.error is not None
    assert told in report.error.lower()
    assert (feed.validators.etag, feed.failures, feed.error) == ('"v1"', 1, report.error)
    assert len(_entries(archive)) == 1


async def test_a_server_that_says_when_is_not_asked_before(
    http_server: Any, archive: OpenArchive, poll: Any, feed_url: str
) -> None:
    """Retry-After on 429 decides the next visit."""
    busy = http_server.reply(status=429, headers=[("Retry-After", "20000")])
    http_server.route(_FEED, busy)

    [report] = await poll([feed_url])

    [feed] = archive.feeds.all()
    assert (report.status, feed.last_status) == (429, 429)
    assert feed.next_poll_at is not None
    assert feed.last_polled_at is not None
    assert (feed.next_poll_at - feed.last_polled_at).total_seconds() >= 19_990


async def test_freshness_counts_from_the_answer_and_not_from_the_question(
    http_server: Any, archive: OpenArchive, poll: Any, feed_url: str, rss: Any
) -> None:
    """A slow server that says two hours gets two hours from when it said so."""
    document = rss(("http://127.0.0.1:1/a", "A", "a"))

    async def slow(_request: Any, writer: Any) -> None:
        await asyncio.sleep(1.5)
        writer.write(http_server.reply(document, headers=[("Cache-Control", "max-age=7200")]))

    http_server.route(_FEED, slow)

    await poll([feed_url], full_text=FullText.NEVER, interval_s=300)

    [feed] = archive.feeds.all()
    assert feed.next_poll_at is not None
    assert feed.last_polled_at is not None
    assert (feed.next_poll_at - feed.last_polled_at).total_seconds() >= 7201.4


async def test_one_bad_feed_costs_only_itself(
    http_server: Any, archive: OpenArchive, poll: Any, feed_url: str, rss: Any
) -> None:
    """A refused address, a closed port and a broken document beside a good feed."""
    _serve(http_server, rss(("http://127.0.0.1:1/a", "A", "a")))
    http_server.route("/broken", http_server.reply(b"<rss><channel><item"))
    others = ["http://10.0.0.1/feed", "http://127.0.0.1:1/feed", http_server.url("/broken")]

    reports = await poll([feed_url, *others], full_text=FullText.NEVER)

    errors = {report.feed.url: report.error for report in reports}
    assert errors[feed_url] is None
    assert "refused" in (errors["http://10.0.0.1/feed"] or "")
    assert errors["http://127.0.0.1:1/feed"]
    assert len(_entries(archive)) == 1


async def test_feeds_beyond_the_limit_of_a_poll_come_with_the_next(
    http_server: Any, archive: OpenArchive, settings: Any, feed_url: str, rss: Any
) -> None:
    """Nothing is lost: without validators the next poll brings the rest."""
    items = [(f"http://127.0.0.1:1/{n}", f"Title {n}", "text") for n in range(7)]
    _serve(http_server, rss(*items), _ETAG)
    few = dataclasses.replace(settings, max_entries_per_poll=3)
    archive.feeds.sync([FeedSpec(feed_url, full_text=FullText.NEVER)], datetime.now(UTC))

    async with open_polling(archive, few, lambda _: None) as polling:
        for _ in range(3):
            await polling.poll_chosen([1])

    assert len(_entries(archive)) == 7
    assert archive.feeds.all()[0].validators.etag == '"v1"'


async def test_the_rhythm_of_an_older_archive_is_learnt_from_what_is_there(
    http_server: Any, archive: OpenArchive, poll: Any, feed_url: str, rss: Any
) -> None:
    """And not from the first entry that comes, which would look like one a day."""
    old = rss(*((f"http://127.0.0.1:1/{n}", f"T {n}", "t") for n in range(20)))
    _serve(http_server, old)
    await poll([feed_url], full_text=FullText.NEVER)
    with archive._database.writing("cannot forget") as connection:
        connection.exec_driver_sql("UPDATE feed SET rhythm = '{}'")
    new = rss(*((f"http://127.0.0.1:1/{n}", f"T {n}", "t") for n in range(21)))
    _serve(http_server, new)

    await poll([feed_url], full_text=FullText.NEVER)

    [feed] = archive.feeds.all()
    assert feed.rhythm.posts > 15
