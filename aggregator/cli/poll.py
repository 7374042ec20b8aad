"""run and poll: the daemon, and one pass by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import wraps
from typing import Any

import click

from aggregator.archive import Archive, ArchiveLock, choose_feeds
from aggregator.cli._logging import start_logging
from aggregator.cli._output import print_json, say
from aggregator.cli._place import Place, place_options
from aggregator.cli._reports import PollDisplay, report_json
from aggregator.config import Config
from aggregator.errors import ConfigError, LockedError
from aggregator.polling import Daemon, Round, open_poller

SOME_FAILED = 5


def loudness(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command -v, -q and --log-format, as `verbosity` and `log_format`."""

    @click.option("-v", "--verbose", count=True, help="Say more; -vv says everything.")
    @click.option("-q", "--quiet", is_flag=True, help="Say only what went wrong.")
    @click.option("--log-format", type=click.Choice(["text", "json"]), help="Lines of the log.")
    @wraps(command)
    def with_loudness(*args: Any, verbose: int, quiet: bool, **kwargs: Any) -> Any:  # noqa: ANN401
        return command(*args, verbosity=-1 if quiet else verbose + 1, **kwargs)

    return with_loudness


@click.command("run")
@click.option("--once", is_flag=True, help="Poll what is due and exit.")
@click.option("--concurrency", type=click.IntRange(1, 512), help="Feeds polled at once.")
@loudness
@place_options
@click.pass_obj
def run_command(
    place: Place, concurrency: int | None, verbosity: int, log_format: str | None, *, once: bool
) -> int:
    """Poll the feeds of feeds.toml and go on doing so.

    SIGTERM or Ctrl-C ends it after the polls under way; SIGHUP reads feeds.toml again.
    """
    config = place.load_config()
    start_logging(log_format or config.settings.log_format, verbosity)
    with ExitStack() as stack:
        archive = stack.enter_context(place.open_archive())
        if archive.path:
            stack.enter_context(ArchiveLock(archive.path))
        archive.feeds.release_abandoned()
        _sync(archive, config)
        display = stack.enter_context(PollDisplay(None, is_quiet=verbosity < 0))
        places = concurrency or config.settings.concurrency
        if once:
            asyncio.run(_poll_once(archive, config, display, places, None))
            return _finish(display, as_json=False)
        asyncio.run(_run_daemon(place, archive, config, display, places))
    return 0


@click.command("poll")
@click.argument("feeds", nargs=-1, metavar="[FEED]...")
@click.option("--force", is_flag=True, help="Poll although nothing is due.")
@click.option("--once", is_flag=True, hidden=True, help="What it does anyway.")
@click.option("--concurrency", type=click.IntRange(1, 512), help="Feeds polled at once.")
@click.option("--json", "as_json", is_flag=True, help="Print what each poll did.")
@loudness
@place_options
@click.pass_obj
def poll_command(
    place: Place,
    feeds: tuple[str, ...],
    concurrency: int | None,
    verbosity: int,
    log_format: str | None,
    *,
    force: bool,
    once: bool,  # noqa: ARG001 - accepted because people type it
    as_json: bool,
) -> int:
    """Poll now: what is due, or the FEEDs that are named (number, URL, or part of a name).

    A named feed is polled although it is not due; --force without names polls all of them.
    """
    config = place.load_config()
    start_logging(log_format or config.settings.log_format, verbosity)
    with ExitStack() as stack:
        archive = stack.enter_context(place.open_archive())
        _release_if_alone(stack, archive)
        _sync(archive, config)
        known = archive.feeds.all()
        chosen = choose_feeds(known, feeds) if feeds else [one for one in known if one.is_enabled]
        feed_ids = [one.id for one in chosen] if feeds or force else None
        total = len(feed_ids) if feed_ids is not None else _count_due(archive)
        display = stack.enter_context(PollDisplay(total, is_quiet=verbosity < 0))
        places = concurrency or config.settings.concurrency
        asyncio.run(_poll_once(archive, config, display, places, feed_ids))
    return _finish(display, as_json=as_json)


def _sync(archive: Archive, config: Config) -> None:
    """Make the archive's feeds equal to feeds.toml, if there is one."""
    if config.path is not None:
        archive.feeds.sync(config.feeds, datetime.now(UTC))
    elif not archive.feeds.all():
        raise ConfigError("there is no feeds.toml; write one with: aggregator init")


def _release_if_alone(stack: ExitStack, archive: Archive) -> None:
    """End the leases of killed pollers, unless a daemon is at work: then they may be its own."""
    if archive.path is None:
        return
    try:
        stack.enter_context(ArchiveLock(archive.path))
    except LockedError:
        say("a daemon works on this archive; feeds that it is polling are left to it")
    else:
        archive.feeds.release_abandoned()


def _count_due(archive: Archive) -> int:
    now = datetime.now(UTC)
    feeds = [one for one in archive.feeds.all() if one.is_enabled]
    return sum(one.next_poll_at is not None and one.next_poll_at <= now for one in feeds)


async def _poll_once(
    archive: Archive,
    config: Config,
    display: PollDisplay,
    concurrency: int,
    feed_ids: list[int] | None,
) -> None:
    async with open_poller(archive, config.settings) as poller:
        polls = Round(archive, poller, concurrency=concurrency, report=display)
        try:
            await (polls.run_due() if feed_ids is None else polls.run_chosen(feed_ids))
        except asyncio.CancelledError:
            await polls.drain(0)
            raise


async def _run_daemon(
    place: Place, archive: Archive, config: Config, display: PollDisplay, concurrency: int
) -> None:
    async with open_poller(archive, config.settings) as poller:
        polls = Round(archive, poller, concurrency=concurrency, report=display)
        await Daemon(archive, poller, polls, lambda: place.load_config().feeds).run()


def _finish(display: PollDisplay, *, as_json: bool) -> int:
    summary = display.summary()
    if as_json:
        print_json({"schema": 1, **summary, "polls": [report_json(one) for one in display.reports]})
    say(
        "{polled} polled: {new} new, {edited} edited, {pages} pages read, "
        "{unchanged} unchanged, {failed} failed".format(**summary)
    )
    return SOME_FAILED if display.failed else 0
