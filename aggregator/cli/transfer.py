"""import and export: subscriptions as OPML."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import click

from aggregator import config
from aggregator.cli._feed import read_feeds
from aggregator.cli._output import print_json, safe, say, without_secret, write_result
from aggregator.cli._place import Place, place_options
from aggregator.errors import AggregatorError
from aggregator.feeds import read_opml, write_opml
from aggregator.model import FeedSpec
from aggregator.text import collapse_whitespace, strip_unsafe
from aggregator.urls import normalize_link, without_credentials

MAX_OPML_BYTES = 32 * 1024 * 1024

_MAX_SAID = 20  # of each kind of remark: what fits a screen

_ACCEPT = "text/x-opml, application/xml;q=0.9, text/xml;q=0.9, text/plain;q=0.8, */*;q=0.1"
_Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """What a list of feeds comes to here: feeds that a feeds.toml may list, and what is told.

    `duplicates`, `rejected` and `notes` are as in `OpmlImport`.
    """

    feeds: tuple[FeedSpec, ...]
    duplicates: tuple[str, ...]
    rejected: _Pairs
    notes: _Pairs


@click.command("import")
@click.argument("source", metavar="FILE|URL|-")
@click.option("--dry-run", "is_trial", is_flag=True, help="Say what would be added; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print what was kept and what was not.")
@place_options
@click.pass_obj
def import_command(place: Place, source: str, *, is_trial: bool, as_json: bool) -> None:
    """Add the feeds of a list to feeds.toml, which is made if there is none.

    The list is OPML, or text with one address in a line. Feeds that are listed already stay as they
    are; broken OPML loses no feed.
    """
    found = read_subscriptions(_read(place, source))
    path = place.target_config()
    added = _choose_new(path, found.feeds) if is_trial else config.add_feeds(path, found.feeds)
    is_added = set(added)
    known = [spec.url for spec in found.feeds if spec.url not in is_added] + list(found.duplicates)
    if as_json:
        print_json(
            {
                "schema": 1,
                "path": str(path),
                "is_dry_run": is_trial,
                "added": [without_credentials(url) for url in added],
                "known": [without_credentials(url) for url in known],
                "rejected": _as_objects("reason", found.rejected),
                "notes": _as_objects("note", found.notes),
            }
        )
    elif is_trial:
        for url in added:
            click.echo(safe(without_credentials(url)))
    _say_pairs("left out", found.rejected)
    _say_pairs("note", found.notes)
    would = "would be " if is_trial else ""
    say(
        f"{path}: {len(added)} {would}added, {len(known)} known, {len(found.rejected)} left out,"
        f" {len(found.notes)} notes"
    )


def read_subscriptions(document: bytes) -> Subscriptions:
    """The feeds of a list, made to fit a feeds.toml; whatever had to be changed is among the notes.

    Raises FeedError if it is no list of feeds.
    """
    found = read_opml(document)
    notes = list(found.notes)
    fitting = []
    for spec in found.feeds:
        if spec.interval_s is None:
            fitting.append(spec)
            continue
        interval_s = min(max(spec.interval_s, config.MIN_INTERVAL_S), config.MAX_INTERVAL_S)
        if interval_s != spec.interval_s:
            shown = config.format_interval(interval_s)
            notes.append((spec.url, f"polled every {shown}, not every {spec.interval_s} seconds"))
        fitting.append(replace(spec, interval_s=interval_s))
    usable, unusable = config.split_usable(fitting)
    reasons = dict(unusable)
    bare, _ = config.split_usable(
        replace(spec, rules=None) for spec in fitting if spec.rules and spec.url in reasons
    )
    notes += [(spec.url, f"without its CSS selectors: {reasons[spec.url]}") for spec in bare]
    kept = {spec.url: spec for spec in (*usable, *bare)}
    for spec in fitting:
        notes += [(spec.url, note) for note in _find_cuts(spec, kept.get(spec.url, spec))]
    left_out = tuple(pair for pair in unusable if pair[0] not in kept)
    feeds = tuple(kept[spec.url] for spec in fitting if spec.url in kept)
    return Subscriptions(feeds, found.duplicates, (*found.rejected, *left_out), tuple(notes))


def _find_cuts(given: FeedSpec, kept: FeedSpec) -> list[str]:
    """What is shorter in `kept` than it was `given`, in words."""
    cuts = []
    if len(kept.name or "") < len(_line(given.name or "")):
        cuts.append("its name is too long and was cut")
    if sum(map(len, kept.tags)) < sum(map(len, dict.fromkeys(map(_line, given.tags)))):
        cuts.append("a tag is too long and was cut")
    return cuts


def _line(text: str) -> str:
    return collapse_whitespace(strip_unsafe(text))


def _choose_new(path: Path, specs: Iterable[FeedSpec]) -> tuple[str, ...]:
    """The addresses that adding `specs` to the feeds.toml at `path` would add."""
    listed = config.load_config(str(path)).feeds if path.exists() else ()
    seen = {normalize_link(spec.url) for spec in listed}
    new = []
    for spec in specs:
        key = normalize_link(spec.url)
        if key not in seen:
            seen.add(key)
            new.append(spec.url)
    return tuple(new)


@click.group("export")
def export_command() -> None:
    """Write what the archive knows in a form that other programs read."""


@export_command.command("opml")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file."
)
@place_options
@click.pass_obj
def export_opml(place: Place, output: Path | None) -> None:
    """Write the subscriptions as OPML 2.0, with folders, tags and settings.

    They are those of feeds.toml; without one, or with --db alone, those of the archive. Addresses
    are written without user names and passwords.
    """
    feeds = read_feeds(place, listed_only=True)
    document = write_opml(feeds, title="aggregator subscriptions", created_at=datetime.now(UTC))
    write_result(document, output)
    say(f"{len(feeds)} feeds")


def _read(place: Place, source: str) -> bytes:
    """The document that was named; one byte more than is read, so that a larger one is noticed."""
    if source.lower().startswith(("http://", "https://")):
        return asyncio.run(_fetch(source, place.load_config_if_any().settings))
    try:
        if source == "-":
            return sys.stdin.buffer.read(MAX_OPML_BYTES + 1)
        with Path(source).open("rb") as opened:
            return opened.read(MAX_OPML_BYTES + 1)
    except OSError as error:
        raise AggregatorError(f"cannot read {without_secret(source)}: {error.strerror}") from error


async def _fetch(url: str, settings: config.Settings) -> bytes:
    from aggregator.fetch import make_fetcher  # noqa: PLC0415 - brings aiohttp, seldom needed

    async with make_fetcher(settings) as fetcher:
        return (await fetcher.get(url, accept=_ACCEPT)).body


def _say_pairs(kind: str, pairs: _Pairs) -> None:
    for url, text in pairs[:_MAX_SAID]:
        say(f"{kind}: {safe(without_secret(url))}: {safe(text)}")
    if len(pairs) > _MAX_SAID:
        say(f"{kind}: … and {len(pairs) - _MAX_SAID} more (--json has them all)")


def _as_objects(name: str, pairs: _Pairs) -> list[dict[str, str]]:
    return [{"url": without_secret(url), name: text} for url, text in pairs]
