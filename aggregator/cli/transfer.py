"""import and export: subscriptions as OPML."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import click

from aggregator import config
from aggregator.cli._output import print_json, safe, say, without_secret, write_result
from aggregator.cli._place import Place, place_options
from aggregator.cli.feeds import read_feeds
from aggregator.errors import AggregatorError
from aggregator.feeds import read_opml, write_opml
from aggregator.urls import without_credentials

MAX_OPML_BYTES = 32 * 1024 * 1024


@click.command("import")
@click.argument("file", metavar="FILE|-", type=click.Path(allow_dash=True))
@click.option("--json", "as_json", is_flag=True, help="Print what was kept and what was not.")
@place_options
@click.pass_obj
def import_command(place: Place, file: str, *, as_json: bool) -> None:
    """Add the feeds of an OPML file to feeds.toml, which is made if there is none.

    Feeds that are listed already stay as they are; broken OPML is read as far as it goes.
    """
    found = read_opml(_read(file))
    usable, unusable = config.split_usable(found.feeds)
    path = place.target_config()
    added = config.add_feeds(path, usable)
    known = [spec.url for spec in usable if spec.url not in added] + list(found.duplicates)
    rejected = [*found.rejected, *unusable]
    if as_json:
        print_json(_report(path, added, known, rejected))
    for url, reason in rejected:
        say(f"left out: {safe(without_credentials(url))}: {reason}")
    say(f"{path}: {len(added)} added, {len(known)} known, {len(rejected)} left out")


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


def _read(file: str) -> bytes:
    try:
        if file == "-":
            return sys.stdin.buffer.read(MAX_OPML_BYTES)
        with Path(file).open("rb") as opened:
            return opened.read(MAX_OPML_BYTES)
    except OSError as error:
        raise AggregatorError(f"cannot read {without_secret(file)}: {error.strerror}") from error


def _report(
    path: Path, added: Iterable[str], known: Iterable[str], rejected: Iterable[tuple[str, str]]
) -> dict[str, object]:
    return {
        "schema": 1,
        "path": str(path),
        "added": [without_credentials(url) for url in added],
        "known": [without_credentials(url) for url in known],
        "rejected": [
            {"url": without_credentials(url), "reason": reason} for url, reason in rejected
        ],
    }
