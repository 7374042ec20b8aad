"""feeds: the subscriptions, listed and edited in feeds.toml."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import click

from aggregator import config
from aggregator.archive import choose_feeds, preview_feeds
from aggregator.cli._output import (
    iso,
    print_json,
    print_table,
    safe,
    say,
    shown_url,
    without_secret,
)
from aggregator.cli._place import Place, place_options
from aggregator.errors import ConfigError
from aggregator.model import Feed, FeedSpec, FullText
from aggregator.urls import without_credentials

TAKEN_OVER = "a running daemon takes this over when it gets SIGHUP"


@click.group("feeds")
def feeds_command() -> None:
    """List, add, remove and pause feeds.

    A running daemon takes a changed feeds.toml over when it gets SIGHUP.
    """


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
            say(f"{feed.id}: {safe(feed.error)}")


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
    say(TAKEN_OVER)


@feeds_command.command("remove")
@click.argument("feed")
@place_options
@click.pass_obj
def remove_feed(place: Place, feed: str) -> None:
    """Take a feed out of feeds.toml; what it brought stays in the archive.

    FEED is its number, URL or name, or a part of them that no other feed has.
    """
    path, chosen = _choose(place, feed)
    config.remove_feed(path, chosen.url)
    say(f"removed {safe(chosen.display_title)} from {path}; its articles stay archived")
    say(TAKEN_OVER)


@feeds_command.command("pause")
@click.argument("feed")
@click.option("--off", is_flag=True, help="Poll it again.")
@place_options
@click.pass_obj
def pause_feed(place: Place, feed: str, *, off: bool) -> None:
    """Stop polling a feed without taking it out of feeds.toml.

    FEED is its number, URL or name, or a part of them that no other feed has.
    """
    path, chosen = _choose(place, feed)
    config.set_enabled(path, chosen.url, is_enabled=off)
    say(f"{safe(chosen.display_title)} is {'polled again' if off else 'paused'} ({path})")
    say(TAKEN_OVER)


@feeds_command.command("relearn")
@click.argument("feed")
@place_options
@click.pass_obj
def relearn_feed(place: Place, feed: str) -> None:
    """Forget what was learnt of a feed's pages, after its site has got another design.

    FEED is its number, URL or name, or a part of them that no other feed has.
    """
    with place.open_archive(must_exist=True) as archive:
        [chosen] = choose_feeds(archive.feeds.all(), [without_secret(feed)])
        is_forgotten = archive.feeds.forget_template(chosen.id)
    title = safe(chosen.display_title)
    if is_forgotten:
        say(f"what was learnt of the pages of {title} is forgotten; the next polls learn it anew")
    else:
        say(f"nothing was learnt of the pages of {title} yet")


def read_feeds(place: Place, *, listed_only: bool = False) -> list[Feed]:
    """All feeds, as feeds.toml wants them now; with --db alone, as that archive has them.

    An archive is not needed where there is a feeds.toml. With `listed_only`, feeds that are not in
    feeds.toml (any more) are left out.
    """
    is_archive_alone = place.database is not None and place.config_path is None
    loaded = None if is_archive_alone else place.load_config()
    if loaded is None or loaded.path is None:
        return _archived_feeds(place, must_exist=True)
    feeds = preview_feeds(_archived_feeds(place, must_exist=False), loaded.feeds)
    listed = {spec.url for spec in loaded.feeds}
    return [feed for feed in feeds if feed.url in listed or not listed_only]


def _archived_feeds(place: Place, *, must_exist: bool) -> list[Feed]:
    if not must_exist and not place.has_archive():
        return []
    with place.open_archive(must_exist=True) as archive:
        return archive.feeds.all(counted=True)


def feed_json(feed: Feed) -> dict[str, object]:
    """A feed for programs; its address without user name and password."""
    return {
        "id": feed.id or None,
        "url": without_credentials(feed.url),
        "name": feed.name,
        "title": feed.title,
        "site_url": shown_url(feed.site_url),
        "tags": list(feed.tags),
        "enabled": feed.is_enabled,
        "interval_s": feed.interval_s,
        "full_text": feed.full_text.value,
        "extract": asdict(feed.rules) if feed.rules else None,
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


def _choose(place: Place, name: str) -> tuple[Path, Feed]:
    """The feeds.toml in use and the feed of it that `name` means, as for `poll`."""
    path = config.find_config(place.config_path)
    if path is None:
        raise ConfigError("there is no feeds.toml; write one with: aggregator init")
    feeds = read_feeds(replace(place, config_path=str(path)), listed_only=True)
    # Feeds that were never polled have no number yet: all of them are 0.
    named = [feed for feed in feeds if feed.id or not name.isdecimal()]
    return path, choose_feeds(named, [without_secret(name)])[0]
