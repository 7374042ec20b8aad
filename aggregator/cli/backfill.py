"""feeds backfill: the older articles of a feed, from where it or its software still has them."""

from __future__ import annotations

import asyncio
import signal
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from aggregator.archive import choose_feeds
from aggregator.cli._bar import Bar
from aggregator.cli._output import iso, print_json, safe, say, shown_url, without_secret
from aggregator.cli._place import Place, place_options
from aggregator.cli._polling import load_checked, release_if_alone, sync_feeds
from aggregator.text import shorten

if TYPE_CHECKING:
    from aggregator.archive import Archive
    from aggregator.config import Settings
    from aggregator.model import Feed
    from aggregator.polling import BackfillLimits, BackfillReport, OlderDocument

INTERRUPTED = 130

REASONS = {
    "nothing-older": "nothing older is offered: no archive links, no next page",
    "end": "that is all there is",
    "repeated": "its further pages repeat what was read",
    "loop": "its pages lead in a circle",
    "documents": "there is more: raise --documents",
    "entries": "there is more: run it again, or raise --entries",
    "deadline": "there is more: run it again, it took too long",
    "interrupted": "interrupted: run it again to go on",
    "lease-lost": "another poller took this feed: run it again to go on",
}
"""What each reason means to a person; a failure has words of its own."""


@click.command("backfill")
@click.argument("feed")
@click.option(
    "--documents",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    metavar="N",
    help="Read so many documents of the feed at most.",
)
@click.option(
    "--entries",
    type=click.IntRange(1),
    default=10_000,
    show_default=True,
    metavar="N",
    help="Add so many articles at most.",
)
@click.option("--no-pages", "is_plain", is_flag=True, help="Take the feed's text, fetch no pages.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@place_options
@click.pass_obj
def backfill_feed(
    place: Place, feed: str, documents: int, entries: int, *, is_plain: bool, as_json: bool
) -> int:
    """Archive the older articles of a feed, as far as it leads back.

    FEED is its number, URL or name, or a part of them that no other feed has. What is archived
    already stays as it is. Ctrl-C loses nothing; run it again to go on.
    """
    from aggregator.polling import BackfillLimits  # noqa: PLC0415 - brings aiohttp and pebble

    limits = BackfillLimits(max_documents=documents, max_new=entries, reads_pages=not is_plain)
    with ExitStack() as stack:
        archive, settings = _open(stack, place)
        [chosen] = choose_feeds(archive.feeds.all(), [without_secret(feed)])
        display = stack.enter_context(_Display(documents))
        report = asyncio.run(_backfill(archive, settings, limits, chosen, display))
    if as_json:
        print_json(_report_json(report))
    _say_end(report)
    if report.stopped == "interrupted":
        return INTERRUPTED
    return 0 if report.error is None and report.stopped != "lease-lost" else 1


def _open(stack: ExitStack, place: Place) -> tuple[Archive, Settings]:
    """The archive with the feeds of feeds.toml in it, and the settings."""
    config = load_checked(place)
    place = place.at(config)
    archive = stack.enter_context(place.open_archive(must_exist=config.path is None))
    release_if_alone(stack, archive, place, config.settings)
    sync_feeds(archive, config)
    return archive, config.settings


async def _backfill(
    archive: Archive, settings: Settings, limits: BackfillLimits, feed: Feed, display: _Display
) -> BackfillReport:
    """What a backfill did; SIGTERM and Ctrl-C end it behind the document under way."""
    from aggregator.polling import open_backfill  # noqa: PLC0415 - brings aiohttp and pebble

    async with open_backfill(archive, settings, limits, display) as backfill:
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, backfill.stop)
        return await backfill.run(feed)


class _Display(Bar):
    """Shows each document: a step of the bar for a person at a terminal, else a line."""

    def __init__(self, max_documents: int) -> None:
        super().__init__("reading", max_documents)
        self._new = 0

    def __call__(self, document: OlderDocument) -> None:
        """Show one document that was recorded."""
        self._new += document.new
        shown = safe(document.url)
        if self.is_live:
            self.step(f"{self._new} new · {shorten(shown, 60)}")
        else:
            say(f"{document.number}: {document.new} new, {document.known} known · {shown}")


def _say_end(report: BackfillReport) -> None:
    plural = "" if report.documents == 1 else "s"
    numbers = f"{report.new} new, {report.known} known, {report.pages} pages read"
    reason = REASONS.get(report.stopped) or f"it failed: {safe(report.error)}"
    say(f"{report.documents} document{plural}: {numbers}; {reason}")
    if report.retry_at and report.retry_at > datetime.now(UTC):
        say(f"the server wants to be left alone until {iso(report.retry_at)}; run it again then")


def _report_json(report: BackfillReport) -> dict[str, object]:
    return {
        "schema": 1,
        "feed": report.feed.id,
        "url": shown_url(report.feed.current_url),
        "way": report.way,
        "documents": report.documents,
        "new": report.new,
        "known": report.known,
        "pages": report.pages,
        "stopped": report.stopped,
        "last_url": report.last_url,
        "error": report.error,
        "retry_at": iso(report.retry_at),
    }
