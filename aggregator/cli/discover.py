"""feeds discover, add and icons: what is looked up on the web before a feed is polled."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from aggregator import config, discovery
from aggregator.cli._output import iso, print_json, safe, say, shown_url, without_secret
from aggregator.cli._place import Place, place_options
from aggregator.config import Settings
from aggregator.errors import ConfigError, FeedError, FetchError
from aggregator.model import Feed, FeedSpec, FullText, Icon
from aggregator.urls import normalize_link, without_credentials

if TYPE_CHECKING:
    from aggregator.archive import Archive
    from aggregator.discovery import Discovery, FoundFeed

TAKEN_OVER = "a running daemon takes this over when it gets SIGHUP"

_ADD_UNSEEN = "to add this address without asking it: aggregator feeds add --no-check URL"
_ICON_MAX_BYTES = 128 * 1024

_AGES = (
    ("year", 31_556_952),
    ("month", 2_629_746),
    ("day", 86_400),
    ("hour", 3600),
    ("minute", 60),
)


@click.command("discover")
@click.argument("url")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@place_options
@click.pass_obj
def discover_feeds(place: Place, url: str, *, as_json: bool) -> None:
    """Find the feeds of a page, site or profile; nothing is changed.

    URL is an address as people write it (example.org/blog, youtube.com/@name), a profile of the
    fediverse (@user@host) or a part of Reddit (r/name).
    """
    found = _discover(place, url)
    if as_json:
        print_json(_discovery_json(url, found))
    else:
        _print_feeds(found)
    if not found.feeds:
        raise _nothing_found(url, found)


@click.command("add")
@click.argument("url")
@click.option("--name", help="What to call it; its own title otherwise.")
@click.option("--tag", "tags", multiple=True, help="May be repeated.")
@click.option("--interval", help="How often to poll: 30m, 2h, 1d.")
@click.option("--full-text", type=click.Choice([one.value for one in FullText]))
@click.option("--pick", type=click.IntRange(1), metavar="N", help="Which, if there are several.")
@click.option("--no-check", "is_unseen", is_flag=True, help="Add it as it is, without asking it.")
@place_options
@click.pass_obj
def add_feed(
    place: Place,
    url: str,
    name: str | None,
    tags: tuple[str, ...],
    interval: str | None,
    full_text: str | None,
    pick: int | None,
    *,
    is_unseen: bool,
) -> None:
    """Add a feed to feeds.toml, found as by `feeds discover`; comments of the file stay.

    Where a page has several feeds they are listed, and --pick says which is meant.
    """
    spec = FeedSpec(
        url=url,
        name=name,
        tags=tags,
        interval_s=_interval_s(interval),
        full_text=FullText(full_text) if full_text else FullText.AUTO,
    )
    if not is_unseen:
        _refuse_listed(place, url)
        spec = replace(spec, url=_choose(url, _discover(place, url), pick).url)
    path = place.target_config()
    if not config.add_feeds(path, [spec]):
        raise ConfigError(f"{without_credentials(spec.url)} is listed already", path=str(path))
    shown = safe(without_credentials(spec.url))
    say(f"added to {path}; poll it with: aggregator poll {shown}")
    say(TAKEN_OVER)


@click.command("icons")
@click.argument("feeds", nargs=-1, metavar="[FEED]...")
@place_options
@click.pass_obj
def fetch_icons(place: Place, feeds: tuple[str, ...]) -> None:
    """Fetch the icons of feeds (all by default) that were not looked for in the last week.

    FEED is its number, URL or name, or a part of them that no other feed has.
    """
    from aggregator.archive import choose_feeds  # noqa: PLC0415 - brings SQLAlchemy

    with place.open_archive(must_exist=True) as archive:
        stale = archive.feeds.stale_icons(datetime.now(UTC) - discovery.ICON_AGE)
        if feeds:
            named = choose_feeds(archive.feeds.all(), [without_secret(feed) for feed in feeds])
            wanted = {feed.id for feed in named}
            stale = [feed for feed in stale if feed.id in wanted]
        fetched = asyncio.run(_fetch_icons(archive, stale, place.load_config().settings))
    plural = "" if len(stale) == 1 else "s"
    say(f"looked for the icons of {len(stale)} feed{plural}, found {fetched}")


def describe_age(instant: datetime | None, now: datetime) -> str:
    """How long before `now` an instant was, in one unit, rounded down; "no dates" for None.

    >>> describe_age(datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 22, 9, tzinfo=UTC))
    '2 days ago'
    """
    if instant is None:
        return "no dates"
    seconds = (now - instant).total_seconds()
    for unit, length_s in _AGES:
        if seconds >= length_s:
            count = int(seconds // length_s)
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"


def _discover(place: Place, url: str) -> Discovery:
    """What is found at `url`; a mistake in it is one of usage, and is told without its password."""
    settings = place.load_config_if_any().settings
    try:
        discovery.read_address(url)
    except ValueError as error:
        shown = safe(without_secret(url))[:200]
        raise click.BadParameter(f"{shown!r} {error}", param_hint="'URL'") from error
    try:
        return asyncio.run(_find(url, settings))
    except FetchError as error:
        error.add_note(_ADD_UNSEEN)
        raise


async def _find(url: str, settings: Settings) -> Discovery:
    from aggregator.fetch import make_fetcher  # noqa: PLC0415 - brings aiohttp
    from aggregator.polling import Workers  # noqa: PLC0415 - brings pebble

    async with make_fetcher(settings) as fetcher, Workers(1) as workers:
        return await discovery.find_feeds(url, fetcher, workers)


def _refuse_listed(place: Place, url: str) -> None:
    """Raise ConfigError for an address that feeds.toml has, before anybody is asked for it."""
    loaded = place.load_config_if_any()
    if normalize_link(url) in {normalize_link(feed.url) for feed in loaded.feeds}:
        raise ConfigError(f"{without_credentials(url)} is listed already", path=str(loaded.path))


def _choose(url: str, found: Discovery, pick: int | None) -> FoundFeed:
    """The feed that is meant; where that is not clear, all are shown and the command ends."""
    if not found.feeds:
        raise _nothing_found(url, found)
    if pick is not None and pick <= len(found.feeds):
        return found.feeds[pick - 1]
    if pick is None and found.chosen:
        return found.chosen
    _print_feeds(found)
    raise click.ClickException(
        f"there are {len(found.feeds)} feeds; say which with --pick 1"
        + (f" to {len(found.feeds)}" if len(found.feeds) > 1 else "")
    )


def _nothing_found(url: str, found: Discovery) -> FeedError:
    error = FeedError(
        f"no feed was found at {safe(without_secret(url))};"
        " give the address of the feed itself if you know it"
    )
    for attempt in found.attempts:
        error.add_note(f"asked {safe(attempt.url)}: {safe(attempt.outcome)}")
    error.add_note(_ADD_UNSEEN)
    return error


def _print_feeds(found: Discovery) -> None:
    """Each feed in two lines: what it is, and where, whole, so that it can be copied."""
    now = datetime.now(UTC)
    for number, feed in enumerate(found.feeds, 1):
        count = f"{feed.entry_count} {'entry' if feed.entry_count == 1 else 'entries'}"
        facts = [count, describe_age(feed.newest_at, now) if feed.entry_count else "", feed.format]
        facts.append("comments" if feed.has_comments_only else "")
        title = safe(feed.title) or "(no title)"
        click.echo(f"{number:>2}  {title} — {safe(', '.join(filter(None, facts)))}")
        click.echo(f"    {safe(without_credentials(feed.url))}")


def _discovery_json(url: str, found: Discovery) -> dict[str, object]:
    feeds = [
        {
            "url": without_credentials(feed.url),
            "title": feed.title,
            "format": feed.format,
            "site_url": shown_url(feed.site_url),
            "entries": feed.entry_count,
            "newest_at": iso(feed.newest_at),
            "source": feed.source,
            "comments_only": feed.has_comments_only,
        }
        for feed in found.feeds
    ]
    asked = [{"url": attempt.url, "outcome": attempt.outcome} for attempt in found.attempts]
    return {"schema": 1, "url": without_secret(url), "feeds": feeds, "asked": asked}


async def _fetch_icons(archive: Archive, feeds: list[Feed], settings: Settings) -> int:
    """How many of `feeds` have an icon now; one that is not found any more stays as it was."""
    from aggregator.fetch import MemoryBook, make_fetcher  # noqa: PLC0415 - brings aiohttp
    from aggregator.polling import Workers  # noqa: PLC0415 - brings pebble

    book = MemoryBook()  # both ask the same hosts
    small = replace(settings, max_body_bytes=min(settings.max_body_bytes, _ICON_MAX_BYTES))
    queue, found = iter(feeds), 0

    async def work(finder: discovery.IconFinder) -> None:
        nonlocal found
        for feed in queue:  # shared: each feed goes to who is free first
            icon = await finder.find_icon(feed)
            found += icon is not None
            kept = icon or archive.feeds.icon(feed.id) or Icon("", "", b"")
            archive.feeds.write_icon(feed.id, kept, datetime.now(UTC))

    async with (
        make_fetcher(settings, book) as pages,
        make_fetcher(small, book) as pictures,
        Workers(1) as workers,
        asyncio.TaskGroup() as tasks,
    ):
        finder = discovery.IconFinder(pages, pictures, workers)
        for _ in range(min(settings.concurrency, len(feeds))):
            tasks.create_task(work(finder))
    return found


def _interval_s(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return config.parse_interval(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--interval") from error
