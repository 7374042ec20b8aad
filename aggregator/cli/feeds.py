"""feeds: the subscriptions, listed and edited in feeds.toml."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from aggregator import config
from aggregator.archive import choose_feeds, preview_feeds
from aggregator.cli._output import iso, print_json, print_table, say
from aggregator.cli._place import Place, place_options
from aggregator.errors import ConfigError
from aggregator.model import Feed, FeedSpec, FullText
from aggregator.urls import without_credentials


@click.group("feeds")
def feeds_command() -> None:
    """List, add, remove and pause feeds."""


@feeds_command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@place_options
@click.pass_obj
def list_feeds(place: Place, *, as_json: bool) -> None:
    """List all feeds with their state and next visit."""
    feeds = read_feeds(place)
    if as_json:
        print_json({"schema": 1, "feeds": [feed_json(feed) for feed in feeds]})
        return
    rows = [
        (
            str(feed.id or "-"),
            feed.display_title,
            str(feed.entry_count),
            state(feed),
            next_visit(feed),
        )
        for feed in feeds
    ]
    print_table(("id", "feed", "entries", "state", "next visit"), rows, wide=1)
    for feed in feeds:
        if feed.error:
            say(f"{feed.id}: {feed.error}")


@feeds_command.command("add")
@click.argument("url")
@click.option("--name", help="What to call it; its own title otherwise.")
@click.option("--tag", "tags", multiple=True, help="May be repeated.")
@click.option("--interval", help="How often to poll: 30m, 2h, 1d.")
@click.option("--full-text", type=click.Choice([one.value for one in FullText]))
@place_options
@click.pass_obj
def add_feed(
    place: Place,
    url: str,
    name: str | None,
    tags: tuple[str, ...],
    interval: str | None,
    full_text: str | None,
) -> None:
    """Add a feed to feeds.toml; its comments stay as they are."""
    spec = FeedSpec(
        url=url,
        name=name,
        tags=tags,
        interval_s=_interval_s(interval),
        full_text=FullText(full_text) if full_text else FullText.AUTO,
    )
    path = place.target_config()
    if not config.add_feeds(path, [spec]):
        raise ConfigError(f"{without_credentials(url)} is listed already", path=str(path))
    say(f"added to {path}; poll it with: aggregator poll {without_credentials(url)}")


@feeds_command.command("remove")
@click.argument("feed")
@place_options
@click.pass_obj
def remove_feed(place: Place, feed: str) -> None:
    """Take a feed out of feeds.toml; what it brought stays in the archive."""
    path = _existing(place)
    config.remove_feed(path, _url_of(place, feed))
    say(f"removed from {path}; its articles stay archived")


@feeds_command.command("pause")
@click.argument("feed")
@click.option("--off", is_flag=True, help="Poll it again.")
@place_options
@click.pass_obj
def pause_feed(place: Place, feed: str, *, off: bool) -> None:
    """Stop polling a feed without taking it out of feeds.toml."""
    path = _existing(place)
    config.set_enabled(path, _url_of(place, feed), is_enabled=off)
    say(f"{feed} is {'polled again' if off else 'paused'} ({path})")


def read_feeds(place: Place) -> list[Feed]:
    """All feeds, as feeds.toml wants them now; with --db alone, as that archive has them."""
    with place.open_archive() as archive:
        feeds = archive.feeds.all(counted=True)
    if place.database is not None and place.config_path is None:
        return feeds
    loaded = place.load_config()
    return feeds if loaded.path is None else preview_feeds(feeds, loaded.feeds)


def feed_json(feed: Feed) -> dict[str, object]:
    """A feed for programs; its address without user name and password."""
    return {
        "id": feed.id or None,
        "url": without_credentials(feed.url),
        "name": feed.name,
        "title": feed.title,
        "site_url": feed.site_url,
        "tags": list(feed.tags),
        "enabled": feed.is_enabled,
        "interval_s": feed.interval_s,
        "full_text": feed.full_text.value,
        "state": state(feed),
        "entries": feed.entry_count,
        "last_polled_at": iso(feed.last_polled_at),
        "next_poll_at": iso(feed.next_poll_at),
        "last_status": feed.last_status,
        "failures": feed.failures,
        "error": feed.error,
    }


def state(feed: Feed) -> str:
    """One word for how a feed is: paused, new, ok, or failing and how often in a row."""
    if not feed.is_enabled:
        return "paused"
    if feed.failures:
        return f"failing {feed.failures}x"
    return "ok" if feed.last_polled_at else "new"


def next_visit(feed: Feed) -> str:
    """When a feed is polled next, in words."""
    if not feed.is_enabled or feed.next_poll_at is None:
        return "-"
    wait_s = (feed.next_poll_at - datetime.now(UTC)).total_seconds()
    if wait_s <= 0:
        return "due"
    hours, minutes = divmod(round(wait_s / 60), 60)
    return f"in {hours} h {minutes} min" if hours else f"in {max(minutes, 1)} min"


def _interval_s(text: str | None) -> int:
    if text is None:
        return FeedSpec(url="").interval_s
    try:
        return config.parse_interval(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--interval") from error


def _existing(place: Place) -> Path:
    path = config.find_config(place.config_path)
    if path is None:
        raise ConfigError("there is no feeds.toml; write one with: aggregator init")
    return path


def _url_of(place: Place, name: str) -> str:
    """The URL of the feed with that number; anything else is left for feeds.toml to find."""
    if not name.isdecimal():
        return name
    with place.open_archive() as archive:
        return choose_feeds(archive.feeds.all(), [name])[0].url
