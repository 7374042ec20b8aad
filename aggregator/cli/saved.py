"""saved: the queries that are kept under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from aggregator.cli._output import day, iso, print_json, print_table, safe, say
from aggregator.cli._place import Place, place_options
from aggregator.search.query import Saved, write_query

if TYPE_CHECKING:
    from aggregator.model import SavedSearch


@click.group("saved")
def saved_command() -> None:
    """List, show and remove saved searches.

    `aggregator search WORDS --save NAME` saves one; search:NAME stands for it in every query.
    """


@saved_command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@place_options
@click.pass_obj
def list_saved(place: Place, *, as_json: bool) -> None:
    """List all saved searches."""
    with place.open_archive(must_exist=True) as archive:
        found = archive.saved.all()
    if as_json:
        print_json({"schema": 1, "saved": [_saved_json(one) for one in found]})
    elif found:
        rows = [(one.name, day(one.changed_at), one.query) for one in found]
        print_table(("name", "changed", "query"), rows, wide=2)
    else:
        say("no search is saved yet; save one with: aggregator search WORDS --save NAME")


@saved_command.command("show")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@place_options
@click.pass_obj
def show_saved(place: Place, name: str, *, as_json: bool) -> None:
    """Show the query that was saved under NAME, and when."""
    with place.open_archive(must_exist=True) as archive:
        found = archive.saved.get(name)
    if as_json:
        print_json({"schema": 1, **_saved_json(found)})
        return
    click.echo(safe(found.query))
    is_changed = found.changed_at != found.created_at
    changed = f", changed {day(found.changed_at)}" if is_changed else ""
    say(f"saved {day(found.created_at)}{changed}; in queries: {reference(found.name)}")


@saved_command.command("remove")
@click.argument("name")
@place_options
@click.pass_obj
def remove_saved(place: Place, name: str) -> None:
    """Remove the search that was saved under NAME."""
    with place.open_archive(must_exist=True) as archive:
        archive.saved.remove(name)
    say(f"removed the search {safe(name)!r}; queries that name it take search:… as words now")


def save_search(place: Place, name: str, typed: str, *, replace: bool) -> None:
    """Save what was typed under `name`, and say how it is used."""
    with place.open_archive(must_exist=True) as archive:
        archive.saved.save(name, typed, replace=replace)
    say(f"saved; in queries: {reference(name)}")


def reference(name: str) -> str:
    """How a query names a saved search: what is typed to find by it.

    >>> reference("cars"), reference("My cars")
    ('search:cars', 'search:"My cars"')
    """
    return write_query(Saved(safe(name)))


def _saved_json(one: SavedSearch) -> dict[str, object]:
    return {
        "name": one.name,
        "query": one.query,
        "created_at": iso(one.created_at),
        "changed_at": iso(one.changed_at),
    }
