"""feeds parse: the reader of feeds alone, on a file, an address or standard input."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import click

from aggregator import feeds
from aggregator.cli._output import (
    day,
    fit,
    iso,
    print_json,
    safe,
    say,
    shown_url,
    without_secret,
)
from aggregator.cli._place import Place, place_options
from aggregator.cli._reading import encoding_words, link_facts, print_facts, shown_json
from aggregator.config import Settings
from aggregator.errors import AggregatorError, FeedError
from aggregator.model import Entry, ParsedFeed, Response, extras_to_json
from aggregator.urls import without_credentials

MAX_BYTES = 32 * 1024 * 1024 + 1
"""One more than a feed may have: enough to be told that it is too large."""

_TITLE_COLUMNS = 44
"""Beside a date and a number of files they leave the link its own end of the line."""


@dataclass(frozen=True, slots=True)
class _Given:
    """A document and where it comes from."""

    content: bytes
    url: str | None
    content_type: str | None = None


@click.command("parse")
@click.argument("source", metavar="FILE|URL|-")
@click.option("--url", help="The address the feed has on the web; links are relative to it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, with all there is.")
@place_options
@click.pass_obj
def parse_document(place: Place, source: str, url: str | None, *, as_json: bool) -> None:
    """Read a feed: its entries, how it was read, what was odd about it.

    Nothing is archived. RSS, Atom, RDF and JSON Feed go the same way.
    """
    given = _read(place, source, url)
    parsed = _parse(given)
    if as_json:
        print_json(_feed_json(parsed))
        return
    _print_feed(parsed)
    click.echo()
    _print_entries(parsed.entries)
    say(f"{len(parsed.entries)} {'entry' if len(parsed.entries) == 1 else 'entries'}")


def _parse(given: _Given) -> ParsedFeed:
    """The feed in a document; who gave a page instead is told how to find its feeds."""
    try:
        return feeds.parse_feed(given.content, url=given.url, content_type=given.content_type)
    except FeedError as error:
        if error.looks_like == "html":
            error.add_note(f"look for its feeds with: aggregator feeds discover {_shown(given)}")
        raise


def _shown(given: _Given) -> str:
    return safe(without_credentials(given.url)) if given.url else "URL"


def _read(place: Place, source: str, url: str | None) -> _Given:
    if source.lower().startswith(("http://", "https://")):
        answer = asyncio.run(_fetch(source, place.load_config().settings))
        return _Given(answer.body, url or answer.final_url, answer.headers.get("content-type"))
    if source == "-":
        return _Given(sys.stdin.buffer.read(MAX_BYTES), url)
    try:
        with Path(source).open("rb") as file:
            return _Given(file.read(MAX_BYTES), url)
    except OSError as error:
        raise AggregatorError(
            f"cannot read {without_secret(source)}: {error.strerror}; name a file, an address that"
            " begins with http:// or https://, or - for standard input"
        ) from error


async def _fetch(url: str, settings: Settings) -> Response:
    from aggregator.fetch import FEED_ACCEPT, make_fetcher  # noqa: PLC0415 - brings aiohttp

    async with make_fetcher(settings) as fetcher:
        return await fetcher.get(url, accept=FEED_ACCEPT)


def _print_feed(parsed: ParsedFeed) -> None:
    facts = [
        ("site", shown_url(parsed.url)),
        ("description", parsed.description),
        ("language", parsed.language),
        ("format", parsed.format),
        ("read as", parsed.path),
        ("encoding", encoding_words(parsed.encoding, parsed.encoding_source)),
        *link_facts(parsed.links),
        *(("warning", warning) for warning in parsed.warnings),
    ]
    print_facts(parsed.title or "(untitled)", facts)


def _print_entries(entries: Sequence[Entry]) -> None:
    """Print a line an entry, its link at the end, where it may be as long as it is."""
    for entry in entries:
        stated_at = entry.published_at or entry.updated_at
        count = len(entry.enclosures)
        files = f"{count} {'file' if count == 1 else 'files'}" if count else ""
        cells = [
            fit(day(stated_at) if stated_at else "-", 10),
            fit(safe(entry.title) or "(untitled)", _TITLE_COLUMNS),
            fit(files, 7),
            safe(shown_url(entry.url)),
        ]
        click.echo("  ".join(cells).rstrip())


def _feed_json(parsed: ParsedFeed) -> dict[str, object]:
    """A feed for programs: everything that was read, as it was written."""
    return {
        "schema": 1,
        "title": parsed.title,
        "url": shown_url(parsed.url),
        "description": parsed.description,
        "language": parsed.language,
        "format": parsed.format,
        "path": parsed.path,
        "encoding": parsed.encoding,
        "encoding_source": parsed.encoding_source,
        "identity": parsed.memory.identity.value,
        "links": shown_json(asdict(parsed.links)),
        "extras": shown_json(extras_to_json(parsed.extras)),
        "warnings": list(parsed.warnings),
        "entries": [_entry_json(entry) for entry in parsed.entries],
    }


def _entry_json(entry: Entry) -> dict[str, object]:
    stated = {field.name: getattr(entry, field.name) for field in fields(entry)}
    return stated | {
        "url": shown_url(entry.url),
        "published_at": iso(entry.published_at),
        "updated_at": iso(entry.updated_at),
        "comments_url": shown_url(entry.comments_url),
        "base_url": shown_url(entry.base_url),
        "enclosures": [shown_json(asdict(file)) for file in entry.enclosures],
        "extras": shown_json(extras_to_json(entry.extras)),
    }
