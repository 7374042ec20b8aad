"""status: what the poller does, as a picture that moves, a snapshot, or JSON."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.live import Live

from aggregator.cli._output import iso, print_json, width
from aggregator.cli._place import Place, place_options
from aggregator.errors import UnreachableError
from aggregator.operation import Picture, clean, take_picture

if TYPE_CHECKING:
    from aggregator.library import OpenArchive

_REFRESH_S = 1.0
_REST = 10
"""With 100,000 feeds a picture takes 0.2 s; drawn more seldom it costs a tenth of a core."""

_HINT = "q ends"


@click.command("status")
@click.option("--once", is_flag=True, help="Show it once and exit.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and exit.")
@place_options
@click.pass_obj
def status_command(place: Place, *, once: bool, as_json: bool) -> None:
    """Show what is due, what is polled, who is slow, and what went wrong last.

    At a terminal the picture is drawn anew each second until q or Ctrl-C; elsewhere it is shown
    once. All of it is read from the archive: the daemon is not asked, and need not run.
    """
    console = Console(highlight=False, soft_wrap=False)
    is_live = console.is_terminal and not console.is_dumb_terminal and sys.stdin.isatty()
    with place.open_archive(must_exist=True) as archive:
        if is_live and not once and not as_json:
            _show_live(console, archive, place.database_url())
            return
        picture = take_picture(archive, place.database_url(), datetime.now(UTC))
    if as_json:
        print_json(picture_json(picture))
        return
    _show_once(console, picture)


def _show_once(console: Console, picture: Picture) -> None:
    from aggregator.cli._picture import draw  # noqa: PLC0415 - for people only

    if not console.is_terminal:
        # Else it would be that of a terminal that is not there.
        console = Console(width=width(), highlight=False, no_color=True)
    console.print(draw(picture, console.width))


def _show_live(console: Console, archive: OpenArchive, database_url: str) -> None:
    from aggregator.cli._keys import Keys  # noqa: PLC0415 - for people only
    from aggregator.cli._picture import draw  # noqa: PLC0415

    picture, took_s = _take(archive, database_url)
    try:
        with (
            Keys() as keys,
            Live(
                draw(picture, console.width, _HINT),
                console=console,
                screen=True,
                auto_refresh=False,
            ) as live,
        ):
            while "q" not in keys.wait(max(_REFRESH_S, _REST * took_s)).lower():
                # A server that is away comes back; the picture says of when it is.
                with suppress(UnreachableError):
                    picture, took_s = _take(archive, database_url)
                live.update(draw(picture, console.width, _HINT), refresh=True)
    except KeyboardInterrupt:
        return


def _take(archive: OpenArchive, database_url: str) -> tuple[Picture, float]:
    """The picture of now, and the seconds that it took."""
    started_s = time.monotonic()
    picture = take_picture(archive, database_url, datetime.now(UTC))
    return picture, time.monotonic() - started_s


def picture_json(picture: Picture) -> dict[str, object]:
    """The picture for programs."""
    summary, activity = picture.summary, picture.activity
    return {
        "schema": 1,
        "at": iso(activity.at),
        "polled_by": picture.holder,
        "due": summary.due,
        "lag_s": round(picture.lag_s, 1),
        "next_at": iso(summary.next_at),
        "leased": activity.leased,
        "waiting": activity.waiting,
        "feeds": dict(summary.by_state),
        "minute": {"polled": activity.polled_minute, "new": activity.new_minute},
        "hour": {"polled": activity.polled_hour, "new": activity.new_hour},
        "size_bytes": activity.size_bytes,
        "wal_bytes": activity.wal_bytes,
        "resting_hosts": [
            {
                "host": one.host,
                "until": iso(one.rest_until),
                "status": one.rest_status,
                "refusals": one.refusals,
            }
            for one in picture.resting
        ],
        "slow_hosts": [
            {**asdict(one), "mean_s": round(one.mean_s, 3)} for one in activity.slow_hosts
        ],
        "last_errors": [
            {
                "feed": one.feed_id,
                "title": clean(one.title),
                "error": clean(one.error),
                "failures": one.failures,
                "at": iso(one.at),
            }
            for one in activity.last_errors
        ],
    }
