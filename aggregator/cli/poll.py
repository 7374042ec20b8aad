"""run and poll: the daemon, and one pass by hand."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial, wraps
from typing import Any

import click

from aggregator.archive import Archive, choose_feeds
from aggregator.cli._logging import start_logging
from aggregator.cli._output import print_json, safe, say, without_secret
from aggregator.cli._place import Place, place_options
from aggregator.cli._polling import load_checked, release_abandoned, release_if_alone, sync_feeds
from aggregator.cli._reports import PollDisplay, report_json
from aggregator.config import PROJECT_URL, Outline
from aggregator.errors import ConfigError
from aggregator.model import Feed
from aggregator.polling import DRAIN_S, open_polling

logger = logging.getLogger("aggregator.cli")

SOME_FAILED = 5
INTERRUPTED = 130


def loudness(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command -v, -q and --log-format, as `verbosity` and `log_format`."""

    @click.option("-v", "--verbose", count=True, help="Say more; -vv says everything.")
    @click.option("-q", "--quiet", is_flag=True, help="Say only what went wrong.")
    @click.option("--log-format", type=click.Choice(["text", "json"]), help="Lines of the log.")
    @wraps(command)
    def with_loudness(*args: Any, verbose: int, quiet: bool, **kwargs: Any) -> Any:  # noqa: ANN401
        return command(*args, verbosity=0 if quiet else verbose + 1, **kwargs)

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
    # Until the daemon listens there is nothing to read again, and no reason to die of it.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    config = _prepare(place, concurrency, verbosity, log_format)
    place = place.at(config)
    with ExitStack() as stack:
        archive = stack.enter_context(place.open_archive())
        lock = stack.enter_context(place.open_lock())
        release_abandoned(archive, config.settings)
        sync_feeds(archive, config)
        display = stack.enter_context(PollDisplay(None, is_quiet=verbosity < 1))
        if once:
            is_whole = asyncio.run(_poll_once(archive, config, display, None))
            return _finish(display, is_whole=is_whole, is_quiet=verbosity < 1)
        asyncio.run(_run_daemon(place, archive, config, display, lock.check))
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

    A named feed is polled although it is not due, but not before the time that its server has
    stated; with --force even then. --force without names polls all feeds. A host that has asked to
    be left alone (429, Retry-After) is not asked by any of these.
    """
    config = _prepare(place, concurrency, verbosity, log_format)
    place = place.at(config)
    with ExitStack() as stack:
        archive = stack.enter_context(place.open_archive())
        release_if_alone(stack, archive, place, config.settings)
        sync_feeds(archive, config)
        feed_ids = _chosen(archive, feeds, is_forced=force)
        total = archive.feeds.summary(datetime.now(UTC)).due if feed_ids is None else len(feed_ids)
        display = stack.enter_context(
            PollDisplay(total, is_quiet=verbosity < 1, keeps_reports=as_json)
        )
        is_whole = asyncio.run(_poll_once(archive, config, display, feed_ids))
    if as_json:
        polls = [report_json(one) for one in display.reports]
        print_json({"schema": 1, **display.summary, "polls": polls})
    return _finish(display, is_whole=is_whole, is_quiet=verbosity < 1)


def _prepare(
    place: Place, concurrency: int | None, verbosity: int, log_format: str | None
) -> Outline:
    """The configuration, after logging was started as it says."""
    config = load_checked(place)
    start_logging(log_format or config.settings.log_format, verbosity)
    if config.settings.contact == PROJECT_URL:
        logger.warning(
            "nobody can see who polls: set contact under [settings] in feeds.toml, "
            "so that the people who run a site can reach you before they block you"
        )
    if concurrency is None:
        return config
    return replace(config, settings=replace(config.settings, concurrency=concurrency))


def _chosen(archive: Archive, names: Sequence[str], *, is_forced: bool) -> list[int] | None:
    """The feeds to poll, due or not; None for those that are due."""
    if names:
        chosen = choose_feeds(archive.feeds.all(), map(without_secret, names))
        return [feed.id for feed in chosen if is_forced or _may_be_asked(feed)]
    return [feed.id for feed in archive.feeds.all() if feed.is_enabled] if is_forced else None


def _may_be_asked(feed: Feed) -> bool:
    """Whether the time has come that a feed's server has stated; if not, say so."""
    if feed.not_before is None or feed.not_before <= datetime.now(UTC):
        return True
    until = feed.not_before.astimezone()
    say(
        f"{safe(feed.display_title)}: nothing changes there before {until:%Y-%m-%d %H:%M}, it says;"
        " --force asks all the same"
    )
    return False


async def _poll_once(
    archive: Archive, config: Outline, display: PollDisplay, feed_ids: list[int] | None
) -> bool:
    """Whether all was polled that was to be; False after SIGTERM or Ctrl-C."""
    interrupts: list[int] = []
    async with open_polling(archive, config.settings, display) as polling:

        def stop(number: int) -> None:
            interrupts.append(number)
            polling.executor.stop()

        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop, number)
        await (polling.poll_due() if feed_ids is None else polling.poll_chosen(feed_ids))
        await polling.executor.drain(DRAIN_S)
    return not interrupts


async def _run_daemon(
    place: Place,
    archive: Archive,
    config: Outline,
    display: PollDisplay,
    keep_lock: Callable[[], None],
) -> None:
    # Both bring what only a daemon needs: APScheduler, its word to the service manager.
    from aggregator.cli._services import Reports, make_services, telling_reload  # noqa: PLC0415
    from aggregator.polling import Daemon  # noqa: PLC0415

    reports = Reports(display)
    async with open_polling(archive, config.settings, reports) as polling:
        read_feeds = partial(telling_reload, partial(_read_again, place, config))
        services = make_services(polling, config.settings, reports)
        await Daemon(polling, read_feeds, keep_lock, services).run()


def _read_again(place: Place, config: Outline) -> Outline:
    """The file with which the daemon started, read again; never another one."""
    if config.path is None:
        raise ConfigError("the daemon was started without a feeds.toml; start it again with one")
    return load_checked(place)


def _finish(display: PollDisplay, *, is_whole: bool, is_quiet: bool) -> int:
    if not is_quiet:
        say(
            "{polled} polled: {new} new, {edited} edited, {pages} pages read, "
            "{unchanged} unchanged, {failed} failed".format(**display.summary)
        )
    if not is_whole:
        return INTERRUPTED
    return SOME_FAILED if display.summary["failed"] else 0
