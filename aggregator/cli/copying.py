"""db copy: an archive into another database, with what is said about it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from aggregator.cli._bar import Bar
from aggregator.cli._output import print_json, print_table, say
from aggregator.cli._place import Place, place_options
from aggregator.config import as_database_url

if TYPE_CHECKING:
    from aggregator.archive import ComparedTable

_DIFFERENT = 4


@click.command("copy")
@click.argument("target", metavar="PATH|URL")
@click.option("--verify-only", is_flag=True, help="Copy nothing; compare the two, row by row.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@place_options
@click.pass_obj
def copy_command(place: Place, target: str, *, verify_only: bool, as_json: bool) -> int:
    """Copy the archive in use into an empty database, of either kind.

    Daemons may go on with the old archive; what they add later is not copied. A copy that was cut
    short goes on where it was when it is made again. At the end both are compared row by row, and
    the search index is made anew.
    """
    from aggregator.archive import compare_archives, copy_into  # noqa: PLC0415 - brings SQLAlchemy

    source_url, target_url = place.database_url(), as_database_url(target)
    with Bar("archive", 0, is_quiet=as_json) as bar:

        def show(step: str, done: int, total: int) -> None:
            bar.reach(done, total, step)

        if verify_only:
            tables = compare_archives(source_url, target_url, show)
        else:
            tables = copy_into(source_url, target_url, show)
        is_same = all(table.is_same for table in tables)
        if is_same and not verify_only:
            _fill_index(target_url, bar)
    _report(tables, as_json=as_json)
    _say_end(target_url, is_same=is_same, verify_only=verify_only)
    return 0 if is_same else _DIFFERENT


def _fill_index(target_url: str, bar: Bar) -> None:
    """Make what was copied findable; a small archive has done so on being opened."""
    from aggregator.library import open_archive  # noqa: PLC0415 - brings SQLAlchemy

    with open_archive(target_url) as archive:
        most = 0
        while left := archive.index_step():
            most = max(most, left)
            bar.reach(most - left, most, "indexing")


def _report(tables: Sequence[ComparedTable], *, as_json: bool) -> None:
    if as_json:
        shown = [
            {
                "name": table.name,
                "rows": table.rows,
                "digest": table.digest,
                "target_rows": table.target_rows,
                "target_digest": table.target_digest,
                "same": table.is_same,
            }
            for table in tables
        ]
        same = all(table.is_same for table in tables)
        print_json({"schema": 1, "ok": same, "tables": shown})
        return
    rows = [
        (one.name, str(one.rows), str(one.target_rows), "same" if one.is_same else "differs")
        for one in tables
    ]
    print_table(("table", "rows", "target", ""), rows, wide=0)


def _say_end(target_url: str, *, is_same: bool, verify_only: bool) -> None:
    if not is_same:
        again = (
            "the archive has changed since, or" if verify_only else "run the same command again;"
        )
        say(f"the two are not the same: {again} see docs/postgresql.md")
    elif verify_only:
        say("the two are the same, row by row")
    else:
        say("all was copied, and is the same row by row; to use it, stop the daemon and write")
        say(f'    database_url = "{_without_password(target_url)}"')
        say("into feeds.toml under [settings] (a password: see docs/postgresql.md)")


def _without_password(url: str) -> str:
    """A database URL as it may be shown."""
    bare = re.sub(r"(://[^:/@]*):[^@]*@", r"\1@", url, count=1)
    return re.sub(r"([?&](?:password|sslpassword|passfile)=)[^&]*", r"\1…", bare)
