"""search, list and show: reading the archive."""

from __future__ import annotations

import time

import click

from aggregator.cli._forms import Answer, Form, form_options, print_answer
from aggregator.cli._place import Place, place_options
from aggregator.cli._typed import QueryCommand
from aggregator.search import MAX_RECENCY, Sort

REINDEX = ("reindex",)
"""The one word that is no query; in quotes it is one like any other."""


@click.command("search", cls=QueryCommand)
@click.argument("query", nargs=-1, required=True)
@click.option("-n", "--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--offset", type=click.IntRange(0), default=0, help="Skip so many hits.")
@click.option(
    "--sort", type=click.Choice([one.value for one in Sort]), help="The order.  [default: rank]"
)
@click.option(
    "--recency",
    type=click.FloatRange(0, MAX_RECENCY),
    default=0.0,
    metavar="W",
    help=f"Let the newer win where ranks are near: 0 (not at all) to {MAX_RECENCY}.",
)
@form_options
@click.option("--explain", "explains", is_flag=True, help="Say how the query was read.")
@click.option("--open", "opened", type=click.IntRange(1), metavar="N", help="Open the Nth's page.")
@click.option("--save", "name", metavar="NAME", help="Keep the query, for use as search:NAME.")
@click.option("--replace", is_flag=True, help="With --save: in place of another of this name.")
@click.option("-e", "--exit-status", is_flag=True, help="Exit with 1 when nothing is found.")
@click.option("--anew", "is_anew", is_flag=True, help="With reindex: from the beginning.")
@place_options
@click.pass_obj
def search_command(
    place: Place,
    query: tuple[str, ...],
    limit: int,
    offset: int,
    sort: str | None,
    recency: float,
    form: Form,
    opened: int | None,
    name: str | None,
    *,
    explains: bool,
    replace: bool,
    exit_status: bool,
    is_anew: bool,
) -> int:
    """Find articles: words, "phrases", -not, OR, ( ), begin*, title:, tag: and more.

    Any text is a query. A hit with "id ID §N" is read by `aggregator show ID --section N`.
    `aggregator search reindex` makes the index anew; to find the word, put it in quotes.
    """
    if query == REINDEX:
        from aggregator.cli.reindex import reindex  # noqa: PLC0415 - seldom wanted

        return reindex(place, is_anew=is_anew, as_json=form.name == "json")
    if is_anew:
        raise click.UsageError("--anew is for: aggregator search reindex")
    if replace and name is None:
        raise click.UsageError("--replace needs --save NAME")
    typed = " ".join(query)
    if name is not None:
        from aggregator.cli.saved import save_search  # noqa: PLC0415 - brings SQLAlchemy

        save_search(place, name, typed, replace=replace)
    if opened:
        limit, offset = 1, opened - 1
    answer = _search(place, typed, limit, offset, sort=sort, recency=recency, explains=explains)
    if opened and answer.result.hits:
        from aggregator.cli._browser import open_hit  # noqa: PLC0415 - seldom wanted

        open_hit(answer.result.hits[0])
    else:
        print_answer(answer, form)
    is_found = answer.result.hits if opened else answer.result.total
    return 1 if not is_found and (exit_status or opened) else 0


@click.command("list", cls=QueryCommand)
@click.argument("query", nargs=-1)
@click.option("-n", "--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--offset", type=click.IntRange(0), default=0, help="Skip so many articles.")
@form_options
@place_options
@click.pass_obj
def list_command(place: Place, query: tuple[str, ...], limit: int, offset: int, form: Form) -> None:
    """List articles, newest first: all, or those that a search would find."""
    typed = " ".join(query)
    with place.open_search() as searcher:
        result = searcher.newest(typed, limit=limit, offset=offset)
        suggestions = [] if result.total or not typed.strip() else searcher.suggest(typed)
    print_answer(Answer(result, suggestions), form)


def _search(
    place: Place,
    typed: str,
    limit: int,
    offset: int,
    *,
    sort: str | None,
    recency: float,
    explains: bool,
) -> Answer:
    """What a search finds; if that is nothing, what would find something."""
    started = time.perf_counter()
    with place.open_search() as searcher:
        order = Sort(sort) if sort else None
        result = searcher.search(typed, limit=limit, offset=offset, sort=order, recency=recency)
        seconds = time.perf_counter() - started
        suggestions = [] if result.total else searcher.suggest(typed)
        reading = searcher.explain(typed) if explains else None
    return Answer(result, suggestions, reading, seconds)


@click.command("show")
@click.argument("entry_id", metavar="ID", type=click.IntRange(1))
@click.option("--section", type=click.IntRange(0), metavar="N", help="Only this one; 0: the lead.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "md", "html", "json"]),
    default="text",
    show_default=True,
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--revisions", "is_list", is_flag=True, help="List its older states.")
@click.option("--revision", "number", type=click.IntRange(1), metavar="N", help="This older state.")
@click.option("--diff", "is_diff", is_flag=True, help="What the edit after --revision N changed.")
@place_options
@click.pass_obj
def show_command(
    place: Place,
    entry_id: int,
    section: int | None,
    form: str,
    number: int | None,
    *,
    as_json: bool,
    is_list: bool,
    is_diff: bool,
) -> None:
    """Show the article with the number ID, or one section of it.

    Of an edited article the older states are kept, too: --revisions lists them.
    """
    form = "json" if as_json else form
    if is_list or is_diff or number is not None:
        _check_usage(section, form, number, is_list=is_list, is_diff=is_diff)
        _show_revisions(place, entry_id, number, as_json=form == "json", is_diff=is_diff)
        return
    from aggregator.cli._article import print_entry  # noqa: PLC0415 - keeps `search` light

    with place.open_archive(must_exist=True) as archive:
        archived = archive.entries.get(entry_id)
    print_entry(archived, section=section, form=form)


def _check_usage(
    section: int | None, form: str, number: int | None, *, is_list: bool, is_diff: bool
) -> None:
    """Refuse what cannot be said of older states, of which the text alone is kept."""
    if section is not None or form not in {"text", "json"}:
        raise click.UsageError("older states are shown whole, as text or JSON")
    if is_list and number is not None:
        raise click.UsageError("--revisions lists all; --revision N shows one")
    if is_diff and number is None:
        raise click.UsageError("--diff needs --revision N")


def _show_revisions(
    place: Place, entry_id: int, number: int | None, *, as_json: bool, is_diff: bool
) -> None:
    from aggregator.cli import _revisions  # noqa: PLC0415 - keeps `search` light

    with place.open_archive(must_exist=True) as archive:
        states = archive.entries.revisions(entry_id)
        live = archive.entries.get(entry_id)
    if number is None:
        _revisions.print_list(states, live, as_json=as_json)
    elif is_diff:
        _revisions.print_diff(states, number, live, as_json=as_json)
    else:
        _revisions.print_revision(states, number, live, as_json=as_json)
