"""feeds: the subscriptions, listed and edited in feeds.toml."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from aggregator import config
from aggregator.archive import choose_feeds
from aggregator.cli._feed import (
    feed_json,
    last_good_at,
    next_visit,
    posts_per_day,
    read_feeds,
    read_surroundings,
    state,
)
from aggregator.cli._output import day, print_json, print_table, safe, say, without_secret
from aggregator.cli._place import Place, place_options
from aggregator.cli.backfill import backfill_feed
from aggregator.cli.discover import TAKEN_OVER, add_feed, discover_feeds, fetch_icons
from aggregator.cli.feed import show_feed
from aggregator.cli.parse import parse_document
from aggregator.cli.why import explain_visit
from aggregator.errors import ConfigError
from aggregator.model import Feed


@click.group("feeds")
def feeds_command() -> None:
    """Find, list, add, remove and pause feeds.

    A running daemon takes a changed feeds.toml over when it gets SIGHUP.
    """


@feeds_command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@place_options
@click.pass_obj
def list_feeds(place: Place, *, as_json: bool) -> None:
    """List all feeds with their health and next visit."""
    feeds, around = read_feeds(place), read_surroundings(place)
    if as_json:
        print_json({"schema": 1, "feeds": [feed_json(feed, around) for feed in feeds]})
        return
    rows = [
        (
            str(feed.id or "-"),
            feed.display_title,
            str(feed.entry_count),
            _rate(feed),
            state(feed, around),
            _last_good(feed),
            next_visit(feed),
        )
        for feed in feeds
    ]
    heads = ("id", "feed", "entries", "a day", "state", "last good", "next visit")
    print_table(heads, rows, wide=1)
    for feed in feeds:
        if feed.error:
            say(f"{feed.id}: {safe(feed.error)}")


def _rate(feed: Feed) -> str:
    rate = posts_per_day(feed)
    return "-" if rate is None else f"{rate:.2g}" if rate < 100 else f"{rate:.0f}"


def _last_good(feed: Feed) -> str:
    good_at = last_good_at(feed)
    return day(good_at) if good_at else "-"


for _command in (
    discover_feeds,
    add_feed,
    fetch_icons,
    parse_document,
    show_feed,
    explain_visit,
    backfill_feed,
):
    feeds_command.add_command(_command)


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


def _choose(place: Place, name: str) -> tuple[Path, Feed]:
    """The feeds.toml in use and the feed of it that `name` means, as for `poll`."""
    path = config.find_config(place.config_path)
    if path is None:
        raise ConfigError("there is no feeds.toml; write one with: aggregator init")
    feeds = read_feeds(replace(place, config_path=str(path)), listed_only=True)
    # Feeds that were never polled have no number yet: all of them are 0.
    named = [feed for feed in feeds if feed.id or not name.isdecimal()]
    return path, choose_feeds(named, [without_secret(name)])[0]
