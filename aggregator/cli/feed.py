"""feeds show: all that is known of one feed, and how its last documents were read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

import click

from aggregator import config
from aggregator.archive import FeedDetails, choose_feeds
from aggregator.cli._feed import feed_json, next_visit, read_feeds, state
from aggregator.cli._output import (
    day,
    iso,
    print_json,
    safe,
    say,
    shown_url,
    width,
    without_secret,
    wrap,
)
from aggregator.cli._place import Place, place_options
from aggregator.cli._reading import Fact, encoding_words, link_facts, print_facts, shown_json
from aggregator.model import (
    Feed,
    FetchRecord,
    Icon,
    Identity,
    SiteRules,
    extras_to_json,
)
from aggregator.text import shorten
from aggregator.urls import without_credentials

_IDENTITIES = {
    Identity.ID: "the ids that the feed gives them",
    Identity.LINK: "id and link together",
    Identity.TEXT: "title, date and text",
}
_MAX_ICON_URL_CHARS = 100
"""An icon may be written out in its address."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A feed and what the archive keeps beside it.

    `target` is the feed it was merged into; `left` are the addresses that it has left, and when.
    """

    feed: Feed
    target: Feed | None = None
    details: FeedDetails = field(default_factory=FeedDetails)
    icon: Icon | None = None
    fetches: tuple[FetchRecord, ...] = ()
    left: tuple[tuple[str, datetime], ...] = ()


@click.command("show")
@click.argument("feed")
@click.option(
    "--fetches",
    type=click.IntRange(0),
    default=5,
    show_default=True,
    metavar="N",
    help="How many of the last documents to speak of.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@place_options
@click.pass_obj
def show_feed(place: Place, feed: str, fetches: int, *, as_json: bool) -> None:
    """Show all that is known of a feed, and how its last documents were read.

    FEED is its number, URL or name, or a part of them that no other feed has.
    """
    known = _look_up(place, feed, fetches)
    if as_json:
        print_json(_known_json(known))
        return
    facts = [
        *_setting_facts(known.feed),
        *_place_facts(known),
        *_own_facts(known.details),
        *_state_facts(known),
    ]
    print_facts(known.feed.display_title, facts)
    if fetches and not known.fetches:
        say("no document of it was read yet")
    if known.fetches:
        click.echo()
    for record in known.fetches:
        _print_fetch(record)


def _look_up(place: Place, name: str, fetches: int) -> _Known:
    feeds = read_feeds(place)
    # Feeds that were never polled have no number yet: all of them are 0.
    named = [feed for feed in feeds if feed.id or not name.isdecimal()]
    [feed] = choose_feeds(named, [without_secret(name)])
    if not feed.id:
        return _Known(feed)
    with place.open_archive(must_exist=True) as archive:
        return _Known(
            feed,
            next((one for one in feeds if one.id == feed.merged_into), None),
            archive.feeds.details(feed.id),
            archive.feeds.icon(feed.id),
            tuple(archive.feeds.fetches(feed.id, fetches)),
            tuple(archive.feeds.addresses(feed.id)),
        )


def _setting_facts(feed: Feed) -> list[Fact]:
    """What the operator has decided, and the number under which a feed is archived."""
    return [
        ("number", str(feed.id) if feed.id else "none before its first poll"),
        ("title", feed.title if feed.name else None),
        ("tags", ", ".join(feed.tags)),
        ("full text", feed.full_text.value),
        ("told apart", _identity_words(feed)),
        ("extract", _rules_words(feed.rules)),
    ]


def _identity_words(feed: Feed) -> str:
    if feed.identity:
        return f"entries by {_IDENTITIES[feed.identity]}, as feeds.toml says"
    learnt = feed.learnt_identity
    reason = "" if learnt is Identity.ID else ", because its ids repeat"
    return f"entries by {_IDENTITIES[learnt]}{reason}"


def _rules_words(rules: SiteRules | None) -> str | None:
    if rules is None:
        return None
    said = {name: ", ".join(selectors) for name, selectors in asdict(rules).items()}
    return "; ".join(f"{name}: {selectors}" for name, selectors in said.items() if selectors)


def _place_facts(known: _Known) -> list[Fact]:
    """Where a feed is listed, where it is polled, and where it is about to go."""
    feed, move, target = known.feed, known.feed.move, known.target
    return [
        ("address", without_credentials(feed.url)),
        ("moved to", shown_url(feed.moved_to)),
        *(
            ("polled before", f"{without_credentials(url)} (until {day(left_at)})")
            for url, left_at in known.left
        ),
        ("merged", f"into feed {target.id}, {target.display_title}" if target else None),
        (
            "may move to",
            f"{without_credentials(move.url)} (redirects for good, {move.polls}x since"
            f" {iso(move.since)})"
            if move and move.polls
            else None,
        ),
        (
            "redirects",
            f"to {without_credentials(move.url)}, where nothing of this feed is"
            if move and not move.polls
            else None,
        ),
        ("site", shown_url(feed.site_url)),
    ]


def _own_facts(details: FeedDetails) -> list[Fact]:
    """What a feed says of itself."""
    return [
        ("description", details.description),
        ("language", details.language),
        ("format", details.format),
        *link_facts(details.links),
        ("finished", "it says that no more entries come" if details.extras.is_finished else None),
    ]


def _state_facts(known: _Known) -> list[Fact]:
    """How a feed is, and what is kept of it."""
    feed = known.feed
    stated = ("ETag", feed.validators.etag), ("Last-Modified", feed.validators.last_modified)
    interval = config.format_interval(feed.interval_s) if feed.interval_s else None
    return [
        ("icon", _icon_words(known.icon)),
        ("entries", str(feed.entry_count)),
        ("state", state(feed)),
        ("last visit", iso(feed.last_polled_at)),
        ("last status", str(feed.last_status) if feed.last_status else None),
        ("next visit", f"{next_visit(feed)} (every {interval})" if interval else next_visit(feed)),
        ("validators", " and ".join(name for name, value in stated if value) or "none"),
        ("failures", f"{feed.failures} in a row" if feed.failures else None),
        ("error", feed.error),
    ]


def _icon_words(icon: Icon | None) -> str | None:
    if icon is None:
        return "nobody has looked for it yet (see: aggregator feeds icons)"
    when = f" ({day(icon.fetched_at)})" if icon.fetched_at else ""
    if not icon.data:
        return f"none to be had{when}"
    where = shorten(without_credentials(icon.url), _MAX_ICON_URL_CHARS)
    return f"{icon.media_type}, {len(icon.data):,} bytes, from {where}{when}"


def _print_fetch(record: FetchRecord) -> None:
    """Print how one document was read, and under it what was odd."""
    facts = [
        record.status and str(record.status),
        ", ".join(filter(None, (record.format, record.path))),
        encoding_words(record.encoding, record.encoding_source),
        f"{record.body_bytes:,} bytes in {record.duration_s:.2f} s",
        f"{record.new} new, {record.edited} edited, {record.unchanged} unchanged",
    ]
    when = f"{record.fetched_at.astimezone():%Y-%m-%d %H:%M}"
    _print_beside(when, " · ".join(fact for fact in facts if fact))
    for text in filter(None, (record.error, *record.warnings)):
        _print_beside("", f"! {text}")


def _print_beside(label: str, text: str) -> None:
    indent = len("2026-11-22 08:00  ")
    for number, line in enumerate(wrap(safe(text), width() - indent)):
        click.echo(f"{'' if number else label:<{indent}}{line}")


def _known_json(known: _Known) -> dict[str, object]:
    """All that is known of a feed, for programs; never what its server gave us to ask with."""
    feed, details, icon = known.feed, known.details, known.icon
    found = icon is not None and {
        "url": without_credentials(icon.url),
        "media_type": icon.media_type,
        "size_bytes": len(icon.data),
        "fetched_at": iso(icon.fetched_at),
    }
    move = feed.move and {
        "url": without_credentials(feed.move.url),
        "since": iso(feed.move.since),
        "polls": feed.move.polls,
    }
    return {
        "schema": 1,
        **feed_json(feed),
        "move": move,
        "left": [
            {"url": without_credentials(url), "at": iso(left_at)} for url, left_at in known.left
        ],
        "description": details.description,
        "language": details.language,
        "format": details.format,
        "links": shown_json(asdict(details.links)),
        "extras": shown_json(extras_to_json(details.extras)),
        "icon": found or None,
        "has_etag": feed.validators.etag is not None,
        "has_last_modified": feed.validators.last_modified is not None,
        "fetches": _fetches_json(known.fetches),
    }


def _fetches_json(fetches: Sequence[FetchRecord]) -> list[dict[str, object]]:
    return [asdict(record) | {"fetched_at": iso(record.fetched_at)} for record in fetches]
