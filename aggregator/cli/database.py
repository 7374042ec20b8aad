"""db: looking after the archive."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import click

from aggregator.cli._output import print_json, say
from aggregator.cli._place import Place, place_options
from aggregator.cli.copying import copy_command
from aggregator.errors import ArchiveError
from aggregator.operation import BACKUP_NOTE
from aggregator.schema import HEAD


@click.group("db")
def db_command() -> None:
    """Upgrade, check and back up the archive."""


db_command.add_command(copy_command)


@db_command.command("upgrade")
@place_options
@click.pass_obj
def upgrade(place: Place) -> None:
    """Create the archive or bring it to the newest schema; every other command does so too."""
    with place.open_archive() as archive:
        say(f"{archive.path or 'the archive'} has schema {HEAD}")


@db_command.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@place_options
@click.pass_obj
def check(place: Place, *, as_json: bool) -> int:
    """Look for damage: pages, keys, entries without article; exit with 4 if there is any."""
    with place.open_archive(must_exist=True) as archive:
        problems = archive.check()
    if as_json:
        print_json({"schema": 1, "ok": not problems, "problems": problems})
    for problem in problems:
        say(problem)
    say("the archive is damaged; see docs/operations.md" if problems else "the archive is whole")
    return 4 if problems else 0


@db_command.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@place_options
@click.pass_obj
def backup(place: Place, file: Path) -> None:
    """Write a consistent copy of the archive to a new FILE; a daemon may go on working."""
    with place.open_archive(must_exist=True) as archive:
        archive.backup(file)
        # For the doctor, who asks how old it is; an archive that cannot be written has one, too.
        with suppress(ArchiveError):
            made = {"at": datetime.now(UTC).isoformat(), "file": str(file.absolute())}
            archive.notes.write(BACKUP_NOTE, made)
    say(f"wrote {file}")
