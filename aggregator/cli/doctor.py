"""doctor: what is wrong with this installation, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import click

from aggregator.archive import Damage, check_words, find_damage, rebuild_archive
from aggregator.cli._bar import Bar
from aggregator.cli._output import bold, is_coloured, print_json, safe
from aggregator.cli._place import Place, place_options
from aggregator.config import Config
from aggregator.errors import ArchiveError, ConfigError, LockedError
from aggregator.operation import BACKUP_NOTE, clean, take_picture
from aggregator.operation.doctor import (
    Finding,
    Level,
    examine_backups,
    examine_clock,
    examine_configuration,
    examine_database,
    examine_disk,
    examine_failure,
    examine_feeds,
    examine_network,
    examine_polling,
    examine_quarantine,
    worst,
)

if TYPE_CHECKING:
    from aggregator.library import OpenArchive

_EXIT_CODES = {Level.OK: 0, Level.NOTE: 0, Level.WARNING: 1, Level.ERROR: 4}
_COLOURS = {Level.OK: "green", Level.NOTE: "blue", Level.WARNING: "yellow", Level.ERROR: "red"}
_STEP = 200


class _Tasks(NamedTuple):
    """What is asked for beside looking."""

    heal: bool
    release: bool
    network: bool


@click.command("doctor")
@click.option("--heal", is_flag=True, help="Make a damaged search index anew.")
@click.option("--release", is_flag=True, help="Let what has ended workers be read again.")
@click.option("--network", is_flag=True, help="Look up a feed's host, too; nothing is fetched.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@place_options
@click.pass_obj
def doctor_command(place: Place, *, heal: bool, release: bool, network: bool, as_json: bool) -> int:
    """Look at database, index, disk, clock, feeds and configuration, and say what to do.

    A daemon may go on working meanwhile. The exit code is 0 if nothing needs to be done, 1 if
    something should be, 4 if something is damaged or cannot be used.
    """
    tasks = _Tasks(heal, release, network)
    findings = list(_examine(place, tasks, is_quiet=as_json))
    level = worst(findings)
    if as_json:
        print_json({"schema": 1, "level": level, "findings": [*map(_finding_json, findings)]})
    else:
        _show(findings)
    return _EXIT_CODES[level]


def _examine(place: Place, tasks: _Tasks, *, is_quiet: bool) -> Iterator[Finding]:
    config, problem = _read_config(place)
    if problem is not None:
        yield problem
    try:
        database_url = place.database_url()
        is_there = place.has_archive()
    except ConfigError:
        return  # the problem says it
    if not is_there:
        how = "start with: aggregator run"
        yield Finding("database", Level.NOTE, "there is no archive yet", how)
        yield from examine_configuration(config, []) if config else ()
        return
    if tasks.heal:
        yield from _heal(place, database_url, is_quiet=is_quiet)
    yield from _examine_file(place, database_url, config, tasks)


def _examine_file(
    place: Place, database_url: str, config: Config | None, tasks: _Tasks
) -> Iterator[Finding]:
    damage = Damage()
    try:
        damage = find_damage(database_url)
        with place.open_archive(must_exist=True) as archive:
            if damage.words:
                # No other check would come to an end.
                yield from examine_database(damage)
            else:
                index = [*check_words(database_url), *archive.check_index()]
                problems = [one for one in archive.check() if one not in index]
                yield from examine_database(damage, problems, index, archive.count_unfilled())
            yield from _examine_rest(archive, database_url, config, tasks)
    except ArchiveError as error:
        # What was found in the file says more than that it does not open.
        yield from examine_database(damage) if damage.words else [examine_failure(error)]


def _examine_rest(
    archive: OpenArchive, database_url: str, config: Config | None, tasks: _Tasks
) -> Iterator[Finding]:
    now = datetime.now(UTC)
    picture = take_picture(archive, database_url, now)
    yield from examine_disk(archive.path, picture)
    yield from examine_backups(archive.notes.read(BACKUP_NOTE), archive.path, now)
    feeds = archive.feeds.all(counted=True)
    yield from examine_clock(feeds, now)
    yield from examine_polling(picture)
    yield from examine_feeds(feeds, picture)
    if tasks.release:
        yield _release(archive)
    yield from examine_quarantine(archive.poison.all())
    if config is not None:
        yield from examine_configuration(config, feeds)
    if tasks.network:
        has_proxy = config is not None and config.settings.proxy is not None
        yield from examine_network(feeds, has_proxy=has_proxy)


def _read_config(place: Place) -> tuple[Config | None, Finding | None]:
    """The configuration, or what is wrong with it."""
    try:
        return place.load_config(), None
    except ConfigError as error:
        message = "; ".join([str(error), *getattr(error, "__notes__", ())])
        advice = "see all that is wrong: aggregator config check"
        return None, Finding("configuration", Level.ERROR, message, advice)


def _heal(place: Place, database_url: str, *, is_quiet: bool) -> Iterator[Finding]:
    """Make anew what can be made from the rows, where it is spoilt; nothing else is touched."""
    try:
        damage = find_damage(database_url)
        if damage.tables:
            return  # only a backup brings their rows back, and what is found says so
        is_spoilt = damage.is_healable or bool(check_words(database_url))
        if is_spoilt:
            kept = rebuild_archive(database_url)
            message = f"it was made anew from its rows; the damaged file is kept: {kept}"
            yield Finding("database", Level.NOTE, message)
        with (
            place.open_archive(must_exist=True) as archive,
            Bar("healing", 0, is_quiet=is_quiet) as bar,
        ):
            if not is_spoilt and archive.check_index():
                archive.begin_index()
                yield Finding("index", Level.NOTE, "it was wrong, and is made anew")
            most = 0
            while left := archive.index_step(_STEP):
                most = max(most, left)
                bar.reach(most - left, most, "indexing")
    except LockedError as error:
        how = "stop the daemon first: systemctl stop aggregator"
        yield Finding("database", Level.WARNING, f"not healed: {error}", how)
    except ArchiveError as error:
        yield examine_failure(error)


def _release(archive: OpenArchive) -> Finding:
    """Give up the quarantine; a daemon knows of it when it starts again."""
    released = archive.poison.release()
    message = f"{released} documents may be read again, by a daemon from its next start on"
    return Finding("quarantine", Level.NOTE, message)


def _show(findings: list[Finding]) -> None:
    """The worst last, where a person looks first."""
    order = list(Level)
    for one in sorted(findings, key=lambda finding: order.index(finding.level)):
        label = f"{one.level:<8}"
        shown = click.style(label, fg=_COLOURS[one.level]) if is_coloured() else label
        click.echo(f"{shown} {bold(one.part)}: {safe(clean(one.message))}")
        if one.advice:
            click.echo(f"{'':8} → {safe(one.advice)}")


def _finding_json(finding: Finding) -> dict[str, object]:
    return {
        "part": finding.part,
        "level": finding.level,
        "message": clean(finding.message),
        "advice": finding.advice or None,
    }
