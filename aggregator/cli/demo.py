"""demo: the whole road on a site of our own, without a network."""

from __future__ import annotations

import asyncio
import shlex
import tempfile
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

import click

from aggregator.cli._output import say
from aggregator.cli._reports import PollDisplay
from aggregator.config import Settings
from aggregator.demo import DemoSite
from aggregator.errors import AggregatorError
from aggregator.library import OpenArchive, open_archive
from aggregator.model import FeedSpec
from aggregator.polling import open_polling


@click.command("demo")
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Make the archive here.  [default: a new folder for temporary files]",
)
def demo_command(folder: Path | None) -> None:
    """Serve a small site on this machine, poll its feeds, and say what to try.

    No network is needed, and nothing but one folder is written.
    """
    folder = folder or Path(tempfile.mkdtemp(prefix="aggregator-demo-"))
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "archive.db"
    if database.exists():
        # The site has another port each time: its feeds would come in twice.
        raise AggregatorError(f"{database} is there already; name another folder with --dir")
    with open_archive(database) as archive:
        entries = asyncio.run(_poll_site(archive))
    say(f"{entries} articles are in {database}; the site is closed again. Try:")
    for line in (
        "search xiaomi",
        "search 小米",
        "list",
        "show 1",
        "show 1 --format md --section 1",
        "digest --since 30d --format opml",
        "feeds list",
    ):
        click.echo(f"  aggregator {line} --db {shlex.quote(str(database))}")


async def _poll_site(archive: OpenArchive) -> int:
    """Poll the demo site into the archive: how many entries it brought."""
    # Not those of feeds.toml and the environment: the demo is the same everywhere.
    settings = Settings(
        str(archive.path),
        allow_networks=(ip_network("127.0.0.0/8"),),
        host_gap_s=0,  # the site is this program itself
    )
    async with DemoSite(datetime.now(UTC)) as site:
        specs = [FeedSpec(url=url, tags=("demo",)) for url in site.feed_urls]
        archive.feeds.sync(specs, datetime.now(UTC))
        feed_ids = [feed.id for feed in archive.feeds.all() if feed.is_enabled]
        with PollDisplay(len(feed_ids)) as display:
            async with open_polling(archive, settings, display) as polling:
                await polling.poll_chosen(feed_ids)
    return display.summary["new"]
