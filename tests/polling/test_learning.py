"""What is learnt of a feed's pages goes from poll to poll with its entries."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from aggregator.archive import KnownEntry, Selection
from aggregator.library import OpenArchive
from aggregator.model import FeedSpec, FullText, PageSource
from aggregator.polling import open_polling
from aggregator.polling._items import mark_known

_WORDS = "Nothing of this is in the feed but on the page alone. " * 12
_PAGE = f"<html><body><h1>One</h1><article><p>{_WORDS}</p></article></body></html>".encode()


def _serve(server: Any, rss: Any, *names: str) -> str:
    """The URL of a feed with entries of these names, of each of which there is a page."""
    for name in names:
        page = server.reply(_PAGE, headers=[("Content-Type", "text/html")])
        server.route(f"/{name}", page)
    items = [(server.url(f"/{name}"), f"Title {name}", "Only the beginning …") for name in names]
    server.route("/feed", server.reply(rss(*items), headers=[("Content-Type", "text/xml")]))
    url: str = server.url("/feed")
    return url


async def test_what_is_learnt_is_recorded_with_the_entries(
    http_server: Any, archive: OpenArchive, poll: Any, rss: Any
) -> None:
    """And stays as it is where no page is read."""
    await poll([_serve(http_server, rss, "a", "b")])
    learnt = archive.feeds.template(1)
    await poll([_serve(http_server, rss, "a", "b")])

    assert learnt is not None
    assert archive.feeds.template(1) == learnt


async def test_a_feed_whose_pages_are_not_read_teaches_nothing(
    http_server: Any, archive: OpenArchive, poll: Any, rss: Any
) -> None:
    """There is no template of what was never seen."""
    await poll([_serve(http_server, rss, "a")], full_text=FullText.NEVER)

    assert archive.feeds.template(1) is None


def test_a_page_that_was_read_before_is_no_new_one() -> None:
    """Its text would seem to recur, and what recurs is no part of an article."""
    address = "https://example.org/"
    paths = {"new": "a", "edited": "b", "missed before": "c", "same page": "a#top"}
    pages = {key: PageSource(None, b"", address + path) for key, path in paths.items()}
    known = {
        "edited": KnownEntry(1, "", has_page=True),
        "missed before": KnownEntry(2, "", has_page=False, page_misses=1),
    }

    marked = mark_known(pages, known)

    assert [key for key, page in marked.items() if page.is_new] == ["new", "missed before"]
    assert [page.url for page in marked.values()] == [page.url for page in pages.values()]


@pytest.mark.parametrize("full_text", [FullText.NEVER, FullText.ALWAYS])
async def test_read_times_are_those_of_the_operators_readers(
    http_server: Any, archive: OpenArchive, rss: Any, settings: Any, full_text: FullText
) -> None:
    """The setting reaches articles of pages and of feeds alike: fifty times ten words."""
    text = "Ten words that take a slow reader quite some time. " * 50
    page = f"<html><body><article><p>{text}</p></article></body></html>".encode()
    http_server.route("/a", http_server.reply(page, headers=[("Content-Type", "text/html")]))
    document = rss((http_server.url("/a"), "", f"<p>{text}</p>"))
    http_server.route("/feed", http_server.reply(document, headers=[("Content-Type", "text/xml")]))
    spec = FeedSpec(http_server.url("/feed"), full_text=full_text)
    archive.feeds.sync([spec], datetime.now(UTC))

    slowly = replace(settings, words_per_minute=50)
    async with open_polling(archive, slowly, lambda _: None) as polling:
        await polling.poll_chosen([1])

    [archived] = archive.entries.select(Selection())
    assert archived.article.read_minutes == 10
