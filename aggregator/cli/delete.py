"""delete: entries taken out of the archive for good."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from aggregator.archive import Selection
from aggregator.cli._output import day, iso, print_json, safe, say, shown_url
from aggregator.cli._place import Place, place_options
from aggregator.errors import NotFoundError
from aggregator.library import OpenArchive
from aggregator.model import ArchivedEntry

_SHOWN = 20
"""So many fit on a screen with the question below them."""

_IDS_PER_QUERY = 500


@click.command("delete")
@click.argument("ids", metavar="ID...", nargs=-1, required=True, type=click.IntRange(1))
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@place_options
@click.pass_obj
def delete_command(place: Place, ids: tuple[int, ...], *, is_sure: bool, as_json: bool) -> int:
    """Delete articles from the archive for good, with all their revisions.

    Only their names are kept, so that their feeds do not bring them back.
    """
    with place.open_archive(must_exist=True) as archive:
        entries = _get_entries(archive, ids)
        say(f"to be deleted for good: {_count(entries)}")
        _say_entries(entries)
        if not is_sure and not _ask():
            say("nothing was deleted")
            return 1
        deleted = archive.entries.delete([one.id for one in entries])
    if as_json:
        listed = [_entry_json(one) for one in entries]
        print_json({"schema": 1, "deleted": deleted, "entries": listed})
    say(f"deleted {deleted}; they do not come back with the next polls of their feeds")
    return 0


def _get_entries(archive: OpenArchive, ids: Sequence[int]) -> list[ArchivedEntry]:
    """The entries of these numbers; NotFoundError if there is one that is not there."""
    wanted = list(dict.fromkeys(ids))
    found: list[ArchivedEntry] = []
    for start in range(0, len(wanted), _IDS_PER_QUERY):
        found += archive.entries.select(
            Selection(ids=tuple(wanted[start : start + _IDS_PER_QUERY]))
        )
    if missing := sorted(set(wanted) - {one.id for one in found}):
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        named = ", ".join(map(str, missing[:5]))
        raise NotFoundError(f"no entry {named}{more}; nothing was deleted (see: aggregator list)")
    return found


def _say_entries(entries: Sequence[ArchivedEntry]) -> None:
    for one in entries[:_SHOWN]:
        title = safe(one.entry.title or one.article.headline) or safe(shown_url(one.entry.url))
        feed = safe(one.feed.display_title)
        say(f"  {one.id}  {title or '(untitled)'} · {feed} · {day(one.sort_at)}")
    if len(entries) > _SHOWN:
        say(f"  … and {len(entries) - _SHOWN} more")


def _ask() -> bool:
    """Whether the person at the terminal is sure; a mistake of usage if there is nobody."""
    if not sys.stdin.isatty():
        raise click.UsageError("there is nobody to ask; delete without a question by --yes")
    return click.confirm("Delete?", err=True)


def _count(entries: Sequence[ArchivedEntry]) -> str:
    return f"{len(entries)} {'article' if len(entries) == 1 else 'articles'}"


def _entry_json(archived: ArchivedEntry) -> dict[str, object]:
    return {
        "id": archived.id,
        "feed": archived.feed.display_title,
        "title": archived.entry.title,
        "url": shown_url(archived.entry.url),
        "published_at": iso(archived.sort_at),
    }
